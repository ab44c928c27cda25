/** What the compiler must refuse: each line that is expected to be wrong fails the check if it becomes right. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from './app-type.ts';
import { type Client, client } from './client.ts';
import { service } from './decorators.ts';
import { declareService, defineService } from './define-service.ts';
import type { Cmd, Evt, Rpc } from './incoming.ts';
import { command, on, rpc } from './rpc.ts';

const Config = z.object({ channels: z.number(), name: z.string().default('x') });
const Other = z.object({ other: z.string() });

@service('focus')
class Focus {
  readonly state = 1;

  @rpc('jobs/{id}/configure', { body: Config })
  async configure(m: Rpc<'jobs/{id}/configure', typeof Config>) {
    return { id: m.params.id, name: m.body.name };
  }

  @rpc('rows/{n:int}')
  async *rows(m: Rpc<'rows/{n:int}'>) {
    yield m.params.n;
  }

  @rpc('ping')
  ping(_: Rpc<'ping'>): number {
    return 1;
  }

  @command('jobs/{id}/stop', { to: 'focus.{id}.stopped' })
  async stop(_: Cmd<'jobs/{id}/stop'>) {}

  @on('plant.{line}.alarm')
  async alarm(_: Evt<'plant.{line}.alarm'>) {}

  helper(text: string): string {
    return text;
  }
}

function wrong(): object {
  class Wrong {
    // @ts-expect-error the annotation has another route
    @rpc('jobs/{id}/configure', { body: Config })
    route(_: Rpc<'jobs/{job}/configure', typeof Config>) {}

    // @ts-expect-error the annotation has another schema
    @rpc('jobs/{id}/configure', { body: Config })
    schema(_: Rpc<'jobs/{id}/configure', typeof Other>) {}

    // @ts-expect-error the annotation has no schema
    @rpc('jobs/{id}/configure', { body: Config })
    missing(_: Rpc<'jobs/{id}/configure'>) {}

    // @ts-expect-error the annotation is of a command
    @rpc('jobs/{id}/configure', { body: Config })
    kind(_: Cmd<'jobs/{id}/configure', typeof Config>) {}

    // @ts-expect-error the result is not what the schema says
    @rpc('ping', { result: Other })
    result(_: Rpc<'ping'>) {
      return { other: 1 };
    }

    // @ts-expect-error the topic has a parameter that the route has not
    @command('jobs/{id}/stop', { to: 'focus.{job}.stopped' })
    topic(_: Cmd<'jobs/{id}/stop'>) {}
  }
  return Wrong;
}

async function calls(app: App): Promise<unknown[]> {
  const focus = client<Focus>(app, 'focus');
  const configured: { id: string; name: string } = await focus.configure({
    params: { id: '1' },
    body: { channels: 1 },
  });
  for await (const row of focus.rows({ params: { n: 1 } })) configured.id = String(row satisfies number);
  const one: number = (await focus.ping()) + (await client(app, Focus).ping());
  await focus.stop({ params: { id: '1' } });
  // @ts-expect-error a parameter is missing
  const missing = focus.configure({ body: { channels: 1 } });
  // @ts-expect-error the parameter is a number
  const number = focus.rows({ params: { n: '1' } });
  // @ts-expect-error the body is not what the schema takes
  const body = focus.configure({ params: { id: '1' }, body: { channels: 'one' } });
  // @ts-expect-error a stream is read, not awaited for its fields
  const stream = (await focus.rows({ params: { n: 1 } })).toFixed();
  // @ts-expect-error an event cannot be called
  const event = focus.alarm;
  // @ts-expect-error what is no operation vanishes
  const helper = focus.helper;
  // @ts-expect-error so does what is no method
  const state = focus.state;
  return [one, missing, number, body, stream, event, helper, state];
}

const twin = defineService('twin', {
  add: rpc('add/{a:int}', { body: z.number() }, async (m) => m.params.a + m.body),
  tell: command('tell/{to}', {}, (m) => m.params.to),
  heard: on('twin.{who}.told', { body: Other }, (m) => m.body.other.length),
  refuse: rpc('refuse', {}, () => {
    throw new Error('never');
  }),
  either: rpc('either/{a:int}', {}, (m) => (m.params.a > 0 ? m.params.a : 'none')),
});
const declared = declareService('elsewhere', {
  add: rpc('add/{a:int}', { body: z.number(), result: z.number() }),
  tell: command('tell/{to}'),
});

async function twins(app: App): Promise<unknown[]> {
  const sum: number = await client<typeof twin>(app, 'twin').add({ params: { a: 1 }, body: 2 });
  const other: number = await client(app, declared).add({ params: { a: 1 }, body: 2 });
  await client(app, declared).tell({ params: { to: 'all' } });
  const refused: undefined = await client(app, twin)
    .refuse()
    .catch(() => undefined);
  const either: number = await client(app, twin)
    .either({ params: { a: 1 } })
    .then((value) => (typeof value === 'string' ? value.length : value));
  // @ts-expect-error the body is a number
  const wrongBody = client(app, twin).add({ params: { a: 1 }, body: 'x' });
  // @ts-expect-error the event has a parameter
  await app.emit('plant.{line}.alarm', { body: {} });
  await app.emit('plant.all.alarm', { body: {} });
  // @ts-expect-error a defined event handler cannot be called
  const heard = client(app, twin).heard;
  return [sum, other, wrongBody, heard, refused, either];
}

describe('the types of services', () => {
  it('keep what a client may call, and nothing else', () => {
    type Names = keyof Client<Focus>;
    const names: Record<Names, true> = { configure: true, rows: true, ping: true, stop: true };
    expect(Object.keys(names)).toHaveLength(4);
    expect([wrong, calls, twins, new Focus().helper]).toHaveLength(4); // only the compiler reads them
  });
});
