/** One figure of a benchmark: a JSON object a line, so that machines and people read the same. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  /** Points: of a score out of 100. */
  readonly unit: '1/s' | 'ms' | 's' | 'B' | 'points';
  readonly peer?: string;
  readonly peerValue?: number;
  /** Times better than the peer. */
  readonly ratio?: number;
  readonly setup: string;
};

export function print(figure: Figure): void {
  const { peerValue } = figure;
  const rounded = { value: round(figure.value), ...(peerValue !== undefined && { peerValue: round(peerValue) }) };
  process.stdout.write(`${JSON.stringify({ ...figure, ...rounded })}\n`);
}

/** What is worth knowing while waiting; not part of the result. */
export function note(text: string): void {
  if (!process.argv.includes('--json')) process.stderr.write(`${text}\n`);
}

const round = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** The value below which this share of the sorted numbers lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
