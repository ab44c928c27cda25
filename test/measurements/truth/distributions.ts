/** Draws from the distributions of a plant. Each takes a fixed number of draws from its stream. */
import type { Stream } from './stream.ts';

export const uniform = (stream: Stream, low: number, high: number): number => low + (high - low) * stream();

/** A whole number from `low` to `high`, both included. */
export const whole = (stream: Stream, low: number, high: number): number =>
  low + Math.floor(stream() * (high - low + 1));

/** Uniform in the logarithm: short ones are as frequent as ten times longer ones. */
export const logUniform = (stream: Stream, low: number, high: number): number => low * (high / low) ** stream();

export const exponential = (stream: Stream, mean: number): number => -mean * Math.log(1 - stream());

/** Time to failure: with a shape above 1 it fails more often the longer it runs. */
export const weibull = (stream: Stream, { shape, scale }: { readonly shape: number; readonly scale: number }): number =>
  scale * (-Math.log(1 - stream())) ** (1 / shape);

/** Standard normal by Box and Muller; two draws. */
export const normal = (stream: Stream): number => {
  const radius = Math.sqrt(-2 * Math.log(1 - stream()));
  return radius * Math.cos(2 * Math.PI * stream());
};

export const lognormal = (
  stream: Stream,
  { median, sigma }: { readonly median: number; readonly sigma: number },
): number => median * Math.exp(sigma * normal(stream));
