/**
 * Fifty people and programs at once: they start instances, complete tasks – sometimes two of them the same task with
 * different outcomes – send messages and measurements.
 */
import type { Random } from '../../src/kernel/random.ts';
import type { Ledger, Verdict } from './ledger.ts';

export type Task = { readonly id: string; readonly outcomes: readonly Verdict[] };

/** Everything that waits: a person, a timer, a mail, a message, a join. */
export const DEFINITION = {
  key: 'chaos',
  nodes: [
    { id: 'start', type: 'start', next: 'judge' },
    { id: 'judge', type: 'userTask', role: 'operator', next: { confirmed: 'fork', rejected: 'end' } },
    { id: 'fork', type: 'parallelGateway', next: ['pause', 'tell', 'parts'] },
    { id: 'pause', type: 'timerCatch', after: '50ms', next: 'join' },
    { id: 'tell', type: 'mail', to: 'nobody', subject: 'Repair', text: 'Please repair {device}.', next: 'join' },
    { id: 'parts', type: 'messageCatch', message: 'parts', next: 'join' },
    { id: 'join', type: 'parallelGateway', next: 'repair' },
    { id: 'repair', type: 'userTask', role: 'technologist', next: { done: 'end' } },
    { id: 'end', type: 'end' },
  ],
};
export const DEVICE = {
  id: 'press-1',
  line: 'line-1',
  fields: [{ name: 'temperature', unit: '°C', min: 0, max: 500 }],
};

/** Refusals that are right: somebody else was faster. */
const EXPECTED = [409, 429];
const CALL_TIMEOUT_MS = 30_000;
const ROWS_AT_ONCE = 5;
/** Business keys that a message may be sent to, started or not. */
const KEYS = 40;

export type ClientsOptions = {
  readonly url: string;
  readonly count: number;
  readonly ledger: Ledger;
  readonly random: Random;
  /** Numbers that no other round uses. */
  readonly next: () => number;
  /** Called after every answer. */
  readonly onAnswer: () => void;
  readonly signal: AbortSignal;
};

/** Calls until `signal` aborts. A call without an answer has acknowledged nothing. */
export async function runClients(options: ClientsOptions): Promise<void> {
  const clients = new Clients(options);
  await Promise.all(Array.from({ length: options.count }, () => clients.one()));
}

class Clients {
  readonly #options: ClientsOptions;
  readonly #tasks: Task[] = [];
  readonly #keys: string[] = [];

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  async one(): Promise<void> {
    const { ledger, random, onAnswer, signal } = this.#options;
    while (!signal.aborted) {
      ledger.calls += 1;
      try {
        const choice = random();
        if (choice < 0.3) await this.#start();
        else if (choice < 0.75) await this.#complete();
        else if (choice < 0.9) await this.#send();
        else await this.#measure();
        if (random() < 0.2) await this.#list();
        onAnswer();
      } catch (error) {
        if (!isCutOff(error)) throw error;
        ledger.cutOff += 1; // the server was killed under this call
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  async #start(): Promise<void> {
    const { url, ledger, next } = this.#options;
    const businessKey = `order-${next()}`;
    this.#keys.push(businessKey);
    if (this.#keys.length > KEYS) this.#keys.shift();
    const variables = { device: 'press-1', text: 'x'.repeat(100) };
    const answer = await post(`${url}/api/v1/instances`, { definition: 'chaos', businessKey, variables });
    if (answer.status === 201) ledger.started.make(((await answer.json()) as { id: string }).id, businessKey);
    else await this.#refused(answer);
  }

  async #complete(): Promise<void> {
    const { url, ledger, random } = this.#options;
    const task = this.#tasks.splice(Math.floor(random() * this.#tasks.length), 1)[0];
    if (task === undefined) return this.#list();
    const times = random() < 0.3 ? 2 : 1;
    const byOne = async () => {
      const outcome = task.outcomes[Math.floor(random() * task.outcomes.length)] ?? 'done';
      const answer = await post(`${url}/api/v1/tasks/${task.id}/complete`, { outcome });
      if (answer.ok) ledger.complete(task.id, outcome);
      else await this.#refused(answer);
    };
    const answers = await Promise.allSettled(Array.from({ length: times }, byOne));
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  }

  async #send(): Promise<void> {
    const { url, ledger, random } = this.#options;
    const key = this.#keys[Math.floor(random() * this.#keys.length)];
    if (key === undefined) return;
    const answer = await sendParts(url, key);
    if (answer.ok) ledger.messages.add(key);
    else await this.#refused(answer);
  }

  async #measure(): Promise<void> {
    const { url, ledger, random, next } = this.#options;
    const rows = Array.from({ length: ROWS_AT_ONCE }, () => ({
      device: DEVICE.id,
      ts: new Date(Date.UTC(2026, 0, 5) + next()).toISOString(),
      values: { temperature: 60 + Math.round(random() * 100) / 10 },
    }));
    const answer = await post(`${url}/api/v1/measurements?mode=replay`, rows);
    if (answer.ok) for (const row of rows) ledger.readings.make(row.ts, row);
    else await this.#refused(answer);
  }

  async #list(): Promise<void> {
    const { url } = this.#options;
    const answer = await fetch(`${url}/api/v1/tasks?state=offered&limit=200`, {
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    if (!answer.ok) return this.#refused(answer);
    const { items } = (await answer.json()) as { items: Task[] };
    this.#tasks.splice(0, this.#tasks.length, ...items);
  }

  async #refused(answer: Response): Promise<void> {
    const { ledger } = this.#options;
    ledger.refused += 1;
    const text = await answer.text();
    if (!EXPECTED.includes(answer.status))
      ledger.odd.push(`${answer.status} from ${new URL(answer.url).pathname}: ${text}`);
  }
}

/** The same message for a key, however often it is sent. */
export const sendParts = (url: string, key: string): Promise<Response> =>
  post(`${url}/api/v1/messages`, { name: 'parts', correlationKey: key, ttl: '1d', id: `parts-${key}` });

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
}

/** What fetch says when the line breaks, before or in the middle of an answer. A call that hangs is none of that. */
const isCutOff = (error: unknown): boolean => error instanceof TypeError || error instanceof SyntaxError;
