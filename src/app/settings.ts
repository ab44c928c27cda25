/**
 * Every environment variable Millrace reads, with its meaning, default and check. `.env.example` is made from this list and
 * a test holds both together.
 */
import { z } from 'zod';
import { DEFAULT_POOL_SIZE, MAX_POOL_SIZE } from '../adapters/postgres/pool-size.ts';
import { parseDuration } from '../kernel/duration.ts';
import { LOG_LEVELS } from '../kernel/log.ts';
import { readRecipientName } from '../kernel/recipient-name.ts';
import { DEFAULT_TOPIC, parseTopic } from '../measurements/ways/topic.ts';
import { isAllowance } from '../process/modules/http/network.ts';
import { BROKER_PROTOCOLS } from './open-broker.ts';
import { MAX_NAME_CHARACTERS } from './standing.ts';

export type Setting = {
  readonly name: string;
  readonly purpose: string;
  /** As it would be written; undefined: not set. */
  readonly example?: string;
  readonly schema: z.ZodType;
};

const port = z.coerce
  .number('a port is a number')
  .int('a port is a whole number')
  .min(0, 'a port is 0 to 65535')
  .max(65_535, 'a port is 0 to 65535');
const duration = z.string().refine(isDuration, 'must be a duration such as "30s" or "1h"');
const timeZone = z.string().refine(isTimeZone, 'not a time zone of the IANA list, such as Europe/Berlin');
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => protocols.includes(protocolOf(text)),
      `must be a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`,
    );

/** `memory`, or the URL of a broker that this release knows. */
export const brokerUrl = z
  .string()
  .refine(
    (text) => text === 'memory' || BROKER_PROTOCOLS.includes(protocolOf(text)),
    `must be "memory" or a URL that begins with ${BROKER_PROTOCOLS.map((name) => `${name}//`).join(' or ')}`,
  );
/** Names may have 255 bytes, and the prefix is a part of each. */
const MAX_PREFIX_CHARACTERS = 50;
export const brokerPrefix = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, 'has letters, digits, dots, hyphens and underscores only')
  .max(MAX_PREFIX_CHARACTERS, `has at most ${MAX_PREFIX_CHARACTERS} characters`);

const serverName = z
  .string()
  .regex(/^[A-Za-z0-9._-]+$/, 'has letters, digits, dots, hyphens and underscores only')
  .max(MAX_NAME_CHARACTERS, `has at most ${MAX_NAME_CHARACTERS} characters`);

const fileList = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine((entries) => entries.every((entry) => entry !== ''), 'has names of files with commas between');

const recipientNames = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine(
    (entries) => entries.every((entry) => readRecipientName(entry) !== undefined),
    'has names of recipient lists, role:…, person:… or addresses, with commas between',
  );

const allowances = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine(
    (entries) => entries.every(isAllowance),
    'has hosts, addresses and networks such as 10.20.0.0/16, with commas',
  );

