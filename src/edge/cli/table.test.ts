/** What people see in the terminal. */
import { describe, expect, it } from 'vitest';
import { openProgressBar } from './progress-bar.ts';
import { actorText, facts, labelText, numberText, table } from './table.ts';

const columns = [
  { title: 'id', value: ({ id }: { id: string; text: string }) => id },
  { title: 'text', value: ({ text }: { id: string; text: string }) => text },
];

describe('a table', () => {
  it('is as wide as its content, one line a row', () => {
    const rows = [
      { id: 'a', text: 'one\ntwo' },
      { id: 'long-id', text: '' },
    ];
    expect(table(rows, columns, { empty: '', width: 80 })).toBe('id       text\na        one two\nlong-id');
    expect(table([], columns, { empty: 'Nothing.', width: 80 })).toBe('Nothing.');
  });

  it('takes from its widest column what does not fit', () => {
    const rows = [{ id: 'job_00000000041', text: 'x'.repeat(200) }];
    const lines = table(rows, columns, { empty: '', width: 40 }).split('\n');
    expect(lines[1]).toBe(`job_00000000041  ${'x'.repeat(22)}…`);
    // The id stays whole however narrow it is: the next command needs it.
    expect(table(rows, columns, { empty: '', width: 5 }).split('\n')[1]).toBe('job_00000000041  xxxxxxx…');
  });

  it('is not cut where lines have no end', () => {
    const rows = [{ id: 'a', text: 'x'.repeat(500) }];
    expect(table(rows, columns, { empty: '', width: Number.POSITIVE_INFINITY })).toContain('x'.repeat(500));
  });

  it('has numbers as exact as people compare them', () => {
    expect([0.5456332341033533, 96, 123_456_789, -1e-9, null].map(numberText)).toEqual([
      '0.545633',
      '96',
      '123457000',
      '-1e-9',
      '',
    ]);
  });

  it('has facts one a line, and a label in English or the first language there is', () => {
    expect(
      facts([
        ['id', 'x'],
        ['none', null],
        ['longer', 2],
      ]),
    ).toBe('id      x\nlonger  2');
    expect([labelText('a'), labelText({ de: 'b', en: 'c' }), labelText({ de: 'b' }), labelText({})]).toEqual([
      'a',
      'c',
      'b',
      '',
    ]);
  });
});

it('programs are shown by the name of their token, everybody else as they are', () => {
  const shown = ['token:command line:token-2', 'token:a:b:token-1z', 'dana-levi', 'system', 'token:x'].map(actorText);
  expect(shown).toEqual(['command line', 'a:b', 'dana-levi', 'system', 'token:x']);
});

describe('a progress bar', () => {
  it('grows on one line where somebody watches, not more often than eyes see, and goes away', () => {
    const written: string[] = [];
    let now = 0;
    const bar = openProgressBar({ write: (text) => written.push(text), isTerminal: true, columns: 80 }, () => now);
    bar.show(0, '0 rows');
    bar.show(0.1, 'too soon');
    now = 10_000;
    bar.show(0.5, '5,000 rows');
    bar.show(1, '10,000 rows');
    bar.clear();
    expect(written).toEqual([
      `\r${'░'.repeat(30)}   0 %  0 rows  \u001b[K`,
      `\r${'█'.repeat(15)}${'░'.repeat(15)}  50 %  5,000 rows  10 s left\u001b[K`,
      `\r${'█'.repeat(30)} 100 %  10,000 rows  \u001b[K`,
      '\r\u001b[K',
    ]);
  });

  it('is not there in a file or a pipe', () => {
    const bar = openProgressBar({ write: () => expect.unreachable(), isTerminal: false, columns: 80 }, () => 0);
    bar.show(0.5, 'x');
    bar.clear();
  });
});
