import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areas } from '../test/process/features/areas.ts';
import { bpmnPage, bpmnPagePath } from './bpmn-page.ts';

describe('docs/reference/bpmn.md', () => {
  it('says what the tests of features show; "npx tsx scripts/bpmn-page.ts" writes it anew', () => {
    expect(readFileSync(bpmnPagePath, 'utf8')).toBe(bpmnPage(areas));
  });

  it('shows what is refused by which rule, and counts', () => {
    const prove = () => {};
    const words = { element: 'endEvent', attribute: 'none', json: '`end`', name: 'ends', prove };
    const features = [
      { ...words, support: 'yes' },
      { ...words, support: 'refused', rule: 'end.result' },
    ] as const;
    const page = bpmnPage([{ title: 'End events', features }]);
    expect(page).toContain('2 rows: 1 run, 1 are refused, 0 are kept.');
    expect(page).toContain('| `endEvent`: none | `end` | runs | ends |');
    expect(page).toContain('refused: [`end.result`](process-rules.md#endresult)');
  });
});
