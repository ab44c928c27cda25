/** Keeps secrets out of the log: by the names of fields, wherever they stand, and the passwords inside of URLs. */

/** A field is secret when its name ends like this; hyphens, underscores and capitals do not matter. */
const SECRET_NAME = /(?:token|password|passphrase|secret|authorization|cookie|apikey)s?$/;
const URL_PASSWORD = /(:\/\/[^\s/:@]*):[^\s/@]+@/g;
const CENSORED = '***';
/** Deeper than this nobody reads. */
const MAX_DEPTH = 8;

/** A copy of the fields for the log. Numbers and booleans are no secrets, whatever their name: a process has tokens too. */
export const withoutSecrets = (fields: object): Record<string, unknown> => copyOf(fields, []);

function copyOf(fields: object, ancestors: readonly object[]): Record<string, unknown> {
  const path = [...ancestors, fields];
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    isSecret(name, value) ? CENSORED : show(value, path),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function show(value: unknown, ancestors: readonly object[]): unknown {
  if (typeof value === 'string') return value.includes('://') ? value.replace(URL_PASSWORD, `$1:${CENSORED}@`) : value;
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (ancestors.includes(value)) return '(circular)';
  if (ancestors.length >= MAX_DEPTH) return '…';
  if ('toJSON' in value && typeof value.toJSON === 'function') return show(value.toJSON(), [...ancestors, value]);
  return Array.isArray(value) ? value.map((item) => show(item, [...ancestors, value])) : copyOf(value, ancestors);
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return false;
  return SECRET_NAME.test(name.replaceAll(/[-_]/g, '').toLowerCase());
}
