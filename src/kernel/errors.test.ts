import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable } from './error-table.ts';
import { isMillraceError, MillraceError, messageOf } from './errors.ts';

const entries = Object.entries(errorTable);

describe('errors', () => {
  it('carry code, status, sentence, action, details and cause', () => {
    const cause = new Error('disk full');
    const error = new MillraceError('store.write-failed', { reason: 'disk full' }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'MillraceError',
      code: 'store.write-failed',
      status: 503,
      message: 'The store could not write: disk full',
      details: { reason: 'disk full' },
      cause,
    });
    expect(error.action).toMatch(/^Nothing of this call was stored\./);
  });

  it('fill their sentences with whatever the details are, and never fail at it', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const shown = ['text {id} $&', 7, true, null, undefined, ['a', 1], { a: 1 }, 10n, circular, () => 1].map(
      (text) => /^"(.*)" is not a duration/s.exec(new MillraceError('duration.malformed', { text }).message)?.[1],
    );
    expect(shown).toEqual([
      'text {id} $&',
      '7',
      'true',
      'null',
      '?',
      'a, 1',
      '{"a":1}',
      '10',
      '[object Object]',
      '() => 1',
    ]);
  });

  it('leave an optional part of a sentence out when its fact is absent or null', () => {
    const key = 'a[{key}]';
    const say = (version?: unknown) => new MillraceError('process.unknown-definition', { key, version }).message;
    expect([say(7), say(0), say(null), say()]).toEqual([
      'There is no process definition "a[{key}]" in version 7.',
      'There is no process definition "a[{key}]" in version 0.',
      'There is no process definition "a[{key}]".',
      'There is no process definition "a[{key}]".',
    ]);
  });

  it('are told from others, by code when one is given', () => {
    const error: unknown = new MillraceError('store.closed');
    expect(isMillraceError(error)).toBe(true);
    expect(isMillraceError(error, 'store.closed')).toBe(true);
    expect(isMillraceError(error, 'store.conflict')).toBe(false);
    expect(isMillraceError(new Error('store.closed'))).toBe(false);
    expect(isMillraceError(undefined)).toBe(false);
  });

  it('have a message whatever was thrown', () => {
    expect([new Error('a'), 'b', 3, undefined, null].map(messageOf)).toEqual(['a', 'b', '3', 'undefined', 'null']);
  });
});

describe('the error table', () => {
  it('has codes in kebab case under a domain, with a status of 4xx or 5xx and whole sentences', () => {
    for (const [code, { status, message, action }] of entries) {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/);
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(message, code).not.toBe('');
      expect(action, code).toMatch(/^\S.+/s);
    }
  });

  it('keeps the codes of a domain together', () => {
    const domains = entries.map(([code]) => code.split('.')[0]);
    const runs = domains.filter((domain, place) => domain !== domains[place - 1]);
    expect(runs).toEqual([...new Set(runs)]);
  });

  it('and docs/reference/errors.md say the same: every code has its heading there, and every heading its code', () => {
    const page = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(Object.keys(errorTable) as ErrorCode[]);
    for (const section of sections) {
      const [heading = '', ...lines] = section.split('\n');
      expect(lines.join(' ').trim().length, `${heading} says nothing`).toBeGreaterThan(60);
    }
  });
});
