/**
 * A row that is not there cannot be locked, so its absence is kept by an advisory lock: who relies on it holds the lock
 * of the key's bucket alone, who creates a row holds it together with others. Buckets, because a lock per key would fill
 * the server's lock table. A unit that puts the very row whose absence it wants needs none: the key is unique.
 */
import type { Key } from '../../store/family.ts';
import type { Unit } from '../../store/unit.ts';
import { integerArray } from './array-parameter.ts';
import type { Statement } from './driver.ts';
import { keyText } from './table.ts';
import { keyOfRow } from './write-plan.ts';

const BUCKETS = 16;
const SHARED = 0;
const ALONE = 1;
type Mode = typeof SHARED | typeof ALONE;

/** The class of a schema's advisory locks, so that they meet those of no other schema. */
export const lockClassOf = (schema: string): number => hash(`millrace ${schema}`);

/**
 * The locks that the units need, as one statement that takes them in order; undefined when none is needed.
 * `isCareful` keeps every absence by a lock: for the second try after somebody else was faster.
 */
export function keyLocks(
  units: readonly Unit[],
  { schema, isCareful }: { readonly schema: string; readonly isCareful: boolean },
): Statement | undefined {
  const modes = new Map<number, Mode>();
  const take = (family: string, key: Key, mode: Mode) => {
    const lock = bucketOf(family, key);
    modes.set(lock, Math.max(mode, modes.get(lock) ?? SHARED) as Mode);
  };
  for (const unit of units) {
    for (const guard of unit.guards) {
      if (guard.expect !== 'absent' || (!isCareful && putsIt(unit, guard.family.name, guard.key))) continue;
      take(guard.family.name, guard.key, ALONE);
    }
    for (const write of unit.writes) {
      if (write.family.isLog || write.kind === 'set' || write.kind === 'delete') continue;
      take(write.family.name, write.kind === 'put' ? keyOfRow(write.family, write.row) : write.key, SHARED);
    }
  }
  if (modes.size === 0) return undefined;
  const locks = [...modes].sort(([a], [b]) => a - b);
  const lock = `pg_advisory_xact_lock`;
  const place = `${lockClassOf(schema)}, u.lock::integer`;
  return {
    text: `SELECT CASE u.mode WHEN ${ALONE} THEN ${lock}(${place}) ELSE ${lock}_shared(${place}) END FROM unnest($1::bigint[], $2::bigint[]) AS u(lock, mode)`,
    values: [integerArray(locks.map(([number]) => number)), integerArray(locks.map(([, mode]) => mode))],
  };
}

function putsIt({ writes }: Unit, family: string, key: Key): boolean {
  const text = keyText(key);
  const first = writes.find(
    (write) =>
      write.family.name === family &&
      keyText(write.kind === 'put' ? keyOfRow(write.family, write.row) : write.key) === text,
  );
  return first?.kind === 'put';
}

function bucketOf(family: string, key: Key): number {
  const bucket = hash(String(keyText(key))) & (BUCKETS - 1);
  return (hash(family) & ~(BUCKETS - 1)) | bucket;
}

/** FNV-1a, 32 bits, signed: the same in every process. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    value = Math.imul(value ^ text.charCodeAt(place), 0x01000193);
  }
  return value | 0;
}
