/**
 * A module that a service in another process does: its step is a call over the broker, answered with a settlement.
 *
 * Nobody there, no answer in time, or a service that died on the way: the attempt has failed, and the job is tried again by
 * the rules of its kind with the same key. Where it may have been done and must not be done twice (`onLost: hold`), it is
 * given up instead: the incident asks a person whether it happened.
 */
import { z } from 'zod';
import { callService } from '../../../bus/tools/call-service.ts';
import { isMillraceError, messageOf } from '../../../kernel/errors.ts';
import { discard, fail, type Settlement } from '../../../kernel/settlement.ts';
import { settlementOfFailure } from '../bus/target.ts';
import type { Module, ModuleContext } from '../module.ts';
import type { Registration } from './registration.ts';
import { RUN_OPERATION, type StepBody, settlementIn } from './wire.ts';

/** Where an answer is missing after the question may have arrived. */
const MAYBE_DONE = new Set([
  'bus.call-timeout',
  'bus.call-cancelled',
  'bus.interrupted',
  'bus.connection-lost',
  'bus.handler-failed',
]);

export function servedModule(registered: Registration): Module {
  const { name, title, summary, config, outcomes, outcomesFrom, onLost } = registered;
  return {
    ...{ name, title, summary, outcomes, outcomesFrom, onLost },
    config: z.fromJSONSchema(config as Parameters<typeof z.fromJSONSchema>[0]),
    form: config,
    run: (context) => ask(registered, context),
  };
}

async function ask(registered: Registration, context: ModuleContext<unknown>): Promise<Settlement> {
  const { name, service, timeoutMs } = registered;
  const { config, variables, node, key, attempt, signal, services } = context;
  const body: StepBody = { module: name, config: config as StepBody['config'], variables, node, key, attempt };
  // The id is of this attempt: the service is told to stop an earlier one by its id, and must not stop this one.
  const question = { service, operation: RUN_OPERATION, body, timeoutMs, id: `${key}.${attempt}`, signal };
  try {
    const { result } = await callService(services.app, question, services.now);
    return settlementIn(result) ?? fail(`The service "${service}" answered the module "${name}" with no settlement.`);
  } catch (failure) {
    return settlementOf(failure, registered);
  }
}

function settlementOf(failure: unknown, { name, service, onLost, timeoutMs }: Registration): Settlement {
  const code = isMillraceError(failure) ? failure.code : '';
  const who = `The service "${service}", which does the module "${name}",`;
  if (code === 'bus.no-such-service') return fail(`${who} is not there.`);
  if (!MAYBE_DONE.has(code)) return settlementOfFailure(failure, {});
  const said =
    code === 'bus.call-timeout'
      ? `${who} did not answer within ${timeoutMs / 1_000} s.`
      : `${who} was lost on the way: ${messageOf(failure)}`;
  return onLost === 'retry' ? fail(said) : discard(`${said} Whether it was done is not known.`);
}
