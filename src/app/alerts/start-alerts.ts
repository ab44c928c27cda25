/**
 * Mails about checks. Every server writes down what its checks say; whoever finds that people should be told writes the
 * mail's job and the note that they were told in one unit, guarded by the note: of several servers one does, and a restart
 * repeats nothing. What the store cannot take, nobody is told.
 */
import type { Jobs } from '../../jobs/jobs.ts';
import type { CheckResult } from '../../kernel/check.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { MAIL_KIND } from '../../process/core/action.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { isAbsent, isEqual, put, remove, type Write } from '../../store/unit.ts';
import type { Health } from '../health.ts';
import { type AlertRow, type AlertRules, alertFamily, decideAlert, type Observed, worstOf } from './alert.ts';
import { alertMail } from './alert-mail.ts';

/** Between two looks at the checks. */
export const ALERT_LOOK_MS = 15_000;
/** A report that has not changed is written again after this, to say that its server still runs. */
const REPORT_EVERY_MS = 60_000;
/** A report that is older says nothing: its server is gone. */
export const REPORT_FRESH_MS = 180_000;
/** A report of a server that is gone is forgotten after this. */
const REPORT_KEPT_MS = 86_400_000;
const MAX_REASON_CHARACTERS = 1_000;

export const checkReportFamily = defineFamily({
  name: 'check_report',
  columns: { check: 'text', server: 'text', purpose: 'text', verdict: 'text', reason: 'text', at: 'integer' },
  key: ['check', 'server'],
});
type ReportRow = RowOf<typeof checkReportFamily>;
type Report = ReportRow & CheckResult;

export type AlertParts = {
  readonly store: Store;
  readonly jobs: Pick<Jobs, 'enqueueWith'>;
  readonly health: Pick<Health, 'verdicts'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of this server. */
  readonly name: string;
  /** Who is told: recipient lists, `role:…`, `person:…`, addresses. */
  readonly list: readonly string[];
  readonly publicUrl: () => string;
  readonly rules?: AlertRules | undefined;
};

export function startAlerts(parts: AlertParts): Service {
  const { clock, log } = parts;
  const alerts = new Alerts(parts);
  return startLoop({
    round: async (signal) => {
      await clock.sleep(ALERT_LOOK_MS, signal);
      if (!signal.aborted) await alerts.round();
    },
    onError: (error) => log.error({ err: error }, 'what checks say could not be told; it is tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

export class Alerts {
  readonly #parts: AlertParts;
  /** By check: what this server wrote down last. */
  readonly #written = new Map<string, ReportRow>();

  constructor(parts: AlertParts) {
    this.#parts = parts;
  }

  /** Writes down what the checks of this server say, and tells what is due. */
  async round(): Promise<void> {
    const { store } = this.#parts;
    await this.#report();
    const reports = (await store.select(checkReportFamily, { limit: MAX_ROWS })) as readonly Report[];
    const now = store.now();
    const fresh = reports.filter(({ at }) => at > now - REPORT_FRESH_MS);
    const checks = [...new Set(fresh.map(({ check }) => check))];
    const known = await store.getMany(
      alertFamily,
      checks.map((check) => [check]),
    );
    for (const [place, check] of checks.entries()) {
      const worst = worstOf(fresh.filter((report) => report.check === check));
      if (worst !== undefined) await this.#tell(known[place], worst);
    }
    await this.#forget(reports);
  }

  async #report(): Promise<void> {
    const { store, health, name } = this.#parts;
    const at = store.now();
    const rows = health.verdicts().map(({ path, purpose, verdict, reason }): ReportRow => {
      const text = reason.slice(0, MAX_REASON_CHARACTERS);
      return { check: path, server: name, purpose, verdict, reason: text, at };
    });
    const news = rows.filter(({ check, verdict }) => {
      const before = this.#written.get(check);
      return before === undefined || before.verdict !== verdict || at - before.at >= REPORT_EVERY_MS;
    });
    if (news.length === 0) return;
    await store.commit([{ guards: [], writes: news.map((row) => put(checkReportFamily, row)) }]);
    for (const row of news) this.#written.set(row.check, row);
  }

  async #tell(before: AlertRow | undefined, worst: Report): Promise<void> {
    const { store, jobs, log, list, publicUrl, rules } = this.#parts;
    const observed: Observed = worst;
    const decided = decideAlert(before, observed, { now: store.now(), ...(rules && { rules }) });
    const { row, mail } = decided;
    if (before === undefined ? row.verdict === 'pass' : isSame(before, row)) return;
    const guard =
      before === undefined
        ? isAbsent(alertFamily, [row.check])
        : isEqual(alertFamily, [row.check], ['version', before.version]);
    const unit = { guards: [guard], writes: [put(alertFamily, { ...row, version: row.version + 1 })] };
    if (mail === undefined) {
      await store.commit([unit]);
      return;
    }
    const payload = alertMail(observed, decided, { list, publicUrl: publicUrl(), server: worst.server });
    const { verdict } = await jobs.enqueueWith([{ kind: MAIL_KIND, payload }], unit);
    if (verdict === 'ok')
      log.warn({ check: row.check, verdict: row.verdict, mail }, 'people are written to about a check');
  }

  async #forget(reports: readonly ReportRow[]): Promise<void> {
    const { store } = this.#parts;
    const before = store.now() - REPORT_KEPT_MS;
    const old = reports.filter(({ at }) => at < before);
    const writes = old.map(({ check, server }): Write => remove(checkReportFamily, [check, server]));
    if (writes.length > 0) await store.commit([{ guards: [], writes }]);
  }
}

const isSame = (one: AlertRow, other: AlertRow): boolean =>
  one.verdict === other.verdict && one.told === other.told && one.troubleAt === other.troubleAt;
