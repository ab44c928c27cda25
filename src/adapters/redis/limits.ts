/** The limits of the Redis adapter, by name. */

/** Messages that a queue takes before its publishers wait; those that consumers hold, and those that wait for a time, count. */
export const MAX_QUEUE_LENGTH = 100_000;
/** Dead letters that a queue keeps; the oldest go when more come. */
export const MAX_DEAD_LETTERS = 100_000;
/** Answers and settlements that wait for their process; the oldest go when more come. */
export const MAX_INBOX_LENGTH = 100_000;
/** Publishes that may be unconfirmed at a time. */
export const MAX_UNCONFIRMED = 1_000;
/** Publishers that may wait beside them. */
export const MAX_WAITING_PUBLISHERS = 1_000;
/** A consumer that was not heard of for so long is dead: others get what it holds, and its temporary queue goes. */
export const LEASE_MS = 30_000;
/** A lease is renewed so often before it runs out. */
export const RENEWALS_A_LEASE = 3;
/** How often an idle connection shows that it lives. One that is silent for two and a half of these is made anew. */
export const HEARTBEAT_MS = 5_000;
/** How long closing waits for what is on its way. */
export const CLOSING_MS = 5_000;
