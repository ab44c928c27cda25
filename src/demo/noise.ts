/**
 * Noise that can be asked for at any moment, in any order: each number follows from its stream and its place alone, so
 * nothing is drawn and nothing can be drawn twice. A component has a stream of its own; adding one never moves another.
 */

/** 32 bits that stand for one component of one simulated plant. */
export type Stream = number;

/** The weight of the step before: neighbouring readings resemble each other, readings ten steps apart do not. */
const MEMORY = 0.6;
const MEMORY_STEPS = 12;
/** Makes the sum below vary by 1: evenly spread steps vary by 1/12. */
const TO_UNIT_SPREAD = Math.sqrt(12 * (1 - MEMORY * MEMORY));

/** No {@link correlated} number is further from 0: the bound of the steps, summed up with their weights. */
export const MAX_CORRELATED = (TO_UNIT_SPREAD * 0.5) / (1 - MEMORY);

export function streamOf(seed: number, component: string): Stream {
  let hash = mix(mix(seed) ^ Math.floor(seed / 2 ** 32));
  for (const character of component) hash = mix(hash ^ (character.codePointAt(0) ?? 0));
  return hash;
}

/** Evenly spread in [0, 1). */
export function even(stream: Stream, place: number): number {
  const low = mix(stream ^ mix(place >>> 0));
  return mix(low ^ Math.floor(place / 2 ** 32)) / 2 ** 32;
}

/** AR(1) noise with mean 0 and spread 1. Its steps are bounded, as the noise of a healthy sensor is. */
export function correlated(stream: Stream, place: number): number {
  let sum = 0;
  for (let step = MEMORY_STEPS; step >= 0; step--) sum = sum * MEMORY + (even(stream, place - step) - 0.5);
  return sum * TO_UNIT_SPREAD;
}

/** In [-1, 1]: another value at each whole position, and a smooth way from one to the next. */
export function drift(stream: Stream, position: number): number {
  const before = Math.floor(position);
  const share = (1 - Math.cos(Math.PI * (position - before))) / 2;
  const value = even(stream, before) * (1 - share) + even(stream, before + 1) * share;
  return value * 2 - 1;
}

/** The last step of MurmurHash3 (Austin Appleby): every bit in changes half of the bits out. */
function mix(bits: number): number {
  let hash = bits | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
