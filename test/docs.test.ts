/** The pages of docs/ say what the code does: their examples compile, evaluate, and name commands that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settings } from '../src/app/settings.ts';
import { runCli } from '../src/edge/cli/cli.ts';
import { builtInNames } from '../src/feel/built-ins.ts';
import { compile } from '../src/feel/expression.ts';
import { compileDefinition } from '../src/process/core/compile.ts';
import { definitionSource } from '../src/process/core/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((path) => `docs/${path}`)
    .filter((path) => path.endsWith('.md')),
];

type Block = { readonly language: string; readonly text: string };

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', body = '']) => ({ language, text: body }));

/** The cells of every row below a table head of these columns; `|` stands for nothing else in them. */
function rowsBelow(text: string, head: string): string[][] {
  const rows: string[][] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    if (line === head) isBelow = true;
    else if (!line.startsWith('|')) isBelow = false;
    else if (isBelow && !line.startsWith('|---')) rows.push(line.slice(2, -2).split(' | '));
  }
  return rows;
}

const inCode = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('docs/reference/definitions.md', () => {
  const page = read('docs/reference/definitions.md');
  const examples = blocksOf(page)
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text) as { readonly key: string; readonly nodes?: unknown })
    .filter(({ nodes }) => nodes !== undefined);

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  it.each(examples.map((example) => [example.key, example]))(
    'shows a definition that can be deployed: %s',
    (_, one) => {
      expect(() => compileDefinition(one, 1)).not.toThrow();
    },
  );

  it('names every property of the language', () => {
    const { named, types } = wordsOf(z.toJSONSchema(definitionSource, { io: 'input', unrepresentable: 'any' }));
    const code = new Set(inCode(page.replace(/^```[\s\S]*?^```$/gm, '')));
    expect([...named].filter((name) => !code.has(name))).toEqual([]);
    expect([...types].filter((name) => !code.has(name))).toEqual([]);
    expect(named.size).toBeGreaterThan(30);
    expect(types.size).toBeGreaterThan(10);
  });
});

/** Every name of a property, and every value that `type` can have, in a JSON schema. */
function wordsOf(schema: unknown): { readonly named: Set<string>; readonly types: Set<string> } {
  const words = { named: new Set<string>(), types: new Set<string>() };
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { properties } = part as { readonly properties?: Record<string, { const?: string; enum?: string[] }> };
    for (const name of Object.keys(properties ?? {})) words.named.add(name);
    const { type } = properties ?? {};
    for (const one of [type?.const ?? [], type?.enum ?? []].flat()) words.types.add(one);
    for (const inner of Object.values(part)) walk(inner);
  };
  walk(schema);
  return words;
}

describe('docs/reference/feel.md', () => {
  const page = read('docs/reference/feel.md');
  const examples = rowsBelow(page, '| expression | context | result |').map((cells) => cells.flatMap(inCode));

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(30);
  });

  it.each(examples)('%s with %s is %s', (expression = '', context = '', result = '') => {
    expect(compile(expression).evaluate(JSON.parse(context))).toEqual(JSON.parse(result));
  });

  it('lists the functions there are, and no others', () => {
    const listed = rowsBelow(page, '| function | answers |').flatMap(([calls = '']) => inCode(calls));
    const names = listed.map((call) => call.split('(')[0]);
    expect(names.toSorted()).toEqual([...builtInNames, 'is defined'].toSorted());
  });
});

describe('the commands on the pages', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  const commands = pages.flatMap((path) =>
    blocksOf(read(path))
      .filter(({ language }) => ['sh', 'bash', 'console'].includes(language))
      .flatMap(({ text }) => commandLines(text).map((words) => ({ path, words }))),
  );

  it('are found', () => {
    expect(commands.filter(({ words: [program] }) => program === 'millrace').length).toBeGreaterThan(30);
  });

  it.each(commands.map(({ path, words }) => [words.join(' '), path, words] as const))('%s (%s)', (_, __, words) => {
    return expect(problemOf(words, scripts)).resolves.toBe('');
  });

  it('would be refused if they did not exist', async () => {
    for (const line of [
      'millrace fly',
      'millrace devices add',
      'millrace devices add press-1',
      'millrace devices ls --colour red',
      'millrace tasks ls --state open',
      'millrace tasks complete job_1 job_2 --outcome done',
      'millrace tasks complete job_1 --outcome',
      'npm run fly',
      'npm fly',
      'npm start -- --plant real',
    ]) {
      expect(await problemOf(wordsIn(line), scripts), line).not.toBe('');
    }
    for (const line of ['npm start -- --plant none', 'millrace people add "Ada Kern" --role engineer', 'npm ci']) {
      expect(await problemOf(wordsIn(line), scripts), line).toBe('');
    }
  });

  it('set only variables that the configuration has', () => {
    const names = Object.values(settings).map(({ name }) => name as string);
    const mentioned = pages.flatMap((path) =>
      [...read(path).matchAll(/\bMILLRACE_[A-Z_]*[A-Z]\b/g)].map(([name]) => name),
    );
    expect([...new Set(mentioned)].filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** The command lines of a block that call npm or millrace: as words, without what is set before and piped behind. */
function commandLines(block: string): string[][] {
  return block
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => line.replace(/^\$ /, '').split(/ (?:\||&&|;) |\$\(/))
    .map((line) => wordsIn(line.replace(/\).*$/, (rest) => (/^\)["'\s]*$/.test(rest) ? '' : rest))))
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .map(([program = '', ...rest]) => [program.replace(/^(?:\.\/)?bin\//, ''), ...rest])
    .filter(([program]) => program === 'npm' || program === 'millrace');
}

/** As a shell splits a line; a comment and where the output goes are left out. */
function wordsIn(line: string): string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? [];
  const end = words.findIndex((word) => /^(?:#|[<>]|2>|&)/.test(word));
  return (end === -1 ? words : words.slice(0, end)).map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/** What the command line says about a command, without the server and the files that it would need. */
async function problemOf([program, ...words]: readonly string[], scripts: readonly string[]): Promise<string> {
  if (program === 'millrace') return usageProblem(words);
  const [command = '', name = '', ...rest] = words;
  if (command === 'ci' || command === 'install') return '';
  const [script, args] = command === 'run' ? [name, rest] : [command, words.slice(1)];
  if (!scripts.includes(script)) return `there is no script ${script}`;
  return script === 'start' ? usageProblem(['serve', ...args.filter((word) => word !== '--')]) : '';
}

/** Answers what was printed about wrong usage: exit code 2. A command that reached its file or server was right. */
async function usageProblem(words: readonly string[]): Promise<string> {
  let printed = '';
  const ignored = { write: () => {}, isTerminal: false, columns: 120 };
  const code = await runCli(words, {
    version: '0',
    serve: async () => {},
    migrate: async () => ({ text: '', json: {} }),
    demo: async () => {},
    settings: () => ({ url: 'http://localhost', data: '' }),
    fetch: async () => new Response('', { status: 401 }),
    out: ignored,
    err: { ...ignored, write: (text) => (printed += text) },
  });
  return code === 2 ? printed || 'wrong usage' : '';
}
