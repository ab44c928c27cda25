/** Contestants take turns, a round each, so that whatever else the machine does slows all of them alike. */
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { type Figure, note, print, quantile } from '../figure.ts';
import { against, installPeers, type Peer } from '../peers.ts';
import type { Contestant, Measurement, PeerCase, Result } from './measurement.ts';
import { startPeer } from './peer-process.ts';

const ROUNDS = 5;
const ROUND_MS = 2_000;

type Entry = { readonly contestant: Contestant; readonly peer?: PeerCase; readonly results: Result[] };

/** Prints a figure for each peer, or one without any. */
export async function hold({ name, unit, own, peers }: Measurement): Promise<void> {
  const opened = new ServiceStack();
  try {
    note(`${name}: warming up`);
    const entries: Entry[] = [];
    entries.push({ contestant: opened.use(await startPeer({ name: 'millrace', of: own })), results: [] });
    for (const peer of await wanted(peers)) {
      const contestant = await orLeftOut(peer, () => startPeer(peer));
      if (contestant !== undefined) entries.push({ contestant: opened.use(contestant), peer, results: [] });
    }
    for (let round = 0; round < ROUNDS; round += 1) await eachRunsOnce(entries);
    present(name, unit, entries);
  } finally {
    await opened.close();
  }
}

async function wanted(peers: readonly PeerCase[]): Promise<readonly PeerCase[]> {
  if (peers.length === 0 || process.argv.includes('--no-peers')) return [];
  try {
    await installPeers();
    return peers;
  } catch (error) {
    note(`the peers are left out: ${reasonOf(error)}`);
    return [];
  }
}

/** Undefined when the peer cannot do it: the others go on. */
async function orLeftOut<Answer>(peer: PeerCase, act: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await act();
  } catch (error) {
    note(`${peer.name} ${peer.of} is left out: ${reasonOf(error)}`);
    return undefined;
  }
}

async function eachRunsOnce(entries: Entry[]): Promise<void> {
  for (const entry of entries.slice()) {
    const { contestant, peer, results } = entry;
    const run = () => contestant.run(ROUND_MS);
    const result = await (peer === undefined ? run() : orLeftOut(peer, run));
    if (result === undefined) entries.splice(entries.indexOf(entry), 1);
    else results.push(result);
  }
}

function present(name: string, unit: Measurement['unit'], entries: readonly Entry[]): void {
  const parts: Part[] = [{ name, unit, of: 'value' }];
  if (unit === 'ms') parts.push({ name: name.replace(/p50$/, 'p99'), unit, of: 'p99' });
  for (const part of parts) {
    const own = entries.find(({ peer }) => peer === undefined);
    const figure: Figure | undefined = own && { name: part.name, unit, ...summary(own, part) };
    const peers = entries.flatMap((entry) => (entry.peer === undefined ? [] : [peerOf(entry, entry.peer, part)]));
    for (const peer of peers) {
      if (figure !== undefined) print(against(peer, figure));
      else note(`  ${part.name}: ${peer.name} ${shown(peer.value)} ${unit} (${peer.setup})`);
    }
    if (figure !== undefined && peers.length === 0) print(figure);
  }
}

type Part = { readonly name: string; readonly unit: Measurement['unit']; readonly of: keyof Result };

const peerOf = (entry: Entry, { name }: PeerCase, part: Part): Peer => ({ name, ...summary(entry, part) });

function summary({ contestant, results }: Entry, { unit, of }: Part): { value: number; setup: string } {
  const sorted = results.map((result) => result[of] ?? Number.NaN).sort((a, b) => a - b);
  const best = (unit === 'ms' ? sorted[0] : sorted.at(-1)) ?? Number.NaN;
  return {
    value: quantile(sorted, 0.5),
    setup: `${contestant.setup}, median of ${sorted.length} rounds, best ${shown(best)}`,
  };
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
