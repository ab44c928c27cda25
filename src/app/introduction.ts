/** What a server says of itself when it has started: where it is, and how to get in. */
import { relative } from 'node:path';
import type { BrokerCapabilities } from '../bus/broker.ts';
import { SERVE_ROLES, type ServeOptions } from '../edge/cli/commands/server.ts';

export type Introduction = Omit<ServeOptions, 'isJson'> & {
  readonly version: string;
  /** Where others may run beside it. */
  readonly name: string | undefined;
  /** Undefined for a server that takes no calls. */
  readonly url: string | undefined;
  readonly data: string;
  /** What carries the messages. */
  readonly broker: BrokerCapabilities['name'];
  readonly mails: 'kept' | 'sent';
  /** Undefined where everybody is let in. */
  readonly signIn: string | undefined;
  /** As whoever started it would call it. */
  readonly program: string;
};

export function introductionText({
  version,
  name,
  url,
  data,
  broker,
  mails,
  roles,
  plant,
  signIn,
  program,
}: Introduction): string {
  const lines = [
    url === undefined ? `Millrace ${version} runs and takes no calls` : `Millrace ${version} runs on ${url}`,
    `  data: ${data}, mails ${mails === 'kept' ? 'are kept and can be read on the page Mails' : 'go out by SMTP'}`,
  ];
  if (name !== undefined) lines.push(`  name: ${name}; others may run beside it`);
  if (broker !== 'memory') lines.push(`  messages: over ${BROKER_NAMES[broker]}`);
  if (roles.length < SERVE_ROLES.length) lines.push(`  roles: ${roles.join(', ')}`);
  if (plant === 'demo' && url !== undefined)
    lines.push('  plant: simulated – two lines, with faults now and then; the first one comes within a minute');
  if (url !== undefined && signIn === undefined)
    lines.push('  everybody who reaches it is let in (MILLRACE_AUTH=off)', '', `Open ${url}`);
  if (signIn !== undefined)
    lines.push('', `Sign in once with this link (10 minutes): ${signIn}`, `A new link at any time: ${program} sign-in`);
  return `${lines.join('\n')}\n\n`;
}

const BROKER_NAMES = { rabbitmq: 'RabbitMQ', redis: 'Redis' } as const;

export function introductionJson({ program: _, ...facts }: Introduction): string {
  return `${JSON.stringify({ ...facts, name: facts.name ?? null, url: facts.url ?? null, signIn: facts.signIn ?? null })}\n`;
}

/** `bin/millrace` for somebody in a clone; installed, it is found by its name. */
export function programName(script: string | undefined, directory: string): string {
  const path = relative(directory, script ?? '');
  return path === 'bin/millrace' ? path : 'millrace';
}
