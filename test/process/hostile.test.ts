/**
 * Hostile input to a real server, over HTTP: it is refused with a stable code and leaves nothing behind, or it runs and
 * ends in an incident – in bounded time, and the server answers others meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDriver } from '../../src/adapters/sqlite/driver.ts';
import { ServerProcess } from '../server-process.ts';

/** What others may have to wait at most while the server is attacked; generous, since the machine is shared. */
const PATIENCE_MS = 3_000;
const ATTACK_MS = 15_000;
const data = mkdtempSync(join(tmpdir(), 'millrace-hostile-'));
const server = new ServerProcess({ data });

const JSON_TYPE = 'application/json';
const XML_TYPE = 'application/xml';
type Raw = { readonly path: string; readonly body: string; readonly type?: string; readonly method?: string };

/** Text that is sent as it is: a literal would hide what is hostile about it. */
async function send({ path, body, type = JSON_TYPE, method = 'POST' }: Raw) {
  const began = performance.now();
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, ...(method !== 'GET' && { 'content-type': type }) },
    ...(method !== 'GET' && { body }),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  return { status: answer.status, ms, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}
const get = async <T>(path: string): Promise<T> => (await send({ path, body: '', method: 'GET' })).body as T;
const post = (path: string, body: unknown) => send({ path, body: JSON.stringify(body) });

const JUDGE = {
  key: 'judge',
  nodes: [
    { id: 'look', type: 'userTask', role: 'technologist', next: { broken: 'over', fine: 'over' } },
    { id: 'over', type: 'end' },
  ],
};

beforeAll(async () => {
  await server.start();
  expect((await post('/definitions', JUDGE)).status).toBe(201);
}, 120_000);
afterAll(async () => {
  await server.kill();
  rmSync(data, { recursive: true, force: true });
});

