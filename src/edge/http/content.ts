/** Bodies: JSON and, where a route says so, NDJSON or XML. Anything else is refused before it is read. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MillraceError } from '../../kernel/errors.ts';

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPE = 'application/x-ndjson';
export const XML_TYPE = 'application/xml';

/** Bodies nest no deeper than this, so that nothing behind has to fear for its stack. */
export const MAX_DEPTH = 200;

/** An empty body is no body, whatever its type says: many programs set the type always. */
export function addBodyParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    void parseJson(request, body as string, (error, value) => done(error ?? tooDeep(value), value));
  });
  server.addContentTypeParser(NDJSON_TYPE, { parseAs: 'string' }, (_, body, done) => {
    const lines = linesOf(body as string);
    done(tooDeep(lines), lines);
  });
  server.addContentTypeParser([XML_TYPE, 'text/xml'], { parseAs: 'string' }, (_, body, done) => done(null, body));
}

/** Level by level and without recursion, so that the check itself cannot be made to overflow. */
function tooDeep(body: unknown): MillraceError | null {
  let level = [body];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    if (level.length === 0) return null;
  }
  return new MillraceError('request.malformed', { problem: `it is nested deeper than ${MAX_DEPTH} levels` });
}

/** A line that is not JSON stays text, so that the receiver can say which row is bad and take the others. */
function linesOf(body: string): unknown[] {
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return safeOf(JSON.parse(line)) ?? line;
      } catch {
        return line;
      }
    });
}

/** undefined: it has a key that objects have already, which would be lost on the way. Bodies of one JSON are refused for it. */
function safeOf(row: unknown): unknown {
  let level = [row];
  for (let depth = 0; level.length > 0 && depth <= MAX_DEPTH; depth++) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? [value] : []));
    if (level.some((value) => Object.hasOwn(value as object, '__proto__'))) return undefined;
    level = level.flatMap((value) => Object.values(value as object));
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
