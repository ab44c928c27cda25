/**
 * A metric says what was measured at one moment: a measurement, the tags that tell its series apart, and its fields.
 * Building one checks nothing; publishing names everything that is wrong with it at once (line.ts).
 */
import type { Instant } from '../../kernel/clock.ts';

/** The store of the metrics fixes the type of a field with its first value, for ever. */
export type FieldValue =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'integer'; readonly value: number | bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

export type FieldType = FieldValue['type'];

/** Milliseconds, or nanoseconds as text: they need more digits than a number has. */
type Timestamp = { readonly milliseconds: number } | { readonly nanoseconds: string };

export class Metric {
  readonly measurement: string;
  readonly #tags = new Map<string, string>();
  readonly #fields = new Map<string, FieldValue>();
  #timestamp: Timestamp | undefined;

  constructor(measurement: string) {
    this.measurement = measurement;
  }

  /** The last value counts; an empty or absent one leaves the tag out. No ids: every value is a series of its own. */
  addTag(key: string, value: string | number | boolean | undefined): this {
    this.#tags.set(key, value === undefined ? '' : String(value));
    return this;
  }

  /** A number is a float, also a whole one: the next value may have a fraction. The last value counts. */
  addValue(field: string, value: number | boolean | string): this {
    if (typeof value === 'boolean') return this.#set(field, { type: 'boolean', value });
    return this.#set(field, typeof value === 'string' ? { type: 'string', value } : { type: 'float', value });
  }

  /** For what will only ever be whole. */
  addInteger(field: string, value: number | bigint): this {
    return this.#set(field, { type: 'integer', value });
  }

  /** When it was measured. Default: when it is published. */
  at(time: Instant | Date): this {
    this.#timestamp = { milliseconds: Number(time) };
    return this;
  }

  /** Nanoseconds since 1970. */
  atNanoseconds(nanoseconds: bigint | string): this {
    this.#timestamp = { nanoseconds: String(nanoseconds) };
    return this;
  }

  get tags(): ReadonlyMap<string, string> {
    return this.#tags;
  }

  get fields(): ReadonlyMap<string, FieldValue> {
    return this.#fields;
  }

  get timestamp(): Timestamp | undefined {
    return this.#timestamp;
  }

  #set(field: string, value: FieldValue): this {
    this.#fields.set(field, value);
    return this;
  }
}

/** Reads well at the head of a chain. */
export const metric = (measurement: string): Metric => new Metric(measurement);