/** Another client's calls, one after the other, until it is told to stop; answers what each took. */
function bystander(call: () => Promise<unknown>): () => Promise<number[]> {
  let isOver = false;
  const took: number[] = [];
  const calls = (async () => {
    while (!isOver) {
      const began = performance.now();
      await call();
      took.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return async () => {
    isOver = true;
    await calls;
    return took;
  };
}
const isAlive = async () => expect((await fetch(`${server.url}/livez`)).status).toBe(200);
const p99 = (took: readonly number[]): number => took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;

const BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"';
const file = (inside: string, before = ''): string =>
  `${before}<definitions ${BPMN} id="D" targetNamespace="x"><process id="p" isExecutable="true">${inside}</process></definitions>`;
const LOL = `<!DOCTYPE l [<!ENTITY a "lol">${Array.from('bcdefghij', (name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`).join('')}]>`;
const definition = (rest: string): string =>
  `{"key":"h","nodes":[{"id":"t","type":"userTask","role":"operator"${rest}}]}`;
const job = (rest: string): string => `{"key":"h","nodes":[{"id":"t","type":"job","kind":"k"${rest}}]}`;
const timer = (text: string): string => `{"key":"h","nodes":[{"id":"t","type":"catch","timer":${text}}]}`;
const nested = (levels: number): string =>
  `{"key":"h","nodes":[${'{"id":"s","type":"subProcess","nodes":['.repeat(levels)}${']}'.repeat(levels)}]}`;

type Attack = readonly [what: string, raw: Raw, status: number, code: string];
const deploys = (what: string, body: string): Attack => [
  what,
  { path: '/definitions', body },
  422,
  'process.invalid-definition',
];
const files = (what: string, body: string, code: string): Attack => [
  what,
  { path: '/definitions', body, type: XML_TYPE },
  code.endsWith('too-large') ? 413 : 422,
  code,
];
const malformed = (what: string, path: string, body: string): Attack => [
  what,
  { path, body },
  400,
  'request.malformed',
];
const PROTO = '{"__proto__":"t"}';

const REFUSED: readonly Attack[] = [
  files('entities that grow', file('<task id="a" name="&j;"/>', LOL), 'bpmn.document-type'),
  files(
    'an entity from a file',
    file('<task id="a" name="&x;"/>', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    'bpmn.document-type',
  ),
  files(
    '20,000 nested sub-processes in XML',
    file(`${'<subProcess>'.repeat(20_000)}${'</subProcess>'.repeat(20_000)}`),
    'bpmn.too-large',
  ),
  files('5.5 MB of XML', file(`<documentation>${'x'.repeat(5_500_000)}</documentation>`), 'bpmn.too-large'),
  files('more than 6 MB', file(`<documentation>${'x'.repeat(6_100_000)}</documentation>`), 'request.too-large'),
  files('a name that objects have', file('<task id="constructor"/>'), 'bpmn.unsafe-name'),
  malformed('20,000 nested sub-processes in JSON', '/definitions', nested(20_000)),
  deploys('17 nested sub-processes', nested(17)),
  malformed('2,000,000 brackets', '/definitions', '['.repeat(2_000_000)),
  malformed('an infinite priority', '/definitions', definition(',"priority":1e400')),
  deploys('a huge priority', definition(',"priority":9007199254740993')),
  deploys('a huge quantity', definition(',"startQuantity":9007199254740993')),
  deploys('no quantity', definition(',"completionQuantity":-0')),
  deploys('attempts without end', job(',"maxAttempts":1e300')),
  deploys('a loop without end', job(',"loop":{"condition":"true","maximum":9007199254740993}')),
  deploys(
    'a version that cannot be',
    '{"key":"h","nodes":[{"id":"t","type":"callActivity","process":"judge","version":9007199254740993}]}',
  ),
  deploys(
    'a mode that cannot be',
    '{"key":"h","start":{"criteria":["a"],"mode":9007199254740993},"nodes":[{"id":"t","type":"criterion","criterion":"a"}]}',
  ),
  deploys('a repetition without a pause', timer('{"every":"R/PT0S"}')),
  deploys('a repetition of less than nothing', timer('{"every":"R/-PT1S"}')),
  deploys('a wait of ages', timer('"P9999Y"')),
  deploys('a wait longer than a number', timer(`"P${'9'.repeat(300)}D"`)),
  deploys('a cron pattern of lists', timer(`{"every":"${'0,'.repeat(190)}x * * * *"}`)),
  deploys('a cron pattern that is none', timer('{"every":"99 99 99 99 99"}')),
  deploys(
    'links in a ring',
    '{"key":"h","nodes":[{"id":"s","type":"start","next":"b"},{"id":"a","type":"catch","link":"x","next":"b"},{"id":"b","type":"throw","link":"y"},{"id":"c","type":"catch","link":"z","next":"b"}]}',
  ),
  deploys('an expression of brackets', job(`,"input":{"x":"${'('.repeat(1_900)}1${')'.repeat(1_900)}"}`)),
  deploys('__proto__ as an outcome', definition(',"outcomes":["__proto__"]')),
  deploys('__proto__ as an id', '{"key":"h","nodes":[{"id":"__proto__","type":"task"}]}'),
  deploys('__proto__ as a key', '{"key":"__proto__","nodes":[{"id":"t","type":"task"}]}'),
  ...['next', 'input', 'output', 'payload', 'name'].map((field) =>
    malformed(`__proto__ in ${field}`, '/definitions', job(`,"${field}":${PROTO}`)),
  ),
  malformed('__proto__ among variables', '/instances', `{"definition":"judge","variables":${PROTO}}`),
  malformed('__proto__ deep in variables', '/instances', `{"definition":"judge","variables":{"a":[${PROTO}]}}`),
  malformed('an escaped __proto__', '/instances', '{"definition":"judge","variables":{"\\u005f_proto__":1}}'),
  malformed(
    'a constructor with a prototype',
    '/instances',
    '{"definition":"judge","variables":{"constructor":{"prototype":1}}}',
  ),
  malformed('an infinite number among variables', '/instances', '{"definition":"judge","variables":{"a":[-1e400]}}'),
  malformed('__proto__ in a message', '/messages', `{"name":"m","correlationKey":"k","variables":${PROTO}}`),
  malformed('__proto__ in a signal', '/signals', `{"name":"m","variables":${PROTO}}`),
  [
    'a variable of 50 MB',
    { path: '/instances', body: `{"definition":"judge","variables":{"a":"${'x'.repeat(50_000_000)}"}}` },
    413,
    'request.too-large',
  ],
  [
    'a definition that nobody has',
    { path: '/instances', body: '{"definition":"__proto__"}' },
    404,
    'process.unknown-definition',
  ],
  [
    'a definition named as a method',
    { path: '/instances', body: '{"definition":"toString"}' },
    404,
    'process.unknown-definition',
  ],
];

describe('hostile input', () => {
  it('is refused with a code, leaves nothing behind, and keeps nobody waiting', { timeout: 120_000 }, async () => {
    const before = await everyRow();
    const stop = bystander(isAlive);
    const answers: unknown[] = [];
    for (const [what, raw, , code] of REFUSED) {
      // A body that is much too large may be cut off before the answer is read.
      const answer = await send(raw).catch(() => ({ status: 413, ms: 0, body: { code: 'request.too-large' } }));
      answers.push([what, answer.status, answer.ms < ATTACK_MS ? answer.body.code : `${answer.ms} ms, not ${code}`]);
    }
    const took = await stop();
    expect(answers).toEqual(REFUSED.map(([what, , status, code]) => [what, status, code]));
    expect(p99(took)).toBeLessThan(PATIENCE_MS);
    expect(await everyRow()).toEqual(before);
  });

  it('that is none of a name is a name like others', async () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const body = `{"key":"${name}","data":[{"name":"${name}","value":"1"}],"nodes":[
        {"id":"${name}","type":"userTask","role":"operator","next":{"${name}":"b"},"input":{"${name}":"${name} + 1"}},
        {"id":"b","type":"receiveTask","message":"${name}"}]}`;
      expect(await send({ path: '/definitions', body })).toMatchObject({ status: 201 });
      const variables = `{"${name}":5}`;
      const started = await send({
        path: '/instances',
        body: `{"definition":"${name}","businessKey":"${name}","variables":${variables}}`,
      });
      expect(started).toMatchObject({ status: 201 });
      const { items } = await get<{ items: { id: string; outcomes: string[]; businessKey: string }[] }>('/tasks');
      const task = items.find(({ businessKey }) => businessKey === name);
      expect(task?.outcomes).toEqual([name]);
      expect(await post(`/tasks/${task?.id}/complete`, { outcome: name })).toMatchObject({ status: 200 });
      const sent = await send({
        path: '/messages',
        body: `{"name":"${name}","correlationKey":"${name}","variables":{"${name}":7}}`,
      });
      expect(sent.body).toMatchObject({ delivered: 1 });
      const { status, variables: left } = await get<{ status: string; variables: Record<string, unknown> }>(
        `/instances/${started.body.id}`,
      );
      expect([status, Object.entries(left)]).toEqual(['completed', [[name, 7]]]);
    }
  });

  it('is the same definition again, however its zero is written', async () => {
    const body = (zero: string): string =>
      `{"key":"zero","nodes":[{"id":"t","type":"userTask","role":"operator","priority":${zero}}]}`;
    for (const zero of ['-0', '-0', '0', '-0.0'])
      expect(await send({ path: '/definitions', body: body(zero) })).toMatchObject({ body: { version: 1 } });
  });

  const script = (text: string) => ({ id: 't', type: 'scriptTask', script: text, result: 'x' });
  const numbers = (length: number) => Array.from({ length }, (_, at) => at);
  const failed = 'process.condition-failed';
  const refused = 'process.invalid-definition';
  /** What it is, the node that does it, and the incident it becomes, or the code with which it is refused; "active": it runs. */
  const BOMBS: readonly (readonly [string, string, object, object?])[] = [
    ['loops', failed, script('count(for a in 1..100000, b in 1..100000, c in 1..100000 return a)')],
    ['ranges', failed, script('sum(for i in 1..1000000000000 return i)')],
    ['doubled', failed, script(`${'append('.repeat(60)}list${', list)'.repeat(60)}`), { list: numbers(20_000) }],
    ['texts', failed, script('for i in 1..90000 return "xxxxxxxxxxxxxxxx" + "xxxxxxxxxxxxxxxx"')],
    ['patterns', 'active', script(`matches("${'a'.repeat(60)}!", "^(a+)+$")`)],
    ['replacements', failed, script(`replace("${'a'.repeat(2_000)}", "a", "${'b'.repeat(1_500)}")`)],
    ['powers', failed, script('10 ** 10 ** 10 ** 10')],
    ['recursion', failed, script('{f: function(n) f(n) + f(n), r: f(1)}.r')],
    ['steps', 'process.step-budget', { id: 't', type: 'task', next: 't' }],
    ['times', 'active', { ...script('1'), multiInstance: { cardinality: '100000' } }],
    ['times-too-many', failed, { ...script('1'), multiInstance: { cardinality: '100001' } }],
    ['all-items', failed, { ...script('1'), multiInstance: { collection: 'list' } }, { list: numbers(100_000) }],
    [
      'items',
      'active',
      { id: 't', type: 'userTask', role: 'operator', multiInstance: { collection: 'list' } },
      { list: numbers(40_000) },
    ],
    [
      'items-in-turn',
      'active',
      {
        ...script('item'),
        multiInstance: { collection: 'list', sequential: true, output: { collection: 'all', element: 'x' } },
      },
      { list: numbers(40_000) },
    ],
    ['a-day-that-never-comes', refused, { id: 't', type: 'catch', timer: { every: '0 0 30 2 *' } }],
    ['the-last-year', 'active', { id: 't', type: 'catch', timer: { at: '9999-12-31T23:59:59Z' } }],
  ];

  it('that runs is stopped by its limits, and others work on', { timeout: 240_000 }, async () => {
    const stopLooking = bystander(isAlive);
    const stopWorking = bystander(async () => {
      await post('/instances', { definition: 'judge' });
      const { items = [] } = await get<{ items?: { id: string }[] }>('/tasks?role=technologist&limit=1');
      const answer = await post(`/tasks/${items[0]?.id}/complete`, { outcome: 'fine' });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    });
    const ends: unknown[] = [];
    for (const [key, , node, variables = {}] of BOMBS) {
      const deployed = await post('/definitions', { key, nodes: [{ id: 's', type: 'start', next: 't' }, node] });
      const started = deployed.status === 201 ? await post('/instances', { definition: key, variables }) : deployed;
      const { code, id } = started.body;
      const { items = [] } = await get<{ items?: { code: string }[] }>(`/incidents?instance=${id}&limit=1`);
      const isQuick = started.ms + deployed.ms < ATTACK_MS;
      ends.push([key, isQuick ? (code ?? items[0]?.code ?? 'active') : `took ${started.ms} ms`]);
    }
    const [looks, works] = [await stopLooking(), await stopWorking()];
    expect(p99(looks)).toBeLessThan(PATIENCE_MS);
    expect(p99(works)).toBeLessThan(3 * PATIENCE_MS);
    expect(ends).toEqual(BOMBS.map(([key, end]) => [key, end]));
  });
});

/** Changed by the server itself: its ids, which credential was used when, what keeps repeats apart. */
const OWN_BUSINESS = /^(sqlite_|millrace_|idempotency$)/;

/** What is on the disk, table by table, read past the server. */
async function everyRow(): Promise<Record<string, unknown>> {
  const { DatabaseSync } = await loadDriver();
  const tables: Record<string, unknown> = {};
  const database = new DatabaseSync(join(data, 'millrace.db'), { readOnly: true });
  const named = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  for (const { name } of named.filter((table) => !OWN_BUSINESS.test(table.name))) {
    const rows = database.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[];
    tables[name] = rows.map(({ used_at: _, ...row }) => row);
  }
  database.close();
  return tables;
}
