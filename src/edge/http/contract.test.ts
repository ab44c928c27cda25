/** The routes that scripts and other systems rely on are there, each with its audience, its documentation and its refusals. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../../kernel/error-table.ts';
import { type EdgeRole, fingerprint, openEdgeServer } from '../../testing/edge-server.ts';
import { audienceText } from './audience.ts';
import type { Operation } from './openapi.ts';
import { pathTemplate, type Route } from './route.ts';
import { apiRoutes } from './routes/all.ts';
import { eventRoutes } from './routes/events.ts';
import { documentationRoutes } from './routes/system.ts';

/** design.md, section 6, as far as this release goes. */
const CONTRACT = `
GET /livez, GET /readyz, GET /metrics, GET /openapi.json, GET /definition.schema.json, GET /asyncapi.json, GET /docs, GET /sign-in, GET /api/v1/health, GET /api/v1/events
GET /api/v1/me, POST /api/v1/sign-in, POST /api/v1/sign-out, GET /api/v1/people, POST /api/v1/people, PATCH /api/v1/people/{id}, POST /api/v1/people/{id}/sign-in-link
GET /api/v1/people/{id}/substitutes, POST /api/v1/people/{id}/substitutes, DELETE /api/v1/people/{id}/substitutes/{substitute}
GET /api/v1/tokens, POST /api/v1/tokens, DELETE /api/v1/tokens/{id}
GET /api/v1/recipients, POST /api/v1/recipients, PATCH /api/v1/recipients/{name}, GET /api/v1/mails
POST /api/v1/definitions, GET /api/v1/definitions, GET /api/v1/definitions/{key}, GET /api/v1/definitions/{key}/{version}, GET /api/v1/definitions/{key}/settings, PATCH /api/v1/definitions/{key}/settings, POST /api/v1/definitions/compose, POST /api/v1/definitions/simulate, GET /api/v1/definitions/{key}/settings/history, GET /api/v1/definitions/{key}/analytics, GET /api/v1/decisions, GET /api/v1/decisions/{key}, POST /api/v1/decisions/{key}/evaluate, POST /api/v1/decisions/{key}/analysis, PUT /api/v1/decisions/{key}/table, GET /api/v1/modules, GET /api/v1/modules/{name}, POST /api/v1/modules, DELETE /api/v1/modules/{name}
POST /api/v1/instances, POST /api/v1/instances/batch, GET /api/v1/instances, GET /api/v1/instances/{id}, GET /api/v1/instances/{id}/history, POST /api/v1/instances/{id}/activate, DELETE /api/v1/instances/{id}
POST /api/v1/instances/{id}/suspend, POST /api/v1/instances/{id}/resume, PATCH /api/v1/instances/{id}/variables, POST /api/v1/instances/{id}/move, POST /api/v1/instances/{id}/migrate
POST /api/v1/operations, GET /api/v1/operations, GET /api/v1/operations/{id}, POST /api/v1/operations/{id}/cancel
GET /api/v1/incidents, POST /api/v1/instances/{id}/incidents/{token}/retry, POST /api/v1/instances/{id}/incidents/{token}/resolve, POST /api/v1/messages, POST /api/v1/signals
GET /api/v1/tasks, GET /api/v1/tasks/{id}, PATCH /api/v1/tasks/{id}, POST /api/v1/tasks/complete, POST /api/v1/tasks/{id}/take, POST /api/v1/tasks/{id}/return, POST /api/v1/tasks/{id}/delegate, POST /api/v1/tasks/{id}/complete
POST /api/v1/measurements, GET /api/v1/quarantine, POST /api/v1/quarantine/retry, GET /api/v1/devices, POST /api/v1/devices, GET /api/v1/devices/{id}, PATCH /api/v1/devices/{id}
GET /api/v1/devices/{id}/series, GET /api/v1/devices/{id}/anomalies, POST /api/v1/analyses, GET /api/v1/analyses/runs, GET /api/v1/analyses/services, GET /api/v1/analyses/fleet
GET /api/v1/devices/{id}/kpis, GET /api/v1/devices/{id}/states, GET /api/v1/devices/{id}/statistics, GET /api/v1/devices/{id}/quality
GET /api/v1/criteria, POST /api/v1/criteria, PATCH /api/v1/criteria/{id}, POST /api/v1/criteria/{id}/simulate, GET /api/v1/shift-plans, POST /api/v1/shift-plans, PATCH /api/v1/shift-plans/{id}
POST /api/v1/jobs, POST /api/v1/jobs/batch, POST /api/v1/jobs/flow, GET /api/v1/jobs, GET /api/v1/jobs/{id}, GET /api/v1/jobs/{id}/lines
POST /api/v1/jobs/{id}/replay, POST /api/v1/jobs/{id}/cancel, POST /api/v1/jobs/{id}/discard, POST /api/v1/jobs/replay, POST /api/v1/jobs/cancel, POST /api/v1/jobs/discard
POST /api/v1/jobs/claim, POST /api/v1/jobs/settle, POST /api/v1/jobs/heartbeat, POST /api/v1/jobs/release
GET /api/v1/workers, POST /api/v1/workers/{id}/report, DELETE /api/v1/workers/{id}
GET /api/v1/kinds, GET /api/v1/kinds/{kind}, PUT /api/v1/kinds/{kind}, POST /api/v1/kinds/{kind}/pause, POST /api/v1/kinds/{kind}/resume, GET /api/v1/statistics
GET /api/v1/schedules, GET /api/v1/schedules/{name}, PUT /api/v1/schedules/{name}, DELETE /api/v1/schedules/{name}, POST /api/v1/schedules/{name}/pause, POST /api/v1/schedules/{name}/resume
GET /api/v1/bus/services, POST /api/v1/bus/call, POST /api/v1/bus/send, POST /api/v1/bus/events, GET /api/v1/bus/queues, GET /api/v1/bus/queues/{queue}/dead
POST /api/v1/bus/queues/{queue}/dead/replay, POST /api/v1/bus/queues/{queue}/dead/drop, GET /api/v1/bus/state, POST /api/v1/bus/test, POST /api/v1/bus/analyzer-commands, POST /api/v1/bus/topology/plan, POST /api/v1/bus/topology/apply
POST /api/accounts/generate, GET /api/accounts, GET /api/accounts/{id}/password, GET /api/jobs/{id}`;

