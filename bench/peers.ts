/**
 * What a figure is held against: the same work done by another product, measured in the same run, in a process of its own so
 * that neither disturbs the other's heap. `bench/peers` is a project of its own; it is installed when the first peer is asked for.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Figure, note, print } from './figure.ts';

export type Peer = {
  readonly name:
    | 'dbos'
    | 'restate'
    | 'bpmn-engine'
    | 'amqplib'
    | 'nestjs'
    | 'moleculer'
    | 'bullmq'
    | 'graphile-worker'
    | 'pg-boss'
    | 'feelin';
  readonly value: number;
  readonly setup: string;
};

/** A peer that takes longer hangs. */
const LIMIT_MS = 180_000;

/** Undefined with `--no-peers`, and when the peer cannot be installed or measured: a note says why. */
export async function measurePeer(
  name: 'dbos' | 'restate' | 'bpmn-engine' | 'feelin',
  ...load: readonly string[]
): Promise<Peer | undefined> {
  if (process.argv.includes('--no-peers')) return undefined;
  try {
    await installPeers();
    const { value, setup } = JSON.parse(await outputOf(`${name}.mjs`, ...load)) as Omit<Peer, 'name'>;
    return { name, value, setup };
  } catch (error) {
    note(`${name} is left out: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Rejects when they are not there and cannot be had. */
export async function installPeers(): Promise<void> {
  await outputOf('install.mjs');
}

/** A line for each peer; without peers one line all the same. */
export function printBeside(peers: readonly Peer[], figure: Figure): void {
  for (const peer of peers.length === 0 ? [undefined] : peers) print(against(peer, figure));
}

/** The figure with what the peer reached, and how many times better it is. */
export function against(peer: Peer | undefined, figure: Figure): Figure {
  if (peer === undefined) return figure;
  const ratio = figure.unit === '1/s' ? figure.value / peer.value : peer.value / figure.value;
  return {
    ...figure,
    peer: peer.name,
    peerValue: peer.value,
    ratio: Number(ratio.toPrecision(2)),
    setup: `${figure.setup}; ${peer.setup}`,
  };
}

/** Runs a program of bench/peers; what it says on the way is a note. */
function outputOf(program: string, ...args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL(`./peers/${program}`, import.meta.url));
  const child = spawn(process.execPath, ['--no-deprecation', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  let output = '';
  let lastWords = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    note(text.trimEnd());
    lastWords = text.trim().split('\n').at(-1) ?? '';
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${signal ?? code}${lastWords && ` (${lastWords})`}`));
    });
  });
}
