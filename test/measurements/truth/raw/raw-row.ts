/** Rows as they come over the wire, one after the other, so that a month of a plant is never held at once. */
import type { DeviceSettings } from '../settings.ts';
import type { Arrivals } from './arrivals.ts';
import { sourceOf } from './bad-row.ts';
import { TAGS, type Tag, tagCode, type Verdict } from './tag.ts';

export type RawRow = {
  /** The device that sent it, whatever the row itself says. */
  readonly device: string;
  /** `{device, ts, values}`, or something that is none. */
  readonly source: unknown;
  readonly receivedAt: number;
  readonly tag: Tag;
  /** What becomes of it on arrival, when rows arrive in this order. */
  readonly verdict: Verdict;
};

/** In the order of arrival. */
export function* rawRows(settings: DeviceSettings, arrivals: Arrivals): Generator<RawRow> {
  const duplicate = tagCode('duplicate');
  const values = new Float64Array(settings.fields.length);
  for (let row = 0; row < arrivals.rows; row++) {
    const tag = arrivals.tags[row]!;
    const receivedAt = arrivals.receivedAt[row]!;
    const refused = arrivals.refused.get(row);
    if (refused !== undefined) {
      yield { device: settings.id, source: refused.source, receivedAt, tag: TAGS[tag]!, verdict: refused.verdict };
      continue;
    }
    for (let field = 0; field < values.length; field++) values[field] = arrivals.values[field]![row]!;
    const verdict = tag === duplicate ? 'duplicate' : 'stored';
    const source = sourceOf(settings, arrivals.ts[row]!, values);
    yield { device: settings.id, source, receivedAt, tag: TAGS[tag]!, verdict };
  }
}
