/** What a schema refuses, in words for whoever sent it; without these zod speaks of its own input and types. */

/** What zod hands over; named here by its form, because the kernel needs no schemas. */
type Issue = { readonly code: string; readonly input: unknown; readonly [fact: string]: unknown };

/** Handed to `safeParse` as its `error`; a message that a schema itself gives stays as it is. */
export function plainWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      if (issue.expected === 'int') return 'must be a whole number';
      return `expected ${issue.expected}, found ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `expected one of ${(issue.values as readonly unknown[]).join(', ')}`;
    case 'unrecognized_keys':
      return `there is no ${(issue.keys as readonly string[]).map((key) => `"${key}"`).join(', ')} here`;
    case 'too_small':
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    default:
      return undefined;
  }
}

function sizeOf(origin: unknown, comparison: string, bound: unknown): string {
  if (origin === 'string') return `have ${comparison} ${bound} character${bound === 1 ? '' : 's'}`;
  if (origin === 'array') return `have ${comparison} ${bound} item${bound === 1 ? '' : 's'}`;
  return `be ${comparison} ${bound}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isNaN(value) ? 'something else' : typeof value;
}
