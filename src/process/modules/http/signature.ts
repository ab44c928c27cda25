/**
 * Shows a receiver that a request is ours: HMAC-SHA256 over the time and the body, by a secret that both have. The time is
 * in it so that an old request cannot be sent again unnoticed.
 */
import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'millrace-signature';

/** `t=1767600000,v1=…` */
export function signatureOf(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
