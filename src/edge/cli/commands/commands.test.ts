/** The commands against a real server: processes, tasks, devices, criteria, access. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCommandLine, openScratch } from '../../../testing/command-line.ts';

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

describe('processes and tasks', () => {
  it('are deployed, started, worked on and looked at', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    expect(await cli.run('deploy', files.write('repair.json', REPAIR))).toEqual({
      code: 0,
      out: 'repair is deployed as version 1.\n',
      err: '',
    });
    const started = await cli.run(
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
    expect((await cli.run('instances')).out).toMatch(
      new RegExp(`id +definition +name .*\n${id} +repair v1 +repair +press-1 +active +look +2026-01-05 08:00:00`),
    );
    const list = await cli.run('tasks');
    const task = /^(job_\w+) +Have a look +press-1 +operator +offered/m.exec(list.out)?.[1] ?? '';
    expect((await cli.run('tasks', 'take', task)).out).toMatch(/^Task job_\w+ is taken by /);
    expect((await cli.run('tasks', 'return', task)).out).toBe(`Task ${task} is offered.\n`);
    expect((await cli.run('tasks', 'delegate', task, '--to', 'administrator')).out).toBe(
      `Task ${task} is taken by administrator.\n`,
    );
    const refused = await cli.run('tasks', 'complete', task, '--outcome', 'broken');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('error: The outcome "broken" needs a comment.\nSay in a sentence why');
    expect(await cli.json('tasks', 'complete', task, '--outcome', 'broken', '--comment', 'it smells')).toEqual({
      id: task,
      outcome: 'broken',
    });
    const [job] = await cli.server.services.jobs.claim({ kinds: ['nobody.works'], limit: 1, worker: 'test' });
    await cli.server.services.jobs.settle('test', [
      { id: job?.id as never, epoch: job?.epoch ?? 0, settlement: { kind: 'discard', reason: 'no such machine' } },
    ]);
    expect((await cli.run('incidents')).out).toMatch(/no such machine/);
    const [incident] = (await cli.json('incidents', 'ls')).items as { token: number }[];
    expect((await cli.run('incidents', 'retry', id, String(incident?.token))).code).toBe(0);
    const shown = await cli.run('instances', 'show', id);
    const waiting = /work waits for job (job_\w+)/.exec(shown.out)?.[1] ?? '';
    expect((await cli.run('jobs', 'show', waiting)).out).toMatch(/kind +nobody.works\n/);
    expect((await cli.run('instances', 'cancel', id, '--reason', 'enough')).out).toBe(`Cancelled ${id}.\n`);
    expect((await cli.run('tasks', 'ls')).out).toBe('No tasks.\n');
    const history = (await cli.run('instances', 'history', id)).out.split('\n').map((line) => line.trim());
    expect(history.filter((line) => line !== '').map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      'what',
      'started',
      'look: broken – it smells',
      'stuck: no such machine',
      expect.stringMatching(/^tried again at token \d+$/),
      'cancelled – enough',
    ]);
  });

  it('that are wrong name the rule and the element', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const { code, err } = await cli.run(
      'deploy',
      files.write('wrong.json', { key: 'x', nodes: [{ id: 'a', type: 'userTask', role: 'operator', next: 'b' }] }),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^error: The definition has \d problem\(s\):\n {2}a: /);
    expect(err).toMatch(/ {2}a: .* \[flow.unknown-target\]\n/);
    expect((await cli.run('deploy', files.write('none.json', '{'))).err).toContain('(cli.unreadable-file)');
    expect((await cli.run('deploy', join(files.folder, 'missing.json'))).err).toContain('(cli.unreadable-file)');
  });
});
describe('a list', () => {
  it('that goes on says how to see the rest', async () => {
    await using cli = await openCommandLine();
    for (const name of ['Ada', 'Dana']) await cli.run('people', 'add', name, '--role', 'operator');
    const cursor = /^More with --cursor (\S+)$/m.exec((await cli.run('people', '--limit', '2')).out)?.[1] ?? '';
    const rest = (await cli.run('people', '--limit', '2', '--cursor', cursor)).out;
    expect(rest).toContain('dana');
    expect(rest).not.toContain('More with');
  });
});
describe('devices and criteria', () => {
  it('are made, listed and set', async () => {
    await using cli = await openCommandLine();
    expect(
      (
        await cli.run(
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
    expect((await cli.run('devices')).out).toMatch(/press-1 +press-1 +north +temperature \(°C\), count/);
    expect(
      (
        await cli.run(
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
    expect((await cli.run('criteria', 'set', 'press-1.A', '--limit', '4.5', '--duration', '90s')).out).toBe(
      'The criterion press-1.A is now version 2: z-score of temperature above 4.5 for 1m30s.\n',
    );
    expect((await cli.run('criteria', 'set', 'press-1.A', '--disable')).out).toContain('switched off');
    expect((await cli.run('criteria', 'ls', '--device', 'press-1')).out).toMatch(
      /press-1.A +z-score of temperature above 4.5 for 1m30s, switched off +quiet/,
    );
    expect(
      (
        await cli.run(
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
    const wrong = await cli.run('criteria', 'set', 'press-1.Z', '--limit', '1');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('(criterion.unknown)')]);
    expect((await cli.run('devices', 'add', 'press-2', '--field', 'a:b:c:d')).code).toBe(2);
  });

  it('have shift plans', async () => {
    await using cli = await openCommandLine();
    using files = openScratch();
    const plan = files.write('plan.json', {
      id: 'two',
      timeZone: 'UTC',
      lines: ['north'],
      rules: [{ name: 'early', days: ['mon'], from: '06:00', to: '14:00' }],
    });
    expect((await cli.run('shift-plans', 'add', plan)).out).toBe('The shift plan two holds.\n');
    expect((await cli.run('shift-plans', 'set', 'two', files.write('change.json', { lines: ['south'] }))).out).toBe(
      'The shift plan two is now version 2.\n',
    );
    expect((await cli.run('shift-plans')).out).toMatch(/two +UTC +south +early 06:00-14:00/);
  });
});
describe('access', () => {
  it('is given by tokens, people and links, and mails go to lists', async () => {
    await using cli = await openCommandLine();
    const { out: token } = await cli.run('token', 'create', '--role', 'engineer');
    expect(token).toMatch(/^mlr_\S+\n$/);
    const me = await fetch(`${cli.settings.url}/api/v1/me`, { headers: { authorization: `Bearer ${token.trim()}` } });
    expect(await me.json()).toMatchObject({ name: 'engineer', roles: ['engineer'] });
    const tokens = (await cli.json('token', 'ls')).items as { id: string; name: string }[];
    const id = tokens.find(({ name }) => name === 'engineer' && token !== '')?.id ?? '';
    expect((await cli.run('token', 'remove', id)).out).toBe(`Removed ${id}.\n`);
    expect(
      (await cli.run('people', 'add', 'Dana Levi', '--role', 'operator', '--email', 'dana@plant.example')).out,
    ).toBe('Dana Levi is dana-levi.\n');
    expect((await cli.run('people', 'link', 'dana-levi')).out).toMatch(
      /^http:\S+\/sign-in\?code=mlc_\S+\nGood until 2026-01-05 08:10:00 UTC, once.\n$/,
    );
    expect((await cli.run('sign-in')).out).toMatch(/\/sign-in\?code=/);
    expect((await cli.run('recipients', 'set', 'operators', '--role', 'operator')).out).toBe(
      'The list operators goes to role operator.\n',
    );
    expect(
      (await cli.run('recipients', 'set', 'operators', '--address', 'a@b.example', '--person', 'dana-levi')).out,
    ).toBe('The list operators goes to a@b.example, person dana-levi.\n');
    expect((await cli.run('recipients')).out).toMatch(/operators +a@b.example, person dana-levi/);
  });
});
