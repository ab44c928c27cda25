/** How many connections a process keeps for reading and picking work. PostgreSQL has 100 by default, for all processes. */
export const DEFAULT_POOL_SIZE = 10;
/** More of them only wait for each other on the server. */
export const MAX_POOL_SIZE = 30;
