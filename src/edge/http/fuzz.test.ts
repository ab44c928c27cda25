/** Whatever comes in, the answer is a success or a problem with a code of the table; never a failure of the server. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorTable } from '../../kernel/error-table.ts';
import { createLog } from '../../kernel/log.ts';
import { type EdgeServer, openEdgeServer } from '../../testing/edge-server.ts';
import type { Route } from './route.ts';
import { apiRoutes } from './routes/all.ts';

const RUNS = 1_500;

const DEFINITION = {
  key: 'repair',
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', next: { broken: 'wait', fine: 'over' } },
    { id: 'wait', type: 'messageCatch', message: 'm', next: 'over' },
    { id: 'over', type: 'end' },
  ],
};

/** Words that mean something here come more often than chance would have it. */
const word = fc.oneof(
  fc.constantFrom(
    'repair',
    'press-1',
    'press-1.A',
    'look',
    'operator',
    'administrator',
    'ins_00000000041',
    'job_00000000041',
    '1',
    '-1',
    '1e999',
    '2026-01-05T08:00:00Z',
    '30s',
    '',
    'null',
    '__proto__',
    'constructor',
    '../..',
    '\u0000',
    '\ud800',
  ),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const NAMES = [
  'definition',
  'version',
  'businessKey',
  'variables',
  'items',
  'name',
  'correlationKey',
  'ttl',
  'id',
  'outcome',
  'comment',
  'to',
  'device',
  'ts',
  'values',
  'fields',
  'settings',
  'signal',
  'limit',
  'direction',
  'duration',
  'of',
  'atLeast',
  'roles',
  'email',
  'members',
  'kind',
  'value',
  'payload',
  'priority',
  'runAt',
  'delay',
  'dedupKey',
  'worker',
  'kinds',
  'lease',
  'epoch',
  'settlement',
  'results',
  'jobs',
  'parent',
  'children',
  'olderThan',
  'schema',
  'labels',
  'series',
  'nodes',
  'key',
  'type',
  'next',
  'evidence',
  'reason',
  'timeZone',
  'rules',
  'expiresIn',
  'service',
  'operation',
  'path',
  'params',
  'body',
  'topic',
  'headers',
  'ids',
  'group',
  'all',
];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    word,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: word }),
    tie('value'),
    { maxKeys: 6 },
  ),
}));

