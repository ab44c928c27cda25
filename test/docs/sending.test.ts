/** docs/guide/sending-measurements.md, worked through in its order: a real server, a real MQTT server, real commands. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { isMosquittoInstalled, ownMosquitto } from '../fresh-mosquitto.ts';
import { ServerProcess } from '../server-process.ts';
import { read, root } from './page.ts';
import { Shown } from './shown.ts';
import { Terminals } from './terminals.ts';

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 200;
const PARTS = /^```(sh|csv)\n([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?/gm;
const steps = [...read('docs/guide/sending-measurements.md').matchAll(PARTS)].map(
  ([, language, text = '', expected]) => ({ language, text, expected }),
);
/** Debian's package mosquitto-clients has it. */
const isMissing = !isMosquittoInstalled || spawnSync('mosquitto_pub', ['--help']).error !== undefined;

describe.skipIf(isMissing)('the guide to sending measurements', () => {
  it('works as it stands', { timeout: 120_000 }, async () => {
    expect(steps.length).toBeGreaterThan(8);
    const folder = mkdtempSync(join(tmpdir(), 'millrace-sending-'));
    symlinkSync(join(root, 'bin'), join(folder, 'bin'));
    const data = join(folder, 'data');
    await using mosquitto = await ownMosquitto();
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    await using server = new ServerProcess({ data, environment: { MILLRACE_MQTT: url } });
    const { PATH = '', HOME = '' } = process.env;
    await using terminals = new Terminals({ folder, environment: { PATH, HOME, MILLRACE_DATA: data } });
    const shown = new Shown();
    for (const { language, text, expected = '…' } of steps) {
      if (language === 'csv') writeFileSync(join(folder, 'history.csv'), text);
      else if (text.includes('npm start')) {
        expect(text).toContain('MILLRACE_MQTT=mqtt://127.0.0.1:1883');
        await server.start();
      } else {
        const here = text.replaceAll('http://localhost:8080', server.url).replaceAll('1883', String(mosquitto.port));
        // A message is stored a moment after it was published.
        const deadline = Date.now() + PATIENCE_MS;
        let { output } = await terminals.run(here);
        while (!shown.fits(expected, output)) {
          if (!here.startsWith('curl') || Date.now() > deadline)
            expect.unreachable(`${here}\n${output}\n\n${expected}`);
          await systemClock.sleep(LOOK_EVERY_MS);
          ({ output } = await terminals.run(here));
        }
      }
    }
    expect(await server.stop()).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });
});
