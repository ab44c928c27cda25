/** Reading server-sent events, however the network cuts them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventParser, type StreamEvent } from './event-stream.ts';

const text = [
  'retry: 1000\nid: 1~1\n\n',
  'id: 2~1\nevent: millrace.process.task.offered\ndata: {"subject":"job_1"}\n\n',
  ': still here\nid: 3~4\n\n',
  'id: 3~5\r\nevent: millrace.access.person.created\r\ndata: one\r\ndata: two\r\n\r\n',
].join('');

function read(chunks: readonly string[]): { events: StreamEvent[]; ids: string[] } {
  const events: StreamEvent[] = [];
  const ids: string[] = [];
  const feed = createEventParser({ onEvent: (event) => events.push(event), onId: (id) => ids.push(id) });
  for (const chunk of chunks) feed(chunk);
  return { events, ids };
}

describe('the reader of live events', () => {
  it('tells each event with its topic, and joins its lines of data', () => {
    expect(read([text]).events).toEqual([
      { topic: 'millrace.process.task.offered', data: '{"subject":"job_1"}' },
      { topic: 'millrace.access.person.created', data: 'one\ntwo' },
    ]);
  });

  it('moves on to the place of a heartbeat, which has no event', () => {
    expect(read([text]).ids).toEqual(['1~1', '2~1', '3~4', '3~5']);
  });

  it('reads the same whatever the chunks', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), text.length];
        const chunks = edges.slice(1).map((end, at) => text.slice(edges[at], end));
        expect(read(chunks)).toEqual(read([text]));
      }),
    );
  });

  it('keeps an event back until it is whole', () => {
    expect(read(['event: a\ndata: 1\n']).events).toEqual([]);
  });
});
