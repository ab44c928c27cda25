/** Editing a decision table. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionTable } from '../../api/decisions.ts';
import { begin, MAX_STEPS, type Step, stepped } from './draft-history.ts';
import { cellsOf, cellsOfClipboard, columnAt, columnCount, type Edit, edited, numberOf, SIDES } from './table-draft.ts';

const TABLE: DecisionTable = {
  id: 't',
  hitPolicy: 'UNIQUE',
  inputs: [{ expression: 'severity' }, { expression: 'value' }],
  outputs: [{ name: 'role' }],
  annotations: ['Why'],
  rules: [
    { id: 'r1', inputs: ['"high"', '-'], outputs: ['"engineer"'], annotations: ['at once'] },
    { id: 'r2', inputs: ['"low"', '< 5'], outputs: ['"operator"'], annotations: [''] },
  ],
};

function ids(): () => string {
  let count = 0;
  return () => `new${++count}`;
}
const changed = (...edits: Edit[]): DecisionTable => {
  const newId = ids();
  return edits.reduce((table, edit) => edited(table, edit, newId), TABLE);
};
const texts = (table: DecisionTable): string[][] => table.rules.map((rule) => cellsOf(table, rule));

describe('a draft of a table', () => {
  it('changes one cell, whichever side it is on', () => {
    expect(texts(changed({ do: 'cell', rule: 1, column: 2, text: '"engineer"' }))[1]).toEqual([
      '"low"',
      '< 5',
      '"engineer"',
      '',
    ]);
    expect(changed({ do: 'cell', rule: 0, column: 3, text: 'now' }).rules[0]?.annotations).toEqual(['now']);
  });

  it('adds, copies, moves and deletes rules; a copy is a rule of its own', () => {
    expect(changed({ do: 'addRule', after: 0 }).rules.map(({ id }) => id)).toEqual(['r1', 'new1', 'r2']);
    const copied = changed({ do: 'copyRule', rule: 0 });
    expect(copied.rules.map(({ id }) => id)).toEqual(['r1', 'new1', 'r2']);
    expect(texts(copied)[1]).toEqual(texts(TABLE)[0]);
    expect(changed({ do: 'moveRule', rule: 0, by: 1 }).rules.map(({ id }) => id)).toEqual(['r2', 'r1']);
    expect(changed({ do: 'moveRule', rule: 0, by: -1 })).toBe(TABLE);
    expect(changed({ do: 'removeRule', rule: 0 }).rules.map(({ id }) => id)).toEqual(['r2']);
  });

  it('adds a rule for what no rule covers', () => {
    expect(texts(changed({ do: 'addRule', after: 1, inputs: ['"low"', '>= 5'] }))[2]).toEqual([
      '"low"',
      '>= 5',
      '',
      '',
    ]);
  });

  it('moves the cells of every rule with their column', () => {
    const moved = changed({ do: 'moveColumn', side: 'inputs', at: 0, by: 1 });
    expect(moved.inputs.map(({ expression }) => expression)).toEqual(['value', 'severity']);
    expect(texts(moved)).toEqual([
      ['-', '"high"', '"engineer"', 'at once'],
      ['< 5', '"low"', '"operator"', ''],
    ]);
  });

  it('copies a column as a new one', () => {
    const { inputs } = edited(
      { ...TABLE, inputs: [{ id: 'i', expression: 'a' }] },
      { do: 'copyColumn', side: 'inputs', at: 0 },
      ids(),
    );
    expect(inputs).toEqual([{ id: 'i', expression: 'a' }, { expression: 'a' }]);
  });

  it('keeps an aggregation with COLLECT only', () => {
    const collecting = changed({ do: 'policy', hitPolicy: 'COLLECT', aggregation: 'SUM' });
    expect(collecting.aggregation).toBe('SUM');
    expect(edited(collecting, { do: 'policy', hitPolicy: 'FIRST', aggregation: 'SUM' }, ids())).not.toHaveProperty(
      'aggregation',
    );
  });

  it('takes in what a spreadsheet has copied, with new rules for what is more', () => {
    const rows = cellsOfClipboard('"mid"\t> 5\t"x"\tnote\r\n"top"\t"two\nlines"\t"say ""a"""');
    expect(rows).toEqual([
      ['"mid"', '> 5', '"x"', 'note'],
      ['"top"', 'two\nlines', 'say "a"'],
    ]);
    const pasted = changed({ do: 'paste', rule: 1, column: 0, rows: [...rows, ['"a","b"', '', '', '', 'too much']] });
    expect(texts(pasted)[1]).toEqual(['"mid"', '> 5', '"x"', 'note']);
    expect(texts(pasted)[3]).toEqual(['"a","b"', '', '', '']);
    expect(pasted.rules.map(({ id }) => id)).toEqual(['r1', 'r2', 'new1', 'new2']);
  });

  it('numbers its columns over all sides', () => {
    const places = Array.from({ length: columnCount(TABLE) }, (_, column) => columnAt(TABLE, column));
    expect(places.map((place) => place && numberOf(TABLE, place))).toEqual([0, 1, 2, 3]);
    expect(columnAt(TABLE, 4)).toBeUndefined();
    expect(columnAt(TABLE, -1)).toBeUndefined();
  });
});

const side = fc.constantFrom(...SIDES);
const at = fc.nat(4);
const by = fc.constantFrom(-1 as const, 1 as const);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constant('cell' as const), rule: at, column: at, text: fc.string() }),
  fc.record({ do: fc.constant('addRule' as const), after: fc.integer({ min: -1, max: 3 }) }),
  fc.record({ do: fc.constant('copyRule' as const), rule: at }),
  fc.record({ do: fc.constant('moveRule' as const), rule: at, by }),
  fc.record({ do: fc.constant('removeRule' as const), rule: at }),
  fc.record({ do: fc.constant('addColumn' as const), side }),
  fc.record({ do: fc.constant('copyColumn' as const), side, at }),
  fc.record({ do: fc.constant('moveColumn' as const), side, at, by }),
  fc.record({ do: fc.constant('removeColumn' as const), side, at }),
  fc.record({
    do: fc.constant('paste' as const),
    rule: fc.nat(2),
    column: at,
    rows: fc.array(fc.array(fc.string(), { maxLength: 4 }), { maxLength: 3 }),
  }),
);

describe('any edits', () => {
  it('leave every rule with a cell for every column', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
        const table = changed(...edits);
        for (const rule of table.rules) for (const each of SIDES) expect(rule[each]).toHaveLength(table[each].length);
      }),
    );
  });

  it('can be taken back to the beginning and done again', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
        const run = (step: Step, times: number, from = begin(TABLE)) =>
          Array.from({ length: times }).reduce<typeof from>((history) => stepped(history, step), from);
        const newId = ids();
        const done = edits.reduce(
          (history, each) => stepped(history, { kind: 'edit', edit: each, newId }),
          begin(TABLE),
        );
        const back = run({ kind: 'undo' }, edits.length, done);
        expect(back.now).toEqual(TABLE);
        expect(run({ kind: 'redo' }, edits.length, back).now).toEqual(done.now);
      }),
    );
  });
});

describe('the steps of a draft', () => {
  const type = (text: string, column = 0): Step => ({
    kind: 'edit',
    edit: { do: 'cell', rule: 0, column, text },
    newId: ids(),
  });

  it('count letters typed into one cell as one', () => {
    const typed = [type('a'), type('ab'), type('abc')].reduce(stepped, begin(TABLE));
    expect(typed.past).toHaveLength(1);
    expect(stepped(typed, { kind: 'undo' }).now).toBe(TABLE);
    const left = [{ kind: 'pause' } as const, type('abcd')].reduce(stepped, typed);
    expect(stepped(left, { kind: 'undo' }).now.rules[0]?.inputs[0]).toBe('abc');
    expect([type('x', 1)].reduce(stepped, typed).past).toHaveLength(2);
  });

  it('are forgotten beyond the limit', () => {
    const many = Array.from({ length: MAX_STEPS + 5 }, (_, step) => type(`${step}`, step % 2)).reduce(
      stepped,
      begin(TABLE),
    );
    expect(many.past).toHaveLength(MAX_STEPS);
  });
});
