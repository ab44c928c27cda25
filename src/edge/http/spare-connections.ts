/**
 * Browsers and programs open connections ahead of their first request. Node closes idle connections when a server closes,
 * but one that never carried a request does not count as idle: it would hold up the end for a minute.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Returns how to drop the connections that nobody has used yet. */
export function watchSpareConnections(server: Server): () => void {
  const spare = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    spare.add(socket);
    socket.once('close', () => spare.delete(socket));
  });
  server.on('request', ({ socket }) => spare.delete(socket));
  return () => {
    for (const socket of spare) socket.destroy();
  };
}
