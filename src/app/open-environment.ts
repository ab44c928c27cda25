/** The broker of an environment, for commands that talk to it without a server. */
import { brokerAddress } from '../bus/asyncapi/broker-address.ts';
import { startApp } from '../bus/service/app.ts';
import { busToolsOf } from '../bus/tools/bus-tools.ts';
import { directBus } from '../edge/cli/direct-bus.ts';
import type { BusDesk } from '../edge/cli/shell.ts';
import { systemClock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { type Service, ServiceStack, service } from '../kernel/lifecycle.ts';
import { createLog } from '../kernel/log.ts';
import type { Environments } from './config.ts';
import { openBroker } from './open-broker.ts';
import { OWN_QUEUES } from './own-queues.ts';
import { version } from './version.ts';

const ACTOR = 'command line';

/** Throws `config.unknown-environment` and `bus.unreachable`. */
export async function openEnvironment(environments: Environments, name: string): Promise<BusDesk & Service> {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined) {
    const known = Object.keys(environments).join(', ');
    throw new MillraceError('config.unknown-environment', { name, known: known === '' ? null : known });
  }
  const { broker: url, prefix, management } = environment;
  const log = createLog({ level: 'error', write: (line) => void process.stderr.write(line) });
  const stop = new ServiceStack();
  try {
    const broker = stop.use(await openBroker(url, { log, ...(prefix !== undefined && { prefix }) }));
    const app = stop.use(await startApp({ broker, log }));
    // A broker has no audit trail; what is done here stands in the log of nobody but the one who did it.
    const tools = busToolsOf({
      ...{ app, clock: systemClock, log, ownQueues: OWN_QUEUES, record: async () => {} },
    });
    const desk: BusDesk = { bus: directBus({ tools, actor: ACTOR, version, ...brokerAddress(url, prefix) }) };
    const inspect = broker.capabilities.name === 'rabbitmq' ? inspector(url, management) : undefined;
    return service({ ...desk, ...(inspect !== undefined && { inspect }) }, () => stop.close());
  } catch (error) {
    await stop.close();
    throw error;
  }
}

function inspector(brokerUrl: string, url: string | undefined): NonNullable<BusDesk['inspect']> {
  return async () => {
    const { inspectServer } = await import('../adapters/rabbitmq/management.ts');
    return inspectServer({ brokerUrl, ...(url !== undefined && { url }) });
  };
}
