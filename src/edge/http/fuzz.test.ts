/** Whatever comes in, the answer is a success or a problem with a code of the table; never a failure of the server. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorTable } from '../../kernel/error-table.ts';
import { createLog } from '../../kernel/log.ts';
import { openEdgeServer } from '../../testing/edge-server.ts';
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
  object: fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), word), tie('value'), { maxKeys: 6 }),
}));

type Attempt = {
  readonly route: Route;
  readonly parts: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly raw: string | undefined;
};

const attempt: fc.Arbitrary<Attempt> = fc.record({
  route: fc.constantFrom(...apiRoutes),
  parts: fc.array(word, { minLength: 3, maxLength: 3 }),
  query: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(
          fc.oneof(
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
              'status',
              'code',
              'prefix',
              'since',
            ),
            word,
          ),
          word,
        ),
        { maxLength: 3 },
      ),
    },
  ),
  body: fc.oneof(json.object, json.value),
  raw: fc.option(fc.string({ maxLength: 50 }), { nil: undefined, freq: 6 }),
});

function addressOf({ route, parts, query }: Attempt): string {
  let place = 0;
  const path = route.path.replace(/:\w+/g, () => encodeURIComponent((parts[place++] ?? 'x').toWellFormed()) || 'x');
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  return search === '' ? path : `${path}?${search}`;
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
  await fc.assert(
    fc.asyncProperty(attempt, async (tried) => {
      const { route, raw } = tried;
      const hasBody = route.method !== 'GET';
      const answer = await server.call({
        method: route.method,
        url: addressOf(tried),
        as: 'administrator',
        ...(hasBody &&
          (raw === undefined ? { body: tried.body } : { body: raw, headers: { 'content-type': 'application/json' } })),
      });
      expect([failures, answer.status < 500]).toEqual([[], true]);
      if (answer.status < 400) return;
      if (route.path === '/sign-in') return expect(answer.headers['content-type']).toMatch(/text\/html|problem/);
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
