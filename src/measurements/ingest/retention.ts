/**
 * Forgets readings that have had their time, by the times they carry. Where a store keeps months apart, a month is given up
 * as a whole when its last reading is old enough; elsewhere, and what lies in no month's place there, device by device, a
 * bite at a time. What was found in the readings stays. Rows in quarantine go by when they came.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import { remove } from '../../store/unit.ts';
import { deviceFamily } from '../device/device.ts';
import { measurementFamily } from './measurement.ts';
import { quarantineFamily } from './quarantine.ts';

/** Readings that one bite forgets. */
export const RETENTION_BATCH = 2_000;
/** Devices that one bite looks at. */
const DEVICES_AT_ONCE = 100;

export class MeasurementRetention {
  readonly #store: Store;
  readonly #keepMs: number;
  /** What is older goes, in the walk that is under way. */
  #before: Instant | undefined;
  #devices: string[] = [];
  #lastDevice = '';

  constructor(store: Store, { keepMs }: { readonly keepMs: number }) {
    this.#store = store;
    this.#keepMs = keepMs;
  }

  /** One bite; answers whether the walk is not at its end yet. */
  async round(): Promise<boolean> {
    this.#before ??= await this.#begin();
    if (this.#devices.length === 0 && !(await this.#nextDevices())) {
      if ((await this.#forgetRefused()) === RETENTION_BATCH) return true;
      this.#before = undefined;
      this.#lastDevice = '';
      return false;
    }
    for (let device = this.#devices[0]; device !== undefined; device = this.#devices[0]) {
      const forgotten = await this.#forget(device, this.#before);
      if (forgotten < RETENTION_BATCH) this.#devices.shift();
      if (forgotten > 0) break;
    }
    return true;
  }

  /** Gives up whole months; what remains of those goes by itself. */
  async #begin(): Promise<Instant> {
    const before = this.#store.now() - this.#keepMs;
    if (this.#store.dropBefore === undefined) return before;
    await this.#store.dropBefore(measurementFamily, before);
    const date = new Date(before);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  }

  async #nextDevices(): Promise<boolean> {
    const found = await this.#store.select(deviceFamily, {
      ...{ order: ['id'], limit: DEVICES_AT_ONCE },
      ...(this.#lastDevice !== '' && { after: [this.#lastDevice] }),
    });
    this.#devices = found.map(({ id }) => id);
    this.#lastDevice = this.#devices.at(-1) ?? '';
    return this.#devices.length > 0;
  }

  async #forgetRefused(): Promise<number> {
    const rows = await this.#store.select(quarantineFamily, {
      where: { receivedAt: { lt: this.#store.now() - this.#keepMs } },
      order: ['receivedAt', 'id'],
      limit: RETENTION_BATCH,
    });
    const writes = rows.map(({ id }) => remove(quarantineFamily, [id]));
    if (writes.length > 0) await this.#store.commit([{ guards: [], writes }]);
    return rows.length;
  }

  async #forget(device: string, before: Instant): Promise<number> {
    const rows = await this.#store.select(measurementFamily, {
      where: { device, at: { lt: before } },
      order: ['at', 'hash'],
      limit: RETENTION_BATCH,
    });
    const writes = rows.map(({ at, hash }) => remove(measurementFamily, [device, at, hash]));
    if (writes.length > 0) await this.#store.commit([{ guards: [], writes }]);
    return rows.length;
  }
}
