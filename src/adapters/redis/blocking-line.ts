/** A connection of its own for reads that wait until something comes. Another connection can end the waiting. */
import type { Connection } from './driver.ts';
import { Link, type LinkParts } from './link.ts';

/** An interruption is not tried for longer: then the connection is given up. */
const INTERRUPTING_MS = 2_000;

export class BlockingLine {
  readonly #parts: LinkParts;
  readonly #commands: Link;
  readonly #link: Link;
  #connection: Connection | undefined;
  #clientId = '';
  #reading: Promise<unknown> | undefined;

  constructor(parts: LinkParts, { commands, purpose }: { readonly commands: Link; readonly purpose: string }) {
    this.#parts = parts;
    this.#commands = commands;
    this.#link = new Link(parts, { purpose, setUp: (connection) => this.#setUp(connection) });
  }

  get isConnected(): boolean {
    return this.#link.isConnected;
  }

  get reconnects(): number {
    return this.#link.reconnects;
  }

  open(): Promise<void> {
    return this.#link.open();
  }

  /** Sends one read and waits for its answer; nothing when its time is over or it was interrupted. */
  async read<Reply>(args: readonly string[]): Promise<Reply | null> {
    const reading = this.#send<Reply>(args);
    this.#reading = reading; // before anything is awaited, so that no interruption misses it
    try {
      return await reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #send<Reply>(args: readonly string[]): Promise<Reply | null> {
    const connection = await this.#link.connected();
    return connection.sendCommand<Reply | null>(args);
  }

  /** After a read that failed: resolves when it may be tried again. Throws when that would change nothing, or `bus.closed`. */
  mend(error: unknown, attempt: number): Promise<void> {
    return this.#link.mend(error, attempt);
  }

  /** Ends the read that waits, if one does. The server may get to hear of this before it hears of the read. */
  async interrupt(): Promise<void> {
    const { clock } = this.#parts;
    const reading = this.#reading;
    const deadline = clock.now() + INTERRUPTING_MS;
    while (reading !== undefined && this.#reading === reading && this.#commands.isConnected && this.#link.isConnected) {
      if (clock.now() > deadline) return this.#cut();
      const connection = await this.#commands.connected();
      const wasBlocked = await connection.sendCommand<number>(['CLIENT', 'UNBLOCK', this.#clientId]).catch(() => 0);
      if (wasBlocked === 1) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #cut(): void {
    if (this.#connection !== undefined) this.#link.cut(this.#connection);
  }

  async #setUp(connection: Connection): Promise<void> {
    this.#connection = connection;
    this.#clientId = String(await connection.sendCommand<number>(['CLIENT', 'ID']));
  }
}
