/** A whole server takes readings over MQTT with TLS and a password; killed at any moment it loses none and doubles none. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { isMosquittoInstalled, ownMosquitto } from '../fresh-mosquitto.ts';
import { ServerProcess } from '../server-process.ts';

const ROWS = 600;
const START = Date.UTC(2026, 0, 5, 6);
const PROCESS_TIMEOUT_MS = 120_000;

/** A certificate that vouches for itself, and a user with a password that has to be encoded in a URL. */
function secured(directory: string): string[] {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const passwords = join(directory, 'passwords');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const form = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', ...form, ...subject], { stdio: 'ignore' });
  execFileSync('mosquitto_passwd', ['-c', '-b', passwords, 'plant', 's/cr:t']);
  return ['allow_anonymous false', `password_file ${passwords}`, `certfile ${certificate}`, `keyfile ${key}`];
}

class Plant {
  readonly #server: ServerProcess;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  async call(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${this.#server.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.#server.url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  async points(): Promise<number> {
    const { points = [] } = await this.call('GET', '/devices/press-1/series?field=t&points=5000');
    return (points as unknown[]).length;
  }

  async pointsReach(rows: number): Promise<number> {
    for (;;) {
      const points = await this.points();
      if (points >= rows) return points;
      await systemClock.sleep(20);
    }
  }
}

describe.skipIf(!isMosquittoInstalled)(
  'a server that takes readings over MQTT',
  { timeout: PROCESS_TIMEOUT_MS },
  () => {
    it('has every reading once, however often it is killed', async () => {
      let files = '';
      await using mosquitto = await ownMosquitto((directory) => {
        files = directory;
        return secured(directory);
      });
      const data = await mkdtemp(join(tmpdir(), 'millrace-mqtt-'));
      const url = `mqtts://plant:${encodeURIComponent('s/cr:t')}@127.0.0.1:${mosquitto.port}`;
      const certificate = join(files, 'cert.pem');
      const environment = { MILLRACE_MQTT: url, NODE_EXTRA_CA_CERTS: certificate, LOG_LEVEL: 'info' };
      await using server = new ServerProcess({ data, environment });
      const plant = new Plant(server);
      await server.start();
      await plant.call('POST', '/devices', { id: 'press-1', fields: [{ name: 't' }] });
      const access = { username: 'plant', password: 's/cr:t', ca: readFileSync(certificate) };
      const device = await connectAsync(`mqtts://127.0.0.1:${mosquitto.port}`, access);
      const say = (place: number) =>
        device.publishAsync(
          'millrace/measurements/press-1',
          JSON.stringify({ ts: START + place * 1_000, values: { t: place % 7 } }),
          { qos: 1 },
        );
      await say(0);
      await plant.pointsReach(1);
      for (const round of [1, 2, 3]) {
        const saying = Array.from({ length: ROWS / 3 }, (_, place) => say((round - 1) * (ROWS / 3) + place));
        await plant.pointsReach((round - 1) * (ROWS / 3) + 20);
        await server.kill();
        await Promise.all(saying);
        await server.start();
      }
      expect(await plant.pointsReach(ROWS)).toBe(ROWS);
      const health = (await plant.call('GET', '/health')) as { checks?: { path: string; verdict: string }[] };
      expect(JSON.stringify(health)).toContain('measurements/mqtt');
      expect(await plant.call('GET', '/quarantine')).toMatchObject({ items: [] });
      expect(server.output).not.toContain('s/cr');
      expect(server.output).not.toContain('s%2Fcr');
      expect(server.output).toContain('readings come over MQTT');
      await device.endAsync();
      expect(await server.stop()).toBe(0);
      await rm(data, { recursive: true, force: true });
    });
  },
);
