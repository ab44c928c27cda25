/** A whole server on the model store and a clock that stands still, without a port: what tests of the edge call. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { compose } from '../app/compose.ts';
import { families } from '../app/families.ts';
import type { Broker } from '../bus/broker.ts';
import { SERVE_ROLES } from '../edge/cli/commands/server.ts';
import { buildHttpServer, type HttpOptions } from '../edge/http/server.ts';
import type { Services } from '../edge/services.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { type Log, silentLog } from '../kernel/log.ts';
import { seededRandom } from '../kernel/random.ts';
import type { ModuleSettings } from '../process/modules/open-modules.ts';
import type { Store } from '../store/store.ts';
import { ModelDisk, openModelStore } from './model-store.ts';

export const EDGE_START = Date.UTC(2026, 0, 5, 8);

export type EdgeRole = 'operator' | 'engineer' | 'technologist' | 'administrator' | 'worker' | 'device';
const EDGE_ROLES: readonly EdgeRole[] = ['operator', 'engineer', 'technologist', 'administrator', 'worker', 'device'];

export type EdgeAnswer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
};
export type EdgeCall = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  readonly url: string;
  /** Whose token is shown; undefined: nobody's. */
  readonly as?: EdgeRole | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type EdgeServer = AsyncDisposable & {
  readonly http: FastifyInstance;
  readonly services: Services;
  readonly broker: Broker;
  readonly clock: VirtualClock;
  readonly disk: ModelDisk;
  readonly tokens: Readonly<Record<EdgeRole, string>>;
  call(request: EdgeCall): Promise<EdgeAnswer>;
};

export type EdgeServerOptions = Partial<HttpOptions> & {
  readonly disk?: ModelDisk;
  /** Instead of the model store; closed with the server. */
  readonly openStore?: (clock: VirtualClock) => Promise<Store>;
  readonly log?: Log;
  readonly modules?: ModuleSettings;
  /** Who is written to when a check is in trouble. */
  readonly alertList?: readonly string[];
};

/** Every answer is held against the schema that its route declares. */
export async function openEdgeServer({
  disk = new ModelDisk(),
  openStore = async (clock) => openModelStore({ disk, families, clock }),
  log = silentLog,
  modules = {},
  alertList,
  ...options
}: EdgeServerOptions = {}): Promise<EdgeServer> {
  const clock = new VirtualClock(EDGE_START);
  const store = await openStore(clock);
  const info = { version: '0.0.0-test', plant: 'none', simulated: false, auth: options.auth ?? 'on' } as const;
  const broker = openMemoryBroker({ clock, log });
  const services = await compose({
    store,
    broker,
    clock,
    random: seededRandom(1),
    log,
    timeZone: 'UTC',
    mailer: undefined,
    roles: SERVE_ROLES,
    modules,
    alertList,
    info,
    publicUrl: () => 'http://localhost:8080',
  });
  const http = await buildHttpServer(services, { auth: 'on', checkAnswers: true, ...options });
  const { credentials } = services.access;
  const tokens = Object.fromEntries(
    await Promise.all(
      EDGE_ROLES.map(
        async (role) => [role, (await credentials.createToken({ name: role, roles: [role] }, 'test')).token] as const,
      ),
    ),
  ) as Record<EdgeRole, string>;
  const call = async ({ method, url, as, body, headers }: EdgeCall): Promise<EdgeAnswer> => {
    const isText = typeof body === 'string';
    const answer = await http.inject({
      method,
      url,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${tokens[as]}` }),
        ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: isText ? body : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: parsed(answer.body), text: answer.body, headers: answer.headers };
  };
  return {
    http,
    services,
    broker,
    clock,
    disk,
    tokens,
    call,
    [Symbol.asyncDispose]: async () => {
      await http.close();
      await services.stop.close();
      await broker.close();
      await store.close();
    },
  };
}

/** What the server knows, as one text: the same before and after a call means that nothing was changed – but that a credential was used. */
export function fingerprint(disk: ModelDisk): string {
  const rows = families
    .filter(({ name }) => !['idempotency', 'statistic'].includes(name))
    .map((family) => [family.name, disk.select(family, { limit: 10_000 }).map(({ usedAt: _, ...row }) => row)]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
