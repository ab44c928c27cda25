/** What the examples that serve have in common: which broker they use, and until when they run. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Broker, openBroker } from '../src/index.ts';

type Flags = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly default?: string | boolean }>>;
type Given<Kinds extends Flags> = {
  readonly [Name in keyof Kinds]: Kinds[Name]['type'] extends 'boolean'
    ? boolean
    : Kinds[Name] extends { readonly default: string }
      ? string
      : string | undefined;
};

const BROKER_FLAGS = { url: { type: 'string' }, prefix: { type: 'string' }, help: { type: 'boolean' } } as const;

/** The options of a program and those of {@link brokerOf}. Wrong ones end it with 2, `--help` ends it with 0. */
export function options<const Kinds extends Flags>(usage: string, kinds: Kinds): Given<Kinds & typeof BROKER_FLAGS> {
  try {
    const values: object = parseArgs({ options: { ...kinds, ...BROKER_FLAGS } }).values;
    if (!('help' in values)) return values as Given<Kinds & typeof BROKER_FLAGS>;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

/** `--url`, else AMQP_URL, else a broker in the memory of this process. */
export const brokerUrl = ({ url }: { readonly url: string | undefined }): string =>
  url ?? (process.env.AMQP_URL || 'memory');

export function brokerOf(given: {
  readonly url: string | undefined;
  readonly prefix: string | undefined;
}): Promise<Broker> {
  return openBroker(brokerUrl(given), given.prefix === undefined ? {} : { prefix: given.prefix });
}

/** Resolves when the program is asked to end. */
export async function interrupted(): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  // A signal keeps no process alive, and a memory broker has no sockets that would.
  const alive = setInterval(() => {}, 60_000);
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  clearInterval(alive);
  stop.abort();
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}
