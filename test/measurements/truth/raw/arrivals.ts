/** The rows of a device in the order in which they arrive: numbers in columns, and the rows that are no numbers beside them. */

import { whole } from '../distributions.ts';
import type { PhysicalTruth } from '../physical/device.ts';
import { secondOf } from '../physical/seconds.ts';
import type { Site } from '../site.ts';
import { type Refused, refusedRow, spoilCount } from './bad-row.ts';
import { openReader } from './reader.ts';
import { type Tag, tagCode } from './tag.ts';
import { type Journey, openTransport } from './transport.ts';

export type Arrivals = {
  readonly rows: number;
  /** As the device says, and when it arrived. */
  readonly ts: Float64Array;
  readonly receivedAt: Float64Array;
  /** Codes of TAGS. */
  readonly tags: Uint8Array;
  /** One column a field: NaN where it is absent, texts as their place among the values. */
  readonly values: readonly Float64Array[];
  /** By row: what is refused on arrival. Its numbers in the columns are those of the reading that was lost. */
  readonly refused: ReadonlyMap<number, Refused>;
};

/** Polls come a little late, never before their time, and never in the place of the next. */
const POLL_TREMBLE_MS = 400;
/** Room for copies and conflicts. */
const ROOM = 1.05;

export function arrivalsOf(site: Site, truth: PhysicalTruth): Arrivals {
  const { period, configuration, settings, streams } = site;
  const polls = (period.to - period.from) / configuration.pollMs;
  const draft = new Draft(Math.ceil(polls * ROOM) + 10, settings.fields.length);
  const reader = openReader(site, truth);
  const travel = openTransport(site);
  const times = streams('polls');
  const phaseMs = whole(times, 0, Math.floor(configuration.pollMs * 0.9) - POLL_TREMBLE_MS);
  const shown = new Float64Array(settings.fields.length);
  const label = settings.fields.findIndex(({ name }) => name === settings.label);
  for (let place = 0; place < polls; place++) {
    const time = period.from + place * configuration.pollMs + phaseMs + whole(times, 0, POLL_TREMBLE_MS);
    const journey = travel(time);
    const second = secondOf(period, time);
    if (journey.isLost || reader.isOff(second)) continue;
    reader.read({ place, second }, shown);
    if (journey.withoutLabel) shown[label] = Number.NaN;
    if (journey.bad !== undefined) {
      sendBad(draft, { site, journey, time, shown });
      continue;
    }
    const after = journey.conflictBackSeconds === 0 ? 0 : journey.conflictAfterMs;
    const row = { ts: time + journey.skewMs, receivedAt: time + journey.travelMs + Math.max(0, -after), values: shown };
    draft.add(row, journey.tag);
    if (journey.copyAfterMs > 0) draft.add({ ...row, receivedAt: row.receivedAt + journey.copyAfterMs }, 'duplicate');
    if (after !== 0) {
      const other = new Float64Array(shown.length);
      reader.readEarlier({ place, second, backSeconds: journey.conflictBackSeconds }, other);
      if (other.some((value, field) => !Object.is(value, shown[field])))
        draft.add({ ...row, values: other, receivedAt: row.receivedAt + after }, 'conflict');
    }
  }
  return draft.inOrderOfArrival();
}

function sendBad(
  draft: Draft,
  {
    site: { settings },
    journey,
    time,
    shown,
  }: { readonly site: Site; readonly journey: Journey; readonly time: number; readonly shown: Float64Array },
): void {
  const row = { ts: time + journey.skewMs, receivedAt: time + journey.travelMs, values: shown };
  const kind = journey.bad!;
  const refused = refusedRow(kind, settings, row);
  if (refused !== undefined) draft.add(row, kind, refused);
  else if (kind === 'wrong-unit' && spoilCount(settings, shown)) draft.add(row, kind);
  else draft.add(row, journey.tag);
}

type Row = { readonly ts: number; readonly receivedAt: number; readonly values: Float64Array };

/** Rows in the order in which they were sent. */
class Draft {
  #rows = 0;
  readonly #ts: Float64Array;
  readonly #receivedAt: Float64Array;
  readonly #tags: Uint8Array;
  readonly #values: readonly Float64Array[];
  readonly #refused = new Map<number, Refused>();

  constructor(room: number, fields: number) {
    this.#ts = new Float64Array(room);
    this.#receivedAt = new Float64Array(room);
    this.#tags = new Uint8Array(room);
    this.#values = Array.from({ length: fields }, () => new Float64Array(room));
  }

  add({ ts, receivedAt, values }: Row, tag: Tag, refused?: Refused): void {
    const row = this.#rows++;
    this.#ts[row] = ts;
    this.#receivedAt[row] = receivedAt;
    this.#tags[row] = tagCode(tag);
    for (let field = 0; field < values.length; field++) this.#values[field]![row] = values[field]!;
    if (refused !== undefined) this.#refused.set(row, refused);
  }

  inOrderOfArrival(): Arrivals {
    const received = this.#receivedAt;
    // Almost in order already, which this sort makes use of.
    const order = Array.from({ length: this.#rows }, (_, row) => row).sort(
      (a, b) => received[a]! - received[b]! || a - b,
    );
    const refused = new Map<number, Refused>();
    if (this.#refused.size > 0)
      for (const [place, row] of order.entries()) {
        const one = this.#refused.get(row);
        if (one !== undefined) refused.set(place, one);
      }
    const inOrder = <Column extends Float64Array | Uint8Array>(from: Column, to: Column): Column => {
      for (let place = 0; place < order.length; place++) to[place] = from[order[place]!]!;
      return to;
    };
    const ordered = (column: Float64Array): Float64Array => inOrder(column, new Float64Array(order.length));
    return {
      rows: this.#rows,
      ts: ordered(this.#ts),
      receivedAt: ordered(received),
      tags: inOrder(this.#tags, new Uint8Array(order.length)),
      values: this.#values.map(ordered),
      refused,
    };
  }
}