export const settings = {
  port: {
    name: 'PORT',
    purpose: 'Where the server listens; 0 takes any free port.',
    example: '8080',
    schema: port.default(8080),
  },
  host: {
    name: 'MILLRACE_HOST',
    purpose: 'The address it binds to. Anything but loopback needs MILLRACE_AUTH=on.',
    example: '127.0.0.1',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  data: {
    name: 'MILLRACE_DATA',
    purpose: 'The data directory.',
    example: './data',
    schema: z.string().min(1).default('./data'),
  },
  store: {
    name: 'MILLRACE_STORE',
    purpose: 'Where the rows are: sqlite (in the data directory), or postgres://user@host:5432/database.',
    example: 'sqlite',
    schema: z
      .union([z.literal('sqlite'), url('postgres:', 'postgresql:')], { error: 'must be "sqlite" or a postgres:// URL' })
      .default('sqlite'),
  },
  postgresPool: {
    name: 'MILLRACE_POSTGRES_POOL',
    purpose:
      'Connections of this process to PostgreSQL for reading and picking work, besides the one that writes; at most 30.',
    example: '10',
    schema: z.coerce
      .number('a number of connections')
      .int('a whole number')
      .min(1, 'at least 1')
      .max(MAX_POOL_SIZE, `at most ${MAX_POOL_SIZE}`)
      .default(DEFAULT_POOL_SIZE),
  },
  broker: {
    name: 'MILLRACE_BROKER',
    purpose:
      'What carries the messages: memory (inside of the server), or the URL of a broker, such as amqp://user:password@host:5672/vhost.',
    example: 'memory',
    schema: brokerUrl.default('memory'),
  },
  brokerPrefix: {
    name: 'MILLRACE_BROKER_PREFIX',
    purpose:
      'Before the name of every queue and exchange, so that plants can share a broker without sharing their messages.',
    example: 'north.',
    schema: brokerPrefix.exactOptional(),
  },
  name: {
    name: 'MILLRACE_NAME',
    purpose:
      'The name of this server among those that share a store. Kept over restarts it takes back at once what it held when it was killed. Default: one made of host and process.',
    example: 'north-1',
    schema: serverName.exactOptional(),
  },
  publicUrl: {
    name: 'MILLRACE_PUBLIC_URL',
    purpose: 'Where people reach the pages, for the links in mails. Default: where this server listens.',
    example: 'https://millrace.plant.example',
    schema: url('http:', 'https:').exactOptional(),
  },
  redis: {
    name: 'MILLRACE_REDIS',
    purpose: 'A Redis that shows jobs and workers under the prefix millrace: – a copy, which nothing depends on.',
    example: 'redis://127.0.0.1:6379/0',
    schema: url('redis:', 'rediss:').exactOptional(),
  },
  jobTtl: {
    name: 'MILLRACE_JOB_TTL',
    purpose: 'How long MILLRACE_REDIS shows a job after its end.',
    example: '1h',
    schema: duration.default('1h'),
  },
  mqtt: {
    name: 'MILLRACE_MQTT',
    purpose: 'An MQTT server that readings are taken from, mqtt://user:password@host:1883 or mqtts:// with TLS.',
    example: 'mqtt://127.0.0.1:1883',
    schema: url('mqtt:', 'mqtts:').exactOptional(),
  },
  mqttTopic: {
    name: 'MILLRACE_MQTT_TOPIC',
    purpose: 'The topics of MILLRACE_MQTT; the level {device} names the device, + and # are those of MQTT.',
    example: DEFAULT_TOPIC,
    schema: z
      .string()
      .refine((text) => parseTopic(text) !== undefined, 'must be an MQTT topic with one level {device}')
      .default(DEFAULT_TOPIC),
  },
  mqttClient: {
    name: 'MILLRACE_MQTT_CLIENT',
    purpose: 'The client id at MILLRACE_MQTT, under which it keeps what comes meanwhile. One for each plant.',
    example: 'millrace',
    schema: serverName.default('millrace'),
  },
  smtp: {
    name: 'MILLRACE_SMTP',
    purpose: 'The mail server. Without it mails are kept and can be read on the page Mails.',
    example: 'smtp://user:password@mail.example:587',
    schema: url('smtp:', 'smtps:').exactOptional(),
  },
  mailFrom: {
    name: 'MILLRACE_MAIL_FROM',
    purpose: 'The sender of mails.',
    example: 'Millrace <millrace@localhost>',
    schema: z.string().min(3).default('Millrace <millrace@localhost>'),
  },
  language: {
    name: 'MILLRACE_LANGUAGE',
    purpose:
      'The language of mails to people of whom nobody has said what they read, where a step has its words in several.',
    example: 'en',
    schema: z
      .string()
      .regex(
        /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/,
        'must be a language as BCP 47 names it, en or pt-BR for example',
      )
      .default('en'),
  },
  alertList: {
    name: 'MILLRACE_ALERT_LIST',
    purpose:
      'Who gets a mail when a check fails or is degraded, and when it is well again: recipient lists, role:…, person:… or addresses, with commas between. Default: nobody.',
    example: 'maintenance',
    schema: recipientNames.exactOptional(),
  },
  modules: {
    name: 'MILLRACE_MODULES',
    purpose:
      'A folder with modules of your own: each .js or .mjs file is one. Every server and worker process needs the same.',
    example: './modules',
    schema: z.string().min(1).exactOptional(),
  },
  services: {
    name: 'MILLRACE_SERVICES',
    purpose: 'Module files with measurement services of your own, with commas between. Every server needs the same.',
    example: './kiln.mjs',
    schema: fileList.exactOptional(),
  },
  httpAllow: {
    name: 'MILLRACE_HTTP_ALLOW',
    purpose:
      'Hosts, addresses and networks, with commas between, that steps of the module http may reach though they are not public.',
    example: 'erp.plant.example,10.20.0.0/16',
    schema: allowances.exactOptional(),
  },
  timeZone: {
    name: 'MILLRACE_TIME_ZONE',
    purpose: 'The zone of calendar durations and of times given without an offset.',
    example: 'UTC',
    schema: timeZone.default('UTC'),
  },
  keepHistory: {
    name: 'MILLRACE_KEEP_HISTORY',
    purpose: 'How long an ended process instance is kept, with its history, tasks and mails.',
    example: '365d',
    schema: duration.default('365d'),
  },
  keepHistoryMb: {
    name: 'MILLRACE_KEEP_HISTORY_MB',
    purpose: 'Megabytes that the histories of one definition may take; beyond it the eldest ended instances go first.',
    example: '10000',
    schema: z.coerce.number('a number of megabytes').int('a whole number').min(1, 'at least 1').default(10_000),
  },
  keepMeasurements: {
    name: 'MILLRACE_KEEP_MEASUREMENTS',
    purpose: 'How long readings are kept, by the times they carry; what was found in them stays. Default: for ever.',
    example: '1095d',
    schema: duration.exactOptional(),
  },
  auth: {
    name: 'MILLRACE_AUTH',
    purpose: 'off lets everybody in as administrator; only while bound to loopback.',
    example: 'on',
    schema: z.enum(['on', 'off']).default('on'),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    purpose: 'debug, info, warn, error or silent.',
    example: 'info',
    schema: z.enum(LOG_LEVELS as readonly [string, ...string[]]).default('info'),
  },
  url: {
    name: 'MILLRACE_URL',
    purpose: 'The server the command line talks to; default: the one that runs on the data directory.',
    example: 'http://localhost:8080',
    schema: url('http:', 'https:').exactOptional(),
  },
  token: {
    name: 'MILLRACE_TOKEN',
    purpose: 'The token the command line uses.',
    example: 'mlr_…',
    schema: z.string().min(1).exactOptional(),
  },
  config: {
    name: 'MILLRACE_CONFIG',
    purpose: 'A JSON file with any of these names and values, and the environments of --env; the environment wins.',
    example: './millrace.json',
    schema: z.string().min(1).exactOptional(),
  },
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof settings;

/** Settings that have no default stand as comments. */
export function envExample(): string {
  const blocks = Object.values(settings).map(({ name, purpose, example, schema }) => {
    const isOptional = schema instanceof z.ZodExactOptional;
    return `# ${purpose}\n${isOptional ? '#' : ''}${name}=${example}\n`;
  });
  return `# Millrace reads these from the environment and from a file .env beside package.json.\n# The values shown are the defaults; those behind a # are examples and not set.\n\n${blocks.join('\n')}`;
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}
