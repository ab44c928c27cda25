/** The command line against a real server, in this process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EDGE_START, type EdgeServer, openEdgeServer } from '../../testing/edge-server.ts';
import { buildProgram, runCli } from './cli.ts';
import type { ServeOptions, ServerCommands } from './commands/server.ts';
import type { CliSettings, Output } from './shell.ts';

const REPAIR = {
  key: 'repair',
  nodes: [
    {
      id: 'look',
      name: 'Have a look',
      type: 'userTask',
      role: 'operator',
      commentOn: ['broken'],
      next: { broken: 'work', fine: 'over' },
    },
    { id: 'work', type: 'job', kind: 'nobody.works', next: 'over' },
    { id: 'over', type: 'end' },
  ],
};

const noServerCommands: ServerCommands = {
  serve: async () => {},
  migrate: async () => ({ json: {}, text: '' }),
  demo: async () => {},
};

async function run(argv: readonly string[], settings: CliSettings, commands: Partial<ServerCommands> = {}) {
  const text = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    isTerminal: false,
    columns: 160,
    write: (more) => {
      text[name] += more;
    },
  });
  const code = await runCli(argv, {
    ...noServerCommands,
    ...commands,
    version: '1.2.3',
    settings: () => settings,
    out: output('out'),
    err: output('err'),
  });
  return { code, ...text };
}

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  return {
    folder,
    write: (name: string, content: unknown) => {
      const file = join(folder, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return file;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A server, and a way to call it as an administrator. */
async function openCli() {
  const server: EdgeServer = await openEdgeServer();
  const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
  const settings = { url, token: server.tokens.administrator, data: '/nowhere' };
  const cli = (...argv: string[]) => run(argv, settings);
  const json = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out) as Record<string, unknown>;
  return { server, settings, cli, json, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

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
    const { code, out, err } = await run(argv, { url: 'http://127.0.0.1:1', data: '.' });
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });
});

describe('without a server', () => {
  it('says how to start one', async () => {
    using files = scratch();
    const { code, err } = await run(['tasks', 'ls'], { data: files.folder });
    expect(code).toBe(1);
    expect(err).toContain('Start one with: millrace serve');
    expect(err).toContain('(cli.no-server)');
  });

  it('says so too when the one that is written down is gone, and as JSON for machines', async () => {
    using files = scratch();
    files.write('server.json', { url: 'http://127.0.0.1:1', token: 'mlr_x', pid: 1 });
    const fetchNothing = () => Promise.reject(new TypeError('fetch failed'));
    let err = '';
    const quiet: Output = { isTerminal: false, columns: 80, write: () => {} };
    const code = await runCli(['tasks', 'ls', '--json'], {
      ...noServerCommands,
      version: '1',
      settings: () => ({ data: files.folder }),
      out: quiet,
      err: {
        ...quiet,
        write: (text) => {
          err += text;
        },
      },
      fetch: fetchNothing,
    });
    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      code: 'client.unreachable',
      detail: 'No Millrace server answers at http://127.0.0.1:1.',
    });
  });
});

describe('a server that is written down', () => {
  it('is found by its file, token and all', async () => {
    await using cli = await openCli();
    using files = scratch();
    files.write('server.json', { url: cli.settings.url, token: cli.settings.token, pid: 1 });
    const { code, out } = await run(['people', '--json'], { data: files.folder });
    expect([code, JSON.parse(out)]).toMatchObject([0, { items: [{ id: 'administrator' }] }]);
  });
});

