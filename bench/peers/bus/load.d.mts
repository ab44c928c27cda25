/** The types of load.mjs, for our own side: it is measured with the same load as its peers. */
export const IN_FLIGHT: number;
export const WINDOW: number;
export const PREFETCH: number;
export const FILLED: number;
export const BATCH: number;
export const BODY_BYTES: number;
export const body: { readonly device: string; readonly at: number; readonly value: number; readonly note: string };

type Result = { readonly value: number; readonly p99?: number };
type Call<Answer> = (message: typeof body) => Promise<Answer>;
type Round = (ms: number) => Promise<Result>;

export function throughput<Answer>(call: Call<Answer>, callers?: number): Round;
export function batches<Answer>(call: Call<Answer>): Round;
export function oneByOne<Answer>(call: Call<Answer>): Round;
export function latency<Answer>(call: Call<Answer>): Round;
export function assertEchoes(call: Call<unknown>): Promise<void>;

export class Tally {
  readonly rate: Promise<number>;
  count(): void;
}
