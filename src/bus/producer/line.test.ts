import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedField, parseLines } from '../../testing/line-parser.ts';
import { lineOf, MAX_LINE_BYTES, MAX_MEASUREMENT_BYTES } from './line.ts';
import { Metric, metric } from './metric.ts';

const textOf = (said: Metric): string => lineOf(said, 0n).text;
/** What is wrong with a metric. */
function problemOf(said: Metric): unknown {
  try {
    return textOf(said);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bus.invalid-metric' });
    return (error as { details?: { problem?: string } }).details?.problem;
  }
}

describe('a line of a metric', () => {
  it('has the measurement, the tags, the fields and the time', () => {
    const said = new Metric('bit-test')
      .addTag('component', 'focus_server')
      .addTag('test_name', 'config_validation')
      .addValue('passed', 1)
      .addInteger('attempts', 3)
      .addValue('ok', true)
      .addValue('note', 'all well')
      .at(Date.UTC(2026, 0, 1));
    expect(textOf(said)).toBe(
      'bit-test,component=focus_server,test_name=config_validation ' +
        'passed=1,attempts=3i,ok=true,note="all well" 1767225600000000000',
    );
  });

  it('escapes each part by its own rule', () => {
    const said = metric('a b,c=d').addTag('k ,=', 'v ,=').addValue('f ,=', 'say "\\" now').addValue('g"h', 1);
    expect(textOf(said)).toBe('a\\ b\\,c=d,k\\ \\,\\==v\\ \\,\\= f\\ \\,\\=="say \\"\\\\\\" now",g"h=1 0');
  });

  it('sorts tags by the bytes of their keys, whatever order they were added in', () => {
    const said = metric('m').addTag('\u{1f600}', 'last').addTag('\uffee', 'third').addTag('b', '2').addTag('B', '1');
    expect(textOf(said.addValue('v', 1))).toBe('m,B=1,b=2,\uffee=third,\u{1f600}=last v=1 0');
  });

  it('leaves out tags without a value, and keeps the last value of what was said twice', () => {
    const said = metric('m').addTag('a', '').addTag('b', undefined).addTag('c', 1).addTag('c', false);
    expect(textOf(said.addValue('v', 1).addValue('v', 2))).toBe('m,c=false v=2 0');
    expect(textOf(metric('m').addTag('a', 'x').addTag('a', '').addValue('v', 1))).toBe('m v=1 0');
  });

  it('replaces what ends a line or would be taken for an escape', () => {
    const said = metric('m\n1').addTag('dir', 'C:\\plant\\').addTag('list', 'a\\,b').addTag('two', 'a\r\nb');
    expect(textOf(said.addValue('text', 'one\r\ntwo\nthree\rfour\ffive\\'))).toBe(
      'm\\ 1,dir=C:\\plant/,list=a/\\,b,two=a\\ \\ b text="one two three four five\\\\" 0',
    );
    expect(textOf(metric('m').addTag('half', '\ud800').addValue('s', '\udc00x'))).toBe('m,half=\ufffd s="\ufffdx" 0');
  });

  it('writes numbers as floats unless they are declared whole, and never as unsigned ones', () => {
    const said = metric('m').addValue('a', 7).addValue('b', -0.5).addValue('c', 1e21).addValue('d', 5e-324);
    said
      .addInteger('e', 2 ** 53 - 1)
      .addInteger('f', -(2n ** 63n))
      .addInteger('g', 2n ** 63n - 1n);
    expect(textOf(said)).toBe(
      'm a=7,b=-0.5,c=1e+21,d=5e-324,e=9007199254740991i,f=-9223372036854775808i,g=9223372036854775807i 0',
    );
  });

  it('keeps every digit of a nanosecond', () => {
    const timed = (nanoseconds: bigint | string) => textOf(metric('m').addValue('v', 1).atNanoseconds(nanoseconds));
    expect(timed(1_767_225_600_123_456_789n)).toBe('m v=1 1767225600123456789');
    expect(timed('-9223372036854775806')).toBe('m v=1 -9223372036854775806');
    expect(textOf(metric('m').addValue('v', 1).at(new Date(-1)))).toBe('m v=1 -1000000');
    expect(lineOf(metric('m').addValue('v', 1), 12n).text).toBe('m v=1 12');
  });

  it.each([
    ['no field', metric('m'), 'it has no field'],
    ['an empty measurement', metric(' ').addValue('v', 1), 'its measurement has no name'],
    ['a comment', metric('#m').addValue('v', 1), 'its measurement begins with #, which makes the line a comment'],
    ['a tag named time', metric('m').addTag('time', '1').addValue('v', 1), 'no tag may be named "time"'],
    ['a field named time', metric('m').addValue('time', 1), 'no field may be named "time"'],
    ['a tag without a key', metric('m').addTag('', '1').addValue('v', 1), 'a tag has no name'],
    ['a field without a key', metric('m').addValue('', 1), 'a field has no name'],
    ['NaN', metric('m').addValue('v', Number.NaN), 'field "v" is NaN, not a finite number'],
    ['Infinity', metric('m').addValue('v', -1 / 0), 'field "v" is -Infinity, not a finite number'],
    ['a fraction', metric('m').addInteger('v', 0.5), 'field "v" is 0.5, not a whole number below 2^53 (give a bigint)'],
    ['65 bits', metric('m').addInteger('v', 2n ** 63n), 'field "v" is beyond 64 bits'],
    ['one key twice', metric('m').addTag('a\n', 1).addTag('a ', 2).addValue('v', 1), 'two tags are written "a "'],
  ])('is refused for %s', (_, said, problem) => {
    expect(problemOf(said)).toBe(problem);
  });

  it('is refused for a value that is none, when the types did not stop it', () => {
    expect(problemOf(metric('m').addValue('v', null as unknown as number))).toMatch(/field "v" is null/);
    expect(problemOf(metric('m').addValue('v', 1n as unknown as number))).toMatch(/field "v" is 1, not a finite/);
    expect(problemOf(metric('m').addInteger('v', '1' as unknown as number))).toMatch(/field "v" is 1, not a whole/);
  });

  it.each([Number.NaN, 0.5, 9_223_372_036_855])('is refused for the time %s ms', (milliseconds) => {
    expect(problemOf(metric('m').addValue('v', 1).at(milliseconds))).toMatch(/timestamp is no moment/);
  });

  it.each(['now', '1.5', '', '9223372036854775807'])('is refused for the time "%s" ns', (nanoseconds) => {
    expect(problemOf(metric('m').addValue('v', 1).atNanoseconds(nanoseconds))).toMatch(/timestamp is no moment/);
  });

  it('is refused when it is too long, and says how long it is', () => {
    expect(problemOf(metric('m'.repeat(MAX_MEASUREMENT_BYTES + 1)).addValue('v', 1))).toMatch(/256 bytes; 255 are/);
    expect(problemOf(metric('m').addValue('v', 'x'.repeat(MAX_LINE_BYTES)))).toMatch(/its line takes 65544 bytes/);
    expect(problemOf(metric('m'.repeat(MAX_MEASUREMENT_BYTES)).addValue('v', 1))).toMatch(/^m+ v=1 0$/);
  });

  it('is refused once for everything that is wrong', () => {
    const said = metric('#').addTag('time', 'x').addValue('a', Number.NaN);
    expect(problemOf(said)).toMatch(/comment; no tag may be named "time"; field "a" is NaN/);
  });
});

