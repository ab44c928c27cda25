/** A module in another process over RabbitMQ: killed in the midst of a step, away, back; and servers that share a store. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { read, root } from '../docs/page.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { type Environment, ServerProcess } from '../server-process.ts';

const TIMEOUT_MS = 180_000;
const CHILD = fileURLToPath(new URL('./service-child.mjs', import.meta.url));
const QUEUES = ['process.firings', 'millrace-modules.rpc', 'millrace-job-claims.rpc', 'millrace-job-desk.rpc'];

const WEIGHING = {
  key: 'weighing',
  nodes: [{ id: 'weigh', type: 'module', module: 'weigh', config: { part: '=part' } }],
};

/** What the guide shows below its heading. */
const page = read('docs/guide/new-module.md').split('## In another process')[1] ?? '';
const shown = (language: string): string => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';

type Begun = { readonly key: string; readonly attempt: number };

/** A broker, and the processes on it; everything is gone at the end of the scope. */
function plant() {
  const rabbit = freshRabbit();
  rabbit.rememberServed([...QUEUES, 'scale.rpc']);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-module-service-'));
  const file = join(folder, 'begun');
  const servers: ServerProcess[] = [];
  const children = new Set<ChildProcess>();
  return {
    /** The steps that services began. */
    begun: (): Begun[] =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Begun)
        : [],
    server: async (more: Environment = {}) => {
      const data = join(folder, `server-${servers.length}`);
      const broker = { MILLRACE_BROKER: rabbitUrl, MILLRACE_BROKER_PREFIX: rabbit.prefix };
      const server = new ServerProcess({ data, environment: { MILLRACE_AUTH: 'off', ...broker, ...more } });
      servers.push(server);
      await server.start();
      return server;
    },
    service: async (manner: 'answers' | 'hangs') => {
      const args = [rabbitUrl, rabbit.prefix, file, manner];
      const child = fork(CHILD, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      children.add(child);
      const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
      exited.catch(() => {});
      await Promise.race([once(child, 'message'), exited]);
      return child;
    },
    /** The service of the guide, on this broker. */
    guide: async () => {
      const file = join(root, 'node_modules/.millrace', `scale-${rabbit.prefix}mjs`);
      mkdirSync(dirname(file), { recursive: true });
      const broker = `openBroker('${rabbitUrl}', { prefix: '${rabbit.prefix}' })`;
      const text = shown('js').replace("'millrace'", `'${join(root, 'dist/index.js')}'`);
      writeFileSync(file, text.replace(/openBroker\('.*?'\)/, broker));
      const child = fork(file, [], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      children.add(child);
      const [said] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
      rmSync(file);
      expect(String(said)).toBe('The scale takes parts.\n');
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill('SIGKILL');
      for (const server of servers) await server.kill();
      await rabbit[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const clientOf = ({ url, token }: ServerProcess): Client => createClient({ url, token });

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('it never happened');
    await systemClock.sleep(20);
  }
}

const variablesAtEnd = (client: Client, id: string) =>
  until(async () => {
    const { status, variables } = await client.instances.get(id);
    return status === 'completed' ? variables : undefined;
  });
const incidentOf = (client: Client) => until(async () => (await client.incidents.list()).items[0]);

describe.skipIf(withoutRabbit)('a module in another process', { timeout: TIMEOUT_MS }, () => {
  it('that is killed in the midst of a step does it again with the same key', async () => {
    await using here = plant();
    const client = clientOf(await here.server());
    const first = await here.service('hangs');
    expect(await client.modules.get('weigh')).toMatchObject({ origin: 'service', service: 'scale', version: 1 });
    await client.definitions.deploy(WEIGHING);
    const { id } = await client.instances.start({ definition: 'weighing', variables: { part: 'seal' } });
    await until(() => here.begun()[0]);
    await kill(first);
    await here.service('answers');
    expect(await variablesAtEnd(client, id)).toMatchObject({ grams: 4 });
    const begun = here.begun();
    expect(new Set(begun.map(({ key }) => key)).size).toBe(1);
    expect(begun.at(-1)?.attempt).toBeGreaterThan(1);
    // What the service said before it died and after is one registration.
    expect(await client.modules.get('weigh')).toMatchObject({ version: 1 });
  });

  it('that is away is an incident that says so when the attempts are used up, and retrying helps when it is back', async () => {
    await using here = plant();
    const server = await here.server();
    const client = clientOf(server);
    await kill(await here.service('answers'));
    const [weigh] = WEIGHING.nodes;
    await client.definitions.deploy({ ...WEIGHING, nodes: [{ ...weigh, maxAttempts: 1 }] });
    const { id } = await client.instances.start({ definition: 'weighing', variables: { part: 'washer' } });
    const incident = await incidentOf(client);
    expect(incident).toMatchObject({ node: 'weigh', message: expect.stringContaining('"scale"') });
    expect(incident.message).toMatch(/is not there|did not answer within 5 s/);
    await server.stop();
    await server.start();
    const again = clientOf(server);
    expect(await again.modules.get('weigh')).toMatchObject({ origin: 'service', version: 1 });
    await here.service('answers');
    await again.incidents.retry(id, incident.token);
    expect(await variablesAtEnd(again, id)).toMatchObject({ grams: 6 });
  });

  it('is as the guide writes it', async () => {
    await using here = plant();
    const client = clientOf(await here.server());
    await here.guide();
    await client.definitions.deploy(JSON.parse(shown('json')));
    const { id } = await client.instances.start({ definition: 'weighing', variables: { part: 'seal' } });
    expect(await variablesAtEnd(client, id)).toMatchObject({ weighed: 4 });
  });

  it.skipIf(withoutPostgres)(
    'is known to all servers on a store, whichever heard of it, and to those that come later',
    async () => {
      await using database = await freshDatabase();
      await using here = plant();
      const store = { MILLRACE_STORE: database.url };
      const one = clientOf(await here.server({ ...store, MILLRACE_NAME: 'one' }));
      const two = clientOf(await here.server({ ...store, MILLRACE_NAME: 'two' }));
      await here.service('answers');
      for (const client of [one, two]) expect(await client.modules.get('weigh')).toMatchObject({ service: 'scale' });
      for (const [place, client] of [two, one].entries()) {
        await client.definitions.deploy({ ...WEIGHING, key: `weighing-${place}` });
        const { id } = await client.instances.start({ definition: `weighing-${place}`, variables: { part: 'seal' } });
        expect(await variablesAtEnd(client, id)).toMatchObject({ grams: 4 });
      }
      await one.modules.remove('weigh');
      await expect(two.definitions.deploy({ ...WEIGHING, name: 'new' })).rejects.toMatchObject({
        code: 'process.invalid-definition',
      });
      const { id } = await two.instances.start({ definition: 'weighing-0', variables: { part: 'seal' } });
      expect((await incidentOf(two)).message).toContain('removed it');
      expect((await two.instances.get(id)).status).toBe('active');
      const three = clientOf(await here.server({ ...store, MILLRACE_NAME: 'three' }));
      await expect(three.modules.get('weigh')).rejects.toMatchObject({ code: 'module.unknown' });
    },
  );
});
