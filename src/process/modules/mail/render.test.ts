import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, fillSubject, MAX_SUBJECT_LENGTH } from './render.ts';

const variables = {
  device: 'press-4',
  limit: 12.5,
  none: null,
  ok: true,
  evidence: { peak: { value: 99 } },
  list: [1, 'a'],
};

describe('a mail text', () => {
  it('has the variables in their places, also parts of them', () => {
    expect(fill('{größe}', { größe: 3 })).toBe('3');
    expect(fill('{device}: {limit} {ok} {none} {evidence.peak.value} {list}', variables)).toBe(
      'press-4: 12.5 true null 99 [1,"a"]',
    );
  });

  it('leaves what it does not know as it stands, so that a reader sees what is missing', () => {
    const template = '{unknown} {evidence.low} {device.length} {constructor} {__proto__.x} { device } {} {1}';
    expect(fill(template, variables)).toBe(template);
  });

  it('fills once: a value that looks like a place stays what it is', () => {
    expect(fill('{a}', { a: '{b} $& $1', b: 'never' })).toBe('{b} $& $1');
  });

  it('cuts values that are far too long, and leaves no half character behind', () => {
    expect(fill('{a}', { a: 'x'.repeat(1e6) })).toHaveLength(2_000);
    expect(fill('{a}', { a: `x${'😀'.repeat(2_000)}` }).at(-1)).toBe('\ufffd');
    expect(fillSubject('{a}', { a: `x${'😀'.repeat(2_000)}` }).at(-1)).toBe('\ufffd');
  });

  it('has no control characters but line ends and tabs, so that every store keeps it', () => {
    expect(fill('{a}\r\nend\t.', { a: 'x\u0000\u0007\u009by\ud800' })).toBe('x   y\ufffd\nend\t.');
  });
});

describe('a subject', () => {
  it('is one line without control characters and not too long, whatever the variables hold', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\r', '\n', '\0', '\u2028', '\u0085', '{a}'), fc.string()),
    });
    fc.assert(
      fc.property(text, text, (template, value) => {
        const subject = fillSubject(template, { a: value });
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(subject.length).toBeLessThanOrEqual(MAX_SUBJECT_LENGTH);
      }),
    );
  });

  it('keeps what people write', () => {
    expect(fillSubject('  Stop of {line} – Überprüfung 停止 ', { line: 'north' })).toBe(
      'Stop of north – Überprüfung 停止',
    );
  });
});
