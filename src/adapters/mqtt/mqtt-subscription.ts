/**
 * A subscription to an MQTT server.
 *
 *   connecting   the first time and after every break, with growing pauses and jitter. Nobody waits for it: a plant starts
 *                without its MQTT server, and what devices say meanwhile waits there in the session of our client id.
 *   subscribed   messages come, with quality 1 at most; the next is looked at when the one before has found room.
 *   broken       by the net, by the server, or because another client took our id. What was not acknowledged comes again
 *                on the next connection.
 *   closed       we said goodbye. The session stays at the server, and with it what comes from now on.
 */
import type { IPublishPacket, MqttClient } from 'mqtt';
import { type Backoff, backoffMs } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { OnArrival, Subscription } from '../../measurements/ways/subscription-port.ts';
import type { Topic } from '../../measurements/ways/topic.ts';
import { acknowledge, connectTo, type Driver, endConnection, withoutPassword } from './driver.ts';

export type MqttSubscriptionParts = {
  readonly driver: Driver;
  /** mqtt:// or mqtts://, with user and password where the server wants them. */
  readonly url: string;
  readonly topic: Topic;
  /** Of the session at the server: the same at every start, and nobody else's. */
  readonly clientId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

const RECONNECT: Backoff = { firstMs: 200, longestMs: 10_000 };
/** What is handed to the driver so that it does not acknowledge by itself. */
const NOT_YET = new Error('acknowledged when it is stored');

export function openMqttSubscription(parts: MqttSubscriptionParts, onArrival: OnArrival): Subscription {
  const { clock, random, log, url } = parts;
  const state = { isConnected: false, problem: undefined as string | undefined, connections: 0 };
  let failures = 0;
  const loop = startLoop({
    round: async (signal) => {
      const end = await useConnection(parts, {
        onArrival,
        signal,
        onSubscribed: () => {
          failures = 0;
          Object.assign(state, { isConnected: true, problem: undefined, connections: state.connections + 1 });
          log.info({ server: withoutPassword(url), topic: parts.topic.filter }, 'readings come over MQTT');
        },
      });
      state.isConnected = false;
      if (signal.aborted) return;
      state.problem = end;
      const afterMs = backoffMs(RECONNECT, ++failures, random);
      log.warn({ server: withoutPassword(url), reason: end, afterMs }, 'the MQTT server is away; tried again');
      await clock.sleep(afterMs, signal);
    },
    onError: (error) => log.error({ err: error }, 'the MQTT subscription broke; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service(
    {
      state: () => ({
        isConnected: state.isConnected,
        problem: state.problem,
        reconnects: Math.max(0, state.connections - 1),
      }),
    },
    () => loop.close(),
  );
}

type Use = { readonly onArrival: OnArrival; readonly signal: AbortSignal; readonly onSubscribed: () => void };

/** Makes a connection and uses it until it breaks or the signal aborts; answers why it ended. */
async function useConnection(
  { driver, url, clientId, topic }: MqttSubscriptionParts,
  { onArrival, signal, onSubscribed }: Use,
): Promise<string> {
  const client = connectTo(driver, { url, clientId });
  let reason: string | undefined;
  client.on('error', (error) => {
    reason ??= messageOf(error);
  });
  client.on('disconnect', () => {
    reason ??= 'it ended the connection';
  });
  const ended = endOf(client, signal);
  client.handleMessage = (packet, done) => {
    if (signal.aborted) return done(NOT_YET);
    void onArrival(arrivalOf(client, packet, topic)).then(() => done(NOT_YET));
  };
  client.once('connect', () => {
    client.subscribe({ [topic.filter]: { qos: 1 } }, (error, granted) => {
      const isRefused = granted?.some(({ qos }) => qos === 128) === true;
      if (error === null && !isRefused) return onSubscribed();
      reason ??= isRefused ? `it lets us not subscribe to ${topic.filter}` : messageOf(error);
      client.stream.destroy();
    });
  });
  await ended;
  await endConnection(client);
  return reason ?? 'the connection was closed';
}

function endOf(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', () => resolve());
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function arrivalOf(client: MqttClient, { topic: name, payload, retain, qos, messageId }: IPublishPacket, topic: Topic) {
  return {
    device: topic.deviceIn(name),
    text: payload.toString(),
    isRetained: retain,
    isGone: () => qos > 0 && !client.connected,
    ack: () => {
      if (qos === 1 && messageId !== undefined && client.connected) acknowledge(client, messageId);
    },
  };
}
