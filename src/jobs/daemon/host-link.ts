/** The daemon's end of a thread or process in which handlers run. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../kernel/worker-entry.ts';
import type { Order, Told } from './runner.ts';

export type HostTold =
  | Told
  | { readonly kind: 'ready'; readonly kinds: readonly string[] }
  | { readonly kind: 'unusable'; readonly reason: string };

export type Isolation = 'thread' | 'process';

export type HostLink = {
  send(order: Order): void;
  /** Ends it at once, whatever it does. */
  terminate(): void;
};

export type LinkEvents = {
  told(told: HostTold): void;
  /** Called once, when it has ended. */
  ended(reason: string): void;
};

export type LinkOptions = {
  readonly isolation: Isolation;
  /** The URL of the module of handlers. */
  readonly handlers: string;
  /** How much memory its handlers may use; undefined: what Node takes by itself. */
  readonly memoryMb?: number | undefined;
};

const entry = workerEntry(import.meta.url, './handler-thread.ts');

export const openHostLink = (options: LinkOptions, events: LinkEvents): HostLink =>
  options.isolation === 'thread' ? openThread(options, events) : openProcess(options, events);

function openThread({ handlers, memoryMb }: LinkOptions, { told, ended }: LinkEvents): HostLink {
  const resourceLimits = memoryMb === undefined ? {} : { maxOldGenerationSizeMb: memoryMb };
  const worker = new Worker(entry, { workerData: handlers, execArgv: [], resourceLimits });
  let reason: string | undefined;
  worker.on('message', told);
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => ended(reason ?? `the thread ended with exit code ${code}`));
  return { send: (order) => worker.postMessage(order), terminate: () => void worker.terminate() };
}

function openProcess({ handlers, memoryMb }: LinkOptions, { told, ended }: LinkEvents): HostLink {
  const child = fork(fileURLToPath(entry), [handlers], {
    execArgv: memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let hasEnded = false;
  const end = (reason: string) => {
    if (hasEnded) return;
    hasEnded = true;
    ended(reason);
  };
  child.on('message', (message) => told(message as HostTold));
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) =>
    end(signal === null ? `the process ended with exit code ${code}` : `the process was ended by ${signal}`),
  );
  return {
    send: (order) => {
      // One that has just ended takes nothing; its end says what becomes of its jobs.
      if (child.connected) child.send(order, () => {});
    },
    terminate: () => void child.kill('SIGKILL'),
  };
}
