/** The truth of any device, by its kind. */
import type { Site } from '../site.ts';
import { type BrickTruth, brickTruth } from './brick.ts';
import { type MachineTruth, machineTruth } from './machine.ts';
import { type MoistureTruth, moistureTruth } from './moisture.ts';

export type PhysicalTruth = BrickTruth | MoistureTruth | MachineTruth;

export function physicalTruth(site: Site): PhysicalTruth {
  const { kind } = site.settings;
  switch (kind) {
    case 'brick':
      return brickTruth(site);
    case 'moisture':
      return moistureTruth(site);
    case 'machine':
      return machineTruth(site);
    default:
      return kind satisfies never;
  }
}
