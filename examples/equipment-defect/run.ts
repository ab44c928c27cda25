/**
 * An equipment defect from the first reading to the repair: `npm run example -- equipment-defect`. It talks to the server
 * that MILLRACE_URL and MILLRACE_TOKEN (an administrator's) name, or to one that it starts and stops.
 */
import type { Client, Measurement } from '../../src/client/index.ts';
import { definitionBeside, find, newName, onServer, say, taskOf, withLists } from '../on-a-server.ts';

const CALM_READINGS = 300;
const HOT_READINGS = 30;
const EVERY_MS = 30_000;

/** What each criterion looks at. */
const DETECTORS: Readonly<Record<string, string>> = { A: 'z-score', B: 'sudden-change' };
/** Whom the mails of the process go to. */
const LISTS = ['operators', 'engineers', 'technologists'];

/** A name that no earlier run has used, so that the readings are the first of their device. */
const device = newName('example-press');

await onServer(tell);

async function tell(client: Client): Promise<void> {
  await setUp(client);
  const { stored } = await client.measurements.send(readings(), { mode: 'replay' });
  say(`2. The press sent ${stored} readings; the last ${HOT_READINGS} of them are too hot.`);

  const operator = await taskOf(client, 'operator', device);
  const { evidence } = await client.tasks.get(operator.id);
  for (const { criterion } of evidence.toSorted((one, other) => one.at.localeCompare(other.at)))
    say(`3. Criterion ${criterion} has fired: the detector ${DETECTORS[criterion]} finds the temperature strange.`);
  say(`4. Both have fired, so the process has started. It asks an ${operator.role}: ${operator.name}`);
  const mail = await find('the mail', async () => {
    const { items } = await client.mails();
    return items.find(({ instance }) => instance === operator.instance);
  });
  say(`5. The ${mail.list} get a mail: ${mail.subject.replace(device, 'the press')} (${mail.state})`);

  await client.tasks.complete(operator.id, { outcome: 'confirmed' });
  const technologist = await taskOf(client, 'technologist', device);
  say(`6. Confirmed. The ${technologist.role} is asked: ${technologist.name}`);
  await client.tasks.complete(technologist.id, { outcome: 'repaired' });
  const { status, passed } = await client.instances.get(operator.instance);
  say(`7. Repaired. The process is ${status}: ${passed.join(' → ')}`);
}

async function setUp(client: Client): Promise<void> {
  await withLists(client, LISTS);
  const { key } = await client.definitions.deploy(definitionBeside(import.meta.url));
  const temperature = { name: 'temperature', unit: '°C', min: 0, max: 150, resolution: 0.1 };
  await client.devices.create({ id: device, name: 'Example press', fields: [temperature] });
  for (const [name, detector] of Object.entries(DETECTORS)) {
    const signal = { field: temperature.name, detector };
    await client.criteria.create({ device, name, settings: { signal, direction: 'above', limit: 4, hysteresis: 1.5 } });
  }
  say(`1. The process ${key} is deployed; a press has a temperature and the criteria A and B.`);
}

/** Up to now: calm around 60 °C, then 15 °C hotter. */
function readings(): Measurement[] {
  const count = CALM_READINGS + HOT_READINGS;
  const start = Date.now() - count * EVERY_MS;
  return Array.from({ length: count }, (_, place) => {
    const level = place < CALM_READINGS ? 60 : 75;
    const temperature = level + ((place * 7) % 11) / 10;
    return { device, ts: start + place * EVERY_MS, values: { temperature } };
  });
}
