/** FEEL's functions on contexts: DMN 1.5, table 79. */
import { type Frame, spend } from '../evaluation/frame.ts';
import { adopt, type Context, has, isContext, type List, own, type Value } from '../values/value.ts';
import { type BuiltIn, define, either } from './built-in.ts';

export const contextFunctions: Readonly<Record<string, BuiltIn>> = {
  'get value': either(
    define('m: context, key: string', ([context, key]) => own(context, key)),
    define('m: context, keys: list', ([context, keys], frame) => valueAt(context, keys, frame)),
  ),
  'get entries': define('m: context', ([context], frame) =>
    Object.keys(paid(context, frame)).map((key) => ({ key, value: own(context, key) })),
  ),
  context: define('entries: list', ([entries], frame) => contextOf(entries, frame)),
  'context put': either(
    define('context: context, key: string, value: any', ([context, key, value], frame) => ({
      ...paid(context, frame),
      [key]: value,
    })),
    define('context: context, keys: list, value: any', ([context, keys, value], frame) =>
      putAt(context, { keys: keys.map(adopt), value, frame }),
    ),
  ),
  'context merge': define('contexts: list', ([contexts], frame) => merged(contexts, frame)),
};

/** Copying costs a step for each entry. */
function paid(context: Context, frame: Frame): Context {
  spend(frame, Object.keys(context).length);
  return context;
}

function valueAt(context: Context, keys: List, frame: Frame): Value {
  if (keys.length === 0) return null;
  let value: Value = context;
  for (const raw of keys) {
    spend(frame, 1);
    const key = adopt(raw);
    if (typeof key !== 'string' || !isContext(value)) return null;
    value = own(value, key);
  }
  return value;
}

/** Of entries such as `{key: "a", value: 1}`; a key that is none or comes twice has no answer. */
function contextOf(entries: List, frame: Frame): Context | null {
  const pairs = new Map<string, Value>();
  for (const raw of entries) {
    spend(frame, 1);
    const entry = adopt(raw);
    if (!isContext(entry) || !has(entry, 'value')) return null;
    const key = own(entry, 'key');
    if (typeof key !== 'string' || pairs.has(key)) return null;
    pairs.set(key, own(entry, 'value'));
  }
  return Object.fromEntries(pairs);
}

type Placing = { readonly keys: readonly Value[]; readonly value: Value; readonly frame: Frame };

/** What lies on the way must be contexts already. */
function putAt(context: Context, { keys, value, frame }: Placing): Context | null {
  const [key, ...rest] = keys;
  if (typeof key !== 'string') return null;
  paid(context, frame);
  if (rest.length === 0) return { ...context, [key]: value };
  const inner = own(context, key);
  if (!isContext(inner)) return null;
  const changed = putAt(inner, { keys: rest, value, frame });
  return changed === null ? null : { ...context, [key]: changed };
}

/** Of an entry that several have, the last. */
function merged(contexts: List, frame: Frame): Context | null {
  const values = contexts.map(adopt);
  if (!values.every(isContext)) return null;
  const pairs = values.flatMap((context) => Object.entries(paid(context, frame)));
  return Object.fromEntries(pairs);
}