const feed = { follow: async () => () => {}, close: async () => {}, [Symbol.asyncDispose]: async () => {} };
const described = [...apiRoutes, ...eventRoutes({ feed, signal: new AbortController().signal }).routes];
const routes: readonly Route[] = [...described, ...documentationRoutes(described, 'test')];
const nameOf = ({ method, path }: Route) => `${method} ${pathTemplate(path)}`;
const ROLES: readonly EdgeRole[] = ['operator', 'engineer', 'technologist', 'worker', 'device'];

/** An address of the route that parses, whatever it leads to. */
const addressOf = ({ path }: Route) =>
  path
    .replace('/tasks/:id', '/tasks/job_00000000041')
    .replace('/operations/:id', '/operations/job_00000000041')
    .replace('/jobs/:id', '/jobs/job_00000000041')
    .replace('/instances/:id', '/instances/ins_00000000041')
    .replace(':token', '1')
    .replace(':version', '1')
    .replace(/:\w+/g, 'something');

/** Whether one of the roles that the route names, or the kind of caller it names, is this one. */
function mayCall({ audience }: Route, role: EdgeRole): boolean {
  if (audience === 'public' || audience === 'signed-in') return true;
  return audience === 'readers' ? role !== 'device' : audience.includes(role);
}

describe('the contract', () => {
  it('is kept route by route, and nothing else is offered', () => {
    const promised = CONTRACT.split(/[,\n]/).map((name) => name.trim());
    expect(routes.map(nameOf).sort()).toEqual(promised.filter((name) => name !== '').sort());
  });

  it('names only codes that are in the error table', () => {
    const unknown = routes.flatMap(({ errors = [] }) => errors.filter((code) => !Object.hasOwn(errorTable, code)));
    expect(unknown).toEqual([]);
  });

  it('is what OpenAPI says, with one operation for each route', async () => {
    await using server = await openEdgeServer();
    const { body, text } = await server.call({ method: 'GET', url: '/openapi.json', as: 'operator' });
    expect(body.openapi).toBe('3.1.0');
    const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    expect(operations.map(({ name }) => name).sort()).toEqual(routes.map(nameOf).sort());
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    // A schema with parts of its own would point at places that the document does not have.
    expect(text).not.toContain('$defs');
  });

  it('can be read as a page without anything from elsewhere', async () => {
    await using server = await openEdgeServer();
    const { text } = await server.call({ method: 'GET', url: '/docs', as: 'operator' });
    for (const route of routes) expect(text).toContain(`<code>${pathTemplate(route.path)}</code>`);
    expect(text).not.toMatch(/<script|https?:\/\//);
  });

  it('stands in docs/reference/http.md, line by line', () => {
    const page = readFileSync(new URL('../../../docs/reference/http.md', import.meta.url), 'utf8');
    const lines = routes.map(
      (route) => `| \`${nameOf(route)}\` | ${audienceText(route.audience)} | ${route.summary} |`,
    );
    expect(
      page
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .sort(),
    ).toEqual(lines.sort());
  });
});

describe('who may call', () => {
  it('is asked by every route but the public ones, and nothing is changed before it is known', async () => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    for (const route of routes.filter(({ audience }) => audience !== 'public')) {
      for (const headers of [
        {},
        { authorization: 'Bearer mlr_guess' },
        { authorization: 'Basic x' },
        { cookie: 'millrace_session=mls_guess' },
      ]) {
        const { status, body } = await server.call({ method: route.method, url: addressOf(route), headers });
        expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 401, 'access.unauthenticated']);
      }
    }
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('is decided by role for every route, and a refused call changes nothing', async () => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    let refused = 0;
    for (const route of routes) {
      for (const role of ROLES.filter((one) => !mayCall(route, one))) {
        const { status, body } = await server.call({ method: route.method, url: addressOf(route), as: role });
        expect([nameOf(route), role, status, body.code]).toEqual([nameOf(route), role, 403, 'access.forbidden']);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('lets an administrator and the named roles past the door', async () => {
    await using server = await openEdgeServer({ checkAnswers: false });
    for (const route of routes.filter(({ path }) => path !== '/api/v1/events')) {
      for (const role of ['administrator', ...ROLES.filter((one) => mayCall(route, one))] as EdgeRole[]) {
        const { status } = await server.call({ method: route.method, url: addressOf(route), as: role });
        expect([nameOf(route), role, [401, 403, 405, 500].includes(status)]).toEqual([nameOf(route), role, false]);
      }
    }
  });
});
