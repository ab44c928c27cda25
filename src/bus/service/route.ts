/**
 * A route is a text with parameters in it: `jobs/{jobId}/configure`, or with dots for events: `plant.{line}.alarm`. It
 * says which paths or routing keys it means, and what its parameters are. `{id}` is a text, `{id:int}` a whole number.
 */
import { MillraceError } from '../../kernel/errors.ts';

type ParamType = 'string' | 'int';
type Segment = { readonly literal: string } | { readonly name: string; readonly type: ParamType };
export type Params = Readonly<Record<string, string | number>>;

export type Route = {
  readonly template: string;
  readonly separator: '/' | '.';
  readonly segments: readonly Segment[];
  /** The topic pattern that its keys match: `jobs.*.configure`. */
  readonly pattern: string;
  /** The template without its parameters: `jobs/configure`. */
  readonly name: string;
};

/** The parameters that a template declares, by name. */
export type ParamsOf<Template extends string> = string extends Template
  ? Params
  : { readonly [Name in ParamIn<Template> as NameOf<Name>]: TypeOf<Name> };
type ParamIn<Template extends string> = Template extends `${string}{${infer Param}}${infer Rest}`
  ? Param | ParamIn<Rest>
  : never;
type NameOf<Param extends string> = Param extends `${infer Name}:${string}` ? Name : Param;
type TypeOf<Param extends string> = Param extends `${string}:int` ? number : string;

const LITERAL = /^[A-Za-z0-9_-]+$/;
const PARAM = /^\{([A-Za-z_]\w*)(?::(int))?\}$/;
/** Headers that mean something else. */
const RESERVED = new Set(['route', 'traceparent', 'tracestate', '__proto__']);

/** Throws `bus.invalid-route`. */
export function parseRoute(template: string, separator: '/' | '.'): Route {
  const invalid = (problem: string): never => {
    throw new MillraceError('bus.invalid-route', { template, problem });
  };
  const segments = template.split(separator).map((word): Segment => {
    const [, name, type = 'string'] = PARAM.exec(word) ?? [];
    if (name !== undefined && RESERVED.has(name)) return invalid(`a parameter cannot be called "${name}"`);
    if (name !== undefined) return { name, type: type as ParamType };
    if (LITERAL.test(word)) return { literal: word };
    return invalid(`"${word}" is neither a word of letters, digits, - and _, nor a parameter such as {id} or {id:int}`);
  });
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) return invalid(`the parameter "${twice}" occurs twice`);
  const pattern = segments.map((segment) => ('literal' in segment ? segment.literal : '*')).join('.');
  const name = segments.flatMap((segment) => ('literal' in segment ? [segment.literal] : [])).join(separator);
  return { template, separator, segments, pattern, name };
}

/** The same route with the types that another one gives to its parameters. */
export function typedAs(route: Route, other: Route): Route {
  const typed = (segment: Segment): Segment =>
    other.segments.find((same) => 'name' in same && 'name' in segment && same.name === segment.name) ?? segment;
  return { ...route, segments: route.segments.map(typed) };
}

/** The parameters in these words, or undefined when they are not this route's. */
export function matchRoute({ segments }: Route, words: readonly string[]): Record<string, string> | undefined {
  if (words.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, segment] of segments.entries()) {
    const word = words[place] ?? '';
    if ('name' in segment) params[segment.name] = decodeWord(word);
    else if (segment.literal !== word) return undefined;
  }
  return params;
}

/** The route with its parameters filled in. Throws `bus.invalid-params`. */
export function renderRoute(route: Route, params: Params): string {
  const texts = writeParams(route, params);
  return route.segments
    .map((segment) => ('literal' in segment ? segment.literal : encodeWord(texts[segment.name] ?? '')))
    .join(route.separator);
}

/** The parameters as texts. Throws `bus.invalid-params` when one is missing or of another type. */
export function writeParams(route: Route, params: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const segment of route.segments) {
    if ('literal' in segment) continue;
    const value = params[segment.name];
    const isRight = segment.type === 'int' ? Number.isSafeInteger(value) : typeof value === 'string';
    if (!isRight) throw wrongParam(route, segment, value);
    texts[segment.name] = String(value);
  }
  return texts;
}

/** The parameters from texts by name. Throws `bus.invalid-params`. */
export function readParams(route: Route, texts: Readonly<Record<string, string>>): Params {
  const params: Record<string, string | number> = {};
  for (const segment of route.segments) {
    if ('literal' in segment) continue;
    const text = Object.hasOwn(texts, segment.name) ? texts[segment.name] : undefined;
    const value = segment.type === 'int' ? wholeNumber(text) : text;
    if (value === undefined) throw wrongParam(route, segment, text);
    params[segment.name] = value;
  }
  return params;
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function wrongParam({ template }: Route, { name, type }: Exclude<Segment, { literal: string }>, found: unknown): Error {
  const expected = type === 'int' ? 'a whole number' : 'a text';
  return new MillraceError('bus.invalid-params', { template, name, expected, found: found ?? 'nothing' });
}

/** One word of a path or routing key may hold any text: what would end the word or mean something else is written %XX. */
export const encodeWord = (text: string): string =>
  text.replace(/[.*#%/]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function decodeWord(word: string): string {
  return word.replace(/%(2E|2A|23|25|2F)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
