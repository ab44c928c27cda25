/** Who stands in for whom, and until when: a substitute completes what the other has taken. It ends by itself. */
import type { Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { put, remove } from '../store/unit.ts';
import { audit } from './audit.ts';
import type { People } from './people.ts';

export const MAX_SUBSTITUTES = 20;
/** People one person stands in for at a time. */
const MAX_REPRESENTED = 100;

export const substituteFamily = defineFamily({
  name: 'substitute',
  columns: {
    person: 'text',
    substitute: 'text',
    since: 'integer',
    until: 'integer',
    setAt: 'integer',
    setBy: 'text',
  },
  key: ['person', 'substitute'],
  indexes: [{ columns: ['substitute', 'person'] }],
});
export type SubstituteRow = RowOf<typeof substituteFamily>;

export type NewSubstitute = {
  readonly substitute: string;
  /** Default: now. */
  readonly since?: Instant | undefined;
  readonly until: Instant;
};

export class Substitutes {
  readonly #store: Store;
  readonly #people: Pick<People, 'find'>;

  constructor(store: Store, people: Pick<People, 'find'>) {
    this.#store = store;
    this.#people = people;
  }

  /** Those of a person whose time is not over. */
  async list(person: string): Promise<readonly SubstituteRow[]> {
    const rows = await this.#store.select(substituteFamily, { where: { person }, limit: MAX_REPRESENTED });
    const now = this.#store.now();
    return rows.filter(({ until }) => until > now);
  }

  /** Those the person stands in for at this moment. */
  async representedBy(substitute: string): Promise<readonly string[]> {
    const query = { where: { substitute }, order: ['substitute', 'person'] as const, limit: MAX_REPRESENTED };
    const rows = await this.#store.select(substituteFamily, query);
    const now = this.#store.now();
    return rows.filter(({ since, until }) => since <= now && now < until).map(({ person }) => person);
  }

  /** Anew, or with another time. What is over is forgotten meanwhile. Throws `access.unknown-person`, `access.invalid-substitute`. */
  async name(person: string, { substitute, since, until }: NewSubstitute, actor: string): Promise<SubstituteRow> {
    for (const id of [person, substitute])
      if ((await this.#people.find(id)) === undefined) throw new MillraceError('access.unknown-person', { id });
    const now = this.#store.now();
    const row = { person, substitute, since: since ?? now, until, setAt: now, setBy: actor };
    const refused = (problem: string) => new MillraceError('access.invalid-substitute', { substitute, problem });
    if (substitute === person) throw refused('nobody stands in for themselves');
    if (until <= Math.max(row.since, now)) throw refused('its end is not after its beginning, or is over');
    const rows = await this.#store.select(substituteFamily, { where: { person }, limit: MAX_REPRESENTED });
    const others = rows.filter((other) => other.substitute !== substitute);
    const [over, live] = [others.filter((other) => other.until <= now), others.filter((other) => other.until > now)];
    if (live.length >= MAX_SUBSTITUTES) throw refused(`a person has at most ${MAX_SUBSTITUTES}`);
    const body = { substitute, since: row.since, until };
    const writes = [
      put(substituteFamily, row),
      ...over.map((other) => remove(substituteFamily, [person, other.substitute])),
      audit({ topic: 'substitute.named', subject: person, at: now, actor, body }),
    ];
    await this.#store.commit([{ guards: [], writes }]);
    return row;
  }

  /** Throws `access.unknown-substitute`. */
  async get(person: string, substitute: string): Promise<SubstituteRow> {
    const row = await this.#store.get(substituteFamily, [person, substitute]);
    if (row === undefined) throw new MillraceError('access.unknown-substitute', { person, substitute });
    return row;
  }

  /** Ends before its time. Throws `access.unknown-substitute`. */
  async end(person: string, substitute: string, actor: string): Promise<void> {
    await this.get(person, substitute);
    const at = this.#store.now();
    const ended = audit({ topic: 'substitute.ended', subject: person, at, actor, body: { substitute } });
    await this.#store.commit([{ guards: [], writes: [remove(substituteFamily, [person, substitute]), ended] }]);
  }
}
