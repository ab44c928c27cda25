/** `npm run bench -- measurements [pipeline|ingest|year]`: how fast readings become states, KPIs and anomalies. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { note, print } from './figure.ts';
import { ingestFigures } from './measurements/ingest.ts';
import { nabFigures } from './measurements/nab.ts';

const CHILD = fileURLToPath(new URL('./measurements/pipeline-child.mjs', import.meta.url));
const PEER = fileURLToPath(new URL('./peers/measurements.py', import.meta.url));
const PEER_ROWS = 2_000_000;
/** From ten thousand rows to ten million the cost of a row should stay the same. */
const SIZES = [100_000, 1_000_000, 6_307_200, 10_000_000];
const SETUP =
  'one device, 5 s, two counters, mode and product; states, KPIs, statistics, quality and anomalies; one core';

type Pass = { readonly perSecond: number; readonly sums: Readonly<Record<string, number>> };

export async function run([part]: readonly string[] = []): Promise<void> {
  if (part === undefined || part === 'pipeline') pipeline();
  if (part === undefined || part === 'ingest' || part === 'year')
    for (const figure of await ingestFigures(part)) print(figure);
  if (part === undefined) for (const figure of nabFigures()) print(figure);
}

function pipeline(): void {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-columns-'));
  try {
    const own = inMemory(PEER_ROWS, directory);
    const name = 'measurements.pipeline';
    const setup = `${PEER_ROWS} rows, ${SETUP}`;
    const peer = process.argv.includes('--no-peers') ? undefined : pandas(directory);
    if (peer === undefined) print({ name, value: own.perSecond, unit: '1/s', setup });
    else {
      requireSame(own, peer);
      const ratio = own.perSecond / peer.perSecond;
      print({ name, value: own.perSecond, unit: '1/s', peer: 'pandas', peerValue: peer.perSecond, ratio, setup });
    }
    for (const rows of SIZES)
      print({ name: `${name}.${rows}`, value: inMemory(rows).perSecond, unit: '1/s', setup: `${rows} rows, ${SETUP}` });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Compiled, as it is shipped: the loader of the other benchmarks costs this one a third. */
function inMemory(rows: number, ...directory: string[]): Pass {
  const args = ['--max-semi-space-size=64', CHILD, String(rows), ...directory];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Pass;
}

/** Undefined: it is not installed (Debian: python3-pandas). */
function pandas(directory: string): Pass | undefined {
  try {
    return JSON.parse(
      execFileSync('/usr/bin/python3', [PEER, directory], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    ) as Pass;
  } catch (error) {
    note(
      `pandas is left out: ${
        String((error as { stderr?: string }).stderr ?? error)
          .split('\n')
          .at(-2) ?? ''
      }`,
    );
    return undefined;
  }
}

/** Both have to arrive at the same milliseconds and items, or one of them has not done the work. */
function requireSame(own: Pass, peer: Pass): void {
  for (const [name, value] of Object.entries(own.sums))
    if (peer.sums[name] !== undefined && peer.sums[name] !== value)
      throw new Error(`pandas finds ${peer.sums[name]} of ${name}, the pipeline ${value}`);
}
