/** The criteria of a device that its service's analysis judges: read before a run, judged after it, written with its last unit. */
import type { Instant } from '../../kernel/clock.ts';
import type { NextId } from '../../kernel/ids.ts';
import { measurementFeed } from '../../store/feed.ts';
import { measurementOutbox, send } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { append, put, type Write } from '../../store/unit.ts';
import { isJudgedByService } from '../criterion/change.ts';
import { type Criterion, criterionFamily, criterionOf, MAX_CRITERIA } from '../criterion/criterion.ts';
import type { Reading } from '../criterion/evaluate.ts';
import { firingOf, firingTopic } from '../criterion/firing.ts';
import { judgementFamily, judgementOf } from '../criterion/judgement.ts';
import { signalField } from '../criterion/settings.ts';
import type { OnMinute } from '../services/device-run.ts';
import { judge, NOT_JUDGED } from './judge.ts';
import { FIRING_WITHIN_MS, type Seen } from './seen.ts';
import type { Subject } from './subject.ts';

export type JudgedRun = Omit<Seen, 'minutes'> & { readonly actor: string };

export class Judging {
  readonly #criteria: readonly Criterion[];
  readonly #minutes: ReadonlyMap<string, Reading[]>;
  readonly #since: Instant;

  constructor(criteria: readonly Criterion[], now: Instant) {
    this.#criteria = criteria;
    this.#minutes = new Map(criteria.flatMap(({ settings }) => signalField(settings) ?? []).map((name) => [name, []]));
    this.#since = now - FIRING_WITHIN_MS;
  }

  /** Keeps what the signals say that criteria look at, where it can fire. */
  readonly onMinute: OnMinute = (at, read) => {
    if (at < this.#since) return;
    for (const [name, readings] of this.#minutes) {
      const value = read(name);
      if (!Number.isNaN(value)) readings.push({ at, value });
    }
  };

  /** Where the criteria stand after the run, and what they tell. */
  async writes(
    { store, nextId }: { readonly store: Store; readonly nextId: NextId },
    run: JudgedRun,
  ): Promise<Write[]> {
    const { actor, now: at } = run;
    const rows = await store.getMany(
      judgementFamily,
      this.#criteria.map(({ id }) => [id]),
    );
    return this.#criteria.flatMap((criterion, place) => {
      const row = rows[place];
      const before = row === undefined ? NOT_JUDGED : judgementOf(row);
      const { judgement, findings } = judge(criterion, before, { ...run, minutes: this.#minutes });
      const text = JSON.stringify(judgement);
      const told = findings.flatMap((finding): Write[] => {
        const id = nextId();
        const topic = firingTopic(finding);
        const firing = firingOf(finding, id);
        const news = { topic, subject: criterion.id, at, actor, body: JSON.stringify(firing) };
        return [append(measurementFeed, news), send(measurementOutbox, { id, routingKey: topic, body: firing, at })];
      });
      if (text === row?.judgement) return told;
      return [put(judgementFamily, { criterion: criterion.id, device: criterion.device, judgement: text }), ...told];
    });
  }
}

export async function openJudging(store: Store, { device }: Subject): Promise<Judging> {
  const rows = await store.select(criterionFamily, { where: { device: device.id }, limit: MAX_CRITERIA });
  const fields = device.fields.map(({ name }) => name);
  const criteria = rows.map(criterionOf).filter(({ settings }) => isJudgedByService(settings, fields));
  return new Judging(criteria, store.now());
}
