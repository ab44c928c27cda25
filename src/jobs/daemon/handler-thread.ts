/**
 * Where handlers run beside the daemon: the start of a thread, or of a process of its own. It loads the handlers, says
 * which it has, and runs what it is ordered to. It ends when the daemon ends it, or is gone.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../kernel/errors.ts';
import { loadHandlers } from './handler.ts';
import type { HostTold } from './host-link.ts';
import { type Order, Runner } from './runner.ts';

type Way = { readonly url: string; tell(told: HostTold): void; hear(take: (order: Order) => void): void };

function threadWay(): Way {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a thread or process of its own');
  return {
    url: String(workerData),
    tell: (told) => port.postMessage(told),
    hear: (take) => void port.on('message', take),
  };
}

function processWay(): Way {
  // Ctrl-C reaches every process of a terminal, and a service manager may tell all: the daemon decides when this one ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  return {
    url: process.argv[2] ?? '',
    tell: (told) => void process.send?.(told, undefined, undefined, () => {}),
    hear: (take) => void process.on('message', take),
  };
}

const way = isMainThread ? processWay() : threadWay();
try {
  const handlers = await loadHandlers(way.url);
  const runner = new Runner(handlers, (told) => way.tell(told));
  way.hear((order) => runner.take(order));
  way.tell({ kind: 'ready', kinds: Object.keys(handlers) });
} catch (error) {
  const { cause } = error as { readonly cause?: unknown };
  way.tell({ kind: 'unusable', reason: messageOf(cause ?? error) });
}
