/**
 * What a criterion's firing means for processes. With an open instance for the device it completes the criterion activity
 * that waits for it, or is more evidence. Without one it is remembered, and when enough criteria of a definition have
 * fired within its time – event time, so that a replay of old readings judges as it would have then – an instance starts.
 */

import { MAX_CONFLICTS } from '../../jobs/refusal.ts';
import { isMillraceError, MillraceError } from '../../kernel/errors.ts';
import { formatInstanceId, type InstanceId, type NextId } from '../../kernel/ids.ts';
import type { RowOf } from '../../store/family.ts';
import { inbox } from '../../store/outbox.ts';
import type { Store } from '../../store/store.ts';
import { type Guard, isAbsent, isEqual, put, remove, type Unit } from '../../store/unit.ts';
import { criterionMessage } from '../core/action.ts';
import type { Definition, StartRule } from '../core/definition.ts';
import type { Firing } from '../core/firing.ts';
import type { Definitions } from './definitions.ts';
import type { Engine } from './engine.ts';
import { firingFamily, openInstanceFamily, subscriptionFamily } from './families.ts';
import { byCriterion } from './starters.ts';

const CONSUMER = 'process.firing';
const ACTOR = 'system';
/** Instances started by hand that one firing reaches at most. */
const MAX_RECEIVERS = 1_000;

type FiringsParts = {
  readonly store: Store;
  readonly engine: Engine;
  readonly definitions: Definitions;
  readonly nextId: NextId;
};

export class Firings {
  readonly #parts: FiringsParts;

  constructor(parts: FiringsParts) {
    this.#parts = parts;
  }

  /** Takes in one firing; the same firing again changes nothing. Answers the instances that it started. */
  async take(firing: Firing): Promise<InstanceId[]> {
    const { definitions } = this.#parts;
    const started: InstanceId[] = [];
    await definitions.refresh();
    for (const { key } of await definitions.startedBy(byCriterion(firing.criterion))) {
      const definition = await definitions.find(key);
      const instance = await this.#takeFor(definition, firing);
      if (instance !== undefined) started.push(instance);
    }
    await this.#tellWaiting(firing);
    return started;
  }

