/** Secrets that are handed out once and kept only as a hash: tokens, sessions, sign-in codes. */
import { createHash } from 'node:crypto';

/** Random bytes; handed in, so that tests repeat themselves. */
export type RandomBytes = (size: number) => Buffer;

const SECRET_BYTES = 32;

/** 256 random bits behind a readable prefix. With that much chance in it a plain hash cannot be guessed back. */
export const newSecret = (prefix: string, randomBytes: RandomBytes): string =>
  `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
