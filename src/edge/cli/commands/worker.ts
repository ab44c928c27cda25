/** Commands of a worker: what it does is handed in by app. Durations are text, and so are the source's seconds. */
import type { Command } from 'commander';
import { z } from 'zod';
import { FETCH_WAIT_MS } from '../../../jobs/daemon/claims.ts';
import { DEFAULT_CONCURRENCY, DRAIN_MS, MAX_CONCURRENCY, REPORT_EVERY_MS } from '../../../jobs/daemon/daemon.ts';
import { ISOLATIONS } from '../../../jobs/daemon/open-host.ts';
import { parseDuration } from '../../../kernel/duration.ts';
import { isMillraceError, MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf, type Flag, type Shown } from '../leaf.ts';
import type { Shell } from '../shell.ts';

/** Attempts in all, the first one included, where neither the job nor the command line says how many. */
export const MAX_RETRIES = 3;
const MAX_HOSTS = 256;
const MAX_DURATION_MS = 30 * 24 * 3_600_000;

export type WorkerOptions = {
  readonly id: string;
  readonly kinds: readonly string[] | undefined;
  readonly concurrency: number;
  /** A file, relative to the working directory. */
  readonly handlers: string;
  readonly isolation: (typeof ISOLATIONS)[number];
  readonly hosts: number | undefined;
  readonly memoryMb: number | undefined;
  readonly url: string | undefined;
  readonly redisUrl: string | undefined;
  readonly drainMs: number;
  readonly leaseMs: number | undefined;
  readonly fetchWaitMs: number;
  readonly everyMs: number;
  /** Undefined: the job says. */
  readonly maxRetries: number | undefined;
  readonly healthFile: string | undefined;
  readonly isJson: boolean;
};
export type WorkerHealthOptions = Pick<WorkerOptions, 'id' | 'healthFile'>;

export type WorkerCommands = {
  /** Resolves when the worker has stopped. */
  readonly worker: (options: WorkerOptions) => Promise<void>;
  readonly workerHealth: (options: WorkerHealthOptions) => Promise<Shown>;
};

const idFlags: readonly Flag[] = [
  { flags: '--id <id>', about: 'how the worker is called; no two that run have the same name' },
  { flags: '--worker-id <id>', about: 'the same as --id' },
  {
    flags: '--health-file <file>',
    about: 'where its status stands (default: in MILLRACE_DATA, else for temporary files)',
  },
];

const workerFlags: readonly Flag[] = [
  ...idFlags,
  { flags: '--handlers <file>', about: 'the module with a function for each kind', isRequired: true },
  {
    flags: '--kinds <kinds>',
    about: 'the kinds to work on, with commas between (default: all that it has handlers for)',
  },
  { flags: '--concurrency <n>', about: `jobs at once (default: ${DEFAULT_CONCURRENCY})` },
  {
    flags: '--isolation <kind>',
    about: 'where handlers run: in threads, in processes, or in its own thread (default: thread)',
    choices: ISOLATIONS,
  },
  { flags: '--hosts <n>', about: 'threads or processes that share the jobs (default: as many as there are cores)' },
  { flags: '--memory <mb>', about: 'the heap that one thread or process may use, in MB' },
  {
    flags: '--url <url>',
    about:
      'the server that has the jobs, or the broker of its servers: http, amqp or redis (default: MILLRACE_URL, else the server on the data directory)',
  },
  { flags: '--redis-url <url>', about: 'the Redis that servers have as their broker; the same as --url redis://…' },
  { flags: '--drain <duration>', about: 'what running jobs get to end when it is told to stop (default: 30s)' },
  { flags: '--lease <duration>', about: 'how long a job is its own without a heartbeat (default: what the kind says)' },
  { flags: '--fetch-wait <duration>', about: 'how long one fetch waits for a first job (default: 5s)' },
  { flags: '--heartbeat <duration>', about: 'how often it reports to the registry (default: 30s)' },
  { flags: '--health-check-interval <seconds>', about: 'the same as --heartbeat, in seconds' },
  {
    flags: '--max-retries <n>',
    about: `attempts that a job may have in all before its failure is final here (default: what the job says, else ${MAX_RETRIES})`,
  },
];

