/**
 * How a process stands to others on its store: under which name it works, and whether it is the only one. The embedded store
 * and the memory broker belong to one process; with PostgreSQL and a broker outside any number run beside each other.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Of the only one: the same at every start, so that it takes back at once what it held when it was killed. */
export const ONLY_SERVER = 'server';
/** Names of servers, leases and connections; longer ones would be cut off by PostgreSQL. */
export const MAX_NAME_CHARACTERS = 40;

export type StandingConfig = { readonly store: string; readonly broker: string };

export const sharesItsStore = ({ store, broker }: StandingConfig): boolean => store !== 'sqlite' && broker !== 'memory';

/** As it was told, else one that no other process has. */
export function nameOf(config: StandingConfig, given?: string): string {
  if (given !== undefined) return given;
  if (!sharesItsStore(config)) return ONLY_SERVER;
  const host = hostname()
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, 24);
  return `${host}-${process.pid}-${randomBytes(2).toString('hex')}`;
}
