/**
 * An account that a job made in the directory: a person or a service that nobody has been yet. Its life:
 *
 *   waiting  made; its one-time password does not exist yet. It is made when somebody asks for it.
 *   issued   the password was made and answered, once; only its hash is here. It signs in once.
 *   active   somebody has signed in: the password is spent, and the account is a person or a service like any other.
 *
 * One that is not active by `expiresAt` is over: nobody can sign in with it, and it is forgotten together with its person.
 * Each step is one commit guarded by the step before, so that of two callers at the same moment one goes first and the
 * other is told. A crash between making the password and answering it loses the password, never shows it twice.
 */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily, type RowOf } from '../store/family.ts';

export type AccountState = 'waiting' | 'issued' | 'active';
export type AccountKind = 'person' | 'service';

export const accountFamily = defineFamily({
  name: 'account',
  columns: {
    /** Of a person: also the id of that person. */
    id: 'text',
    kind: 'text',
    /** As it was made; a person may be changed afterwards. */
    name: 'text',
    /** JSON list; as it was made. */
    roles: 'text',
    state: 'text',
    /** The job that made it, and its place in that job, from 1. */
    jobId: 'integer',
    position: 'integer',
    passwordHash: 'text?',
    createdAt: 'integer',
    createdBy: 'text',
    /** Null once it is active. */
    expiresAt: 'integer?',
    issuedAt: 'integer?',
    activeAt: 'integer?',
  },
  key: ['id'],
  indexes: [{ columns: ['jobId', 'position'] }, { columns: ['expiresAt'] }],
});
export type AccountRow = RowOf<typeof accountFamily>;

export const isOver = ({ expiresAt }: AccountRow, now: Instant): boolean => expiresAt !== null && expiresAt <= now;

/** What changes when somebody signs in for the first time. */
export const activated = (now: Instant) =>
  ({ state: 'active', passwordHash: null, expiresAt: null, activeAt: now }) satisfies Partial<AccountRow>;