describe('processes and tasks', () => {
  it('are deployed, started, worked on and looked at', async () => {
    await using cli = await openCli();
    using files = scratch();
    expect(await cli.cli('deploy', files.write('repair.json', REPAIR))).toEqual({
      code: 0,
      out: 'repair is deployed as version 1.\n',
      err: '',
    });
    const started = await cli.cli(
      'start',
      'repair',
      '--version',
      '1',
      '--key',
      'press-1',
      '--variables',
      '{"part":"M8"}',
    );
    const id = /^Started (ins_\w+)\.\n$/.exec(started.out)?.[1] ?? '';
    expect((await cli.cli('instances')).out).toMatch(
      new RegExp(`id +definition +name .*\n${id} +repair v1 +repair +press-1 +active +look +2026-01-05 08:00:00`),
    );
    const list = await cli.cli('tasks');
    const task = /^(job_\w+) +Have a look +press-1 +operator +offered/m.exec(list.out)?.[1] ?? '';
    expect((await cli.cli('tasks', 'take', task)).out).toMatch(/^Task job_\w+ is taken by /);
    expect((await cli.cli('tasks', 'return', task)).out).toBe(`Task ${task} is offered.\n`);
    expect((await cli.cli('tasks', 'delegate', task, '--to', 'administrator')).out).toBe(
      `Task ${task} is taken by administrator.\n`,
    );
    const refused = await cli.cli('tasks', 'complete', task, '--outcome', 'broken');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('error: The outcome "broken" needs a comment.\nSay in a sentence why');
    expect(await cli.json('tasks', 'complete', task, '--outcome', 'broken', '--comment', 'it smells')).toEqual({
      id: task,
      outcome: 'broken',
    });
    const [job] = await cli.server.services.jobs.claim({ kind: 'nobody.works', limit: 1, worker: 'test' });
    await cli.server.services.jobs.settle(
      { id: job?.id as never, epoch: job?.epoch ?? 0 },
      { kind: 'discard', reason: 'no such machine' },
    );
    expect((await cli.cli('incidents')).out).toMatch(/no such machine/);
    const [incident] = (await cli.json('incidents', 'ls')).items as { token: number }[];
    expect((await cli.cli('incidents', 'retry', id, String(incident?.token))).code).toBe(0);
    const shown = await cli.cli('instances', 'show', id);
    const waiting = /work waits for job (job_\w+)/.exec(shown.out)?.[1] ?? '';
    expect((await cli.cli('jobs', 'show', waiting)).out).toMatch(/kind +nobody.works\n/);
    expect((await cli.cli('instances', 'cancel', id, '--reason', 'enough')).out).toBe(`Cancelled ${id}.\n`);
    expect((await cli.cli('tasks', 'ls')).out).toBe('No tasks.\n');
  });

  it('that are wrong name the rule and the element', async () => {
    await using cli = await openCli();
    using files = scratch();
    const { code, err } = await cli.cli(
      'deploy',
      files.write('wrong.json', { key: 'x', nodes: [{ id: 'a', type: 'userTask', role: 'operator', next: 'b' }] }),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/ {2}a: .* \[flow.unknown-target\]\n/);
    expect((await cli.cli('deploy', files.write('none.json', '{'))).err).toContain('(cli.unreadable-file)');
    expect((await cli.cli('deploy', join(files.folder, 'missing.json'))).err).toContain('(cli.unreadable-file)');
  });
});

describe('devices and criteria', () => {
  it('are made, listed and set', async () => {
    await using cli = await openCli();
    expect(
      (
        await cli.cli(
          'devices',
          'add',
          'press-1',
          '--line',
          'north',
          '--field',
          'temperature:°C:0:150',
          '--field',
          'count',
        )
      ).out,
    ).toBe('The device press-1 is known, with temperature (°C), count.\n');
    expect((await cli.cli('devices')).out).toMatch(/press-1 +press-1 +north +temperature \(°C\), count/);
    expect(
      (
        await cli.cli(
          'criteria',
          'add',
          'press-1',
          'A',
          '--field',
          'temperature',
          '--detector',
          'z-score',
          '--direction',
          'above',
          '--limit',
          '4',
        )
      ).out,
    ).toBe('The criterion press-1.A judges the next reading: z-score of temperature above 4.\n');
    expect((await cli.cli('criteria', 'set', 'press-1.A', '--limit', '4.5', '--duration', '90s')).out).toBe(
      'The criterion press-1.A is now version 2: z-score of temperature above 4.5 for 1m30s.\n',
    );
    expect((await cli.cli('criteria', 'set', 'press-1.A', '--disable')).out).toContain('switched off');
    expect((await cli.cli('criteria', 'ls', '--device', 'press-1')).out).toMatch(
      /press-1.A +z-score of temperature above 4.5 for 1m30s, switched off +quiet/,
    );
    expect(
      (
        await cli.cli(
          'criteria',
          'add',
          'press-1',
          'B',
          '--field',
          'temperature',
          '--direction',
          'outside',
          '--limit',
          '10:90',
        )
      ).out,
    ).toContain('temperature outside 10 to 90');
    const wrong = await cli.cli('criteria', 'set', 'press-1.Z', '--limit', '1');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('(criterion.unknown)')]);
    expect((await cli.cli('devices', 'add', 'press-2', '--field', 'a:b:c:d')).code).toBe(2);
  });

  it('have shift plans', async () => {
    await using cli = await openCli();
    using files = scratch();
    const plan = files.write('plan.json', {
      id: 'two',
      timeZone: 'UTC',
      lines: ['north'],
      rules: [{ name: 'early', days: ['mon'], from: '06:00', to: '14:00' }],
    });
    expect((await cli.cli('shift-plans', 'add', plan)).out).toBe('The shift plan two holds.\n');
    expect((await cli.cli('shift-plans', 'set', 'two', files.write('change.json', { lines: ['south'] }))).out).toBe(
      'The shift plan two is now version 2.\n',
    );
    expect((await cli.cli('shift-plans')).out).toMatch(/two +UTC +south +early 06:00-14:00/);
  });
});

