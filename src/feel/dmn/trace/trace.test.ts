import { describe, expect, it } from 'vitest';
import { decision, input, knowledge, table } from '../../../../test/dmn/models.ts';
import { compiled, told } from '../../../../test/dmn/running.ts';
import { MAX_TRACE_CHARACTERS } from './trace.ts';

describe('traces', () => {
  const content = [
    input('speed', 'number'),
    input('mode', 'string'),
    decision({
      name: 'x',
      inputs: ['speed', 'mode'],
      logic: table({
        inputs: ['speed: number', 'mode: string'],
        outputs: [''],
        rules: [
          ['> 3', '"auto"', '"stop"', 'too fast'],
          ['> 3', '-', 'speed + "x"'],
          ['<= 3', '-', '"go"'],
        ],
      }),
    }),
  ];

  it('tells which rules fired, and of the others which cell did not hold', () => {
    expect(told(content, { speed: 2, mode: 'auto' })).toEqual({
      value: 'go',
      notes: [],
      trace: [
        {
          id: 'd-x',
          name: 'x',
          imports: [],
          inputs: { speed: 2, mode: 'auto' },
          value: 'go',
          notes: [],
          tables: [
            {
              id: 'table',
              hitPolicy: 'UNIQUE',
              inputs: [
                { expression: 'speed', value: 2 },
                { expression: 'mode', value: 'auto' },
              ],
              fired: [{ rule: 3, id: 'r3', annotations: [] }],
              failedAt: [1, 1, 0],
            },
          ],
        },
      ],
    });
  });

  it('tells why something is null, with the place in the expression', () => {
    const { value, notes, trace } = told(content, { speed: 5, mode: 'auto' });
    expect(value).toBeNull();
    expect(notes).toEqual([
      { expression: 'speed + "x"', line: 1, column: 1, reason: 'number + string has no result' },
      {
        expression: '',
        line: 1,
        column: 1,
        reason: 'the table of "x": the rules 1, 2 fired, and only one may in a table of policy UNIQUE',
      },
    ]);
    expect(trace?.[0]?.tables[0]).toMatchObject({
      fired: [{ rule: 1, annotations: ['too fast'] }, { rule: 2 }],
      reason: expect.stringContaining('the rules 1, 2 fired'),
    });
  });

  it('tells of functions and services that are asked for, and of each table once', () => {
    const rules = [
      ['> 3', '"fast"'],
      ['-', '"slow"'],
    ];
    const logic = table({ policy: 'FIRST', inputs: ['n'], outputs: [''], rules });
    const model = compiled(
      input('n', 'number'),
      knowledge({ name: 'judge', parameters: ['n: number'], logic }),
      decision({ name: 'x', inputs: ['n'], calls: ['judge'], logic: 'judge(n)' }),
      '<decisionService id="f-all" name="all"><variable name="all"/><outputDecision href="#d-x"/><inputData href="#in-n"/></decisionService>',
      decision({ name: 'y', calls: ['all'], logic: 'all(1)' }),
    );
    const traceOf = (wanted: string) =>
      model
        .evaluate({ decision: wanted, input: { n: 5 }, trace: true })
        .trace?.map(({ name, inputs, tables }) => [name, inputs, tables.map(({ fired }) => fired[0]?.rule)]);
    expect(traceOf('judge')).toEqual([['judge', { n: 5 }, [1]]]);
    expect(traceOf('all')).toEqual([
      ['x', { n: 5 }, [1]],
      ['all', { n: 5 }, []],
    ]);
    expect(traceOf('y')).toEqual([
      ['x', { n: 1 }, [2]],
      ['y', {}, []],
    ]);
  });

  it('cuts values that are long', () => {
    const { trace } = told([decision({ name: 'x', logic: 'for i in 1..2000 return i' })]);
    expect(String(trace?.[0]?.value)).toMatch(/^\[1,2,.*…$/);
  });

  it('is no longer than a limit, however often a table with long annotations is asked', () => {
    const rules = Array.from({ length: 100 }, () => ['-', '1', 'x'.repeat(900)]);
    const logic = table({ policy: 'COLLECT', inputs: ['n'], outputs: [''], rules });
    const content = [
      knowledge({ name: 'all', parameters: ['n'], logic }),
      decision({ name: 'x', calls: ['all'], logic: 'for i in 1..60 return count(all(i))' }),
    ];
    const { trace } = told(content);
    expect(JSON.stringify(trace).length).toBeLessThan(MAX_TRACE_CHARACTERS + 200_000);
    expect(trace?.[0]?.tables[0]?.fired).toHaveLength(100);
  });
});
