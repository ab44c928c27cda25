import { describe, expect, it } from 'vitest';
import * as tidy from './tidy.ts';

const file = (path: string, text = '') => ({ path, text });

describe('tidy', () => {
  it('wants a comment at the start of every source file, but not of tests', () => {
    expect(tidy.headerBreaches(file('src/a/b.ts', 'export const b = 1;\n'))).toHaveLength(1);
    expect(tidy.headerBreaches(file('src/a/b.ts', '/** Why. */\n'))).toEqual([]);
    expect(tidy.headerBreaches(file('src/a/b.ts', '// Why.\n'))).toEqual([]);
    expect(tidy.headerBreaches(file('src/a/b.test.ts', 'import 1;\n'))).toEqual([]);
  });

  it('refuses more than 400 lines without a reason', () => {
    expect(tidy.lengthBreaches(file('src/a.ts', 'x\n'.repeat(401)), {})).toHaveLength(1);
    expect(tidy.lengthBreaches(file('src/a.ts', 'x\n'.repeat(400)), {})).toEqual([]);
    expect(tidy.lengthBreaches(file('src/a.ts', 'x\n'.repeat(401)), { 'src/a.ts': 'one table' })).toEqual([]);
  });

  it.each([
    ['TO', 'DO'],
    ['FIX', 'ME'],
  ])('refuses a %s%s without an issue and names the line', (...halves) => {
    const word = halves.join('');
    expect(tidy.todoBreaches(file('a.md', `one\n${word}: later\n`))).toEqual([expect.stringMatching(/^a\.md:2: /)]);
    expect(tidy.todoBreaches(file('a.md', `${word}(#12): later\n`))).toEqual([]);
  });

  it.each(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'job-manager', 'string-utils'])(
    'refuses a file called %s',
    (name) => {
      expect(tidy.nameBreaches(file(`src/a/${name}.ts`))).toHaveLength(1);
      expect(tidy.nameBreaches(file(`src/a/${name}.test.ts`))).toHaveLength(1);
    },
  );

  it('lets a name through that only contains such a word', () => {
    for (const name of ['utility-meter', 'commons', 'lease'])
      expect(tidy.nameBreaches(file(`src/${name}.ts`))).toEqual([]);
  });

  it.each(['home', 'work', 'root'])('refuses an absolute path below /%s', (top) => {
    const path = `/${top}/someone/file`;
    for (const text of [path, `"${path}"`, `cd ${path}`, `file://${path}`]) {
      expect(tidy.machinePathBreaches(file('a.md', text)), text).toHaveLength(1);
    }
    expect(tidy.machinePathBreaches(file('a.md', `https://example.com${path}`))).toEqual([]);
    expect(tidy.machinePathBreaches(file('a.md', `src${path}`))).toEqual([]);
  });

  it('holds the error table and its page together, both ways', () => {
    const page = '# Errors\n\n## How to read this page\n\n### `job.unknown`\n\n### id.malformed\n';
    expect(tidy.errorDocBreaches(['job.unknown', 'id.malformed'], page)).toEqual([]);
    expect(tidy.errorDocBreaches(['job.unknown', 'id.malformed', 'job.dead'], page)).toEqual([
      'docs/reference/errors.md: no heading for the error code job.dead',
    ]);
    expect(tidy.errorDocBreaches(['job.unknown'], page)).toEqual([
      'docs/reference/errors.md: id.malformed is no error code',
    ]);
    expect(tidy.errorDocBreaches(['job.unknown', 'id.malformed'], `${page}## job.unknown\n`)).toHaveLength(1);
    expect(tidy.errorDocBreaches(['id.malformed', 'job.unknown'], page)).toEqual([
      'docs/reference/errors.md: job.unknown does not stand where the error table has it',
    ]);
  });

  it('wants a reference page for every entry of the package', () => {
    const pages = ['docs/reference/millrace.md'];
    expect(tidy.exportPageBreaches(['.'], (path) => pages.includes(path))).toEqual([]);
    expect(tidy.exportPageBreaches(['.', './client'], (path) => pages.includes(path))).toEqual([
      expect.stringMatching(/^docs\/reference\/client\.md: /),
    ]);
  });
});
