/** Accounts that jobs make, and their jobs, in the words of the compatible routes under /api. */
import type { DurationText, Time } from './wire.ts';
import type { PrincipalKind } from './wire-access.ts';

export type AccountPriority = 'low' | 'normal' | 'high';
export type NewAccounts = {
  count?: number;
  priority?: AccountPriority;
  /** Operator, unless said otherwise. */
  role?: string;
  kind?: PrincipalKind;
  /** By when somebody has to sign in; seven days, unless said otherwise. */
  expires_in?: DurationText;
};
export type AccountsOrdered = {
  job_id: string;
  status: 'pending';
  count: number;
  priority: AccountPriority;
  role: string;
  kind: PrincipalKind;
  expires_in: DurationText;
};

export type AccountState = 'waiting' | 'issued' | 'active' | 'expired';
export type Account = {
  id: string;
  name: string;
  kind: PrincipalKind;
  roles: string[];
  /** waiting: its password was not read yet. issued: it was. active: somebody signed in. */
  state: AccountState;
  job_id: string;
  created_at: Time;
  created_by: string;
  /** Null once it is active. */
  expires_at: Time | null;
  password_read_at: Time | null;
  signed_in_at: Time | null;
};
export type AccountPassword = { id: string; password: string; expires_at: Time | null };

export type JobStatus = 'pending' | 'running' | 'completed' | 'failed';
export type JobProgress = {
  job_id: string;
  kind: string;
  status: JobStatus;
  created_at: Time;
  /** Null until it runs, and where the store does not know. */
  started_at: Time | null;
  finished_at: Time | null;
  attempts: number;
  max_attempts: number;
  result: unknown;
  error: string | null;
};
