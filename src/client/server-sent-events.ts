/** Reads the text of an event stream (WHATWG HTML, "server-sent events") into its events. */

export type ServerSentEvent = { readonly event: string; readonly data: string; readonly id: string | undefined };

/** An event without data carries an id only; comments are left out. */
export async function* readEvents(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield eventOf(block);
    }
  } finally {
    await reader.cancel().catch(() => {}); // the stream has failed already; there is nothing left to give back
  }
}

function eventOf(block: string): ServerSentEvent {
  const lines = block.split(/\r?\n/).map((line) => /^([^:]*)(?::\s?(.*))?$/.exec(line));
  const values = (name: string) => lines.filter((line) => line?.[1] === name).map((line) => line?.[2] ?? '');
  return { event: values('event').at(-1) ?? 'message', data: values('data').join('\n'), id: values('id').at(-1) };
}
