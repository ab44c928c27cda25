/** Thresholds proposed and set from the command line. */
import { describe, expect, it } from 'vitest';
import { type CommandLine, openCommandLine } from '../../../testing/command-line.ts';
import { EDGE_START } from '../../../testing/edge-server.ts';
import { addJudgedPress, PEAKS } from '../../../testing/judged-press.ts';

async function openPress(peaks?: readonly number[]): Promise<CommandLine> {
  const line = await openCommandLine();
  const { store, measurements } = line.server.services;
  await addJudgedPress({ store, measurements, until: EDGE_START }, peaks);
  return line;
}

describe('analyze tune', () => {
  it('shows for people and machines what labels speak for, with the doubt that is left', async () => {
    await using line = await openPress();
    const { out, code } = await line.run('analyze', 'tune', '--device', 'press-1');
    expect(code).toBe(0);
    const [head, hot, detector] = out.split('\n');
    expect(head).toMatch(/^what +labels +threshold +precision +recall +alarms +proposal$/);
    expect(hot).toMatch(
      /^press-1\.hot +6 confirmed, 6 rejected +44 → 60 +50 % \(25–75\) → 100 % \(61–100\) .* 12 → 6 +better$/,
    );
    expect(detector).toMatch(/^z-score of press-1\.temperature .* 4 → 6 /);
    expect(out).toContain('In brackets: where the true share lies in 95 of 100 cases');
    const { proposals } = (await line.json('analyze', 'tune', '--criterion', 'press-1.hot')) as { proposals: object[] };
    expect(proposals).toEqual([
      expect.objectContaining({
        criterion: 'press-1.hot',
        status: 'better',
        now: expect.objectContaining({ threshold: 44, alarms: 12, caught: 6, missed: 0, falseAlarms: 6 }),
        proposed: expect.objectContaining({ threshold: 60, alarms: 6, caught: 6, missed: 0, falseAlarms: 0 }),
      }),
    ]);
  });

  it('sets what is better, as new versions in the audit, and only when it may', async () => {
    await using line = await openPress();
    const { criteria, devices } = line.server.services.measurements;
    const asked = await line.run('analyze', 'tune', '--apply');
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('--yes does without')]);
    expect((await criteria.get('press-1.hot')).version).toBe(1);
    const { out } = await line.run('analyze', 'tune', '--apply', '--yes');
    expect(out).toContain('press-1.hot is set to 60.\nz-score of press-1.temperature is set to 6.');
    expect(await criteria.get('press-1.hot')).toMatchObject({
      version: 2,
      settings: { limit: 60 },
      updatedBy: expect.stringContaining('administrator'),
    });
    expect(await devices.get('press-1')).toMatchObject({ fields: [{ thresholds: { 'z-score': 6 } }] });
    expect((await line.run('analyze', 'tune', '--apply', '--yes')).out).toContain('Nothing was set.');
  });

  it('says so when there are too few labels, none, or no such criterion', async () => {
    await using few = await openPress(PEAKS.slice(0, 4));
    expect((await few.run('analyze', 'tune')).out).toContain('Too few labels: it takes 10, and 3 each');
    await using none = await openPress([]);
    expect((await none.run('analyze', 'tune')).out).toContain('No anomaly has a label.');
    expect((await none.run('analyze', 'tune', '--criterion', 'press-1.cold')).err).toContain('criterion.unknown');
  });
});
