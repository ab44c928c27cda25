/** The configuration: read once at the start, checked whole, every problem in one message. Nothing else reads the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { LogLevel } from '../kernel/log.ts';
import { type SettingKey, settings } from './settings.ts';

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly store: string;
  readonly broker: 'memory';
  readonly smtp?: string;
  readonly mailFrom: string;
  readonly timeZone: string;
  readonly auth: 'on' | 'off';
  readonly logLevel: LogLevel;
  readonly url?: string;
  readonly token?: string;
};

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;
/** Named in design, not in this release: saying so beats ignoring them. */
const NOT_YET = ['MILLRACE_REDIS', 'MILLRACE_MQTT'];

const NAMES: ReadonlySet<string> = new Set([...Object.values(settings).map(({ name }) => name), ...NOT_YET]);

/** Reads the environment, `.env` in the working directory and the file MILLRACE_CONFIG names. Throws `config.invalid`. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  directory = process.cwd(),
): Config {
  const problems: string[] = [];
  const given = { ...readEnvFile(directory), ...setOf(environment) };
  const all = { ...readConfigFile(given.MILLRACE_CONFIG, problems), ...given };
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of Object.keys(settings) as SettingKey[]) {
    const { name, schema } = settings[key];
    const text = all[name];
    if (text === undefined && schema instanceof z.ZodExactOptional) continue;
    const parsed = schema.safeParse(text);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'invalid'}, got ${hide(name, text)}`);
  }
  for (const name of NOT_YET)
    if (all[name] !== undefined) problems.push(`${name}: this release does not use it; remove it`);
  const { config: _, ...config } = values as Config & { readonly config?: string };
  if (config.auth === 'off' && !LOOPBACK.test(config.host ?? '')) {
    problems.push(`MILLRACE_AUTH: off is accepted only while MILLRACE_HOST is loopback, got ${config.host}`);
  }
  if (problems.length > 0)
    throw new MillraceError('config.invalid', {
      count: problems.length,
      problems: problems.map((problem) => `  - ${problem}`).join('\n'),
    });
  return config;
}

/** Values of settings that may hold secrets are not repeated. */
const hide = (name: string, text: string | undefined): string =>
  /TOKEN|SMTP|STORE/.test(name) ? 'a value not shown here' : JSON.stringify(text);

/** A variable that is set to nothing counts as not set. */
function setOf(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function readEnvFile(directory: string): Record<string, string> {
  const file = `${directory}/.env`;
  return existsSync(file) ? setOf(parseEnv(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

function readConfigFile(file: string | undefined, problems: string[]): Record<string, string> {
  if (file === undefined) return {};
  try {
    const parsed = z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const name of Object.keys(parsed))
      if (!NAMES.has(name)) problems.push(`MILLRACE_CONFIG: ${file} sets ${name}, and there is no such setting`);
    return setOf(Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)])));
  } catch (error) {
    problems.push(`MILLRACE_CONFIG: ${file} cannot be read as JSON of names and values (${messageOf(error)})`);
    return {};
  }
}
