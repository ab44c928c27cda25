/** Commands about the message bus: call and send, queues, topology, and whether it works at all. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { BusAnswer, BusTarget, TopologyChanges, TopologyPlan } from '../../../client/wire-bus.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { inspectBus, inspectionText, listQueues, queuesText } from '../bus-inspection.ts';
import { runAll, testText, trialText } from '../bus-trials.ts';
import { addGroup, addLeaf, type Flag, type Shown } from '../leaf.ts';
import { openProgressBar } from '../progress-bar.ts';
import { readValue, type Shell } from '../shell.ts';
import { table } from '../table.ts';
import { jobQueuesText, listKinds } from './kinds.ts';

/** Every command about the bus can go to a broker without a server. */
export const ENVIRONMENT_FLAG: Flag = {
  flags: '--env <name>',
  about: 'the broker of this environment, directly (default: that of the server)',
};
export const environmentOption = { env: z.string().exactOptional() };

const TARGET_FLAGS: readonly Flag[] = [
  { flags: '--param <name=value>', about: 'a parameter of the route; several times', isList: true },
  { flags: '--body <json>', about: 'the body: JSON, @file, or - for what comes in' },
];
const targetOptions = {
  param: z.array(z.string()).default([]),
  body: z.string().exactOptional(),
  ...environmentOption,
};

export function addBusCommands(program: Command, shell: Shell): void {
  addCalls(program, shell);
  addLeaf(program, shell, {
    name: 'queues',
    about: 'Lists queues: what waits in them, who takes from them, and how many dead letters they have.',
    flags: [
      { flags: '--jobs', about: 'those of jobs instead: how long they are, and how fast they move' },
      ENVIRONMENT_FLAG,
    ],
    options: z.object({ jobs: z.boolean().default(false), ...environmentOption }),
    examples: ['queues', 'queues --jobs', 'queues --env staging --json'],
    run: async ({ options: { env, jobs } }) => {
      if (jobs) {
        const kinds = await listKinds(shell.client());
        return { json: { items: kinds, next: null }, text: jobQueuesText(kinds, shell.out.columns) };
      }
      const { bus } = await shell.bus(env);
      const items = await listQueues(bus);
      return { json: { items, next: null }, text: queuesText(items, shell.out.columns) };
    },
  });
  addTopology(program, shell);
  addTrials(program, shell);
}

function addCalls(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'call <service> <operation>',
    about: 'Calls an operation of a service, by its name or by its path, and prints the answer.',
    flags: [
      ...TARGET_FLAGS,
      { flags: '--timeout <duration>', about: 'how long to wait (default: 5s)' },
      ENVIRONMENT_FLAG,
    ],
    options: z.object({ ...targetOptions, timeout: z.string().exactOptional() }),
    examples: [
      'call focus jobs/42/configure --body \'{"channels":{"min":1,"max":8}}\'',
      'call focus configure --param jobId=42 --body @channels.json --timeout 10s',
      'call focus status --env staging',
    ],
    run: async ({ args, options: { env, timeout, ...given } }) => {
      const request = { ...targetOf(args, given), ...(timeout !== undefined && { timeout }) };
      const answer = await (await shell.bus(env)).bus.call(request);
      return { json: answer, text: answerText(answer) };
    },
  });
  addLeaf(program, shell, {
    name: 'send <service> <operation>',
    about: 'Sends a command to a service, by its name or by its path; done when the broker has confirmed it.',
    flags: [...TARGET_FLAGS, ENVIRONMENT_FLAG],
    options: z.object(targetOptions),
    examples: ['send focus jobs/42/roi --body \'{"from":50,"to":150}\'', 'send focus roi --param jobId=42 --body -'],
    run: async ({ args, options: { env, ...given } }) => {
      const receipt = await (await shell.bus(env)).bus.send(targetOf(args, given), {
        idempotencyKey: crypto.randomUUID(),
      });
      return { json: receipt, text: `Sent ${receipt.id}.` };
    },
  });
}

function targetOf(
  [service = '', operation = '']: readonly string[],
  { param, body }: { readonly param: readonly string[]; readonly body?: string },
): BusTarget & { body?: unknown } {
  const params = Object.fromEntries(param.map(parameterOf));
  return {
    ...(operation.includes('/') ? { service, path: operation } : { service, operation }),
    ...(param.length > 0 && { params }),
    ...(body !== undefined && { body: readValue('--body', body) }),
  };
}

