/** Files of measurements come in whole, and say so when they do not. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../client/client.ts';
import { openCommandLine, openScratch, runCommand } from '../../../testing/command-line.ts';
import { EDGE_START } from '../../../testing/edge-server.ts';
import { importFile, progressText } from './import-file.ts';

describe('import', () => {
  const lines = (rows: number) =>
    Array.from(
      { length: rows },
      (_, place) =>
        `${new Date(EDGE_START - 86_400_000 + place * 10_000).toISOString().replace('T', ' ').slice(0, 19)},${20 + (place % 3)}`,
    );

  it('makes the device, sends the file in chunks, and counts what became of it', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
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
    const again = await cli.run('import', file, '--device', 'press-1', '--field', 'temperature', '--skip', '5000');
    expect(again.out).toMatch(
      /^1002 rows in [\d.]+ s: 0 stored, 1000 known already, 2 in quarantine\.\nIn quarantine: 1 malformed-time, 1 not-a-number/,
    );
  });

  it('takes columns by name, and NDJSON as the API takes it or flat', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
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

  it('takes milliseconds since 1970 and a column without a name, and says what is missing of other files', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const run = (text: string) => cli.run('import', files.write('f.csv', text), '--device', 'a', '--field', 't');
    const at = EDGE_START - 86_400_000;
    expect((await run(`time,temp,\n${at},1,\n${at + 1_000},2,\n`)).out).toContain('2 stored');
    expect(await cli.json('devices')).toMatchObject({ items: [{ fields: [{ name: 't' }] }] });
    expect((await run(`time,temp\n${at / 1_000},1\n`)).err).toContain(
      `"${at / 1_000}" is not a time (such as 2026-01-05T06:00:00Z, or milliseconds since 1970)`,
    );
    expect((await run('time;temp\n2026-01-04T00:00:00Z;3,5\n')).err).toContain(
      '"3,5" is not a number for t (such as 3.5)',
    );
    expect((await run('')).err).toContain('the file is empty');
  });

  it('stops behind the batch on its way when it is told to, and says where to go on', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const file = files.write('t.csv', ['timestamp,t', ...lines(35)].join('\n'));
    const stop = new AbortController();
    const bar = { show: (share: number) => share > 0 && stop.abort(), clear: () => {} };
    const request = { file, format: 'csv', mode: 'import', device: 'a', field: 't', timeColumn: undefined } as const;
    const broken = importFile(
      createClient({ url: cli.settings.url, token: cli.settings.token }),
      { ...request, map: [], skip: 0, batch: 10 },
      { bar, now: () => 0, signal: stop.signal },
    );
    await expect(broken).rejects.toMatchObject({ code: 'cli.import-interrupted', details: { row: 10 } });
    expect(await cli.json('import', file, '--device', 'a', '--skip', '10')).toMatchObject({ rows: 25, stored: 25 });
  });

  it('puts lines that are no rows into quarantine, unless the file is another than it seems', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const row = '{"ts":"2026-01-04T00:00:00Z","t":1}';
    const torn = files.write('torn.ndjson', `${row}\n{"ts":"2026-01-0\n[1]\n${row.replace('00Z', '01Z')}\n`);
    expect(await cli.json('import', torn, '--device', 'b')).toMatchObject({
      rows: 4,
      stored: 2,
      quarantined: 2,
      reasons: { 'malformed-row': 2 },
    });
    const table = files.write('table.ndjson', 'ts,t\n2026-01-04T00:00:00Z,1\n');
    const { code, err } = await cli.run('import', table, '--device', 'b');
    expect([code, err]).toEqual([1, expect.stringContaining('line 1 is no JSON object')]);
  });

  it('says what a file lacks', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const file = files.write('a.csv', 'when,x,y\n1,2,3\n');
    const usage = async (...argv: string[]) => {
      const { code, err } = await cli.run('import', file, ...argv);
      expect(code).toBe(2);
      return err;
    };
    expect(await usage()).toContain('name it with --device');
    expect(await usage('--device', 'a')).toContain('no column looks like a time; the file has when, x, y');
    expect(await usage('--device', 'a', '--time-column', 'when', '--field', 't')).toContain('use --map column=field');
    expect(await usage('--device', 'a', '--time-column', 'when', '--map', 'z=t')).toContain('there is no column "z"');
    await cli.run('devices', 'add', 'a', '--field', 'other');
    expect(await usage('--device', 'a', '--time-column', 'when', '--map', 'x=t')).toContain(
      'has no field t; it has other',
    );
    expect((await cli.run('import', join(files.folder, 'missing.csv'), '--device', 'a')).err).toContain(
      '(cli.unreadable-file)',
    );
  });

  it('refuses a file whose columns are taken for others, with line and column, before anything is stored', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const head = 'when;temperature;note\n';
    const text = ['2026-01-04T00:00:00Z;20;ok', '', '2026-01-04T00:00:10Z;;"two\nlines"', '2026-01-04T00:00:20Z;21;ok'];
    const file = files.write('a.csv', head + text.join('\n'));
    const refused = async (...argv: string[]) => {
      const { code, err } = await cli.run('import', file, '--device', 'a', '--time-column', 'when', ...argv);
      expect(code).toBe(2);
      return err;
    };
    expect(await refused()).toContain('line 2, column 3 ("note"): "ok" is not a number for note');
    expect(await refused('--map', 'note=temperature')).toContain('is not a number for temperature');
    expect(await refused('--map', 'p=pressure')).toContain('line 1: there is no column "p"');
    expect(await refused('--time-column', 'temperature', '--map', 'note=n')).toContain(
      'line 2, column 2 ("temperature"): "20" is not a time',
    );
    expect(await cli.json('devices')).toMatchObject({ items: [] });
    await cli.run('devices', 'add', 'a', '--field', 'temperature');
    expect(await refused('--map', 'temperature=heat')).toContain(
      'line 1, column 2 ("temperature"): the device a has no field heat',
    );
    expect((await cli.server.call({ method: 'GET', url: '/api/v1/quarantine', as: 'engineer' })).body.items).toEqual(
      [],
    );
    expect(
      await cli.json('import', file, '--device', 'a', '--time-column', 'when', '--field', 'temperature'),
    ).toMatchObject({ rows: 3, stored: 2, reasons: { 'no-values': 1 } });
  });

  it('takes the texts of states and labels as they are, also those that look like numbers', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const fields = [
      { name: 'temperature' },
      { name: 'product', role: 'label', values: ['007', '8'] },
      { name: 'mode', role: 'state', values: ['on', 'off'] },
    ];
    await cli.server.call({ method: 'POST', url: '/api/v1/devices', as: 'engineer', body: { id: 'a', fields } });
    const rows = ['20,007,on', '21,7,on', '22,8,broken'].map((row, place) => `2026-01-04T00:00:0${place}Z,${row}`);
    const file = files.write('a.csv', ['ts,temperature,product,mode', ...rows].join('\n'));
    expect(await cli.json('import', file, '--device', 'a')).toMatchObject({
      stored: 1,
      reasons: { 'unknown-value': 2 },
    });
  });

  it('keeps a line with more cells than columns in quarantine', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const file = files.write('a.csv', 'ts,t\n2026-01-04T00:00:00Z,1\n2026-01-04T00:00:10Z,1,5\n');
    expect(await cli.json('import', file, '--device', 'a')).toMatchObject({
      stored: 1,
      reasons: { 'malformed-row': 1 },
    });
  });

  it('sends as many rows at a time as it is told', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const file = files.write('t.csv', ['ts,t', ...lines(2_500)].join('\n'));
    const calls: number[] = [];
    const counting: typeof fetch = (url, init) => {
      if (String(url).includes('/measurements')) calls.push(JSON.parse(String(init?.body)).length);
      return fetch(url, init);
    };
    await runCommand(['import', file, '--device', 'a'], cli.settings, { fetch: counting });
    await runCommand(['import', file, '--device', 'a', '--batch', '2000'], cli.settings, { fetch: counting });
    expect(calls).toEqual([1_000, 1_000, 500, 2_000, 500]);
    expect((await cli.run('import', file, '--device', 'a', '--batch', '10001')).code).toBe(2);
  });

  it('shows how many rows have gone, and how many in a second', () => {
    expect(progressText(12_000, 1_500)).toBe('12,000 rows  8,000 rows/s');
    expect(progressText(1_000, 0)).toBe('1,000 rows');
  });

  it('hands on a field that comes up late in a file of lines', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const line = (place: number, more: object = {}) =>
      JSON.stringify({ ts: new Date(EDGE_START - 86_400_000 + place * 1_000).toISOString(), t: place, ...more });
    const file = files.write(
      'a.ndjson',
      Array.from({ length: 150 }, (_, place) => line(place, place === 140 ? { p: 3 } : {})).join('\n'),
    );
    expect(await cli.json('import', file, '--device', 'a')).toMatchObject({
      stored: 149,
      reasons: { 'unknown-field': 1 },
    });
  });

  it('that breaks off says where to go on', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const file = files.write('t.csv', ['ts,t', ...lines(6_000)].join('\n'));
    let calls = 0;
    const breaking: typeof fetch = (...request) => {
      if (String(request[0]).includes('/measurements') && ++calls > 1)
        return Promise.resolve(
          new Response('{"code":"store.write-failed","detail":"disk full","status":507,"action":""}', { status: 507 }),
        );
      return fetch(...request);
    };
    const { code, err } = await runCommand(['import', file, '--device', 'a', '--batch', '5000'], cli.settings, {
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
    await using cli = await openCommandLine();
    using files = openScratch();
    const at = (place: number) => new Date(Date.UTC(2014, 0, 1) + place * 300_000).toISOString();
    const rows = Array.from(
      { length: 2_000 },
      (_, place) => `${at(place)},${place >= 1_500 && place < 1_510 ? 120 : 20 + (place % 3)}`,
    );
    const file = files.write('t.csv', ['timestamp,value', ...rows].join('\n'));
    await cli.run('devices', 'add', 'press-1', '--field', 'temperature');
    await cli.run(
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
    await cli.run('deploy', files.write('d.json', definition));
    expect((await cli.run('import', file, '--device', 'press-1', '--field', 'temperature', '--replay')).code).toBe(0);
    let instances = (await cli.json('instances')).items as { businessKey: string }[];
    while (instances.length === 0) {
      await cli.server.clock.advance(1_000);
      instances = (await cli.json('instances')).items as { businessKey: string }[];
    }
    expect(instances).toMatchObject([{ definition: 'defect', businessKey: 'press-1' }]);
    const labels = files.write('labels.json', { 'a.csv': [[at(1_495), at(1_520)]], 'b.csv': [] });
    const report = await cli.run('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'a.csv');
    expect(report.out).toMatch(/detector +anomalies +windows hit +windows missed +false alarms\nall +\d+ +1 +0 +\d+/);
    expect(report.out).toMatch(/2014-01-06 04:35:00 +2014-01-06 06:40:00 +hit after /);
    expect(
      await cli.json('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'a.csv'),
    ).toMatchObject({ hit: 1, missed: 0 });
    const wrong = await cli.run('analyze', 'report', '--device', 'press-1', '--labels', labels, '--series', 'c.csv');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('the labels have no series "c.csv"')]);
  });
});
