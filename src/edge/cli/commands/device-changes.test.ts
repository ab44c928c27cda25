/** What is declared of a device, shown and changed by commands. */
import { describe, expect, it } from 'vitest';
import { openCommandLine, openScratch } from '../../../testing/command-line.ts';

const PRESS = {
  id: 'press-1',
  fields: [{ name: 'count', role: 'counter' as const, max: 9, maxRate: 2 }, { name: 'temperature' }],
};

describe('a device', () => {
  it('is shown with its fields', async () => {
    await using cli = await openCommandLine();
    await cli.run(
      'devices',
      'add',
      'press-1',
      '--line',
      'north',
      '--field',
      'temperature:°C:0:150',
      '--field',
      'speed',
    );
    expect((await cli.run('devices', 'show', 'press-1')).out).toBe(
      [
        'press-1 · line north',
        '',
        'field        role   unit  range    required',
        'temperature  gauge  °C    0 … 150  –',
        'speed        gauge  –     –        –',
        '',
      ].join('\n'),
    );
    expect((await cli.run('devices', 'show', 'press-9')).err).toContain('(device.unknown)');
  });

  it('keeps of a field what is not changed, and of others everything', async () => {
    await using cli = await openCommandLine();
    await cli.server.services.measurements.devices.create(PRESS, { actor: 'ada' });
    const fields = ['--field', 'count::0:99', '--field', 'pressure:bar', '--remove-field', 'temperature'];
    expect((await cli.run('devices', 'set', 'press-1', '--name', 'Press', ...fields)).out).toBe(
      'The device press-1 has count, pressure (bar).\n',
    );
    expect(await cli.json('devices', 'show', 'press-1')).toMatchObject({
      name: 'Press',
      fields: [
        { name: 'count', role: 'counter', min: 0, max: 99 },
        { name: 'pressure', unit: 'bar' },
      ],
    });
  });

  it('is changed by the parts that a file names', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    await cli.server.services.measurements.devices.create(PRESS, { actor: 'ada' });
    const file = files.write('press.json', { fields: [{ name: 'mode', role: 'label', values: ['on', 'off'] }] });
    await cli.run('devices', 'set', 'press-1', file, '--line', 'south');
    expect((await cli.run('devices', 'show', 'press-1')).out).toMatch(
      /line south\n\n.*\nmode +label +– +on, off +–\n$/,
    );
  });

  it.each([
    [[], 'nothing to change'],
    [['--field', 'a:b:c:d'], 'is not name:unit:min:max'],
    [['--remove-field', 'speed'], 'there is no field "speed"'],
  ])('is not changed by %j', async (flags, problem) => {
    await using cli = await openCommandLine();
    await cli.server.services.measurements.devices.create(PRESS, { actor: 'ada' });
    const { code, err } = await cli.run('devices', 'set', 'press-1', ...flags);
    expect([code, err]).toEqual([2, expect.stringContaining(problem)]);
  });
});

describe('refused rows', () => {
  it('are listed with device and reason', async () => {
    await using cli = await openCommandLine();
    await cli.server.services.measurements.devices.create(PRESS, { actor: 'ada' });
    const rows = [
      { device: 'press-1', ts: 0, values: { count: 10 } },
      { device: 'press-2', ts: 0, values: {} },
    ];
    await cli.server.services.measurements.ingest(rows, { mode: 'live', actor: 'ada' });
    expect((await cli.run('quarantine', '--code', 'out-of-range')).out).toMatch(
      /^came +device +why +row\n2026-01-05 08:00:00 +press-1 +out-of-range +\{"device":"press-1",.*\}\n$/,
    );
    expect((await cli.run('quarantine', 'ls', '--device', 'press-3')).out).toBe('Nothing is in quarantine.\n');
    expect((await cli.run('quarantine', 'ls', '--code', 'wrong')).code).toBe(2);
  });
});
