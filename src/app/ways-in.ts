/**
 * The ways on which readings come by messages: over the bus, which all servers share, and from an MQTT server, from which one
 * of them takes for all, because a session there belongs to one connection.
 */
import type { Broker } from '../bus/broker.ts';
import { startApp } from '../bus/service/app.ts';
import type { Check } from '../kernel/check.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { type Service, ServiceStack, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Random } from '../kernel/random.ts';
import type { Measurements } from '../measurements/open-measurements.ts';
import { readingsService } from '../measurements/ways/bus-service.ts';
import { mqttCheck } from '../measurements/ways/checks.ts';
import { openReceiver } from '../measurements/ways/receiver.ts';
import type { OpenSubscription, Subscription } from '../measurements/ways/subscription-port.ts';
import { parseTopic } from '../measurements/ways/topic.ts';
import { startElected } from '../store/election.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';

export type WaysInParts = {
  readonly broker: Broker;
  readonly measurements: Measurements;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The name of this server. */
  readonly name: string;
  /** Undefined: there is no MQTT server. */
  readonly subscribe: OpenSubscription | undefined;
};

export type WaysIn = Service & { readonly checks: readonly Check[] };

export async function startWaysIn(parts: WaysInParts): Promise<WaysIn> {
  const { broker, measurements, log, metrics } = parts;
  const stop = new ServiceStack();
  const { ingest } = measurements;
  // Whoever sends waits in real time, whatever clock this server runs on.
  const services = [readingsService({ ingest })];
  stop.use(await startApp({ broker, services, clock: systemClock, log, metrics }));
  const checks = parts.subscribe === undefined ? [] : [stop.use(takeFrom(parts, parts.subscribe)).check];
  return service({ checks }, () => stop.close());
}

function takeFrom(
  { store, clock, random, log, metrics, name, measurements: { ingest } }: WaysInParts,
  subscribe: OpenSubscription,
): Service & { readonly check: Check } {
  let running: Subscription | undefined;
  const receiver = () => openReceiver({ way: 'mqtt', ingest, store, clock: systemClock, random, log, metrics });
  const elected = startElected({
    ...{ store, clock, log, office: 'mqtt', candidate: name },
    lead: () => {
      const receiving = receiver();
      const subscription = subscribe(receiving.take);
      running = subscription;
      return service({}, async () => {
        running = undefined;
        // What is being stored is acknowledged while the connection is there; the rest stays at the server.
        await receiving.close();
        await subscription.close();
      });
    },
  });
  const isConnected = () => (running?.state().isConnected === true ? 1 : 0);
  metrics.observedGauge('millrace_mqtt_connected', 'Whether this server takes readings from MQTT now.', isConnected);
  return service({ check: mqttCheck(() => running?.state()) }, () => elected.close());
}

/** From the server that the configuration names; throws `config.driver-missing`. */
export async function openMqtt(
  { mqtt: url, mqttTopic, mqttClient: clientId }: Pick<Config, 'mqtt' | 'mqttTopic' | 'mqttClient'>,
  log: Log,
): Promise<OpenSubscription | undefined> {
  const topic = parseTopic(mqttTopic);
  if (url === undefined || topic === undefined) return undefined;
  const { loadDriver } = await import('../adapters/mqtt/driver.ts');
  const { openMqttSubscription } = await import('../adapters/mqtt/mqtt-subscription.ts');
  const parts = { driver: await loadDriver(), url, topic, clientId, clock: systemClock, random: Math.random, log };
  return (onArrival) => openMqttSubscription(parts, onArrival);
}
