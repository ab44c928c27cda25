/**
 * A thread that answers requests one after the other, seen from both ends. It ends itself when it is told to close,
 * and is never terminated: a driver that is torn down in the middle of its work takes the whole process with it.
 */
import { parentPort, Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../kernel/error-table.ts';
import { type ErrorDetails, MillraceError, messageOf } from '../../kernel/errors.ts';

/** Errors lose their class on the way; ours keep their code. */
type Failure = { readonly code?: ErrorCode; readonly details?: ErrorDetails; readonly message: string };
type Answer = { readonly result: unknown } | { readonly failure: Failure };

const CLOSE = 'close';
/** What such a thread makes dies with the request; it need not have the room that the main thread is given. */
const YOUNG_MB = 48;

/** An answer some of whose buffers change hands. */
export class Handed {
  readonly result: unknown;
  readonly transfer: readonly ArrayBuffer[];

  constructor(result: unknown, transfer: readonly ArrayBuffer[]) {
    this.result = result;
    this.transfer = transfer;
  }
}

type Waiting = { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void };

/** The end that asks. Answers come in the order of the questions. */
export class ThreadLink {
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  readonly #waiting: Waiting[] = [];
  #lost: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => this.#lose(error));
    worker.on('exit', () => this.#lose(new MillraceError('store.closed')));
  }

  /** Resolves when the thread is ready, and rejects with what it failed on. */
  static async open(entry: URL, workerData: unknown): Promise<ThreadLink> {
    // Flags of this process, such as a loader for TypeScript, are not for the compiled thread.
    const execArgv = process.allowedNodeEnvironmentFlags.has('--disable-warning')
      ? ['--disable-warning=ExperimentalWarning']
      : [];
    const worker = new Worker(entry, { workerData, execArgv, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const link = new ThreadLink(worker);
    try {
      await new Promise((resolve, reject) => link.#waiting.push({ resolve, reject }));
      return link;
    } catch (error) {
      await link.#ended;
      throw error;
    }
  }

  /** Sends at once; what is sent first is done first. The buffers in `transfer` change hands. */
  call<Result>(request: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request, transfer);
    });
  }

  /** Resolves when everything asked before is answered and the thread has ended. */
  async close(): Promise<void> {
    this.#worker.postMessage(CLOSE);
    await this.#ended;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if ('result' in answer) waiting?.resolve(answer.result as never);
    else waiting?.reject(errorOf(answer.failure));
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}

/** The end that answers: opens what it serves, says that it is ready, and answers until it is told to close and all is answered. */
export async function serveThread<Request>(
  open: () => Promise<{ readonly answer: (request: Request) => unknown; readonly close: () => Promise<void> | void }>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a thread of its own');
  const say = (answer: Answer): void => {
    if ('result' in answer && answer.result instanceof Handed) {
      const { result, transfer } = answer.result;
      port.postMessage({ result }, transfer);
    } else port.postMessage(answer);
  };
  try {
    const { answer, close } = await open();
    say({ result: undefined });
    // An answer may take its time while the next request is already being worked on, but none overtakes another.
    let last = Promise.resolve();
    port.on('message', (request: Request | typeof CLOSE) => {
      if (request === CLOSE) {
        void last.then(async () => {
          await close();
          port.close();
        });
        return;
      }
      const coming = settledAnswer(() => answer(request));
      last = last.then(async () => say(await coming));
    });
  } catch (error) {
    say({ failure: failureOf(error) });
  }
}

async function settledAnswer(answer: () => unknown): Promise<Answer> {
  try {
    return { result: await answer() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

const failureOf = (error: unknown): Failure =>
  error instanceof MillraceError
    ? { code: error.code, details: error.details, message: error.message }
    : { message: messageOf(error) };

const errorOf = ({ code, details, message }: Failure): Error =>
  code === undefined ? new Error(message) : new MillraceError(code, details);
