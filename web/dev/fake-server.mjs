/**
 * A stand-in for Millrace while one works on the user interface: `node web/dev/fake-server.mjs [--port 8080] [--quiet]`.
 * It answers the HTTP API with made-up data that changes as one clicks, sends live events, and serves web/dist.
 * Everybody is Noa; /sign-in?code=dana makes you somebody else, /sign-in?code=nobody signs you out.
 * With --quiet no new alarm arrives by itself. It is no part of the product and no test uses it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitions } from './definitions.mjs';
import { people, recipients, tokens } from './people.mjs';
import { anomalies, criteria, criterionJson, deviceJson, devices, iso, quarantine, seriesJson } from './plant.mjs';
import { cancel, incidents, instances, mails, newDefect, newId, settle, tasks } from './processes.mjs';

const args = process.argv.slice(2);
const port = Number(args[args.indexOf('--port') + 1]) || 8080;
const isQuiet = args.includes('--quiet');
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const newDefectMs = 45_000;
const readingsMs = 2_000;
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

class Refusal extends Error {
  constructor({ status, code, detail, ...more }) {
    super(detail);
    this.problem = {
      type: `/docs/errors#${code}`,
      title: code,
      status,
      code,
      detail,
      action: 'Look at the page again: it may have moved on.',
      ...more,
    };
  }
}

const viewers = new Set();
let cursor = 0;
function tell(topic, subject, actor = null) {
  cursor += 1;
  const event = `id: ${cursor}\nevent: ${topic}\ndata: ${JSON.stringify({ topic, subject, at: iso(Date.now()), actor })}\n\n`;
  for (const { response, prefixes } of viewers)
    if (prefixes.some((each) => topic.startsWith(each))) response.write(event);
}
if (!isQuiet) setInterval(() => tell('millrace.process.task.offered', newDefect().id), newDefectMs);
setInterval(() => tell('millrace.measurements.measurement.stored', 'press-1'), readingsMs);

const find = (list, id, what) => {
  const found = list.find((each) => each.id === id);
  if (!found) throw new Refusal({ status: 404, code: `${what}.unknown`, detail: `There is no ${what} ${id}.` });
  return found;
};
const summaryOf = ({ history: _h, variables: _v, evidence: _e, passed: _p, tokens: at, ...rest }) => ({
  ...rest,
  at: at.map(({ node }) => node),
  incidents: incidents.filter(({ instance }) => instance === rest.id).length,
});
const detailOf = (instance) => ({
  ...summaryOf(instance),
  variables: instance.variables,
  tokens: instance.tokens,
  evidence: instance.evidence,
  passed: instance.passed,
});
const definitionJson = (definition, number) => {
  const { key, name, nodes, flows, versions } = definition;
  const chosen = versions.find(({ version }) => version === number) ?? versions[0];
  return {
    key,
    name,
    nodes,
    flows,
    versions,
    ...chosen,
    source: { key, name, nodes: nodes.map(({ id, type, role }) => ({ id, type, role })) },
  };
};
const taskJson = (task) => {
  const { variables, evidence } = instances.find(({ id }) => id === task.instance);
  return { ...task, variables, evidence, form: task.step === 'engineer' ? 'criteria' : null };
};

function openTask(id, me) {
  const task = find(tasks, id, 'task');
  if (task.state === 'done' || task.state === 'cancelled') {
    throw new Refusal({
      status: 409,
      code: 'task.already-done',
      detail: `The task is already ${task.state}.`,
      recordedOutcome: task.outcome,
    });
  }
  if (!me.roles.includes(task.role) && !me.roles.includes('administrator') && task.assignee !== me.id) {
    throw new Refusal({ status: 403, code: 'task.not-yours', detail: `The task is for the role ${task.role}.` });
  }
  return task;
}

const mine = (task, me) =>
  task.state === 'taken'
    ? task.assignee === me.id
    : task.state === 'offered' && (me.roles.includes(task.role) || me.roles.includes('administrator'));

/** Method and path → answer. `m` holds the path's parameters. */
const routes = [
  ['GET', '/me', ({ me }) => ({ ...me, kind: 'person', auth: 'on', plant: 'demo', simulated: true, version: '0.1.0' })],
  ['POST', '/sign-out', ({ response }) => void response.setHeader('Set-Cookie', 'millrace_session=nobody; Path=/')],
  ['GET', '/people', () => people, 'list'],
  [
    'POST',
    '/people',
    ({ body }) => people[people.push({ id: newId('per'), email: null, language: null, ...body }) - 1],
  ],
  ['PATCH', '/people/:id', ({ m, body }) => Object.assign(find(people, m.id, 'person'), body)],
  [
    'POST',
    '/people/:id/sign-in-link',
    ({ m }) => ({ url: `http://localhost:${port}/sign-in?code=${m.id}`, expiresAt: iso(Date.now() + 3_600_000) }),
  ],
  ['GET', '/recipients', () => recipients, 'list'],
  [
    'POST',
    '/recipients',
    ({ body, me }) => recipients[recipients.push({ ...body, updatedAt: iso(Date.now()), updatedBy: me.id }) - 1],
  ],
  [
    'PATCH',
    '/recipients/:name',
    ({ m, body, me }) =>
      Object.assign(
        recipients.find(({ name }) => name === m.name),
        body,
        { updatedAt: iso(Date.now()), updatedBy: me.id },
      ),
  ],
  ['GET', '/tokens', () => tokens, 'list'],
  [
    'POST',
    '/tokens',
    ({ body, me }) => {
      const { expiresIn: _, ...rest } = body;
      const made = {
        id: newId('tok'),
        ...rest,
        createdAt: iso(Date.now()),
        expiresAt: null,
        createdBy: me.id,
        usedAt: null,
      };
      tokens.push(made);
      return { ...made, token: 'mlr_3f9kx2v7q8wz0r5t1y4u6i8o' };
    },
  ],
  ['DELETE', '/tokens/:id', ({ m }) => void tokens.splice(tokens.indexOf(find(tokens, m.id, 'token')), 1)],

  [
    'GET',
    '/definitions',
    () =>
      definitions.map((each) => ({
        ...definitionJson(each),
        nodes: undefined,
        flows: undefined,
        source: undefined,
        steps: each.nodes.filter(({ outcomes }) => outcomes.length > 0).length,
        active: instances.filter(({ definition, status }) => definition === each.key && status === 'active').length,
      })),
    'list',
  ],
  ['GET', '/definitions/:key', ({ m }) => definitionJson(definitions.find(({ key }) => key === m.key))],
  [
    'GET',
    '/definitions/:key/:version',
    ({ m }) =>
      definitionJson(
        definitions.find(({ key }) => key === m.key),
        Number(m.version),
      ),
  ],
  [
    'GET',
    '/instances',
    ({ query }) =>
      instances
        .filter((each) =>
          ['definition', 'status', 'businessKey'].every((name) => !query.get(name) || each[name] === query.get(name)),
        )
        .map(summaryOf),
    'list',
  ],
  ['GET', '/instances/:id', ({ m }) => detailOf(find(instances, m.id, 'instance'))],
  ['GET', '/instances/:id/history', ({ m }) => find(instances, m.id, 'instance').history, 'list'],
  [
    'DELETE',
    '/instances/:id',
    ({ m, body, me }) => {
      cancel(find(instances, m.id, 'instance'), { reason: body?.reason, actor: me.id });
      tell('millrace.process.instance.cancelled', m.id, me.id);
    },
  ],
  [
    'GET',
    '/incidents',
    ({ query }) => incidents.filter(({ instance }) => !query.get('instance') || instance === query.get('instance')),
    'list',
  ],
  [
    'POST',
    '/instances/:id/incidents/:token/retry',
    () => {
      throw new Refusal({ status: 422, code: 'process.job-failed', detail: 'The supplier still answers 503.' });
    },
  ],

  [
    'GET',
    '/tasks',
    ({ query, me }) =>
      tasks
        .filter((task) => {
          const state = query.get('state');
          if (state ? task.state !== state || (state === 'offered' && !mine(task, me)) : !mine(task, me)) return false;
          return (
            (!query.get('role') || task.role === query.get('role')) &&
            (!query.get('assignee') || task.assignee === query.get('assignee'))
          );
        })
        .sort((a, b) => a.createdAt.localeCompare(b.createdAt)),
    'list',
  ],
  ['GET', '/tasks/:id', ({ m }) => taskJson(find(tasks, m.id, 'task'))],
  [
    'POST',
    '/tasks/:id/take',
    ({ m, me }) => taskChanged(Object.assign(openTask(m.id, me), { state: 'taken', assignee: me.id }), me),
  ],
  [
    'POST',
    '/tasks/:id/return',
    ({ m, me }) => taskChanged(Object.assign(openTask(m.id, me), { state: 'offered', assignee: null }), me),
  ],
  [
    'POST',
    '/tasks/:id/delegate',
    ({ m, me, body }) => taskChanged(Object.assign(openTask(m.id, me), { state: 'taken', assignee: body.to }), me),
  ],
  [
    'POST',
    '/tasks/:id/complete',
    ({ m, me, body }) => {
      const task = openTask(m.id, me);
      settle(task, body, { actor: me.id });
      taskChanged(task, me);
      return { id: task.id, outcome: task.outcome };
    },
  ],

  ['GET', '/devices', () => devices.map(deviceJson), 'list'],
  ['GET', '/devices/:id', ({ m }) => deviceJson(find(devices, m.id, 'device'))],
  [
    'GET',
    '/devices/:id/series',
    ({ m, query }) => seriesJson(find(devices, m.id, 'device'), query.get('field'), query),
  ],
  [
    'GET',
    '/devices/:id/anomalies',
    ({ m, query }) =>
      anomalies.filter(
        ({ device, from, to }) =>
          device === m.id &&
          (!query.get('from') || to >= query.get('from')) &&
          (!query.get('to') || from <= query.get('to')),
      ),
    'list',
  ],
  [
    'GET',
    '/criteria',
    ({ query }) =>
      criteria.filter(({ device }) => !query.get('device') || device === query.get('device')).map(criterionJson),
    'list',
  ],
  [
    'PATCH',
    '/criteria/:id',
    ({ m, body, me }) => {
      const changed = find(criteria, m.id, 'criterion');
      Object.assign(changed, {
        settings: { ...changed.settings, ...body.settings },
        version: changed.version + 1,
        updatedAt: iso(Date.now()),
        updatedBy: me.id,
      });
      tell('millrace.measurements.criterion.changed', m.id, me.id);
      return criterionJson(changed);
    },
  ],
  ['GET', '/quarantine', ({ query }) => quarantine.filter(({ device }) => device === query.get('device')), 'list'],
  ['GET', '/mails', () => mails, 'list'],
].map(([method, path, answer, kind]) => ({
  method,
  pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  answer,
  kind,
}));

