/** The text of an event stream, however it is cut into pieces. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEvents, type ServerSentEvent } from './server-sent-events.ts';

async function read(pieces: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

it('reads the same events however the bytes are cut', async () => {
  const text =
    ': hello\nretry: 5\n\nid: 1~2\nevent: a.b\ndata: {"ü": 1}\n\ndata: one\r\ndata: two\r\n\r\nid\ndata\n\ndata: cut off';
  const bytes = new TextEncoder().encode(text);
  const expected = [
    { event: 'message', data: '', id: undefined },
    { event: 'a.b', data: '{"ü": 1}', id: '1~2' },
    { event: 'message', data: 'one\ntwo', id: undefined },
    { event: 'message', data: '', id: '' },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, at) => bytes.slice(places[at], end));
      expect(await read(pieces)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
