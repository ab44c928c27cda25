/**
 * Hears on the broker which modules services do. Any number of servers share the announcements, and what one was told is in
 * the store for all. What cannot be is refused to the service itself, which says so to whoever started it.
 */
import type { Broker } from '../../../bus/broker.ts';
import { startApp } from '../../../bus/service/app.ts';
import { defineService } from '../../../bus/service/define-service.ts';
import { rpc } from '../../../bus/service/rpc.ts';
import { type Clock, systemClock } from '../../../kernel/clock.ts';
import type { Service } from '../../../kernel/lifecycle.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Metrics } from '../../../kernel/metrics.ts';
import type { ModuleRegister } from './register.ts';
import { parseRegistration } from './registration.ts';
import { announceBody, heardAnswer, heardBody, MODULES_SERVICE } from './wire.ts';

type Parts = {
  readonly broker: Broker;
  readonly register: ModuleRegister;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** By which callers wait; that of the services. */
  readonly clock?: Clock;
};

/** Runs until it is closed. */
export function takeAnnouncements({ broker, register, log, metrics, clock = systemClock }: Parts): Promise<Service> {
  const announce = rpc(
    'announce',
    { body: announceBody, idempotent: true, description: 'Registers the modules that a service does.' },
    async ({ body: { service, modules } }) => {
      // All are judged before any is registered.
      const registrations = modules.map((said) => parseRegistration({ ...said, service }));
      for (const one of registrations) {
        const { name, version } = await register.register(one, `service:${service}`, { isAnnounced: true });
        log.info({ module: name, service, version }, 'a service does a module');
      }
    },
  );
  const heard = rpc(
    'heard',
    { body: heardBody, result: heardAnswer, idempotent: true, description: 'Says that a service is still there.' },
    async ({ body: { service, modules } }) => ({ unknown: await register.heard(service, modules) }),
  );
  const service = defineService(
    MODULES_SERVICE,
    { announce, heard },
    { description: 'Hears which modules there are.' },
  );
  return startApp({ broker, services: [service], log, clock, ...(metrics && { metrics }) });
}
