/** A real mail server on a port of its own, which takes everything or does what the test says; gone at the end of the scope. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { readonly recipients: readonly string[]; readonly raw: string };

/** Throwing refuses: the `responseCode` of the error is what the sender hears. */
export type SmtpScript = {
  /** 0 or nothing: any that is free. */
  readonly port?: number;
  readonly onConnect?: () => void;
  /** With it the server wants a login. */
  readonly onLogin?: (password: string) => void;
  readonly onSender?: () => void;
  readonly onRecipient?: (address: string) => void;
  /** The text has come. With a promise the server says nothing until it is kept. */
  readonly onMail?: (mail: ReceivedMail) => unknown;
};

export type FreshSmtpServer = AsyncDisposable & {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** Cuts every connection, as a dying server does. */
  cut(): void;
  /** Cuts every connection and listens no longer. */
  stop(): Promise<void>;
};

export const refuse = (responseCode: number, reason: string): never => {
  throw Object.assign(new Error(reason), { responseCode });
};

export async function freshSmtpServer(script: SmtpScript = {}): Promise<FreshSmtpServer> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    disabledCommands: script.onLogin === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    onConnect: (_, answer) => answering(answer, () => script.onConnect?.()),
    onAuth: ({ username, password }, _, answer) => {
      void answering(
        (error) => answer(error, { user: username }),
        () => script.onLogin?.(password ?? ''),
      );
    },
    onMailFrom: (_, __, answer) => answering(answer, () => script.onSender?.()),
    onRcptTo: ({ address }, _, answer) => answering(answer, () => script.onRecipient?.(address)),
    onData: (stream, { envelope }, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () =>
        answering(answer, async () => {
          const recipients = envelope.rcptTo.map(({ address }) => address);
          const mail = { recipients, raw: Buffer.concat(chunks).toString() };
          await script.onMail?.(mail);
          received.push(mail);
        }),
      );
    },
  });
  server.on('error', () => {}); // a connection that the test cut
  const listener = server.listen(script.port ?? 0, '127.0.0.1');
  listener.on('connection', (socket: Socket) => sockets.add(socket));
  await once(listener, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const stop = async (): Promise<void> => {
    if (!listener.listening) return;
    const closed = once(listener, 'close');
    server.close();
    cut();
    await closed;
  };
  const { port } = listener.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, received, cut, stop, [Symbol.asyncDispose]: stop };
}

async function answering(answer: (error?: Error | null) => void, act: () => unknown): Promise<void> {
  try {
    await act();
    answer();
  } catch (error) {
    answer(error as Error);
  }
}
