/**
 * Devices as ingest holds them in memory: definition, criteria and analysis. Only a memory: every unit is guarded by both
 * version numbers, so what is out of date costs one more try, and what failed to be stored is dropped and read again.
 */

import type { Store } from '../../store/store.ts';
import { criterionFamily, criterionOf, MAX_CRITERIA } from '../criterion/criterion.ts';
import { deviceFamily, deviceOf } from '../device/device.ts';
import { DEVICE_ID } from '../input.ts';
import { DeviceAnalysis } from './analysis.ts';
import { analyzerFamily, detectorMemoryFamily } from './analyzer.ts';
import { type Layout, layoutOf } from './measurement.ts';

export const MAX_LOADED_DEVICES = 1_000;

export type LoadedDevice = {
  readonly id: string;
  readonly settingsVersion: number;
  readonly layout: Layout;
  /** Whether a measurement service analyses it. */
  readonly hasService: boolean;
  readonly analysis: DeviceAnalysis;
  /** Of the analyzer row as it is stored. */
  readonly version: number;
};

export class LoadedDevices {
  readonly #store: Store;
  readonly #known = new Map<string, LoadedDevice>();

  constructor(store: Store) {
    this.#store = store;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** Undefined when there is no such device. */
  async get(id: string): Promise<LoadedDevice | undefined> {
    const loaded = this.#known.get(id) ?? (await this.#load(id));
    if (loaded !== undefined) this.keep(loaded);
    return loaded;
  }

  keep(loaded: LoadedDevice): void {
    this.#known.delete(loaded.id);
    this.#known.set(loaded.id, loaded);
    const [eldest] = this.#known.keys();
    if (this.#known.size > MAX_LOADED_DEVICES && eldest !== undefined) this.#known.delete(eldest);
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Which of these names are devices; one question to the store for all that are not in memory. */
  async existing(names: readonly string[]): Promise<Set<string>> {
    const unsure = names.filter((name) => !this.#known.has(name) && DEVICE_ID.test(name));
    const rows = await this.#store.getMany(
      deviceFamily,
      unsure.map((name) => [name]),
    );
    return new Set([...names.filter((name) => this.#known.has(name)), ...rows.flatMap((row) => row?.id ?? [])]);
  }

  /** The device row is read first: a setting that changes afterwards fails the guard of the unit. */
  async #load(id: string): Promise<LoadedDevice | undefined> {
    const row = await this.#store.get(deviceFamily, [id]);
    if (row === undefined) return undefined;
    const [criteria, analyzer, detectors] = await Promise.all([
      this.#store.select(criterionFamily, { where: { device: id }, order: ['id'], limit: MAX_CRITERIA }),
      this.#store.get(analyzerFamily, [id]),
      this.#store.get(detectorMemoryFamily, [id]),
    ]);
    if (analyzer === undefined) return undefined;
    const memory = { ...analyzer, detectors: detectors?.memory ?? '' };
    const device = deviceOf(row);
    const analysis = new DeviceAnalysis({ device, criteria: criteria.map(criterionOf), memory });
    const { settingsVersion } = device;
    const hasService = device.service !== null;
    return { id, settingsVersion, layout: layoutOf(device.fields), hasService, analysis, version: analyzer.version };
  }
}
