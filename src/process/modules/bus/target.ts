/** Which operation of which message service a step speaks to, and what becomes of the failures that come back. */
import { z } from 'zod';
import { isFinal, ServiceError } from '../../../bus/service/service-error.ts';
import { isMillraceError, messageOf } from '../../../kernel/errors.ts';
import { discard, done, error, fail, type Settlement } from '../../../kernel/settlement.ts';
import { name } from '../fields.ts';

const code = z.string().min(1).max(200);

export const targetFields = {
  service: z.string().min(1).max(200).describe('The name of the service.'),
  operation: z.string().min(1).max(200).exactOptional().describe('Its operation, by name.'),
  path: z
    .string()
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('Or by path, with the parameters in it: "jobs/42/configure".'),
  params: z
    .record(z.string().max(100), z.union([z.string().max(1_000), z.number()]))
    .exactOptional()
    .describe('Parameters of the operation.'),
  body: z.json().exactOptional(),
  outcomes: z.record(code, name).exactOptional().describe('Outcomes by code: {"parts.none-left": "missing"}.'),
  errors: z
    .record(code, name)
    .exactOptional()
    .describe('BPMN errors by code. A refusal that is named nowhere is an error of its own code.'),
};

type Named = { readonly operation?: string | undefined; readonly path?: string | undefined };
export const namesOne = ({ operation, path }: Named): boolean => (operation === undefined) !== (path === undefined);
export const ONE_NAME = { path: ['operation'], message: 'name either an "operation" or a "path"' };

type Words = {
  readonly outcomes?: Readonly<Record<string, string>> | undefined;
  readonly errors?: Readonly<Record<string, string>> | undefined;
};

/** What the service refuses is the step's matter; what may pass is tried again; what is wrong in itself is given up. */
export function settlementOfFailure(failure: unknown, { outcomes = {}, errors = {} }: Words): Settlement {
  const said = messageOf(failure);
  const given = failure instanceof ServiceError || isMillraceError(failure) ? failure.code : '';
  const outcome = Object.hasOwn(outcomes, given) ? outcomes[given] : undefined;
  if (outcome !== undefined) return done(outcome);
  const named = Object.hasOwn(errors, given) ? errors[given] : undefined;
  if (named !== undefined) return error(named, { message: said });
  if (failure instanceof ServiceError) return error(failure.code, { message: said });
  return isFinal(failure) ? discard(said) : fail(said);
}