/** Bodies that are right; one part of each is replaced by nonsense. */
const LIMIT = { signal: { field: 'temperature' }, direction: 'above', limit: 80, duration: '5s' };
const RIGHT: Readonly<Record<string, object>> = {
  '/api/v1/definitions': DEFINITION,
  '/api/v1/instances': {
    definition: 'repair',
    version: 1,
    businessKey: 'x',
    variables: { evidence: [{ id: 'f', criterion: 'A', device: 'press-1', at: 1, value: 2 }] },
  },
  '/api/v1/instances/batch': { items: [{ definition: 'repair' }, { definition: 'repair', variables: { a: 1 } }] },
  '/api/v1/messages': { name: 'm', correlationKey: 'x', variables: { a: 1 }, ttl: '1h', id: 'm-1' },
  '/api/v1/tasks/:id/complete': { outcome: 'broken', comment: 'why', variables: { a: 1 } },
  '/api/v1/tasks/:id/delegate': { to: 'administrator' },
  '/api/v1/measurements': [
    { device: 'press-1', ts: '2026-01-05T07:00:00Z', values: { temperature: 20 } },
    { device: 'press-1', ts: 1_767_600_000_000, values: { temperature: 21 } },
  ],
  '/api/v1/devices': {
    id: 'press-2',
    name: 'Press',
    line: 'north',
    fields: [{ name: 'temperature', unit: 'C', min: 0, max: 9, resolution: 1 }],
    idealCycle: '5s',
  },
  '/api/v1/devices/:id': { name: 'Press', fields: [{ name: 'temperature' }], idealCycle: null },
  '/api/v1/criteria': { device: 'press-1', name: 'A', settings: LIMIT },
  '/api/v1/criteria/:id': { settings: LIMIT },
  '/api/v1/shift-plans': {
    id: 'two',
    timeZone: 'UTC',
    lines: ['north'],
    rules: [{ name: 'early', days: ['mon'], from: '06:00', to: '14:00' }],
    holidays: [],
  },
  '/api/v1/analyses': {
    device: 'press-1',
    kind: 'report',
    labels: { a: [['2026-01-05 07:00:00', '2026-01-05 08:00:00']] },
    series: 'a',
  },
  '/api/v1/people': { name: 'Dana', email: 'dana@plant.example', roles: ['operator'] },
  '/api/v1/tokens': { name: 'gateway', roles: ['device'], expiresIn: '1d' },
  '/api/v1/recipients': { name: 'operators', members: [{ kind: 'address', value: 'a@b.example' }] },
  '/api/v1/bus/call': {
    service: 'nobody',
    operation: 'look',
    params: { jobId: '42', row: 1 },
    body: { a: 1 },
    timeout: '50ms',
  },
  '/api/v1/bus/send': { service: 'nobody', path: 'jobs/42/look', body: [1] },
  '/api/v1/bus/events': { topic: 'plant.north.alarm', body: { a: 1 }, headers: { kind: 'hot' } },
  '/api/v1/bus/queues/:queue/dead/replay': { ids: ['1', '2'] },
  '/api/v1/bus/queues/:queue/dead/drop': { group: 'focus.no-channels' },
  '/api/accounts/generate': { count: 2, priority: 'high', role: 'operator', kind: 'service', expires_in: '1d' },
  '/api/v1/sign-in': { account: 'operator-1', password: '00000-00000-00000-00000' },
  '/api/v1/jobs': { kind: 'x', payload: {}, priority: 1, runAt: '2026-01-05T08:00:00Z', key: 'a', dedupKey: 'b' },
  '/api/v1/jobs/batch': [
    { kind: 'x', payload: 1, delay: '1s' },
    { kind: 'x', maxAttempts: 2 },
  ],
  '/api/v1/jobs/flow': { parent: { kind: 'x' }, children: [{ kind: 'x', key: 'a' }], failsWithChild: true },
  '/api/v1/jobs/claim': { worker: 'w', kinds: ['x'], limit: 2, lease: '30s' },
  '/api/v1/jobs/settle': {
    worker: 'w',
    results: [
      { id: 'job_00000000041', epoch: 1, settlement: { kind: 'done', outcome: 'done', output: { a: 1 } } },
      { id: 'job_00000000041', epoch: 1, settlement: { kind: 'snooze', delay: '1s' } },
    ],
  },
  '/api/v1/jobs/heartbeat': {
    worker: 'w',
    lease: '30s',
    jobs: [
      { id: 'job_00000000041', epoch: 1, progress: { share: 0.5, note: 'a' }, lines: [{ level: 'info', text: 'b' }] },
    ],
  },
  '/api/v1/jobs/release': { worker: 'w', jobs: [{ id: 'job_00000000041', epoch: 1 }] },
  '/api/v1/jobs/cancel': { kind: 'x', state: 'ready', olderThan: '1h', cursor: 'WzFd' },
  '/api/v1/workers/:id/report': {
    ...{ kinds: ['x'], concurrency: 1, state: 'running', running: 0, succeeded: 1, failed: 0 },
    ...{ host: 'h', pid: 1, version: '1', every: '10s' },
  },
  '/api/v1/kinds/:kind': {
    ...{ onLost: 'hold', maxAttempts: 2, backoff: { first: '1s', longest: '1m' }, lease: '30s', timeout: null },
    ...{ rate: { limit: 1, per: '1s' }, keep: '1d', schema: { type: 'object' }, events: 'kept' },
  },
};

/** One value somewhere in the body, found by walking a path of choices, becomes another one. */
function bend(body: unknown, choices: readonly number[], nonsense: unknown): unknown {
  const [choice, ...rest] = choices;
  if (choice === undefined || typeof body !== 'object' || body === null || Object.keys(body).length === 0)
    return nonsense;
  const names = Object.keys(body);
  const name = names[choice % names.length] ?? '';
  const bent = { ...body, [name]: bend((body as Record<string, unknown>)[name], rest, nonsense) };
  return Array.isArray(body) ? Object.values(bent) : bent;
}

