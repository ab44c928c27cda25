/** One structured line per decision that matters: fields first, then a sentence a shift engineer understands. */
import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { withoutSecrets } from './log-secrets.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

export type Log = Speaking & { child(fields: object): Log };

/** JSON lines, or, on a terminal, lines a person can read. */
export function createLog({
  level,
  readable = false,
  write = (line: string) => process.stdout.write(line),
}: {
  readonly level: LogLevel;
  readonly readable?: boolean;
  readonly write?: (line: string) => void;
}): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: { err: (error: Error) => withoutSecrets(stdSerializers.err(error)) },
    },
    { write: (line: string) => write(readable ? readableLine(line) : line) },
  );
  return withCleanChildren(logger, logger.child);
}

/** `isLevelEnabled` is asked where building the fields of a line would cost, and mostly for nothing. */
type Speaking = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>;
type ChildOf = (this: Speaking, fields: Record<string, unknown>) => Speaking;

/** pino runs its formatters over the fields of a line, but not over those of a child. */
function withCleanChildren(logger: Speaking, child: ChildOf): Log {
  return Object.assign(logger, {
    child: (fields: object) => withCleanChildren(child.call(logger, withoutSecrets(fields)), child),
  });
}

export const silentLog: Log = pino({ level: 'silent' });

const COLOURS: Record<string, string> = {
  debug: '\u001b[2m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const PLAIN = '\u001b[0m';

function readableLine(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const colour = COLOURS[String(level)] ?? '';
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  return (
    `${String(time).slice(11, 19)} ${colour}${String(level).padEnd(5)}${PLAIN} ${String(msg)} ${rest.join(' ')}`.trimEnd() +
    `${stack}\n`
  );
}