const duration = z.string().transform((text, context) => {
  try {
    const ms = parseDuration(text);
    if (ms > 0 && ms <= MAX_DURATION_MS) return ms;
    context.addIssue({ code: 'custom', message: 'must be longer than nothing and at most 30 days' });
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    context.addIssue({ code: 'custom', message: 'is no duration, such as 500ms, 30s or 5m' });
  }
  return z.NEVER;
});
const count = (max: number) => z.coerce.number().int().min(1).max(max);
const workerId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/,
    'has letters, digits, dots, hyphens, underscores and @ only, 100 at most',
  );
const kindList = z
  .string()
  .transform((text) => text.split(',').map((kind) => kind.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
const seconds = z.coerce
  .number()
  .positive()
  .max(MAX_DURATION_MS / 1_000)
  .transform((given) => Math.round(given * 1_000));

const idOptions = { id: workerId.optional(), workerId: workerId.optional(), healthFile: z.string().min(1).optional() };
const workerOptions = z.object({
  ...idOptions,
  handlers: z.string().min(1),
  kinds: kindList.optional(),
  concurrency: count(MAX_CONCURRENCY).default(DEFAULT_CONCURRENCY),
  isolation: z.enum(ISOLATIONS).default('thread'),
  hosts: count(MAX_HOSTS).optional(),
  memory: count(1_000_000).optional(),
  url: z
    .url({
      protocol: /^(https?|amqps?|rediss?)$/,
      error: 'must be a URL that begins with http, https, amqp, amqps, redis or rediss',
    })
    .optional(),
  redisUrl: z.url({ protocol: /^rediss?$/, error: 'must be a URL that begins with redis:// or rediss://' }).optional(),
  drain: duration.default(DRAIN_MS),
  lease: duration.optional(),
  fetchWait: duration.default(FETCH_WAIT_MS),
  heartbeat: duration.optional(),
  healthCheckInterval: seconds.optional(),
  maxRetries: count(1_000).optional(),
});

export function addWorkerCommands(program: Command, shell: Shell, { worker, workerHealth }: WorkerCommands): void {
  const group = addGroup(program, 'worker', 'Workers: run handlers of your own on jobs.');
  addLeaf(group, shell, {
    name: 'run',
    isDefault: true,
    about:
      'Works on jobs until it is told to stop. It then waits for those that run; told again, it gives them back at once.',
    flags: workerFlags,
    options: workerOptions,
    examples: [
      'worker --id worker-1 --handlers ./handlers.js',
      'worker --id worker-1 --kinds mail,report --concurrency 8 --handlers ./handlers.js --isolation process',
      'worker --worker-id worker-1 --redis-url redis://localhost:6379/0 --max-retries 3 --health-check-interval 30 --handlers ./handlers.js',
    ],
    run: async ({ options, isJson }) => {
      await worker(optionsOf(options, isJson));
      return undefined;
    },
  });
  addLeaf(group, shell, {
    name: 'health',
    about:
      'Fails when the loop of a worker of this machine no longer comes round. Whether its server answers plays no part.',
    flags: idFlags,
    options: z.object(idOptions),
    examples: ['worker health --id worker-1'],
    run: ({ options }) => workerHealth({ id: idOf(options), healthFile: options.healthFile }),
  });
}

function optionsOf(given: z.output<typeof workerOptions>, isJson: boolean): WorkerOptions {
  const { workerId: _, memory, drain, lease, fetchWait, heartbeat, healthCheckInterval, ...rest } = given;
  refuseBoth('--url', given.url, ['--redis-url', given.redisUrl]);
  refuseBoth('--heartbeat', heartbeat, ['--health-check-interval', healthCheckInterval]);
  return {
    ...{ ...rest, id: idOf(given), kinds: given.kinds, hosts: given.hosts, url: given.url, redisUrl: given.redisUrl },
    ...{ maxRetries: given.maxRetries, healthFile: given.healthFile },
    memoryMb: memory,
    drainMs: drain,
    leaseMs: lease,
    fetchWaitMs: fetchWait,
    everyMs: heartbeat ?? healthCheckInterval ?? REPORT_EVERY_MS,
    isJson,
  };
}

function idOf({ id, workerId: alias }: { readonly id?: string | undefined; readonly workerId?: string | undefined }) {
  refuseBoth('--id', id, ['--worker-id', alias]);
  const name = id ?? alias;
  if (name === undefined) throw new MillraceError('cli.usage', { problem: 'A worker needs a name: --id worker-1' });
  return name;
}

function refuseBoth(name: string, value: unknown, [other, otherValue]: readonly [string, unknown]): void {
  if (value !== undefined && otherValue !== undefined)
    throw new MillraceError('cli.usage', { problem: `${name} and ${other} exclude each other` });
}