describe('access', () => {
  it('is given by tokens, people and links, and mails go to lists', async () => {
    await using cli = await openCli();
    const { out: token } = await cli.cli('token', 'create', '--role', 'engineer');
    expect(token).toMatch(/^mlr_\S+\n$/);
    const me = await fetch(`${cli.settings.url}/api/v1/me`, { headers: { authorization: `Bearer ${token.trim()}` } });
    expect(await me.json()).toMatchObject({ name: 'engineer', roles: ['engineer'] });
    const tokens = (await cli.json('token', 'ls')).items as { id: string; name: string }[];
    const id = tokens.find(({ name }) => name === 'engineer' && token !== '')?.id ?? '';
    expect((await cli.cli('token', 'remove', id)).out).toBe(`Removed ${id}.\n`);
    expect(
      (await cli.cli('people', 'add', 'Dana Levi', '--role', 'operator', '--email', 'dana@plant.example')).out,
    ).toBe('Dana Levi is dana-levi.\n');
    expect((await cli.cli('people', 'link', 'dana-levi')).out).toMatch(
      /^http:\S+\/sign-in\?code=mlc_\S+\nGood until 2026-01-05 08:10:00 UTC, once.\n$/,
    );
    expect((await cli.cli('sign-in')).out).toMatch(/\/sign-in\?code=/);
    expect((await cli.cli('recipients', 'set', 'operators', '--role', 'operator')).out).toBe(
      'The list operators goes to role operator.\n',
    );
    expect(
      (await cli.cli('recipients', 'set', 'operators', '--address', 'a@b.example', '--person', 'dana-levi')).out,
    ).toBe('The list operators goes to a@b.example, person dana-levi.\n');
    expect((await cli.cli('recipients')).out).toMatch(/operators +a@b.example, person dana-levi/);
  });
});

