/**
 * Does modules in a process of its own, for every server on the broker. It says at the start which ones, and then that it is
 * still there; a server that comes later, or has forgotten, hears it as well. Closed, it drains: steps that run come to their
 * end. Its modules stay registered: steps wait for it as for any service that is away.
 */

import type { Broker } from '../../../bus/broker.ts';
import { startApp } from '../../../bus/service/app.ts';
import type { App } from '../../../bus/service/app-type.ts';
import { type DefinedService, defineService } from '../../../bus/service/define-service.ts';
import { rpc } from '../../../bus/service/rpc.ts';
import { ServiceError } from '../../../bus/service/service-error.ts';
import { callService } from '../../../bus/tools/call-service.ts';
import { type Clock, systemClock } from '../../../kernel/clock.ts';
import { isMillraceError, messageOf } from '../../../kernel/errors.ts';
import { type Service, ServiceStack, service, startLoop } from '../../../kernel/lifecycle.ts';
import { type Log, silentLog } from '../../../kernel/log.ts';
import { fail } from '../../../kernel/settlement.ts';
import { jsonSchemaOf } from '../catalogue.ts';
import { openNetwork } from '../http/network.ts';
import type { Module, ModuleServices } from '../module.ts';
import { runStep } from '../module-job.ts';
import type { Secrets } from '../secrets.ts';
import { DEFAULT_STEP_MS, parseRegistration } from './registration.ts';
import { answerOf, heardAnswer, MODULES_SERVICE, RUN_OPERATION, stepBody } from './wire.ts';

/** How often it says that it is there, and how soon again when no server heard it. */
export const HEARD_EVERY_MS = 30_000;
export const ANNOUNCE_AGAIN_MS = 2_000;

export type ServeModulesOptions = {
  /** The caller's, also to close. */
  readonly broker: Broker;
  /** The name of the service; processes of the same name share its steps. A module belongs to one name. */
  readonly service: string;
  readonly modules: readonly Module[];
  /** How long a step may take; at most a minute. Longer work answers `snooze`. Default: 30 s. */
  readonly timeoutMs?: number;
  /** Steps that run at once, in this process. Default: 32. */
  readonly concurrency?: number;
  /** How long steps may still run when it closes. Default: 30 s. */
  readonly graceMs?: number;
  /** What `services.network` may reach though it is not public. */
  readonly allow?: readonly string[];
  /** What modules find in `services.secrets`, by the names of environment variables. */
  readonly secrets?: Secrets;
  readonly log?: Log;
  readonly clock?: Clock;
};

/**
 * Resolves when it takes steps. Throws `module.invalid`, `bus.invalid-service`, and what a server that is there has against
 * it: `module.name-taken`, `module.removed`, `module.too-many`. No server there is no failure: it is announced when one comes.
 */
export async function serveModules(options: ServeModulesOptions): Promise<Service> {
  const { broker, log = silentLog, clock = systemClock, graceMs } = options;
  const announced = options.modules.map((module) => announcementOf(module, options));
  const stop = new ServiceStack();
  const services = [modulesService(options, clock)];
  const app = stop.use(await startApp({ broker, services, log, clock, ...(graceMs !== undefined && { graceMs }) }));
  const teller: Teller = { app, clock, log, service: options.service, announced };
  try {
    const isKnown = await announce(teller);
    stop.use(keepTelling(teller, isKnown));
  } catch (failure) {
    await stop.close();
    throw failure;
  }
  return service({}, () => stop.close());
}

type Teller = {
  readonly app: App;
  readonly clock: Clock;
  readonly log: Log;
  readonly service: string;
  readonly announced: readonly { readonly name: string }[];
};

/** Whether a server heard it. Throws what one has against it. */
async function announce({ app, clock, log, service: name, announced }: Teller, signal?: AbortSignal): Promise<boolean> {
  try {
    await tell(app, clock, { operation: 'announce', body: { service: name, modules: announced }, signal });
    return true;
  } catch (failure) {
    const isRefusal = failure instanceof ServiceError || (isMillraceError(failure) && isAnswer(failure.code));
    if (isRefusal) throw failure;
    log.warn({ service: name, reason: messageOf(failure) }, 'no server has heard of these modules yet');
    return false;
  }
}

const isAnswer = (code: string): boolean => code.startsWith('module.') || code === 'bus.invalid-body';

function keepTelling(teller: Teller, isKnownAtFirst: boolean): Service {
  const { app, clock, log, service: name, announced } = teller;
  const modules = announced.map((module) => module.name);
  let isKnown = isKnownAtFirst;
  return startLoop({
    round: async (signal) => {
      await clock.sleep(isKnown ? HEARD_EVERY_MS : ANNOUNCE_AGAIN_MS, signal);
      if (signal.aborted) return;
      if (isKnown) {
        const answer = await tell(app, clock, { operation: 'heard', body: { service: name, modules }, signal });
        isKnown = heardAnswer.parse(answer).unknown.length === 0;
      }
      if (!isKnown) isKnown = await announce(teller, signal);
    },
    onError: (failure) => log.warn({ service: name, err: failure }, 'no server takes these modules'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    pauseAfterErrorMs: HEARD_EVERY_MS,
  });
}

type Told = { readonly operation: string; readonly body: object; readonly signal: AbortSignal | undefined };

async function tell(app: App, clock: Clock, { operation, body, signal }: Told): Promise<unknown> {
  const question = { service: MODULES_SERVICE, operation, body, ...(signal !== undefined && { signal }) };
  return (await callService(app, question, () => clock.now())).result;
}

/** What is told of a module. Throws `module.invalid`. */
function announcementOf(module: Module, { service: name, timeoutMs = DEFAULT_STEP_MS }: ServeModulesOptions) {
  const { title, summary, outcomes, outcomesFrom, onLost, config } = module;
  const { service: _, ...said } = parseRegistration({
    ...{ name: module.name, service: name, title, summary, outcomes, onLost, timeoutMs, config: jsonSchemaOf(config) },
    ...(outcomesFrom !== undefined && { outcomesFrom }),
  });
  return said;
}

function modulesService(options: ServeModulesOptions, clock: Clock): DefinedService {
  const { modules, allow = [], secrets = new Map(), timeoutMs = DEFAULT_STEP_MS, concurrency } = options;
  const byName = new Map(modules.map((module) => [module.name, module]));
  const network = openNetwork(allow);
  let lent: ModuleServices;
  const run = rpc(
    `modules/run`,
    { body: stepBody, timeoutMs, description: 'Does one step of a module; answers a settlement.' },
    async ({ body: { module: name, ...step }, signal }) => {
      const module = byName.get(name);
      if (module === undefined) return answerOf(fail(`The service "${options.service}" does no module "${name}".`));
      try {
        return answerOf(await runStep(module, { ...step, signal, services: lent }));
      } catch (failure) {
        return answerOf(fail(messageOf(failure)));
      }
    },
  );
  return defineService(
    options.service,
    { [RUN_OPERATION]: run },
    {
      description: 'Does steps of processes.',
      onStart: (app) => {
        lent = { app, network, secrets, now: () => clock.now() };
      },
      ...(concurrency !== undefined && { concurrency }),
    },
  );
}
