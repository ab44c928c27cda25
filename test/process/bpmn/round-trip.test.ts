/** Any definition in JSON comes back from BPMN as it was, in the words of each dialect. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportBpmn } from '../../../src/process/bpmn/export-bpmn.ts';
import { importBpmn } from '../../../src/process/bpmn/import-bpmn.ts';
import { definitionSource } from '../../../src/process/core/source.ts';
import { anyDefinition } from './definitions.ts';

/** It takes some 15 seconds where nothing else runs. */
const PATIENCE_MS = 120_000;

const dialects = {
  millrace: undefined,
  zeebe: { $type: 'definitions', $namespaces: { zeebe: 'http://camunda.org/schema/zeebe/1.0' } },
  camunda: { $type: 'definitions', $namespaces: { camunda: 'http://camunda.org/schema/1.0/bpmn' } },
};

describe.each(Object.entries(dialects))('in the words of %s', (_, bpmn) => {
  it(
    'any definitions come back as they were, without notes',
    () => {
      fc.assert(
        fc.property(anyDefinition('a'), anyDefinition('b'), (first, second) => {
          const definitions = [first, second];
          for (const one of definitions) expect(definitionSource.parse(one)).toEqual(one);
          const back = importBpmn(exportBpmn({ definitions, ...(bpmn && { bpmn }) }));
          expect(back.definitions).toEqual(definitions);
          expect(back.notes).toEqual([]);
        }),
        { numRuns: 300 },
      );
    },
    PATIENCE_MS,
  );
});
