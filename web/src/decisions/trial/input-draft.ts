/** What somebody types to try a decision, and the values it means. Pure. */
import type { Decision, DecisionTable } from '../../api/decisions.ts';

export type Input = Decision['inputs'][number];
/** Texts by the names of inputs, as they were typed. */
export type InputTexts = Readonly<Record<string, string>>;
export type InputKind = 'number' | 'text' | 'boolean' | 'date' | 'time' | 'dateTime' | 'duration' | 'json' | 'any';

const KINDS: Readonly<Record<string, InputKind>> = {
  number: 'number',
  string: 'text',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  'date and time': 'dateTime',
  'days and time duration': 'duration',
  'years and months duration': 'duration',
};

/** Of a type as FEEL names it; lists, contexts, ranges and functions are written as JSON. */
export function kindOf(type: string): InputKind {
  const known = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  return known ?? (type === 'Any' || type === '' ? 'any' : 'json');
}

export type Inputs = {
  readonly values: Readonly<Record<string, unknown>>;
  /** Inputs whose text means no value. */
  readonly wrong: ReadonlySet<string>;
};

/** What is left empty is not handed in, so it is null. */
export function inputsOf(inputs: readonly Input[], texts: InputTexts): Inputs {
  const values: Record<string, unknown> = {};
  const wrong = new Set<string>();
  for (const { name, type } of inputs) {
    const text = Object.hasOwn(texts, name) ? (texts[name] ?? '') : '';
    if (text.trim() === '') continue;
    const value = meantBy(kindOf(type), text);
    if (value === undefined) wrong.add(name);
    else Object.defineProperty(values, name, { value, enumerable: true });
  }
  return { values, wrong };
}

/** Undefined: the text means none. Times stay texts: the model says what they are. */
function meantBy(kind: InputKind, text: string): unknown {
  switch (kind) {
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'json':
      return parsed(text);
    case 'any': {
      const value = parsed(text);
      return value === undefined ? text : value;
    }
    default:
      return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts that the table offers for an input: those in quotes among its allowed values, or in its cells. */
export function choicesFor(name: string, table: DecisionTable | undefined): string[] {
  if (table === undefined) return [];
  const at = table.inputs.findIndex(({ expression }) => expression.trim() === name);
  if (at === -1) return [];
  const allowed = table.inputs[at]?.values;
  const texts = allowed === undefined ? table.rules.map(({ inputs }) => inputs[at] ?? '') : [allowed];
  const found = texts.flatMap((text) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => quoted));
  return [...new Set(found)].slice(0, MAX_CHOICES);
}

const MAX_CHOICES = 100;

const storedAs = (decision: string): string => `millrace-decision-inputs:${decision}`;

/** The texts of the last time, in this browser. */
export function rememberedInputs(decision: string, storage: Pick<Storage, 'getItem'>): InputTexts {
  const kept = parsed(storage.getItem(storedAs(decision)) ?? '{}');
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Where the browser keeps nothing, the next time begins empty. */
export function rememberInputs(decision: string, texts: InputTexts, storage: Pick<Storage, 'setItem'>): void {
  try {
    storage.setItem(storedAs(decision), JSON.stringify(texts));
  } catch {
    return;
  }
}
