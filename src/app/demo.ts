/** `millrace demo`: the whole story without a browser – a real server in a temporary folder, one simulated day on a virtual clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { createClient } from '../client/client.ts';
import { runDay } from '../demo/day.ts';
import { DEVICES } from '../demo/plant-settings.ts';
import { setUpPlant } from '../demo/set-up.ts';
import { type DemoOptions, SERVE_ROLES } from '../edge/cli/commands/server.ts';
import { buildHttpServer } from '../edge/http/server.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { ServiceStack } from '../kernel/lifecycle.ts';
import { createLog } from '../kernel/log.ts';
import { seededRandom } from '../kernel/random.ts';
import { markSimulated } from '../measurements/device/simulated-device.ts';
import { compose } from './compose.ts';
import { defectProcess } from './defect-process.ts';
import { openStore } from './open-store.ts';
import { version } from './version.ts';

const SEED = 1;
/** The day that is simulated. */
const DAY = Date.UTC(2026, 2, 2);

/** When `signal` aborts, its folder is removed and `exit` is called: a day cannot be stopped in order, and nobody needs the rest. */
export async function runDemo({ isJson }: DemoOptions, signal: AbortSignal, exit: () => void): Promise<void> {
  const stop = new ServiceStack();
  const data = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
  const removeData = () => rmSync(data, { recursive: true, force: true });
  stop.defer(removeData);
  signal.addEventListener('abort', () => {
    removeData();
    exit();
  });
  const say = (line: string) => void (isJson || process.stdout.write(`${line}\n`));
  try {
    const clock = new VirtualClock(DAY);
    const log = createLog({ level: 'error', write: (line) => void process.stderr.write(line) });
    const store = stop.use(await openStore({ store: 'sqlite', data }, { clock, log }));
    await markSimulated(
      store,
      DEVICES.map(({ id }) => id),
    );
    const info = { version, plant: 'demo', simulated: true, auth: 'off' } as const;
    const random = seededRandom(SEED);
    const broker = stop.use(openMemoryBroker({ clock, log }));
    const services = await compose({
      store,
      broker,
      clock,
      random,
      log,
      timeZone: 'UTC',
      mailer: undefined,
      roles: SERVE_ROLES,
      info,
      publicUrl: () => 'http://localhost:8080',
    });
    stop.use(services.stop);
    const http = await buildHttpServer(services, { auth: 'off' });
    stop.defer(() => http.close());
    const url = await http.listen({ port: 0, host: '127.0.0.1' });
    const client = createClient({ url });
    await setUpPlant({ client, definition: defectProcess() });
    const summary = await runDay({
      client,
      advanceTo: (instant) => clock.jumpTo(instant),
      now: () => clock.now(),
      seed: SEED,
      say,
    });
    if (isJson) process.stdout.write(`${JSON.stringify(summary)}\n`);
  } finally {
    await stop.close();
  }
}