const hebrew = fc.string({ unit: fc.constantFrom(...'אבגדהוזחטיכלמנסעפצקרשת ,="\\') });
const anyText = fc.oneof(
  hebrew,
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...' ,="\\\n#a') }),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const value = fc.oneof(finite, fc.boolean(), anyText);
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** What the store keeps of a name: these replacements are documented. */
const kept = (name: string): string => name.replace(/\p{Cc}/gu, ' ').replace(/\\(?=[, ="]|$)/g, '/');
const keptText = (text: string): string => text.replace(/\r\n|[\n\f\r]/g, ' ');
const isName = (name: string): boolean => name !== '' && !['time', '_field', '_measurement'].includes(name);
const names = anyText.map(kept).filter(isName);

const anyMetric = fc.record({
  measurement: anyText.filter((name) => kept(name).trim() !== '' && !name.startsWith('#') && name.length < 60),
  tags: fc.dictionary(names, anyText, { maxKeys: 5 }),
  values: fc.dictionary(names, value, { minKeys: 1, maxKeys: 5 }),
  integers: fc.dictionary(names, integer, { maxKeys: 2 }),
  nanoseconds: fc.bigInt({ min: -(2n ** 63n) + 2n, max: 2n ** 63n - 2n }),
});

const fieldOf = (said: number | boolean | string): ParsedField => {
  if (typeof said === 'number') return { type: 'float', value: said + 0 }; // there is no -0
  return typeof said === 'boolean' ? { type: 'boolean', value: said } : { type: 'string', value: keptText(said) };
};

describe('a line that another parser reads', () => {
  it('says what the metric said', () => {
    fc.assert(
      fc.property(anyMetric, ({ measurement, tags, values, integers, nanoseconds }) => {
        const said = metric(measurement).atNanoseconds(nanoseconds);
        for (const [key, text] of Object.entries(tags)) said.addTag(key, text);
        for (const [key, content] of Object.entries(values)) said.addValue(key, content);
        for (const [key, whole] of Object.entries(integers)) said.addInteger(key, whole);
        const [point, ...others] = parseLines(textOf(said));
        expect(others).toEqual([]);
        expect(point?.measurement).toBe(kept(measurement));
        expect(point?.nanoseconds).toBe(String(nanoseconds));
        const saidTags = Object.entries(tags).filter(([, text]) => text !== '');
        expect({ ...point?.tags }).toEqual(Object.fromEntries(saidTags.map(([key, text]) => [key, kept(text)])));
        expect({ ...point?.fields }).toEqual({
          ...Object.fromEntries(Object.entries(values).map(([key, content]) => [key, fieldOf(content)])),
          ...Object.fromEntries(
            Object.entries(integers).map(([key, whole]) => [key, { type: 'integer', value: whole }]),
          ),
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