function taskChanged(task, me) {
  tell('millrace.process.task.changed', task.id, me.id);
  return task;
}

function pageOf(items, query) {
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 50);
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

async function answerApi(request, response, url) {
  const who = /millrace_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'noa';
  const me = people.find(({ id }) => id === who);
  if (!me) throw new Refusal({ status: 401, code: 'access.signed-out', detail: 'You are signed out.' });
  const path = url.pathname.slice('/api/v1'.length);
  if (path === '/events') return follow(request, response, url);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
  const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(path));
  if (!route)
    throw new Refusal({ status: 404, code: 'http.unknown-route', detail: `There is no ${request.method} ${path}.` });
  const params = Object.fromEntries(
    Object.entries(route.pattern.exec(path).groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  const answer = route.answer({ m: params, query: url.searchParams, body, me, response });
  if (answer === undefined) return response.writeHead(204).end();
  response.writeHead(request.method === 'POST' ? 201 : 200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(route.kind === 'list' ? pageOf(answer, url.searchParams) : answer));
}

function follow(request, response, url) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(`retry: 1000\nid: ${cursor}\n\n`);
  const viewer = { response, prefixes: (url.searchParams.get('topics') ?? '').split(',') };
  viewers.add(viewer);
  const beat = setInterval(() => response.write(': beat\n\n'), 15_000);
  request.once('close', () => {
    clearInterval(beat);
    viewers.delete(viewer);
  });
}

function serveFile(response, url) {
  const path = join(dist, url.pathname);
  const file = extname(path) !== '' && existsSync(path) ? path : join(dist, 'index.html');
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
  response.end(readFileSync(file));
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/sign-in') {
    response
      .writeHead(302, { Location: '/', 'Set-Cookie': `millrace_session=${url.searchParams.get('code')}; Path=/` })
      .end();
  } else if (url.pathname.startsWith('/api/')) {
    answerApi(request, response, url).catch((error) => {
      const problem = error.problem ?? {
        status: 500,
        code: 'internal.unexpected',
        detail: String(error.stack),
        action: '',
      };
      if (!response.headersSent) response.writeHead(problem.status, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify(problem));
    });
  } else serveFile(response, url);
}).listen(port, () => process.stdout.write(`made-up Millrace at http://localhost:${port}\n`));
