/** Which type each field of a measurement has. InfluxDB drops a point whose field has another one, so it never leaves. */
import { type Line, refuse } from './line.ts';
import type { FieldType } from './metric.ts';

/** Fields of all measurements that a producer knows. More come from names that have ids in them. */
export const MAX_KNOWN_FIELDS = 10_000;

type Types = Map<string, Map<string, FieldType>>;

export class FieldTypes {
  readonly #known: Types = new Map();
  #count = 0;

  /** Remembers the types of all lines, or throws `bus.invalid-metric` and remembers none. */
  learn(lines: readonly Line[]): void {
    const fresh: Types = new Map();
    let count = this.#count;
    for (const line of lines) {
      const problems: string[] = [];
      for (const [field, type] of line.types) {
        const fixed = typeIn(this.#known, line, field) ?? typeIn(fresh, line, field);
        if (fixed === undefined) {
          fix(fresh, line, [field, type]);
          count += 1;
        } else if (fixed !== type) {
          problems.push(`field "${field}" is now ${type} and was ${fixed}; a field keeps its type`);
        }
      }
      if (count > MAX_KNOWN_FIELDS) problems.push(`there are more than ${MAX_KNOWN_FIELDS} fields already`);
      refuse(line, problems);
    }
    for (const [measurement, types] of fresh) for (const typed of types) fix(this.#known, { measurement }, typed);
    this.#count = count;
  }
}

type Of = { readonly measurement: string };

const typeIn = (types: Types, { measurement }: Of, field: string): FieldType | undefined =>
  types.get(measurement)?.get(field);

function fix(types: Types, { measurement }: Of, [field, type]: readonly [string, FieldType]): void {
  const fields = types.get(measurement);
  if (fields === undefined) types.set(measurement, new Map([[field, type]]));
  else fields.set(field, type);
}
