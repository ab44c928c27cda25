/**
 * The whole comparison, as large as one likes: `npx tsx test/measurements/exact/whole.ts --devices 10 --days 30 --seed 1`.
 * Says how many numbers were compared with the truth and which differ, how often what really happened lay outside the
 * bounds, and how well each kind of anomaly was found. Ends with 1 when anything differs.
 */
import { parseArgs } from 'node:util';
import { generatePlant } from '../truth/generate.ts';
import { compareWithTruth } from './compare.ts';
import { containmentOf } from './contain.ts';
import { type Detection, detectionOf, detectionText } from './detection.ts';
import { analyseDevice } from './product.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const detections = new Map<string, Detection>();
let [rows, numbers, differing, looked, outside] = [0, 0, 0, 0, 0];
const [devices, days, seed] = [Number(values.devices), Number(values.days), Number(values.seed)];
const plant = generatePlant({ devices, days, seed });
for (const device of plant.devices) {
  const analysed = analyseDevice(plant, device);
  const compared = compareWithTruth(device, analysed);
  const contained = containmentOf(device, analysed.results);
  detectionOf(device, analysed.results.findings, detections);
  rows += analysed.rows;
  numbers += compared.numbers;
  differing += compared.differences.length;
  looked += contained.looked;
  outside += contained.outside.length;
  say(
    `${device.settings.id}: ${analysed.rows} rows, ${compared.numbers} numbers, ${compared.differences.length} differ`,
  );
  for (const line of [...compared.differences, ...contained.outside].slice(0, 20)) say(`  ${line}`);
  device.release();
}
say(`${rows} rows; ${numbers} numbers compared with the truth, ${differing} differ.`);
say(`${looked} times it was looked whether what happened lies within its bounds; ${outside} times it did not.`);
say(detectionText(detections));
process.exitCode = differing + outside === 0 ? 0 : 1;
