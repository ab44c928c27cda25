/** The configuration: read once at the start, checked whole, every problem in one message. Nothing else reads the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { LogLevel } from '../kernel/log.ts';
import { plainWords } from '../kernel/plain-words.ts';
import { type Secrets, secretsIn } from '../process/modules/secrets.ts';
import { brokerPrefix, brokerUrl, type SettingKey, settings } from './settings.ts';

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  /** The data directory, where it was set and is not the default. */
  readonly givenData?: string;
  readonly store: string;
  /** Connections for reading, where the store is PostgreSQL. */
  readonly postgresPool: number;
  /** `memory` or a URL. */
  readonly broker: string;
  readonly brokerPrefix?: string;
  /** Undefined: it makes one up. */
  readonly name?: string;
  readonly publicUrl?: string;
  /** Where jobs are shown beside the store. */
  readonly redis?: string;
  /** How long an ended job is shown there: a duration. */
  readonly jobTtl: string;
  /** Where readings are taken from, which of its topics, and under which client id. */
  readonly mqtt?: string;
  readonly mqttTopic: string;
  readonly mqttClient: string;
  readonly smtp?: string;
  readonly mailFrom: string;
  readonly language: string;
  /** Who is told about checks in trouble. */
  readonly alertList?: readonly string[];
  /** The folder with modules of one's own. */
  readonly modules?: string;
  /** Files with measurement services of one's own. */
  readonly services?: readonly string[];
  /** Hosts, addresses and networks. */
  readonly httpAllow?: readonly string[];
  /** By the variable. */
  readonly secrets: Secrets;
  readonly timeZone: string;
  /** How long ended instances are kept: a duration. */
  readonly keepHistory: string;
  /** And how much of each definition. */
  readonly keepHistoryMb: number;
  /** How long readings are kept: a duration. Undefined: for ever. */
  readonly keepMeasurements?: string;
  readonly auth: 'on' | 'off';
  readonly logLevel: LogLevel;
  readonly url?: string;
  readonly token?: string;
  /** The brokers that `--env` names, from the file MILLRACE_CONFIG. */
  readonly environments: Environments;
};

const environment = z.strictObject({
  broker: brokerUrl.refine((text) => text !== 'memory', 'names a broker that others reach too'),
  prefix: brokerPrefix.exactOptional(),
  management: z
    .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
    .exactOptional(),
});
export type Environment = z.output<typeof environment>;
export type Environments = Readonly<Record<string, Environment>>;
const environmentsSchema = z.record(z.string(), environment);

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

const NAMES: ReadonlySet<string> = new Set(Object.values(settings).map(({ name }) => name));

/** Reads the environment, `.env` in the working directory and the file MILLRACE_CONFIG names. Throws `config.invalid`. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  directory = process.cwd(),
): Config {
  const problems: string[] = [];
  const given = { ...readEnvFile(directory), ...setOf(environment) };
  const file = readConfigFile(given.MILLRACE_CONFIG, problems);
  const all = { ...file.settings, ...given };
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of Object.keys(settings) as SettingKey[]) {
    const { name, schema } = settings[key];
    const text = all[name];
    if (text === undefined && schema instanceof z.ZodExactOptional) continue;
    const parsed = schema.safeParse(text);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'invalid'}, got ${hide(name, text)}`);
  }
  const { config: _, ...rest } = values as Config & { readonly config?: string };
  const givenData = all[settings.data.name];
  const isGiven = givenData !== undefined && givenData !== settings.data.example;
  const config = { ...rest, ...(isGiven && { givenData }), environments: file.environments, secrets: secretsIn(given) };
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

/** What systemd says to a service that it watches: these variables are its own, and no settings. */
export function readServiceManager(environment: Readonly<Record<string, string | undefined>> = process.env): {
  readonly isAsked: boolean;
  readonly watchdogMs: number | undefined;
} {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID = String(process.pid) } = setOf(environment);
  const watchdogMs = WATCHDOG_PID === String(process.pid) ? Number(WATCHDOG_USEC) / 1_000 : Number.NaN;
  return { isAsked: NOTIFY_SOCKET !== undefined, watchdogMs: watchdogMs > 0 ? watchdogMs : undefined };
}

/** Values of settings that may hold secrets are not repeated. */
const hide = (name: string, text: string | undefined): string =>
  /TOKEN|SMTP|STORE|BROKER|REDIS|MQTT$/.test(name) ? 'a value not shown here' : JSON.stringify(text);

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

type ConfigFile = { readonly settings: Readonly<Record<string, string>>; readonly environments: Environments };

function readConfigFile(file: string | undefined, problems: string[]): ConfigFile {
  if (file === undefined) return { settings: {}, environments: {} };
  try {
    const { environments, ...rest } = z.looseObject({}).parse(JSON.parse(readFileSync(file, 'utf8')));
    const parsed = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).parse(rest);
    for (const name of Object.keys(parsed))
      if (!NAMES.has(name)) problems.push(`MILLRACE_CONFIG: ${file} sets ${name}, and there is no such setting`);
    return {
      settings: setOf(Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]))),
      environments: parseEnvironments(environments, { file, problems }),
    };
  } catch (error) {
    // What the parser says of JSON quotes the file, passwords and all.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    problems.push(`MILLRACE_CONFIG: ${file} cannot be read as JSON of names and values (${reason})`);
    return { settings: {}, environments: {} };
  }
}

/** Their URLs hold passwords: a problem says where it is, and repeats nothing. */
function parseEnvironments(
  given: unknown,
  { file, problems }: { readonly file: string; readonly problems: string[] },
): Environments {
  const parsed = environmentsSchema.safeParse(given ?? {}, { error: plainWords });
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    problems.push(
      `MILLRACE_CONFIG: ${file} has a wrong ${['environments', ...path.map(String)].join('.')}: ${message}`,
    );
  return {};
}
