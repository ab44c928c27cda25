/** The simulated plant of a server: set up, and run by one server of those that share a store. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createClient } from '../client/client.ts';
import { startPlant } from '../demo/live.ts';
import { setUpPlant } from '../demo/set-up.ts';
import { systemClock } from '../kernel/clock.ts';
import { type Service, ServiceStack, service } from '../kernel/lifecycle.ts';
import { startElected } from '../store/election.ts';
import type { Composed } from './compose.ts';
import { defectProcess } from './defect-process.ts';
import { openOwnToken } from './own-tokens.ts';

const PLANT_SEED = 1;

type PlantParts = { readonly url: string; readonly data: string };

export function startDemo(services: Composed, parts: PlantParts): Service {
  const { store, clock, log, name } = services;
  return startElected({
    store,
    clock,
    log,
    office: 'demo-plant',
    candidate: name,
    lead: () => openPlant(services, parts),
  });
}

async function openPlant({ access, store, log, name }: Composed, { url, data }: PlantParts): Promise<Service> {
  const stop = new ServiceStack();
  try {
    const { credentials } = access;
    const { token } = stop.use(
      await openOwnToken({ credentials, store, clock: systemClock, log, user: 'demo plant', name }),
    );
    const client = createClient({ url, token });
    await setUpPlant({ client, definition: defectProcess() });
    const file = resolve(data, 'ground-truth.json');
    const truthBefore: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    const writeTruth = async (truth: object) => {
      await writeFile(`${file}.new`, `${JSON.stringify(truth, null, 2)}\n`);
      await rename(`${file}.new`, file);
    };
    stop.use(startPlant({ client, clock: systemClock, seed: PLANT_SEED, log, writeTruth, truthBefore }));
  } catch (error) {
    await stop.close();
    throw error;
  }
  return service({}, () => stop.close());
}
