/** The options of the programs that prove something. A wrong one is refused: half understood, a run would prove nothing and look green. */
import { parseArgs } from 'node:util';

type Kind = 'count' | readonly string[];
type Values<Kinds extends Readonly<Record<string, Kind>>> = {
  readonly [Name in keyof Kinds]?: Kinds[Name] extends readonly string[] ? Kinds[Name][number] : number;
};

/** What was given, each a whole number or one of the words that it may be. Throws with what is wrong. */
export function parseOptions<const Kinds extends Readonly<Record<string, Kind>>>(
  args: readonly string[],
  kinds: Kinds,
): Values<Kinds> {
  const options = Object.fromEntries(Object.keys(kinds).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const entries = Object.entries(values).map(([name, text = '']) => [name, optionOf(name, String(text), kinds[name])]);
  return Object.fromEntries(entries) as Values<Kinds>;
}

/** The same for a program: it ends with its usage, with 0 when that was asked for and with 2 otherwise. */
export function readOptions<const Kinds extends Readonly<Record<string, Kind>>>(
  usage: string,
  kinds: Kinds,
): Values<Kinds> {
  const args = process.argv.slice(2);
  const isAsked = args.includes('--help');
  try {
    if (!isAsked) return parseOptions(args, kinds);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
  process.stderr.write(`usage: ${usage}\n`);
  process.exit(isAsked ? 0 : 2);
}

function optionOf(name: string, text: string, kind: Kind | undefined): number | string {
  if (typeof kind === 'object') {
    if (kind.includes(text)) return text;
    throw new Error(`--${name} is ${kind.join(' or ')}, not ${text}`);
  }
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Error(`--${name} is a whole number, not ${text}`);
}
