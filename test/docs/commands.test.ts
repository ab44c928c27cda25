/** The commands that pages show exist, with the arguments and options that are shown. */
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/app/settings.ts';
import { commandLines, problemOf, wordsIn } from './command-line.ts';
import { allBlocks, pagePaths, read } from './page.ts';

describe('the commands on the pages', () => {
  const commands = allBlocks('sh', 'bash', 'console').flatMap(({ path, text }) =>
    commandLines(text).map((words) => ({ path, words })),
  );

  it('are found', () => {
    expect(commands.filter(({ words: [program] }) => program === 'millrace').length).toBeGreaterThan(30);
  });

  it.each(commands.map(({ path, words }) => [words.join(' '), path, words] as const))(
    '%s (%s)',
    async (_, __, words) => {
      expect(await problemOf(words)).toBe('');
    },
  );

  it.each([
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
  ])('would be refused if they were: %s', async (line) => {
    expect(await problemOf(wordsIn(line))).not.toBe('');
  });

  it('are read as a shell reads them', () => {
    const block =
      '$ PORT=1 bin/millrace people add "Ada Kern" \\\n  --role engineer > x # why\nT=$(millrace token ls | wc)\n';
    expect(commandLines(block)).toEqual([
      ['millrace', 'people', 'add', 'Ada Kern', '--role', 'engineer'],
      ['millrace', 'token', 'ls'],
    ]);
  });
});

it('the pages name only variables that the configuration has', () => {
  const names = Object.values(settings).map(({ name }) => name as string);
  const mentioned = pagePaths.flatMap((path) => [...read(path).matchAll(/\bMILLRACE_[A-Z_]*[A-Z]\b/g)].map(String));
  expect([...new Set(mentioned)].filter((name) => !names.includes(name))).toEqual([]);
});
