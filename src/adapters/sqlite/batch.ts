/**
 * How units travel to the owner thread: as three flat buffers that change hands without being copied, because cloning
 * thousands of small objects costs both threads more than SQLite does, and what waits for the disk as an object is
 * copied again and again by the garbage collector (docs/decisions/0008-units-are-packed-at-once.md has the figures).
 *
 * `steps` says what is done: for each unit how many guards, how many writes, and then the number of a shape for each.
 * `slots` has one number for each value: itself, or NaN for null, or of a text its length in `bytes`, or – for the few
 * texts that a column has again and again, such as its states – minus the number of a word that was sent before.
 */
import type { Value } from '../../store/family.ts';
import type { Write } from '../../store/unit.ts';
import type { Column } from './table.ts';

export type ShapeKind = 'absent' | 'equal' | Write['kind'];

/** Its values are the key (a put has none) and then one for each place. */
export type Shape = { readonly table: number; readonly kind: ShapeKind; readonly places: readonly number[] };

export type Batch = {
  /** Shapes that were not in an earlier batch; numbered on from those. */
  readonly shapes: readonly Shape[];
  /** Words that were not in an earlier batch; numbered on from those. */
  readonly words: readonly string[];
  readonly units: number;
  readonly steps: Int32Array;
  readonly slots: Float64Array;
  readonly bytes: Uint8Array;
};

/** What does not fit is made twice as large; a batch of a busy plant begins at the size that the last one had. */
export type Capacity = { readonly steps: number; readonly slots: number; readonly bytes: number };
/** The memory of a batch that was written, for one to come: fresh memory costs both threads more than what is put into it. */
export type Memory = readonly [steps: ArrayBuffer, slots: ArrayBuffer, bytes: ArrayBuffer];
export const FIRST_CAPACITY: Capacity = { steps: 1_024, slots: 4_096, bytes: 65_536 };
/** UTF-8 takes at most so many bytes for one unit of a JavaScript string. */
const MAX_BYTES_PER_UNIT = 3;

export type Mark = { readonly steps: number; readonly slots: number; readonly bytes: number; readonly units: number };

/** A batch under construction. */
export class BatchBuilder {
  readonly shapes: Shape[] = [];
  readonly words: string[] = [];
  units = 0;
  #steps: Int32Array;
  #slots: Float64Array;
  #bytes: Buffer;
  #stepCount = 0;
  #slotCount = 0;
  #byteCount = 0;

  constructor({ steps, slots, bytes }: Capacity, memory?: Memory) {
    this.#steps = memory === undefined ? new Int32Array(steps) : new Int32Array(memory[0]);
    this.#slots = memory === undefined ? new Float64Array(slots) : new Float64Array(memory[1]);
    this.#bytes = memory === undefined ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(memory[2]);
  }

  get capacity(): Capacity {
    return { steps: this.#steps.length, slots: this.#slots.length, bytes: this.#bytes.length };
  }

  mark(): Mark {
    return { steps: this.#stepCount, slots: this.#slotCount, bytes: this.#byteCount, units: this.units };
  }

  /** Forgets what came after the mark; shapes and words stay, they are known from now on. */
  rewind({ steps, slots, bytes, units }: Mark): void {
    this.#stepCount = steps;
    this.#slotCount = slots;
    this.#byteCount = bytes;
    this.units = units;
  }

  step(number: number): void {
    if (this.#stepCount === this.#steps.length) {
      const steps = new Int32Array(this.#steps.length * 2);
      steps.set(this.#steps);
      this.#steps = steps;
    }
    this.#steps[this.#stepCount] = number;
    this.#stepCount += 1;
  }

  number(value: number): void {
    if (this.#slotCount === this.#slots.length) {
      const slots = new Float64Array(this.#slots.length * 2);
      slots.set(this.#slots);
      this.#slots = slots;
    }
    this.#slots[this.#slotCount] = value;
    this.#slotCount += 1;
  }

  null(): void {
    this.number(Number.NaN);
  }

  /** A word by its number, which counts from 1. */
  word(number: number): void {
    this.number(-number);
  }

  text(text: string): void {
    const needed = this.#byteCount + text.length * MAX_BYTES_PER_UNIT;
    if (needed > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(bytes, 0, 0, this.#byteCount);
      this.#bytes = bytes;
    }
    const length = this.#bytes.write(text, this.#byteCount);
    this.number(length);
    this.#byteCount += length;
  }

  /** The batch, and what of it changes hands. The builder must not be used any more. */
  finish(): { readonly batch: Batch; readonly transfer: Memory } {
    const batch = {
      shapes: this.shapes,
      words: this.words,
      units: this.units,
      steps: this.#steps.subarray(0, this.#stepCount),
      slots: this.#slots.subarray(0, this.#slotCount),
      bytes: new Uint8Array(this.#bytes.buffer, 0, this.#byteCount),
    };
    const memory = [this.#steps.buffer, this.#slots.buffer, this.#bytes.buffer] as const;
    return { batch, transfer: memory as Memory };
  }
}

/** What a batch lies in, wherever it was sent to. */
export const memoryOf = ({ steps, slots, bytes }: Batch): Memory =>
  [steps.buffer, slots.buffer, bytes.buffer] as readonly ArrayBufferLike[] as Memory;

/** Takes a batch apart again, from its beginning to its end. */
export class BatchReader {
  readonly #steps: Int32Array;
  readonly #slots: Float64Array;
  readonly #bytes: Buffer;
  readonly #words: readonly string[];
  #step = 0;
  #slot = 0;
  #byte = 0;

  constructor({ steps, slots, bytes }: Batch, words: readonly string[]) {
    this.#steps = steps;
    this.#slots = slots;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#words = words;
  }

  get place(): { readonly step: number; readonly slot: number; readonly byte: number } {
    return { step: this.#step, slot: this.#slot, byte: this.#byte };
  }

  goTo({ step, slot, byte }: BatchReader['place']): void {
    this.#step = step;
    this.#slot = slot;
    this.#byte = byte;
  }

  step(): number {
    const number = this.#steps[this.#step] as number;
    this.#step += 1;
    return number;
  }

  value({ isText }: Pick<Column, 'isText'>): Value {
    const slot = this.#slots[this.#slot] as number;
    this.#slot += 1;
    if (Number.isNaN(slot)) return null;
    if (!isText) return slot;
    if (slot < 0) return this.#words[-slot - 1] as string;
    this.#byte += slot;
    return slot === 0 ? '' : this.#bytes.toString('utf8', this.#byte - slot, this.#byte);
  }

  skip({ isText }: Pick<Column, 'isText'>): void {
    const slot = this.#slots[this.#slot] as number;
    this.#slot += 1;
    if (isText && slot > 0) this.#byte += slot;
  }
}
