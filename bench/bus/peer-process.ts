/** A peer runs in a process of its own, kept for all its rounds: it is told when to run one, and answers with the result. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { service } from '../../src/kernel/lifecycle.ts';
import { note } from '../figure.ts';
import type { Contestant, PeerCase, Result } from './measurement.ts';

/** A peer that takes longer for a round hangs. */
const LIMIT_MS = 60_000;
/** For taking its queues away. */
const GRACE_MS = 10_000;
/** The flag of our own side, so that none has the better heap. */
const FLAGS = ['--max-semi-space-size=64', '--no-deprecation'];

/** Resolves when it is set up and warm. */
export async function startPeer({
  name,
  of,
}: Pick<PeerCase, 'of'> & { readonly name: PeerCase['name'] | 'millrace' }): Promise<Contestant> {
  const file = fileURLToPath(new URL(`../peers/bus/${name}.mjs`, import.meta.url));
  const child = fork(file, [of], { execArgv: FLAGS, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    note(text.trimEnd());
    lastWords = text.trim().split('\n').at(-1) ?? '';
  });
  const exited = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [message]: unknown[] = await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(LIMIT_MS) }),
      exited.then(() => Promise.reject(new Error(`it ended${lastWords && ` (${lastWords})`}`))),
    ]);
    return message;
  };
  const close = async () => {
    if (child.connected) child.disconnect();
    const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(impatience);
  };
  try {
    const { setup } = (await answer()) as Pick<Contestant, 'setup'>;
    const run = async (ms: number): Promise<Result> => {
      child.send({ ms });
      return (await answer()) as Result;
    };
    return service({ setup, run }, close);
  } catch (error) {
    await close();
    throw error;
  }
}
