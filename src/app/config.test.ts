/** The configuration is checked whole. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isMillraceError } from '../kernel/errors.ts';
import { readConfig } from './config.ts';
import { envExample } from './settings.ts';

const scratch = mkdtempSync(join(tmpdir(), 'millrace-config-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;
function empty(): string {
  const folder = join(scratch, String(folders++));
  mkdirSync(folder);
  return folder;
}

function problemsOf(environment: Record<string, string>, directory: string): string {
  try {
    readConfig(environment, directory);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('configuration', () => {
  it('has a default for everything it needs', () => {
    const config = readConfig({}, empty());
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      store: 'sqlite',
      broker: 'memory',
      auth: 'on',
      timeZone: 'UTC',
      logLevel: 'info',
    });
    expect('smtp' in config).toBe(false);
  });

  it('reports every problem in one message and repeats no secret', () => {
    try {
      readConfig(
        {
          PORT: '99999',
          MILLRACE_TIME_ZONE: 'Mars/Olympus',
          MILLRACE_SMTP: 'http://user:hunter2@mail',
          LOG_LEVEL: 'loud',
        },
        empty(),
      );
      expect.unreachable();
    } catch (error) {
      expect(isMillraceError(error, 'config.invalid')).toBe(true);
      const { message } = error as Error;
      for (const name of ['PORT', 'MILLRACE_TIME_ZONE', 'MILLRACE_SMTP', 'LOG_LEVEL']) expect(message).toContain(name);
      expect(message).not.toContain('hunter2');
    }
  });

  it('refuses to let everybody in from the network', () => {
    expect(() => readConfig({ MILLRACE_AUTH: 'off', MILLRACE_HOST: '0.0.0.0' }, empty())).toThrow(/MILLRACE_AUTH/);
    expect(readConfig({ MILLRACE_AUTH: 'off', MILLRACE_HOST: '::1' }, empty()).auth).toBe('off');
  });

  it('takes an MQTT server with topics that name a device, and repeats no password', () => {
    const server = { MILLRACE_MQTT: 'mqtts://press:hunter2@mqtt:8883' };
    expect(readConfig({ ...server, MILLRACE_MQTT_TOPIC: 'plant/+/{device}/#' }, empty())).toMatchObject({
      mqtt: server.MILLRACE_MQTT,
      mqttTopic: 'plant/+/{device}/#',
      mqttClient: 'millrace',
    });
    for (const topic of [
      'plant/press',
      'plant/{device}/{device}',
      'plant/#/{device}',
      'plant/a+/{device}',
      '{device}x',
    ])
      expect(problemsOf({ ...server, MILLRACE_MQTT_TOPIC: topic }, empty())).toContain(`got "${topic}"`);
    expect(problemsOf({ MILLRACE_MQTT: 'http://press:hunter2@mqtt' }, empty())).toMatch(/MILLRACE_MQTT: must be a URL/);
    expect(problemsOf({ MILLRACE_MQTT: 'http://press:hunter2@mqtt' }, empty())).not.toContain('hunter2');
  });

  it('reads .env and a JSON file, and lets the environment win', () => {
    const directory = empty();
    writeFileSync(join(directory, '.env'), 'PORT=1111\nLOG_LEVEL=warn\n');
    writeFileSync(join(directory, 'more.json'), '{"PORT": 2222, "MILLRACE_TIME_ZONE": "Europe/Berlin"}');
    const config = readConfig({ MILLRACE_CONFIG: join(directory, 'more.json'), LOG_LEVEL: 'error' }, directory);
    expect(config).toMatchObject({ port: 1111, timeZone: 'Europe/Berlin', logLevel: 'error' });
  });

  it('takes a variable that is set to nothing for one that is not set', () => {
    const directory = empty();
    writeFileSync(join(directory, '.env'), 'PORT=1111\nLOG_LEVEL=\n');
    expect(readConfig({ PORT: '', MILLRACE_CONFIG: '' }, directory)).toMatchObject({ port: 1111, logLevel: 'info' });
  });

  it('refuses names in the JSON file that are no settings', () => {
    const directory = empty();
    const file = join(directory, 'more.json');
    writeFileSync(file, '{"PROT": 2222}');
    expect(() => readConfig({ MILLRACE_CONFIG: file }, directory)).toThrow(/sets PROT, and there is no such setting/);
  });

  it('takes the URL of a broker, repeats none, and knows the brokers of other environments', () => {
    const directory = empty();
    const file = join(directory, 'more.json');
    const staging = {
      broker: 'amqps://me:hunter2@staging/plant',
      prefix: 'north.',
      management: 'http://staging:15672',
    };
    writeFileSync(file, JSON.stringify({ PORT: 1, environments: { staging } }));
    const config = readConfig({ MILLRACE_CONFIG: file, MILLRACE_BROKER: 'amqp://me:hunter2@host' }, directory);
    expect(config).toMatchObject({ broker: 'amqp://me:hunter2@host', port: 1, environments: { staging } });
    writeFileSync(
      file,
      JSON.stringify({
        environments: { staging: { broker: 'http://me:hunter2@x' }, other: { broker: 'memory', at: 1 } },
      }),
    );
    const problems = problemsOf({ MILLRACE_CONFIG: file, MILLRACE_BROKER: 'kafka://me:hunter2@x' }, directory);
    for (const part of [
      'MILLRACE_BROKER: must be "memory" or',
      'environments.staging.broker',
      'environments.other.broker',
    ])
      expect(problems).toContain(part);
    expect(problems).toContain('there is no "at" here');
    expect(problems).not.toContain('hunter2');
    writeFileSync(file, '{"environments": hunter2');
    expect(problemsOf({ MILLRACE_CONFIG: file }, directory)).not.toContain('hunter2');
  });

  it('takes files of measurement services with commas between, and no empty names', () => {
    expect(readConfig({ MILLRACE_SERVICES: './kiln.mjs, /srv/saw.mjs' }, empty()).services).toEqual([
      './kiln.mjs',
      '/srv/saw.mjs',
    ]);
    expect(problemsOf({ MILLRACE_SERVICES: './kiln.mjs,' }, empty())).toContain(
      'MILLRACE_SERVICES: has names of files',
    );
  });

  it('stands in .env.example as the settings declare it', () => {
    expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(envExample());
  });

  it('gives the documented defaults when .env.example is used as it is', () => {
    const directory = empty();
    writeFileSync(join(directory, '.env'), envExample());
    expect(readConfig({}, directory)).toEqual(readConfig({}, empty()));
  });
});