type Attempt = {
  readonly route: { readonly method: Route['method']; readonly path: string };
  readonly parts: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly raw: string | undefined;
};

const routes = apiRoutes.map(({ method, path }) => ({ method, path }));
const nonsense: fc.Arbitrary<Attempt> = fc.record({
  route: fc.constantFrom(...routes),
  parts: fc.array(word, { minLength: 3, maxLength: 3 }),
  query: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(
          fc.constantFrom(
            'limit',
            'cursor',
            'device',
            'field',
            'from',
            'to',
            'points',
            'mode',
            'state',
            'kind',
            'key',
            'parent',
            'worker',
            'status',
            'code',
            'prefix',
            'since',
          ),
          word,
        ),
        { maxLength: 3 },
      ),
    },
  ),
  body: fc.oneof(json.object, json.value),
  raw: fc.option(fc.string({ maxLength: 50 }), { nil: undefined, freq: 10 }),
});
const nearlyRight: fc.Arbitrary<Attempt> = fc
  .record({
    route: fc.constantFrom(...routes.filter(({ path }) => RIGHT[path] !== undefined)),
    parts: fc.array(word, { minLength: 3, maxLength: 3 }),
    choices: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
    instead: json.value,
  })
  .map(({ route, parts, choices, instead }) => ({
    route,
    parts,
    query: [],
    body: bend(RIGHT[route.path], choices, instead),
    raw: undefined,
  }));

/** Half of the ids in addresses are those of something that is there. */
function addressOf({ route, parts, query }: Attempt, known: Readonly<Record<string, string>>): string {
  let place = 0;
  const path = route.path.replace(/(\w[\w-]*)\/:\w+/g, (_, area: string) => {
    const part = parts[place++] ?? 'x';
    const id = part.length % 2 === 0 ? (known[area] ?? part) : part;
    return `${area}/${encodeURIComponent(id.toWellFormed()) || 'x'}`;
  });
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  return search === '' ? path : `${path}?${search}`;
}

async function idsOf(server: EdgeServer): Promise<Record<string, string>> {
  const first = async (url: string) =>
    ((await server.call({ method: 'GET', url, as: 'administrator' })).body.items as { id: string }[])[0]?.id ?? '';
  return {
    instances: await first('/api/v1/instances'),
    tasks: await first('/api/v1/tasks'),
    jobs: await first('/api/v1/tasks'),
    devices: 'press-1',
    criteria: 'press-1.A',
    definitions: 'repair',
    people: 'administrator',
    incidents: '1',
    queues: 'process.firings',
    kinds: 'x',
    workers: 'w',
  };
}

it(`never fails and always says what is wrong, for ${RUNS} calls of nonsense`, { timeout: 120_000 }, async () => {
  const failures: string[] = [];
  await using server = await openEdgeServer({
    log: createLog({ level: 'error', write: (line) => failures.push(line) }),
  });
  await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: DEFINITION });
  await server.call({
    method: 'POST',
    url: '/api/v1/devices',
    as: 'engineer',
    body: { id: 'press-1', fields: [{ name: 'temperature' }] },
  });
  await server.call({
    method: 'POST',
    url: '/api/v1/instances',
    as: 'engineer',
    body: { definition: 'repair', businessKey: 'x' },
  });
  await server.services.jobs.kinds.welcome(['x'], 'test');
  const known = await idsOf(server);
  await fc.assert(
    fc.asyncProperty(fc.oneof(nonsense, nearlyRight), async (tried) => {
      const { route, raw } = tried;
      const hasBody = route.method !== 'GET';
      const answer = await server.call({
        method: route.method,
        url: addressOf(tried, known),
        as: 'administrator',
        ...(hasBody &&
          (raw === undefined ? { body: tried.body } : { body: raw, headers: { 'content-type': 'application/json' } })),
      });
      expect([failures, answer.status < 500]).toEqual([[], true]);
      if (answer.status < 400) return;
      if (route.path === '/sign-in') return;
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(Object.keys(errorTable)).toContain(answer.body.code);
      expect(answer.body).toMatchObject({
        status: answer.status,
        detail: expect.any(String),
        action: expect.any(String),
      });
    }),
    { numRuns: RUNS },
  );
});