function parameterOf(given: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined)
    throw new MillraceError('cli.usage', { problem: `--param ${given} is not name=value` });
  return [name, value];
}

/** Items of a stream stand one a line, as NDJSON has them. */
function answerText({ result, stream }: BusAnswer): string {
  if (stream === null) return JSON.stringify(result, null, 2);
  const lines = (result as readonly unknown[]).map((item) => JSON.stringify(item));
  return [...lines, ...(stream.isComplete ? [] : [`… and more: the first ${stream.items} are shown`])].join('\n');
}

function addTopology(program: Command, shell: Shell): void {
  const topology = addGroup(program, 'topology', 'The queues that a broker has, and those that it should have.');
  const { columns: width } = shell.out;
  addLeaf(topology, shell, {
    name: 'plan',
    about: 'Says which queues are missing or have other settings; changes nothing.',
    flags: [ENVIRONMENT_FLAG],
    options: z.object(environmentOption),
    examples: ['topology plan', 'topology plan --env staging'],
    run: async ({ options: { env } }) => {
      const plan = await (await shell.bus(env)).bus.planTopology();
      return { json: plan, text: planText(plan, width) };
    },
  });
  addLeaf(topology, shell, {
    name: 'apply',
    about: 'Gives queues with other settings a version with those that are wanted, and moves what waits in them.',
    flags: [ENVIRONMENT_FLAG],
    options: z.object(environmentOption),
    examples: ['topology apply', 'topology apply --env staging --json'],
    run: async ({ options: { env } }) => {
      const applied = await (await shell.bus(env)).bus.applyTopology();
      return { json: applied, text: changesText(applied, width) };
    },
  });
}

const planText = ({ queues }: TopologyPlan, width: number): string =>
  table(
    queues,
    [
      { title: 'queue', value: ({ name }) => name },
      { title: 'state', value: ({ state }) => state },
      { title: 'setting', value: ({ setting }) => setting },
      { title: 'is', value: ({ existing }) => existing },
      { title: 'wanted', value: ({ wanted }) => wanted },
    ],
    { empty: 'Nothing to plan: queues of this broker have no settings that could differ.', width },
  );

const changesText = ({ changes }: TopologyChanges, width: number): string =>
  table(
    changes,
    [
      { title: 'queue', value: ({ name }) => name },
      { title: 'became', value: ({ became }) => became },
      { title: 'moved', value: ({ moved }) => moved },
      { title: 'old one', value: ({ isDeleted }) => (isDeleted ? 'deleted' : 'still consumed; apply again later') },
    ],
    { empty: 'Nothing to change.', width },
  );

function addTrials(program: Command, shell: Shell): void {
  const bus = addGroup(program, 'bus', 'Whether the message bus works, and what is on it.');
  const leaf = (name: string, about: string, run: (env: string | undefined) => Promise<Shown>): void =>
    addLeaf(bus, shell, {
      name,
      about,
      flags: [ENVIRONMENT_FLAG],
      options: z.object(environmentOption),
      examples: [`bus ${name}`, `bus ${name} --env staging --json`],
      run: ({ options: { env } }) => run(env),
    });
  const { columns: width } = shell.out;
  leaf('test', 'Connects, sends messages to a queue of its own, and says how long they took.', async (env) => {
    const tested = await (await shell.bus(env)).bus.test();
    return { json: tested, text: testText(tested) };
  });
  leaf(
    'inspect',
    'Shows the broker, the services that answer, their queues, and what the server of the broker says.',
    async (env) => {
      const inspected = await inspectBus(await shell.bus(env));
      return { json: inspected, text: inspectionText(inspected, width) };
    },
  );
  leaf(
    'send-commands',
    'Sends each command that an analyzer takes, once; a live one carries them out.',
    async (env) => {
      const sent = await (await shell.bus(env)).bus.sendAnalyzerCommands();
      return { json: sent, text: trialText(sent, width) };
    },
  );
  leaf('all', 'Tests, inspects and sends commands, in this order, and sums it up.', async (env) => {
    const bar = openProgressBar(shell.err, () => performance.now());
    return runAll(await shell.bus(env), { width, bar });
  });
}
