/** The writer's connection: opened when it is needed, replaced after it broke. */
import type { Client } from 'pg';
import type { Log } from '../../kernel/log.ts';
import { type Driver, newWriterClient, type Statement, StatementNames } from './driver.ts';

export class WriterConnection {
  readonly #driver: Driver;
  readonly #url: string;
  readonly #log: Log;
  readonly #names = new StatementNames();
  #client: Client | undefined;

  constructor(driver: Driver, url: string, log: Log) {
    this.#driver = driver;
    this.#url = url;
    this.#log = log;
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  async open(): Promise<void> {
    if (this.#client !== undefined) return;
    const client = newWriterClient(this.#driver, this.#url);
    const forget = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', (error) => {
      forget();
      this.#log.warn({ err: error }, 'the connection that writes to PostgreSQL broke; the next write opens another');
    });
    client.on('end', forget);
    await client.connect();
    this.#client = client;
  }

  /** Sends a statement behind those already sent; rows come as arrays. */
  async send(statement: string | Statement): Promise<unknown[][]> {
    if (this.#client === undefined) throw new Error('the connection is closed');
    const query = typeof statement === 'string' ? { text: statement } : this.#names.prepared(statement);
    return (await this.#client.query({ ...query, rowMode: 'array' })).rows;
  }

  /** COMMIT, which the server turns into a rollback when a statement before it failed. */
  async commit(): Promise<void> {
    if (this.#client === undefined) throw new Error('the connection is closed');
    const { command } = await this.#client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }
}
