/**
 * What becomes of a handler's answer. A settlement is taken as it is, whether it was made by `done`, `error`, `fail`,
 * `snooze` and `discard` or is an object of exactly that form: handlers need not import anything. Nothing is `done`; any other object
 * is `done` with it as output; what is no object is `done` with `{ result }` as output; a throw is `fail`.
 */
import { messageOf } from '../../kernel/errors.ts';
import { withoutSecrets } from '../../kernel/log-secrets.ts';
import { done, fail, isSettlement, type Settlement } from '../../kernel/settlement.ts';

/** Nobody reads more of what went wrong. */
export const MAX_ERROR_CHARACTERS = 4_000;

export function settlementOf(value: unknown): Settlement {
  if (value === undefined || value === null) return done();
  try {
    const settlement = isSettlement(value) || hasForm(value) ? value : done('done', outputOf(value));
    // What is no JSON fails here, with its handler's name on it, and not on the way to the queue.
    return JSON.parse(JSON.stringify(settlement)) as Settlement;
  } catch (error) {
    return fail(`the handler's result is no JSON: ${messageOf(error)}`);
  }
}

export const failureOf = (error: unknown): Settlement => fail(withoutPasswords(messageOf(error), MAX_ERROR_CHARACTERS));

/** Text for others to read: cut, and without the passwords inside of URLs. */
export function withoutPasswords(text: string, maxCharacters: number): string {
  const clean = String(withoutSecrets({ text }).text);
  return clean.length > maxCharacters ? `${clean.slice(0, maxCharacters - 1)}…` : clean;
}

const FORMS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  done: { outcome: isText, output: (value) => value === undefined || isRecord(value) },
  error: {
    code: isText,
    message: (value) => value === undefined || isText(value),
    output: (value) => value === undefined || isRecord(value),
  },
  fail: { error: isText },
  snooze: { delayMs: (value) => Number.isFinite(value) && Number(value) >= 0 },
  discard: { reason: isText },
};

function hasForm(value: unknown): value is Settlement {
  if (!isRecord(value) || typeof value.kind !== 'string' || !Object.hasOwn(FORMS, value.kind)) return false;
  const form = FORMS[value.kind] ?? {};
  return (
    Object.keys(value).every((name) => name === 'kind' || name in form) &&
    Object.entries(form).every(([name, isRight]) => isRight(value[name]))
  );
}

function outputOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`it is a ${typeof value}`);
  return isRecord(value) ? value : { result: value };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
