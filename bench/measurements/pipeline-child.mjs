/**
 * The brick pipeline in memory, compiled as it is shipped: `node pipeline-child.mjs <rows> [columns directory]`. Prints one JSON
 * object: rows a second of the best of four passes, and the sums that a peer has to arrive at. With a directory it leaves the
 * columns there as raw little-endian doubles, for the peer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyRows } from '../../dist/measurements/pipeline/rows.js';
import { brickProduction } from '../../dist/measurements/services/brick-production.js';
import { DeviceRun } from '../../dist/measurements/services/device-run.js';

const PASSES = 4;
const PORTION = 4_096;
const INTERVAL_MS = 5_000;
const START = Date.UTC(2026, 0, 1);

const shift = (name, [from, to], pause) => ({
  ...{ name, from, to, breaks: [{ from: pause, to: `${pause.slice(0, 3)}30` }] },
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
});
const plan = {
  timeZone: 'UTC',
  holidays: [],
  rules: [
    shift('early', ['06:00', '14:00'], '10:00'),
    shift('late', ['14:00', '22:00'], '18:00'),
    shift('night', ['22:00', '06:00'], '02:00'),
  ],
};
const device = {
  fields: brickProduction.fields,
  ...{ idealCycleMs: 600, expectedIntervalMs: INTERVAL_MS, maxGapMs: 300_000, products: { P1: 600, P2: 750 } },
};

const [count, directory] = [Number(process.argv[2]), process.argv[3]];
const rows = readings(count);
if (directory !== undefined) writeColumns(rows, directory);
let best = 0;
let sums;
for (let pass = 0; pass < PASSES; pass++) {
  const run = new DeviceRun({ service: brickProduction, device, timeZone: 'UTC', plan });
  const begun = process.hrtime.bigint();
  for (let from = 0; from < count; from += PORTION) run.push(rows, from, Math.min(count, from + PORTION));
  const { scopes } = run.finish();
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  best = Math.max(best, count / seconds);
  sums = sumsOf(scopes);
}
process.stdout.write(`${JSON.stringify({ rows: count, perSecond: best, sums })}\n`);

/** A press that makes 6 to 8 bricks between two readings, rejects some, and stands still now and then. */
function readings(n) {
  const made = emptyRows(n, 4);
  const [counts, errors, modes, products] = made.columns;
  let [total, bad, still, seed] = [0, 0, 0, 1];
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  for (let row = 0; row < n; row++) {
    made.at[row] = START + row * INTERVAL_MS;
    made.receivedAt[row] = made.at[row] + 800;
    if (still > 0) still -= 1;
    else {
      total += 6 + Math.floor(random() * 3);
      if (random() < 0.1) bad += 1;
      if (random() < 0.003) still = Math.floor(random() * 80);
    }
    counts[row] = total;
    errors[row] = bad;
    modes[row] = 0;
    products[row] = row % 20_000 < 10_000 ? 0 : 1;
  }
  made.count = n;
  return made;
}

function sumsOf(scopes) {
  const names = ['running', 'microstop', 'breakdown', 'planned', 'noShift', 'pq', 'sq', 'idealMs', 'failures'];
  const shifts = scopes.filter(({ kind }) => kind === 'shift');
  return Object.fromEntries(names.map((name) => [name, shifts.reduce((sum, { elements }) => sum + elements[name], 0)]));
}

function writeColumns({ at, columns }, to) {
  const write = (name, column) => writeFileSync(join(to, `${name}.f64`), Buffer.from(column.buffer, 0, count * 8));
  write('at', at);
  for (const [place, name] of ['count', 'errors', 'mode', 'product'].entries()) write(name, columns[place]);
}
