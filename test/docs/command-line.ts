/** Command lines as pages show them, and whether npm or millrace would understand them. */
import { runCli } from '../../src/edge/cli/cli.ts';
import { read } from './page.ts';

/** The command lines of a block that call npm or millrace: as words, without what is set before and piped behind. */
export const commandLines = (block: string): string[][] =>
  block
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => line.replace(/^\$ /, '').split(/ (?:\||&&|;) |\$\(/))
    .map(wordsIn)
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .map(([program = '', ...rest]) => [program.replace(/^(?:\.\/)?bin\//, ''), ...rest])
    .filter(([program]) => program === 'npm' || program === 'millrace');

/** As a shell splits a line; a comment, and where the output goes, are left out. */
export function wordsIn(line: string): string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? [];
  const end = words.findIndex((word) => /^(?:#|[<>]|2>|&)/.test(word));
  return (end === -1 ? words : words.slice(0, end)).map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

const scripts = Object.keys((JSON.parse(read('package.json')) as { readonly scripts: object }).scripts);

/** What is wrong with a command line; empty: nothing. Nothing is run. */
export async function problemOf([program, ...words]: readonly string[]): Promise<string> {
  if (program === 'millrace') return usageProblem(words);
  const [command = '', name = '', ...rest] = words;
  if (command === 'ci' || command === 'install') return '';
  const [script, args] = command === 'run' ? [name, rest] : [command, words.slice(1)];
  if (!scripts.includes(script)) return `there is no script ${script}`;
  return script === 'start' ? usageProblem(['serve', ...args.filter((word) => word !== '--')]) : '';
}

/** Wrong usage is exit code 2. A command that got as far as its file or its server was right. */
async function usageProblem(words: readonly string[]): Promise<string> {
  let printed = '';
  const ignored = { write: () => {}, isTerminal: false, columns: 120 };
  const keep = (text: string): void => {
    printed += text;
  };
  const code = await runCli(words, {
    version: '0',
    serve: async () => {},
    migrate: async () => ({ text: '', json: {} }),
    demo: async () => {},
    worker: async () => {},
    workerHealth: async () => ({ text: '', json: {} }),
    settings: () => ({ url: 'http://localhost', data: '' }),
    fetch: async () => new Response('', { status: 401 }),
    out: ignored,
    err: { ...ignored, write: keep },
  });
  return code === 2 ? printed || 'wrong usage' : '';
}
