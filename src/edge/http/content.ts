/** Bodies: JSON and, where a route says so, NDJSON or XML. Anything else is refused before it is read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MillraceError } from '../../kernel/errors.ts';
import { bounded, rowsIn } from './row-body.ts';

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPE = 'application/x-ndjson';
export const XML_TYPE = 'application/xml';

/** Bodies nest no deeper than this, so that nothing behind has to fear for its stack. */
export const MAX_DEPTH = 200;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of the route are rows that its receiver judges one by one. */
    readonly judgesRows?: boolean;
  }
}
const judgesRows = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.judgesRows === true;

/** An empty body is no body, whatever its type says: many programs set the type always. */
export function addBodyParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (judgesRows(request)) return tell(done, () => rowsIn(body as string));
    void parseJson(request, body as string, (error, value) => done(error ?? tooMuch(value), value));
  });
  server.addContentTypeParser(NDJSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (judgesRows(request)) return done(null, linesOf(body as string, bounded));
    const lines = linesOf(body as string, safeOf);
    done(tooMuch(lines), lines);
  });
  server.addContentTypeParser([XML_TYPE, 'text/xml'], { parseAs: 'string' }, (_, body, done) => done(null, body));
}

type Done = (error: Error | null, body?: unknown) => void;

function tell(done: Done, read: () => unknown): void {
  try {
    done(null, read());
  } catch (error) {
    done(error as Error);
  }
}

/**
 * Depth, and numbers that are infinite once they are read: they would be stored as null. Level by level and without
 * recursion, so that the check itself cannot be made to overflow.
 */
function tooMuch(body: unknown): MillraceError | null {
  let level = [body];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    if (level.some(isEndless)) return malformed('a number in it is too large');
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    if (level.length === 0) return null;
  }
  return malformed(`it is nested deeper than ${MAX_DEPTH} levels`);
}

const isEndless = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);
const malformed = (problem: string): MillraceError => new MillraceError('request.malformed', { problem });

/** A line that is not JSON – or would not be kept as it is – stays text, so that the receiver can say which row is bad and take the others. */
function linesOf(body: string, lineOf: (row: unknown) => unknown): unknown[] {
  const lines: unknown[] = [];
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf('\n', from);
    const to = end === -1 ? body.length : end;
    const line = body.slice(from, to).trim();
    if (line !== '') lines.push(lineIn(line, lineOf));
    from = to + 1;
  }
  return lines;
}

function lineIn(line: string, lineOf: (row: unknown) => unknown): unknown {
  try {
    return lineOf(JSON.parse(line)) ?? line;
  } catch {
    return line;
  }
}

/** Bodies of one JSON are refused for what makes a row undefined here: a key that objects have already, an endless number. */
function safeOf(row: unknown): unknown {
  let level = [row];
  for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
    if (level.some(isEndless)) return undefined;
    const holders = level.filter((value): value is object => typeof value === 'object' && value !== null);
    if (holders.some((value) => Object.hasOwn(value, '__proto__'))) return undefined;
    level = holders.flatMap((value) => Object.values(value));
  }
  return row;
}

/** Throws `request.unsupported-media-type` before the body is read. */
export function requireContentType({ headers }: FastifyRequest, accepted: readonly string[] = [JSON_TYPE]): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody) return;
  const given = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!accepted.includes(given)) throw new MillraceError('request.unsupported-media-type', { given, accepted });
}
