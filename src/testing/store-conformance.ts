/**
 * What every store must do, as a list of named cases; the docstrings of src/store are the promises, this is the proof.
 * Run it over an adapter of your own: `for (const { name, run } of storeConformance) test(name, () => run(open))`.
 */
import { claimCases } from './store-conformance/claims.ts';
import { guardCases } from './store-conformance/guards.ts';
import { lifecycleCases } from './store-conformance/lifecycle.ts';
import { logCases } from './store-conformance/logs.ts';
import type { StoreCase } from './store-conformance/parts.ts';
import { readCases } from './store-conformance/reads.ts';
import { valueCases } from './store-conformance/values.ts';
import { writeCases } from './store-conformance/writes.ts';

export const storeConformance: readonly StoreCase[] = [
  ...writeCases,
  ...guardCases,
  ...readCases,
  ...valueCases,
  ...logCases,
  ...claimCases,
  ...lifecycleCases,
];
