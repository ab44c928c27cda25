/**
 * Ids are whole numbers below 2^53, handed out in blocks so that no two processes on one store ever give the same one.
 * The outside sees them as a prefix and eleven base-32 characters (Crockford's alphabet, lower case), for example job_00000000021.
 */
import { MillraceError } from './errors.ts';

declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type InstanceId = Brand<number, 'InstanceId'>;
/** A unit of work for a worker or, as a user task, for a person. */
export type JobId = Brand<number, 'JobId'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 11;
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

export const formatInstanceId = (id: InstanceId): string => format('ins', id);
export const parseInstanceId = (text: string): InstanceId => parse('ins', 'process instance', text) as InstanceId;
export const formatJobId = (id: JobId): string => format('job', id);
export const parseJobId = (text: string): JobId => parse('job', 'job', text) as JobId;

function format(prefix: string, id: number): string {
  let digits = '';
  for (let rest = id, place = 0; place < LENGTH; place++) {
    digits = ALPHABET[rest % 32] + digits;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_${digits}`;
}

function parse(prefix: string, kind: string, text: string): number {
  const digits = text.startsWith(`${prefix}_`) ? text.slice(prefix.length + 1) : '';
  let id = 0;
  for (const character of digits) id = id * 32 + (VALUES.get(character) ?? Number.NaN);
  if (digits.length !== LENGTH || !Number.isSafeInteger(id)) {
    throw new MillraceError('id.malformed', { kind, text, example: format(prefix, 65) });
  }
  return id;
}

/** Gives the next id, forever upwards within this process. */
export type NextId = () => number;

/** How many ids a process takes from the store at once. A crash loses at most these. */
export const ID_BLOCK_SIZE = 65_536;

/**
 * Hands out ids from blocks that `reserve` takes from the store. The next block is fetched when the current one is
 * half used, so that handing out never waits; running dry all the same is an error of the caller's rate, not of ids.
 */
export async function openIds(reserve: (size: number) => Promise<number>): Promise<NextId> {
  let next = await reserve(ID_BLOCK_SIZE);
  let end = next + ID_BLOCK_SIZE;
  let spare: number | undefined;
  let fetching = false;
  return () => {
    if (end - next < ID_BLOCK_SIZE / 2 && spare === undefined && !fetching) {
      fetching = true;
      reserve(ID_BLOCK_SIZE).then(
        (first) => {
          spare = first;
          fetching = false;
        },
        () => {
          fetching = false; // asked again with the next id; the store reports its own trouble
        },
      );
    }
    if (next === end) {
      if (spare === undefined) throw new MillraceError('store.overloaded', { waiting: ID_BLOCK_SIZE });
      next = spare;
      end = spare + ID_BLOCK_SIZE;
      spare = undefined;
    }
    return next++;
  };
}
