/** The Redis that the peers share. */
export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://localhost:6379';
export const redis = new URL(redisUrl);
