/** Every failure leaves as `application/problem+json` (RFC 9457) with the stable code of the error table. */
import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import type { z } from 'zod';
import { ServiceError } from '../../bus/service/service-error.ts';
import type { FieldProblem, Problem } from '../../client/wire.ts';
import { type ErrorDetails, isMillraceError, MillraceError } from '../../kernel/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Problems of one request that are listed; the count tells of the others. */
const MAX_LISTED = 100;
const IN_SUMMARY = 3;

/** Why a call is not answered: an error of the table, or what a service on the bus says under a code of its own. */
export type Failure = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly action: string;
  readonly details: ErrorDetails;
  readonly cause?: unknown;
};

/** Facts of the error stand beside the members; they never replace one. */
export function problemOf(error: Failure): Problem {
  const { code, status, message, action, details } = error;
  return {
    ...details,
    type: `urn:millrace:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: message,
    action,
  };
}

/** Anything thrown → an error of the table, or of a service. Only what nobody foresaw becomes `internal.unexpected`. */
export function errorOf(
  thrown: unknown,
  { bodyLimitBytes, trace }: { readonly bodyLimitBytes: number; readonly trace: string },
): Failure {
  if (isMillraceError(thrown)) return thrown;
  if (thrown instanceof ServiceError) return refusalOf(thrown);
  const { code, statusCode, message } = (
    typeof thrown === 'object' && thrown !== null ? thrown : {}
  ) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new MillraceError('request.too-large', { limit: bodyLimitBytes });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new MillraceError('request.malformed', { problem: message ?? 'it is not understood' });
  }
  return new MillraceError('internal.unexpected', { trace }, { cause: thrown });
}

const REFUSED_BY_SERVICE = 422;

const refusalOf = ({ code, message, data }: ServiceError): Failure => ({
  status: REFUSED_BY_SERVICE,
  code,
  message,
  action: 'The service refused it; its own documentation explains the code.',
  details: data === undefined ? {} : { data },
});

/** What a schema refused, as one error that names every place. */
export function invalidRequest(part: string, error: z.ZodError): MillraceError {
  const errors = error.issues.map(
    ({ path, message }): FieldProblem => ({ path: [part, ...path.map(String)].join('.'), message }),
  );
  return refused(errors);
}

/** A request that was understood and is refused for these reasons. */
export function refused(errors: readonly FieldProblem[]): MillraceError {
  const first = errors.slice(0, IN_SUMMARY).map(({ path, message }) => `${path}: ${message}`);
  const summary = [...first, ...(errors.length > first.length ? ['…'] : [])].join('; ');
  return new MillraceError('request.invalid', { count: errors.length, summary, errors: errors.slice(0, MAX_LISTED) });
}
