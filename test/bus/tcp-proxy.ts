/** A proxy between a client and a server whose line a test can cut, hold up, and slow down. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export type TcpProxy = {
  readonly port: number;
  /** Breaks every connection; new ones are taken. */
  cut(): void;
  /** From now on nothing passes, and nobody is told. New connections are not answered either. */
  stall(): void;
  /** Breaks what was stalled, and lets new connections pass. */
  heal(): void;
  /** Holds back every piece for so long. */
  slow(ms: number): void;
  /** Sends bytes to the clients as if they came from the server. */
  say(bytes: Buffer): void;
  [Symbol.asyncDispose](): Promise<void>;
};

type Line = { readonly client: Socket; readonly server: Socket };

export async function proxyTo(url: string): Promise<TcpProxy & { readonly url: string }> {
  const target = new URL(url);
  const lines = new Set<Line>();
  let isStalled = false;
  let delayMs = 0;
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (piece) => {
      if (isStalled) return;
      if (delayMs === 0) to.write(piece);
      else setTimeout(() => to.writable && to.write(piece), delayMs);
    });
  };
  const proxy: Server = createServer((client) => {
    const server = connect(Number(target.port) || 5672, target.hostname);
    const line = { client, server };
    lines.add(line);
    for (const socket of [client, server]) {
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => {
        lines.delete(line);
        client.destroy();
        server.destroy();
      });
    }
    pass(client, server);
    pass(server, client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    for (const { client, server } of lines) {
      client.destroy();
      server.destroy();
    }
  };
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(port);
  return {
    url: through.href,
    port,
    cut,
    stall: () => {
      isStalled = true;
    },
    heal: () => {
      isStalled = false;
      cut();
    },
    slow: (ms) => {
      delayMs = ms;
    },
    say: (bytes) => {
      for (const { client } of lines) client.write(bytes);
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
