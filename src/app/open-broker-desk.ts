/**
 * A worker's way to the jobs by a broker: `amqp://…` or `redis://…`. The broker need not be there yet: then each call tries
 * to reach it and throws `bus.unreachable`, until one has.
 */
import { openBusDesk } from '../jobs/bus-desk/open-bus-desk.ts';
import type { Desk } from '../jobs/desk.ts';
import { isMillraceError } from '../kernel/errors.ts';
import { type Service, ServiceStack, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { openBroker } from './open-broker.ts';

export type BrokerDeskParts = {
  readonly url: string;
  readonly log: Log;
  /** As the servers have it. Default: none. */
  readonly prefix?: string;
};

type Opened = Desk & Service;

/** Throws `config.unknown-broker` and `config.driver-missing`, which no waiting mends. */
export async function openBrokerDesk(parts: BrokerDeskParts): Promise<Desk & Service> {
  let opened: Opened | undefined;
  let opening: Promise<Opened> | undefined;
  let isClosed = false;
  const desk = (): Promise<Opened> => {
    opening ??= open(parts).then(
      async (there) => {
        if (isClosed) await there.close();
        opened = there;
        return there;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  await desk().catch((error: unknown) => {
    if (!isMillraceError(error, 'bus.unreachable')) throw error;
    parts.log.warn({ err: error }, 'the broker does not answer yet; the worker waits for it');
  });
  const way: Desk = {
    claim: async (...asked) => (await desk()).claim(...asked),
    settle: async (...asked) => (await desk()).settle(...asked),
    release: async (...asked) => (await desk()).release(...asked),
    heartbeat: async (...asked) => (await desk()).heartbeat(...asked),
    report: async (...asked) => (await desk()).report(...asked),
    leave: async (...asked) => (await desk()).leave(...asked),
  };
  return service({ ...way }, async () => {
    isClosed = true;
    await opening?.catch(() => {});
    await opened?.close();
  });
}

async function open({ url, log, prefix }: BrokerDeskParts): Promise<Opened> {
  const stop = new ServiceStack();
  const broker = stop.use(await openBroker(url, { log, ...(prefix !== undefined && { prefix }) }));
  try {
    const desk = stop.use(await openBusDesk({ broker, log }));
    const { claim, settle, release, heartbeat, report, leave } = desk;
    return service({ claim, settle, release, heartbeat, report, leave }, () => stop.close());
  } catch (error) {
    await stop.close();
    throw error;
  }
}
