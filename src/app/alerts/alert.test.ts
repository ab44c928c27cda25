/** When people are told about a check, as a table of what it says over time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../kernel/check.ts';
import { ALERT_AFTER_MS, ALERT_PAUSE_MS, type AlertRow, decideAlert, worstOf } from './alert.ts';

const LOOK_MS = 15_000;
const MINUTE_MS = 60_000;

/** Mails by minute; `says` what the check says from a minute on. */
function mailsOf(says: readonly (readonly [minute: number, verdict: Verdict])[], minutes: number) {
  const mails: { minute: number; mail: string; verdict: string; troubleAt: number | null }[] = [];
  let row: AlertRow | undefined;
  for (let now = 0; now < minutes * MINUTE_MS; now += LOOK_MS) {
    const [, verdict = 'pass'] = says.findLast(([minute]) => minute * MINUTE_MS <= now) ?? [];
    const before = row;
    const decided = decideAlert(before, { check: 'store/commit', verdict }, { now });
    row = decided.row;
    if (decided.mail === undefined) continue;
    const { troubleAt } = decided.mail === 'recovered' ? (before as AlertRow) : row;
    mails.push({ minute: now / MINUTE_MS, mail: decided.mail, verdict, troubleAt });
  }
  return mails;
}
const short = (mails: ReturnType<typeof mailsOf>) => mails.map(({ minute, mail, verdict }) => [minute, mail, verdict]);

describe('an alert', () => {
  it('tells once of trouble that lasts, and once that it is over', () => {
    const mails = mailsOf(
      [
        [10, 'fail'],
        [40, 'pass'],
      ],
      120,
    );
    expect(short(mails)).toEqual([
      [12, 'trouble', 'fail'],
      [42, 'recovered', 'pass'],
    ]);
    expect(mails.map(({ troubleAt }) => troubleAt)).toEqual([10 * MINUTE_MS, 10 * MINUTE_MS]);
  });

  it('says nothing of trouble that is over soon, nor of a well check', () => {
    expect(
      mailsOf(
        [
          [10, 'fail'],
          [11, 'pass'],
          [20, 'degraded'],
          [21.5, 'pass'],
        ],
        60,
      ),
    ).toEqual([]);
    expect(mailsOf([], 60)).toEqual([]);
  });

  it('tells of trouble that goes between degraded and failing all the time', () => {
    const says = Array.from({ length: 20 }, (_, minute): [number, Verdict] => [
      10 + minute,
      minute % 2 === 0 ? 'degraded' : 'fail',
    ]);
    expect(short(mailsOf([...says, [30, 'pass']], 60))).toEqual([
      [12, 'trouble', 'degraded'],
      [32, 'recovered', 'pass'],
    ]);
  });

  it('tells when it becomes worse or better, after the pause', () => {
    expect(
      short(
        mailsOf(
          [
            [10, 'degraded'],
            [14, 'fail'],
            [60, 'degraded'],
          ],
          120,
        ),
      ),
    ).toEqual([
      [12, 'trouble', 'degraded'],
      [27, 'trouble', 'fail'],
      [62, 'trouble', 'degraded'],
    ]);
  });

  it('never floods: however a check comes and goes, one mail about trouble in a pause, and one after each that it is over', () => {
    const verdict = fc.constantFrom<Verdict>('pass', 'degraded', 'fail');
    const says = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), verdict), { maxLength: 60 });
    fc.assert(
      fc.property(says, (unsorted) => {
        const mails = mailsOf(
          [...unsorted].sort(([a], [b]) => a - b).map(([at, one]) => [at / 2, one]),
          200,
        );
        const troubles = mails.filter(({ mail }) => mail === 'trouble');
        for (const [place, { minute }] of troubles.slice(1).entries())
          expect((minute - (troubles[place]?.minute ?? 0)) * MINUTE_MS).toBeGreaterThanOrEqual(ALERT_PAUSE_MS);
        for (const [place, { mail }] of mails.entries())
          if (mail === 'recovered') expect(mails[place - 1]?.mail).toBe('trouble');
        expect(mails.every(({ minute }) => minute * MINUTE_MS >= ALERT_AFTER_MS)).toBe(true);
        const pairs = mails.map(({ verdict: one }, place) => [mails[place - 1]?.verdict ?? 'pass', one]);
        expect(pairs.every(([before, after]) => before !== after)).toBe(true);
      }),
    );
  });

  it('believes the server that is worst off', () => {
    const reports = (['pass', 'fail', 'degraded'] as const).map((verdict) => ({ verdict, reason: verdict }));
    expect(worstOf(reports)?.reason).toBe('fail');
    expect(worstOf([])).toBeUndefined();
  });
});
