/** The services that are there, as a document: over HTTP and from the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp } from '../../../bus/service/app.ts';
import { defineService } from '../../../bus/service/define-service.ts';
import { rpc } from '../../../bus/service/rpc.ts';
import { openCommandLine, openScratch } from '../../../testing/command-line.ts';
import { openEdgeServer } from '../../../testing/edge-server.ts';

const serviceNamed = (name: string) =>
  defineService(name, { hello: rpc('hello/{who}', { result: z.string() }, () => 'hello') });

describe('GET /asyncapi.json', () => {
  it('describes the services that answer, and a new one a little later', async () => {
    await using server = await openEdgeServer();
    await using _one = await startApp({ broker: server.broker, services: [serviceNamed('greeter')] });
    const ask = async () => (await server.call({ method: 'GET', url: '/asyncapi.json', as: 'operator' })).body;
    const first = await ask();
    expect(first).toMatchObject({
      ...{ asyncapi: '3.0.0', info: { title: 'Millrace', version: '0.0.0-test' } },
      channels: { 'greeter.hello': { address: 'greeter.hello.{who}' } },
    });
    expect((await new Parser().validate(JSON.stringify(first))).filter(({ severity }) => severity <= 1)).toEqual([]);
    await using _other = await startApp({ broker: server.broker, services: [serviceNamed('other')] });
    expect(await ask()).toEqual(first);
    await server.clock.advance(3_000);
    expect(await ask()).toMatchObject({ channels: { 'greeter.hello': {}, 'other.hello': {} } });
  });

  it('is for whoever is signed in', async () => {
    await using server = await openEdgeServer();
    expect((await server.call({ method: 'GET', url: '/asyncapi.json' })).status).toBe(401);
    expect((await server.call({ method: 'GET', url: '/asyncapi.json', as: 'device' })).status).toBe(200);
  });
});

describe('millrace asyncapi', () => {
  it('prints the document, or writes it to a file', async () => {
    await using cli = await openCommandLine();
    await using _ = await startApp({ broker: cli.server.broker, services: [serviceNamed('greeter')] });
    using files = openScratch();
    const printed = await cli.run('asyncapi');
    expect(printed.out).toContain('\n  "asyncapi": "3.0.0",');
    const file = join(files.folder, 'services.json');
    expect(await cli.run('asyncapi', '--out', file)).toEqual({ code: 0, out: `Written to ${file}.\n`, err: '' });
    expect(readFileSync(file, 'utf8')).toBe(printed.out);
    const refused = await cli.run('asyncapi', '--out', join(files.folder, 'no', 'such.json'));
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('ENOENT')]);
  });
});
