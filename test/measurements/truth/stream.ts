/**
 * Randomness by name: every component of the plant draws from a stream of its own, which follows from the seed and the
 * name alone, so that switching one fault on never moves another.
 */
import { createHash } from 'node:crypto';

/** A number in [0, 1). */
export type Stream = () => number;

/** sfc32 (Chris Doty-Humphrey, PractRand), its state a hash of seed and name. */
export function openStream(seed: number, name: string): Stream {
  const state = createHash('sha256').update(`${seed} ${name}`).digest();
  let a = state.readInt32LE(0);
  let b = state.readInt32LE(4);
  let c = state.readInt32LE(8);
  let counter = state.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Streams of one device: `streams('microstop')` is the same stream wherever it is opened. */
export type Streams = (component: string) => Stream;
export const streamsOf =
  (seed: number, device: string): Streams =>
  (component) =>
    openStream(seed, `${device} ${component}`);
