/**
 * When people are written to about a check. Pure.
 *
 *   quiet      the check passes, or has not been in trouble for ALERT_AFTER_MS.
 *   told       a mail has said that it is degraded or fails. Another one follows when that changes and stays changed, but
 *              none within ALERT_PAUSE_MS of the one before.
 *   recovered  it has passed for ALERT_AFTER_MS: one mail says so, and it is quiet again. The next trouble waits for the
 *              pause too: a check that comes and goes sends one mail about trouble in a pause, and one after each that it is over.
 */

import type { CheckResult, Verdict } from '../../kernel/check.ts';
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';

/** How long a check must be in trouble, or pass again, before anybody is told. */
export const ALERT_AFTER_MS = 120_000;
/** The least time between two mails that say that one check is in trouble. */
export const ALERT_PAUSE_MS = 900_000;

export const alertFamily = defineFamily({
  name: 'alert',
  columns: {
    check: 'text',
    /** Counts up with every change: of servers that decide at the same time one is right. */
    version: 'integer',
    verdict: 'text',
    /** Since when it is that. */
    changedAt: 'integer',
    /** When the present trouble began; null: there is none, and nobody was told of one. */
    troubleAt: 'integer?',
    /** What people were told last; at first that it passes. */
    told: 'text',
    /** When they were last told of trouble. */
    toldAt: 'integer?',
  },
  key: ['check'],
});
export type AlertRow = RowOf<typeof alertFamily>;

/** What all servers together say of a check. */
export type Observed = CheckResult & { readonly check: string; readonly purpose: string };
export type AlertRules = { readonly afterMs: number; readonly pauseMs: number };
export const ALERT_RULES: AlertRules = { afterMs: ALERT_AFTER_MS, pauseMs: ALERT_PAUSE_MS };

export type Decided = {
  readonly row: AlertRow;
  /** What a mail says; undefined: none is due. */
  readonly mail: 'trouble' | 'recovered' | undefined;
};

/** `before`: undefined when nothing is known of the check. */
export function decideAlert(
  before: AlertRow | undefined,
  { check, verdict }: Pick<Observed, 'check' | 'verdict'>,
  { now, rules = ALERT_RULES }: { readonly now: Instant; readonly rules?: AlertRules },
): Decided {
  const old = before ?? newAlert(check, now);
  const changedAt = old.verdict === verdict ? old.changedAt : now;
  const isTrouble = verdict !== 'pass';
  // Nobody knows of the trouble yet: one that goes between degraded and failing is no less trouble.
  const since = isTrouble && old.told === 'pass' ? (old.troubleAt ?? now) : changedAt;
  const mail = now - since >= rules.afterMs ? mailFor(old, verdict, { now, rules }) : undefined;
  const told = mail === undefined ? old.told : verdict;
  const row = {
    ...old,
    ...{ verdict, changedAt, told },
    troubleAt: isTrouble ? (old.troubleAt ?? now) : told === 'pass' ? null : old.troubleAt,
    toldAt: mail === 'trouble' ? now : old.toldAt,
  };
  return { row, mail };
}

function mailFor(
  { told, toldAt }: AlertRow,
  verdict: Verdict,
  { now, rules }: { readonly now: Instant; readonly rules: AlertRules },
): Decided['mail'] {
  if (verdict === told) return undefined;
  if (verdict === 'pass') return 'recovered';
  return toldAt === null || now - toldAt >= rules.pauseMs ? 'trouble' : undefined;
}

const newAlert = (check: string, now: Instant): AlertRow => ({
  check,
  version: 0,
  verdict: 'pass',
  changedAt: now,
  troubleAt: null,
  told: 'pass',
  toldAt: null,
});

/** The worst that a server says; undefined: no server says anything. */
export function worstOf<Report extends CheckResult>(reports: readonly Report[]): Report | undefined {
  const rank = ({ verdict }: Report) => ['pass', 'degraded', 'fail'].indexOf(verdict);
  return reports.reduce<Report | undefined>(
    (worst, report) => (worst === undefined || rank(report) > rank(worst) ? report : worst),
    undefined,
  );
}
