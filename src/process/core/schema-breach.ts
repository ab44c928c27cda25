/** What the schema found wrong, in sentences that name the element instead of a path through the JSON. */
import type { z } from 'zod';
import type { Breach, RuleId } from './rule.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
/** One thing wrong at one place; `expected` where it is a matter of type. */
type Fault = { readonly path: Path; readonly message: string; readonly expected: readonly string[] };

export function schemaBreaches(issues: readonly Issue[], source: unknown): Breach[] {
  return issues
    .flatMap((issue) => faultsOf(issue, []))
    .map((fault) => {
      const { rule, element, field } = placeOf(fault.path, source);
      const words = sentenceOf(fault, source);
      return { rule, element, message: `${field === '' ? words : `${field}: ${words}`}.` };
    });
}

/** Where several forms are possible, the author meant the one that fits furthest. */
function faultsOf(issue: Issue, base: Path): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_type') return [{ path, message: issue.message, expected: [issue.expected] }];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path, message: `there is no field "${key}"`, expected: [] }));
  }
  if (issue.code === 'invalid_union' && 'options' in issue && issue.errors.length === 0) {
    return [{ path, message: `expected one of ${issue.options?.join(', ')}`, expected: [] }];
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => faultsOf(inner, path));
  if (issue.code !== 'invalid_union') {
    return [{ path, message: issue.message, expected: [] }];
  }
  const forms = issue.errors.map((issues) => issues.flatMap((inner) => faultsOf(inner, path)));
  const reach = (faults: readonly Fault[]) => Math.max(...faults.map((fault) => fault.path.length));
  const furthest = Math.max(...forms.map(reach));
  const meant = forms.filter((faults) => reach(faults) === furthest);
  if (meant.length === 1) return meant.flat();
  const faults = meant.flat();
  const message = [...new Set(faults.map((fault) => fault.message))].join(', or ');
  const areTypes = faults.every(({ expected }) => expected.length > 0);
  return [
    { path: faults[0]?.path ?? path, message, expected: areTypes ? faults.flatMap(({ expected }) => expected) : [] },
  ];
}

function sentenceOf({ path, message, expected }: Fault, source: unknown): string {
  if (expected.length === 0) return message;
  const found = path.reduce(stepInto, source);
  if (found === undefined) return 'is missing';
  const types = [...new Set(expected.map((type) => (type === 'record' ? 'object' : type)))];
  return `expected ${types.join(' or ')}, found ${found === null ? 'null' : Array.isArray(found) ? 'array' : typeof found}`;
}

/** The innermost element on the way, by id if it has one, and the field within it. */
function placeOf(path: Path, source: unknown): { rule: RuleId; element: string; field: string } {
  let rule: RuleId = 'schema.definition';
  let element = textAt(source, 'key') ?? 'definition';
  let value = source;
  let rest = path;
  for (;;) {
    const [list, place, ...inner] = rest;
    if ((list !== 'nodes' && list !== 'boundary') || typeof place !== 'number') break;
    value = stepInto(stepInto(value, list), place);
    rule = list === 'nodes' ? 'schema.node' : 'schema.boundary';
    element = textAt(value, 'id') ?? `${list}[${place}]`;
    rest = inner;
  }
  if (rest[0] === 'next' && rule !== 'schema.definition') rule = 'schema.flow';
  if (rest[0] === 'start' && rule === 'schema.definition') rule = 'schema.start';
  return { rule, element, field: rest.map(String).join('.') };
}

const stepInto = (value: unknown, step: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined;

function textAt(value: unknown, field: string): string | undefined {
  const text = stepInto(value, field);
  return typeof text === 'string' && text !== '' ? text.slice(0, 100) : undefined;
}
