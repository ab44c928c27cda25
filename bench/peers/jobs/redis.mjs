/** The Redis of the peers, and what it promises as it is set. */
import { Redis } from 'ioredis';

export const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** A sentence; rejects at once when nobody answers. A server that keeps its settings to itself promises nothing. */
export async function durability() {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  await redis.connect();
  try {
    const setting = async (name) => (await redis.config('GET', name))[1] ?? '';
    const [appendOnly, sync, save] = [await setting('appendonly'), await setting('appendfsync'), await setting('save')];
    const found = `Redis with appendonly ${appendOnly}, appendfsync ${sync}, save "${save}": when it crashes, `;
    if (appendOnly === 'yes' && sync === 'always') return `${found}nothing that was answered is lost`;
    if (appendOnly === 'yes' && sync === 'everysec') return `${found}the last second of jobs and completions is lost`;
    if (appendOnly === 'yes') return `${found}what the operating system had not written yet is lost`;
    return `${found}${save === '' ? 'everything is lost' : 'everything since its last snapshot is lost'}`;
  } catch (error) {
    return `Redis that does not tell its settings (${error.message}): what survives a crash is unknown`;
  } finally {
    redis.disconnect();
  }
}
