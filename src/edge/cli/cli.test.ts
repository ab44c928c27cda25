/** The command line as a whole: what it takes, how it finds a server, what it prints about itself. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { noServerCommands, openCommandLine, openScratch, runCommand } from '../../testing/command-line.ts';
import { buildProgram } from './cli.ts';
import type { ServeOptions } from './commands/server.ts';
import type { Output } from './shell.ts';

describe('wrong usage', () => {
  it.each([
    ['a command that is none', ['fly']],
    ['an option that is none', ['tasks', 'ls', '--fast']],
    ['a missing argument', ['deploy']],
    ['a missing option', ['tasks', 'complete', 'job_1']],
    ['a value that is no choice', ['serve', '--plant', 'moon']],
    ['a role that is none', ['serve', '--roles', 'api,moon']],
    ['a number that is none', ['instances', 'ls', '--limit', 'many']],
    ['nothing at all', []],
    ['variables that are no JSON', ['start', 'x', '--variables', '{']],
    ['nothing to set', ['criteria', 'set', 'press-1.A']],
    ['options that exclude each other', ['criteria', 'set', 'press-1.A', '--enable', '--disable']],
    ['a limit that is none', ['criteria', 'set', 'press-1.A', '--limit', '1:2:3']],
  ])('with %s exits with 2 and calls no server', async (_, argv) => {
    const { code, out, err } = await runCommand(argv, { url: 'http://127.0.0.1:1', data: '.' });
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });
});

describe('a usage error', () => {
  it.each([
    [['tasks', 'fly'], "error: unknown command 'fly'; tasks has ls, take, return, delegate, "],
    [['tasks', 'ls', 'fly'], "error: ls takes no argument, got 'fly'"],
    [['instances', 'ls', '--limit', 'many'], 'error: --limit many: expected number, found something else'],
    [['serve', '--roles', 'api,moon'], 'error: --roles api,moon: is not one of api, engine'],
  ])('of %j names what was given', async (argv, words) => {
    expect((await runCommand(argv, { url: 'http://127.0.0.1:1', data: '.' })).err).toContain(words);
  });
});

describe('without a server', () => {
  it('says how to start one', async () => {
    using files = openScratch();
    const { code, err } = await runCommand(['tasks', 'ls'], { data: files.folder });
    expect(code).toBe(1);
    expect(err).toContain('Start one with: millrace serve');
    expect(err).toContain('(cli.no-server)');
  });

  it('says that what is written down cannot be read', async () => {
    using files = openScratch();
    mkdirSync(join(files.folder, 'server.json'));
    const { code, err } = await runCommand(['tasks', 'ls'], { data: files.folder });
    expect([code, err]).toEqual([1, expect.stringContaining('(cli.unreadable-file)')]);
  });

  it('says so too when the one that is written down is gone, and as JSON for machines', async () => {
    using files = openScratch();
    files.write('server.json', { url: 'http://127.0.0.1:1', token: 'mlr_x', pid: 1 });
    const fetchNothing = () => Promise.reject(new TypeError('fetch failed'));
    const { code, err } = await runCommand(['tasks', 'ls', '--json'], { data: files.folder }, { fetch: fetchNothing });
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      code: 'client.unreachable',
      detail: 'No Millrace server answers at http://127.0.0.1:1.',
    });
  });
});

describe('a server that is written down', () => {
  it('is found by its file, token and all', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    files.write('server.json', { url: cli.settings.url, token: cli.settings.token, pid: 1 });
    const { code, out } = await runCommand(['people', '--json'], { data: files.folder });
    expect([code, JSON.parse(out)]).toMatchObject([0, { items: [{ id: 'administrator' }] }]);
  });
});
describe('commands of app', () => {
  it('are handed what was asked for', async () => {
    const asked: ServeOptions[] = [];
    const commands = {
      serve: async (options: ServeOptions) => void asked.push(options),
      migrate: async () => ({ json: { migrated: true }, text: 'Done.' }),
    };
    expect((await runCommand(['serve'], { data: '.' }, commands)).code).toBe(0);
    expect(
      (await runCommand(['serve', '--roles', 'api, engine', '--plant', 'demo', '--json'], { data: '.' }, commands))
        .code,
    ).toBe(0);
    expect(asked).toEqual([
      { roles: ['api', 'engine', 'worker', 'analysis', 'streams', 'checks'], plant: 'none', isJson: false },
      { roles: ['api', 'engine'], plant: 'demo', isJson: true },
    ]);
    expect((await runCommand(['migrate'], { data: '.' }, commands)).out).toBe('Done.\n');
    expect((await runCommand(['migrate', '--json'], { data: '.' }, commands)).out).toBe('{"migrated":true}\n');
    const failing = { serve: () => Promise.reject(new Error('the port is taken')) };
    expect(await runCommand(['serve'], { data: '.' }, failing)).toMatchObject({
      code: 1,
      err: expect.stringContaining('error: the port is taken'),
    });
    expect(await runCommand(['--version'], { data: '.' })).toMatchObject({ code: 0, out: '1.2.3\n' });
  });
});
describe('help', () => {
  const commandsOf = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(commandsOf);
  const nameOf = (command: Command): string =>
    command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
  const quiet: Output = { isTerminal: false, columns: 100, write: () => {} };
  const leaves = commandsOf(
    buildProgram(
      {
        out: quiet,
        err: quiet,
        client: () => expect.unreachable(),
        timeZone: () => expect.unreachable(),
        bus: () => expect.unreachable(),
      },
      { ...noServerCommands, version: '1' },
    ),
  );

  it('has an example and --json for every command', async () => {
    for (const command of leaves) {
      const argv = [...nameOf(command).split(' ').slice(1), '--help'];
      const { code, out } = await runCommand(argv, { data: '.' });
      expect([argv, code]).toEqual([argv, 0]);
      expect(out).toContain('Examples:\n  $ millrace ');
      expect(out).toContain('--json');
    }
  });

  it('stands in docs/reference/cli.md, command by command', async () => {
    const page = readFileSync(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');
    const headings = [...page.matchAll(/^## `(millrace [^`]+)`$/gm)].map((match) => match[1]);
    expect(headings.sort()).toEqual(leaves.map(nameOf).sort());
    for (const command of leaves) {
      const { out } = await runCommand([...nameOf(command).split(' ').slice(1), '--help'], { data: '.' });
      expect(page).toContain(`## \`${nameOf(command)}\`\n\n\`\`\`text\n${out.trim()}\n\`\`\`\n`);
    }
  });
});
