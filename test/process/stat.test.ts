import fc from 'fast-check';
import { appendFileSync } from 'node:fs';
import { it } from 'vitest';
import { FEATURES, processesWith } from './block-arbitraries.ts';
import { Pair, step } from './pair.ts';
it('x', () => {
  for (const features of [...FEATURES.map((f) => [f]), [...FEATURES]]) {
    const counts: Record<string, number> = {};
    let ended = 0, runs = 0, steps_ = 0;
    const samples = fc.sample(fc.record({ process: processesWith(features), values: step.map(({ values }) => values), steps: fc.array(step, { minLength: 10, maxLength: 60 }) }), { numRuns: 300, seed: 7 });
    for (const s of samples) {
      const pair = new Pair(s.process, { values: s.values, startedBy: [] });
      runs++;
      const json = JSON.stringify(s.process);
      for (const k of ['throw','terminate','cancel','undo','undoable','race','multi','repeat','adhoc','complex','quantity','links','script','rules','mapped','condition','signal','handlers":[{']) if (json.includes(k.includes(':') ? k : `"kind":"${k}"`)) counts[`has ${k}`] = (counts[`has ${k}`] ?? 0) + 1;
      for (const st of s.steps) {
        if (pair.isOver) break;
        const before = pair.world.state;
        const name = pair.go(st).replace(/n\d+/g, 'n');
        steps_++;
        counts[name] = (counts[name] ?? 0) + 1;
        if (pair.world.state.scopes.some((sc) => sc.undo !== undefined)) counts['undoing'] = (counts['undoing'] ?? 0) + 1;
        if (pair.world.state.scopes.some((sc) => (sc.undo?.length ?? 0) > 0)) counts['undoing several'] = (counts['undoing several'] ?? 0) + 1;
        if (pair.world.state.scopes.some((sc) => sc.interrupted)) counts['interrupted'] = (counts['interrupted'] ?? 0) + 1;
        void before;
      }
      if (pair.isOver) ended++;
    }
    appendFileSync('/tmp/stat.txt', `${features.join(',')}: runs ${runs} ended ${ended} steps ${steps_} ${JSON.stringify(counts)}\n`);
  }
});
