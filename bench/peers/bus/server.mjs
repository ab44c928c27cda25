/** The server of an RPC runs in a process of its own, as the caller does. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts the program; resolves when it serves. Closing waits until it has taken its queues away. */
export async function startServer(file, ...args) {
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const [word] = await Promise.race([once(child, 'message'), exited]);
  if (word !== 'serves') throw new Error(`the server ended with ${word}`);
  return {
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** In the server's process: says that it serves, and closes when the caller lets go or is gone. */
export function serveUntilLetGo(close) {
  // A signal that the terminal sends to both is the caller's to obey.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => close().finally(() => process.exit()));
  process.send('serves');
}
