/** The server's clock, by which messages expire: processes on several machines must agree on it. */
import type { Clock } from '../../kernel/clock.ts';
import type { Connection } from './driver.ts';

export class ServerTime {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  async sample(connection: Connection): Promise<void> {
    const before = this.#clock.now();
    const [seconds = '0', microseconds = '0'] = await connection.sendCommand<string[]>(['TIME']);
    const middle = (before + this.#clock.now()) / 2;
    this.#aheadMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - middle;
  }
}