  async #takeFor(definition: Definition, firing: Firing): Promise<InstanceId | undefined> {
    const { start } = definition;
    if (start === undefined) return undefined;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const answer = await this.#try(definition, start, firing);
      if (answer !== 'conflict') return answer === 'taken' ? undefined : answer;
    }
    throw conflictOf(firing);
  }

  async #try(definition: Definition, start: StartRule, firing: Firing): Promise<InstanceId | 'taken' | 'conflict'> {
    const { store, engine } = this.#parts;
    const once = this.#once(definition.key, firing);
    if ((await store.get(inbox, [once.consumer, firing.id])) !== undefined) return 'taken';
    const open = await store.get(openInstanceFamily, [definition.key, firing.device]);
    if (open !== undefined) return this.#addTo(open.instance as InstanceId, firing, once.parts);
    const remembered = await store.select(firingFamily, {
      where: { definition: definition.key, uniqueKey: firing.device },
      limit: 100,
    });
    const others = remembered.filter(
      (row) => row.criterion !== firing.criterion && Math.abs(firing.at - row.at) <= start.withinMs,
    );
    if (others.length + 1 < start.count) {
      const guards = [...once.parts.guards, ...stillRemembered(definition, firing, remembered)];
      return this.#remember(definition, firing, { ...once.parts, guards });
    }
    const firings = [...others.map((row) => JSON.parse(row.firing) as Firing), firing].sort((a, b) => a.at - b.at);
    const parts: Unit = {
      guards: [
        ...once.parts.guards,
        ...others.map((row) =>
          isEqual(firingFamily, [row.definition, row.uniqueKey, row.criterion], ['stamp', row.stamp]),
        ),
      ],
      writes: [
        ...once.parts.writes,
        ...remembered.map((row) => remove(firingFamily, [row.definition, row.uniqueKey, row.criterion])),
      ],
    };
    try {
      const request = {
        definition: definition.key,
        businessKey: firing.device,
        variables: { device: firing.device },
        firings,
      };
      return await engine.start(request, ACTOR, parts);
    } catch (error) {
      if (isMillraceError(error, 'process.already-open')) return 'conflict'; // opened meanwhile: look again
      throw error;
    }
  }

  async #addTo(instance: InstanceId, firing: Firing, parts: Unit): Promise<'taken' | 'conflict'> {
    try {
      const verdict = await this.#parts.engine.commandWith(instance, {
        command: { type: 'firing', firing },
        actor: ACTOR,
        parts,
      });
      return verdict === 'ok' ? 'taken' : 'conflict';
    } catch (error) {
      if (isMillraceError(error, 'process.not-active')) return 'conflict'; // ended meanwhile: look again
      throw error;
    }
  }

  async #remember(definition: Definition, firing: Firing, parts: Unit): Promise<'taken' | 'conflict'> {
    const { store, nextId } = this.#parts;
    const row = {
      definition: definition.key,
      uniqueKey: firing.device,
      criterion: firing.criterion,
      at: firing.at,
      firing: JSON.stringify(firing),
      stamp: nextId(),
    };
    const [verdict] = await store.commit([{ guards: parts.guards, writes: [...parts.writes, put(firingFamily, row)] }]);
    return verdict === 'ok' ? 'taken' : 'conflict';
  }

  /** Instances that were started by hand and wait for this criterion on this device. */
  async #tellWaiting(firing: Firing): Promise<void> {
    const { store } = this.#parts;
    const name = criterionMessage(firing.criterion);
    const where = { name, correlationKey: firing.device };
    const waiting = await store.select(subscriptionFamily, { where, limit: MAX_RECEIVERS });
    for (const id of new Set(waiting.map(({ instance }) => instance as InstanceId))) await this.#tell(id, firing);
  }

  async #tell(instance: InstanceId, firing: Firing): Promise<void> {
    const once = this.#once(formatInstanceId(instance), firing);
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if ((await this.#parts.store.get(inbox, [once.consumer, firing.id])) !== undefined) return;
      try {
        const command = { type: 'firing', firing } as const;
        const verdict = await this.#parts.engine.commandWith(instance, { command, actor: ACTOR, parts: once.parts });
        if (verdict === 'ok') return;
      } catch (error) {
        if (isMillraceError(error, 'process.not-active')) return;
        throw error;
      }
    }
    throw conflictOf(firing);
  }

  #once(taker: string, firing: Firing): { consumer: string; parts: Unit } {
    const consumer = `${CONSUMER}.${taker}`;
    const row = { consumer, message: firing.id, at: this.#parts.store.now() };
    return { consumer, parts: { guards: [isAbsent(inbox, [consumer, firing.id])], writes: [put(inbox, row)] } };
  }
}

const conflictOf = ({ criterion, device }: Firing): MillraceError =>
  new MillraceError('store.conflict', { subject: `firing of "${criterion}" on ${device}`, attempts: MAX_CONFLICTS });

/**
 * Holds while the other criteria are remembered as they were seen. Of two that fire at the same moment neither would see
 * the other otherwise; so the later one looks again, and finds that it is the last that was missing.
 */
function stillRemembered(
  { key, start }: Definition,
  { device, criterion }: Firing,
  seen: readonly RowOf<typeof firingFamily>[],
): Guard[] {
  const others = (start?.criteria ?? []).filter((other) => other !== criterion);
  return others.map((other) => {
    const row = seen.find((remembered) => remembered.criterion === other);
    const place = [key, device, other];
    return row === undefined ? isAbsent(firingFamily, place) : isEqual(firingFamily, place, ['stamp', row.stamp]);
  });
}
