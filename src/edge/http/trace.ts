/** The trace a call belongs to: taken from its `traceparent` (W3C Trace Context), or begun here. */
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** 32 hexadecimal digits, in every log line of the call and in the answer's `x-trace-id`. */
export function traceOf(traceparent: string | string[] | undefined): string {
  const given = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return given ?? randomBytes(16).toString('hex');
}

/** The whole of it, for a job that goes on with the trace; undefined when none was given. */
export const traceParentOf = (traceparent: string | string[] | undefined): string | undefined =>
  typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