describe('import', () => {
  const lines = (rows: number) =>
    Array.from(
      { length: rows },
      (_, place) =>
        `${new Date(EDGE_START - 86_400_000 + place * 10_000).toISOString().replace('T', ' ').slice(0, 19)},${20 + (place % 3)}`,
    );

  it('makes the device, sends the file in chunks, and counts what became of it', async () => {
    await using cli = await openCli();
    using files = scratch();
    const file = files.write(
      't.csv',
      ['timestamp,value', ...lines(6_000), 'yesterday,20', '2026-01-04 10:00:00,warm'].join('\n'),
    );
    const result = await cli.json('import', file, '--device', 'press-1', '--field', 'temperature');
    expect(result).toMatchObject({
      rows: 6_002,
      stored: 6_000,
      duplicate: 0,
      quarantined: 2,
      reasons: { 'malformed-time': 1, 'not-a-number': 1 },
    });
    expect(await cli.json('devices')).toMatchObject({ items: [{ id: 'press-1', fields: [{ name: 'temperature' }] }] });
    const again = await cli.cli('import', file, '--device', 'press-1', '--field', 'temperature', '--skip', '5000');
    expect(again.out).toMatch(
      /^1002 rows in [\d.]+ s: 0 stored, 1000 known already, 2 in quarantine\.\nIn quarantine: 1 malformed-time, 1 not-a-number/,
    );
  });

  it('takes columns by name, and NDJSON as the API takes it or flat', async () => {
    await using cli = await openCli();
    using files = scratch();
    const csv = files.write(
      'a.csv',
      '"Temp; °C";p;when\n20,5;1;x\n21;2;2026-01-04T00:00:10Z\n;3;2026-01-04T00:00:20Z\n',
    );
    expect(
      await cli.json(
        'import',
        csv,
        '--device',
        'a',
        '--map',
        'Temp; °C=temperature',
        '--map',
        'p=pressure',
        '--time-column',
        'when',
      ),
    ).toMatchObject({ rows: 3, stored: 2, quarantined: 1 });
    expect(await cli.json('devices')).toMatchObject({
      items: [{ fields: [{ name: 'temperature' }, { name: 'pressure' }] }],
    });
    const flat = files.write('b.ndjson', '{"ts":"2026-01-04T00:00:00Z","t":1}\n\n{"ts":"2026-01-04T00:00:01Z","t":2}');
    expect(await cli.json('import', flat, '--device', 'b')).toMatchObject({ rows: 2, stored: 2 });
    const whole = files.write('c.ndjson', '{"device":"b","ts":"2026-01-04T00:00:02Z","values":{"t":3}}\n');
    expect(await cli.json('import', whole)).toMatchObject({ rows: 1, stored: 1 });
  });

  it('says what a file lacks', async () => {
    await using cli = await openCli();
    using files = scratch();
    const file = files.write('a.csv', 'when,x,y\n1,2,3\n');
    const usage = async (...argv: string[]) => {
      const { code, err } = await cli.cli('import', file, ...argv);
      expect(code).toBe(2);
      return err;
    };
    expect(await usage()).toContain('name it with --device');
    expect(await usage('--device', 'a')).toContain('no column looks like a time; the file has when, x, y');
    expect(await usage('--device', 'a', '--time-column', 'when', '--field', 't')).toContain('use --map column=field');
    expect(await usage('--device', 'a', '--time-column', 'when', '--map', 'z=t')).toContain('there is no column "z"');
    await cli.cli('devices', 'add', 'a', '--field', 'other');
    expect(await usage('--device', 'a', '--time-column', 'when', '--map', 'x=t')).toContain(
      'has no field t; it has other',
    );
    expect((await cli.cli('import', join(files.folder, 'missing.csv'), '--device', 'a')).err).toContain(
      '(cli.unreadable-file)',
    );
  });

  it('that breaks off says where to go on', async () => {
    await using cli = await openCli();
    using files = scratch();
    const file = files.write('t.csv', ['ts,t', ...lines(6_000)].join('\n'));
    let calls = 0;
    const breaking: typeof fetch = (...request) => {
      if (String(request[0]).includes('/measurements') && ++calls > 1)
        return Promise.resolve(
          new Response('{"code":"store.write-failed","detail":"disk full","status":507,"action":""}', { status: 507 }),
        );
      return fetch(...request);
    };
    let err = '';
    const output: Output = {
      isTerminal: false,
      columns: 100,
      write: (text) => {
        err += text;
      },
    };
    const code = await runCli(['import', file, '--device', 'a'], {
      ...noServerCommands,
      version: '1',
      settings: () => cli.settings,
      out: output,
      err: output,
      fetch: breaking,
    });
    expect(code).toBe(1);
    expect(err).toContain('The import broke off behind row 5000 of the file: disk full');
    expect(err).toContain('--skip 5000');
    expect(await cli.json('import', file, '--device', 'a', '--skip', '5000')).toMatchObject({
      rows: 1_000,
      stored: 1_000,
      duplicate: 0,
    });
  });

  it('with --replay starts processes, and a report holds anomalies against labels', async () => {
    await using cli = await openCli();
    using files = scratch();
    const at = (place: number) => new Date(Date.UTC(2014, 0, 1) + place * 300_000).toISOString();
    const rows = Array.from(
      { length: 2_000 },
      (_, place) => `${at(place)},${place >= 1_500 && place < 1_510 ? 120 : 20 + (place % 3)}`,
    );
    const file = files.write('t.csv', ['timestamp,value', ...rows].join('\n'));
    await cli.cli('devices', 'add', 'press-1', '--field', 'temperature');
    await cli.cli(
      'criteria',
      'add',
      'press-1',
      'A',
      '--field',
      'temperature',
      '--direction',
      'above',
      '--limit',
      '100',
    );
    const definition = {
      key: 'defect',
      start: { criteria: ['A'] },
      nodes: [{ id: 'look', type: 'userTask', role: 'operator' }],
    };
    await cli.cli('deploy', files.write('d.json', definition));
    expect((await cli.cli('import', file, '--device', 'press-1', '--field', 'temperature', '--replay')).code).toBe(0);
    let instances = (await cli.json('instances')).items as { businessKey: string }[];
    while (instances.length === 0) {
      await cli.server.clock.advance(1_000);
      instances = (await cli.json('instances')).items as { businessKey: string }[];
    }
    expect(instances).toMatchObject([{ definition: 'defect', businessKey: 'press-1' }]);
    const labels = files.write('labels.json', { 'a.csv': [[at(1_495), at(1_520)]], 'b.csv': [] });
    const report = await cli.cli('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'a.csv');
    expect(report.out).toMatch(/detector +anomalies +windows hit +windows missed +false alarms\nall +\d+ +1 +0 +\d+/);
    expect(report.out).toMatch(/2014-01-06 04:35:00 +2014-01-06 06:40:00 +hit after /);
    expect(
      await cli.json('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'a.csv'),
    ).toMatchObject({ hit: 1, missed: 0 });
    const wrong = await cli.cli('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'c.csv');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('the labels have no series "c.csv"')]);
  });
});

describe('commands of app', () => {
  it('are handed what was asked for', async () => {
    const asked: ServeOptions[] = [];
    const commands = {
      serve: async (options: ServeOptions) => void asked.push(options),
      migrate: async () => ({ json: { migrated: true }, text: 'Done.' }),
    };
    expect((await run(['serve'], { data: '.' }, commands)).code).toBe(0);
    expect((await run(['serve', '--roles', 'api, engine', '--plant', 'demo'], { data: '.' }, commands)).code).toBe(0);
    expect(asked).toEqual([
      { roles: ['api', 'engine', 'worker', 'analysis', 'streams', 'checks'], plant: 'none' },
      { roles: ['api', 'engine'], plant: 'demo' },
    ]);
    expect((await run(['migrate'], { data: '.' }, commands)).out).toBe('Done.\n');
    expect((await run(['migrate', '--json'], { data: '.' }, commands)).out).toBe('{"migrated":true}\n');
    const failing = { serve: () => Promise.reject(new Error('the port is taken')) };
    expect(await run(['serve'], { data: '.' }, failing)).toMatchObject({
      code: 1,
      err: expect.stringContaining('error: the port is taken'),
    });
    expect(await run(['--version'], { data: '.' })).toMatchObject({ code: 0, out: '1.2.3\n' });
  });
});

describe('help', () => {
  const commandsOf = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(commandsOf);
  const nameOf = (command: Command): string =>
    command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
  const quiet: Output = { isTerminal: false, columns: 100, write: () => {} };
  const leaves = commandsOf(
    buildProgram({ out: quiet, err: quiet, client: () => expect.unreachable() }, { ...noServerCommands, version: '1' }),
  );

  it('has an example and --json for every command', async () => {
    for (const command of leaves) {
      const argv = [...nameOf(command).split(' ').slice(1), '--help'];
      const { code, out } = await run(argv, { data: '.' });
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
      const { out } = await run([...nameOf(command).split(' ').slice(1), '--help'], { data: '.' });
      expect(page).toContain(`## \`${nameOf(command)}\`\n\n\`\`\`text\n${out.trim()}\n\`\`\`\n`);
    }
  });
});
