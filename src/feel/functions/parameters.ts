/** What the operands of functions are called, for calls such as `contains(string: name, match: "press")`: DMN 1.5, 10.3.4. */

/** A function with several forms has several lists; those that take any number of operands have no names for them. A `?` marks what may be left out. */
const forms: Readonly<Record<string, readonly (readonly string[])[]>> = {
  not: [['negand']],
  abs: [['n']],
  floor: [['n', 'scale?']],
  ceiling: [['n', 'scale?']],
  'round half up': [['n', 'scale?']],
  contains: [['string', 'match']],
  'starts with': [['string', 'match']],
  'ends with': [['string', 'match']],
  'string length': [['string']],
  'upper case': [['string']],
  'lower case': [['string']],
  string: [['from']],
  number: [['from', 'grouping separator?', 'decimal separator?']],
  count: [['list']],
  min: [['list']],
  max: [['list']],
  sum: [['list']],
  mean: [['list']],
  'list contains': [['list', 'element']],
  date: [['from'], ['year', 'month', 'day']],
  time: [['from'], ['hour', 'minute', 'second', 'offset?']],
  'date and time': [['from'], ['date', 'time']],
  duration: [['from']],
  'years and months duration': [['from', 'to']],
  'day of week': [['date']],
  'month of year': [['date']],
  'day of year': [['date']],
  'week of year': [['date']],
};

/** The operands in their order, up to the last one that is there; undefined if the function has no form with these names. */
export function orderOperands<Operand>(
  name: string,
  named: ReadonlyMap<string, Operand>,
  missing: Operand,
): readonly Operand[] | undefined {
  const form = forms[name]?.find((names) => fits(names, named));
  if (form === undefined) return undefined;
  const last = form.findLastIndex((key) => named.has(plain(key)));
  return form.slice(0, last + 1).map((key) => named.get(plain(key)) ?? missing);
}

const plain = (key: string): string => key.replace('?', '');

const fits = (names: readonly string[], named: ReadonlyMap<string, unknown>): boolean =>
  [...named.keys()].every((key) => names.includes(key) || names.includes(`${key}?`)) &&
  names.every((key) => key.endsWith('?') || named.has(key));

export const describeForms = (name: string): string =>
  (forms[name] ?? []).map((names) => `${name}(${names.join(', ')})`).join(' or ');
