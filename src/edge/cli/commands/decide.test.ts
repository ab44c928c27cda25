import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decision, dmn, input, table } from '../../../../test/dmn/models.ts';
import { openScratch, runCommand } from '../../../testing/command-line.ts';

const example = fileURLToPath(new URL('../../../../examples/decisions/handling.dmn', import.meta.url));
const run = (...argv: string[]) => runCommand(argv, { data: '.' });
const given = '{"severity":"minor","value":12,"limit":10}';

describe('millrace decide', () => {
  it('lists what a file has', async () => {
    const { code, out } = await run('decide', example);
    expect(code).toBe(0);
    expect(out).toMatch(/^handling +decision +severity: string, value: number, limit: number +Any$/m);
  });

  it('tells the value and which rules fired', async () => {
    expect(await run('decide', example, '--decision', 'handling', '--input', given)).toEqual({
      code: 0,
      out: '{\n  "role": "engineer",\n  "minutes": 30\n}\n  handling: rule 2 – Far beyond the limit\n',
      err: '',
    });
  });

  it('takes the input from a file, and answers JSON', async () => {
    using files = openScratch();
    const file = files.write('input.json', JSON.parse(given));
    const { out } = await run('decide', example, '--decision', 'handling', '--input', file, '--json');
    expect(JSON.parse(out)).toEqual({
      decision: 'handling',
      value: { role: 'engineer', minutes: 30 },
      fired: [{ decision: 'handling', rule: 2, id: 'far', annotations: ['Far beyond the limit'] }],
      problems: [],
    });
  });

  it.each([
    { title: 'of the plant', settings: { timeZone: 'Asia/Tokyo' }, flags: [], expected: 'Asia/Tokyo' },
    {
      title: 'that is given',
      settings: { timeZone: 'Asia/Tokyo' },
      flags: ['--zone', 'Europe/Berlin'],
      expected: 'Europe/Berlin',
    },
    { title: 'UTC without any', settings: {}, flags: [], expected: 'UTC' },
  ])('has the time zone $title', async ({ settings, flags, expected }) => {
    using files = openScratch();
    const file = files.write('zone.dmn', dmn(decision({ name: 'x', logic: 'now().timezone' })));
    const { out } = await runCommand(['decide', file, '--decision', 'x', ...flags], { data: '.', ...settings });
    expect(JSON.parse(out)).toBe(expected);
  });

  it('refuses a time zone that there is not', async () => {
    const { code, err } = await run('decide', example, '--decision', 'handling', '--zone', 'Mars/Olympus');
    expect(code).toBe(2);
    expect(err).toContain('no time zone of the IANA list');
  });

  it('traces what was given and why rules did not fire', async () => {
    const { out } = await run('decide', example, '--decision', 'handling', '--input', given, '--trace');
    expect(out).toContain('excess = 0.2\n  given value = 12\n  given limit = 10\n');
    expect(out).toContain(
      '  rule 2 fired – Far beyond the limit\n  rule 1 did not fire for severity\n  rule 3 not tried\n',
    );
  });

  it('says why a value is null', async () => {
    const { out } = await run('decide', example, '--decision', 'excess', '--input', '{"value":1,"limit":0}');
    expect(out).toBe('null\n  because a division by zero in "(value - limit) / limit"\n');
  });

  it('says what of the input did not fit, though there is a value', async () => {
    using files = openScratch();
    const logic = table({
      policy: 'FIRST',
      inputs: ['n'],
      outputs: [''],
      rules: [
        ['> 1', '"high"'],
        ['-', '"low"'],
      ],
    });
    const file = files.write('typed.dmn', dmn(input('n', 'number') + decision({ name: 'x', inputs: ['n'], logic })));
    const { out } = await run('decide', file, '--decision', 'x', '--input', '{"n":"7"}');
    expect(out).toBe('"low"\n  x: rule 2\n  note: the input "n" is of type number, not this string\n');
    expect((await run('decide', file, '--decision', 'x', '--input', '{"n":7}')).out).not.toContain('note');
  });

  it('lists what is wrong with a file, by lines and columns, and fails then', async () => {
    using files = openScratch();
    const file = files.write('wrong.dmn', dmn(decision({ name: 'x', logic: '1 +\n  * 2' })));
    const { code, out } = await run('decide', file, '--validate');
    expect(code).toBe(1);
    expect(out).toMatch(/wrong\.dmn:5:3 {2}literalExpression: "1 \+\n {2}\* 2": .* \[feel\]/);
    expect(await run('decide', example, '--validate')).toEqual({ code: 0, out: 'No problems.\n', err: '' });
  });

  it('lists overlaps and gaps of tables', async () => {
    using files = openScratch();
    const rules = [
      ['< 5', '"a"'],
      ['[4..9]', '"b"'],
      ['n', '"c"'],
    ];
    const logic = table({ inputs: ['n'], outputs: [''], rules });
    const file = files.write('table.dmn', dmn(input('n') + decision({ name: 'x', inputs: ['n'], logic })));
    expect((await run('decide', file, '--analyse')).out).toBe(
      'x: UNIQUE, 3 rules\n  overlap  rules 1 and 2: n [4..5)\n  gap      n > 9\n  left out rule 3: its input 1 is a formula\n',
    );
    expect((await run('decide', file, '--analyse', '--decision', 'y')).code).toBe(2);
  });

  it('reads imported models', async () => {
    using files = openScratch();
    const base = dmn(decision({ name: 'limit', logic: '5' }), { namespace: 'urn:base' });
    const model = dmn(
      '<import name="base" namespace="urn:base"/>' +
        decision({ name: 'x', requires: ['urn:base#d-limit'], logic: 'base.limit + 1' }),
    );
    const [one, other] = [files.write('base.dmn', base), files.write('x.dmn', model)];
    expect((await run('decide', other, '--decision', 'x', '--import', one)).out).toBe('6\n');
  });

  it('fails for a decision that is not there, a file that is none, and an input that is no object', async () => {
    expect((await run('decide', example, '--decision', 'none')).err).toContain('(dmn.unknown-decision)');
    expect((await run('decide', 'nowhere.dmn')).err).toContain('(cli.unreadable-file)');
    expect((await run('decide', example, '--decision', 'excess', '--input', '[1]')).code).toBe(2);
  });
});
