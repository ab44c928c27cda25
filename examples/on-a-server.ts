/** What the examples that tell a story have in common: the server they talk to, the people in it, and waiting for what it does by itself. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient, type Task } from '../src/client/index.ts';
import { startServer } from './temporary-server.ts';

/** How long an example waits for what the server does by itself. */
const MAX_LOOKS = 300;
const LOOK_EVERY_MS = 100;

/** Answers a client with the rights of somebody else. */
export type As = (name: string, role: string) => Promise<Client>;
/** Where it is, and the token that opens it; undefined: it lets everybody in. */
export type Server = { readonly url: string; readonly token: string | undefined };
type Tell = (client: Client, as: As, server: Server) => Promise<void>;

/**
 * Tells it on the server that MILLRACE_URL and MILLRACE_TOKEN (an administrator's) name, or on one that it starts and stops.
 * The tokens of the people in it are taken back at the end.
 */
export async function onServer(tell: Tell): Promise<void> {
  const { MILLRACE_URL: given, MILLRACE_TOKEN: token } = process.env;
  if (given !== undefined && given !== '') return withPeople({ url: given, token }, tell);
  await using server = await startServer();
  await withPeople({ url: server.url, token: undefined }, tell);
}

async function withPeople(server: Server, tell: Tell): Promise<void> {
  const { url, token } = server;
  const client = createClient({ url, ...(token !== undefined && { token }) });
  const lent: string[] = [];
  const as: As = async (name, role) => {
    const { id, token } = await client.tokens.create({ name, roles: [role], expiresIn: '1h' });
    lent.push(id);
    return createClient({ url, token });
  };
  try {
    await tell(client, as, server);
  } finally {
    for (const id of lent) await client.tokens.remove(id);
  }
}

/** What `look` finds, as soon as it does. */
export async function find<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`${what} did not come`);
}

/** The open task of a role about a business key, as soon as there is one. */
export const taskOf = (client: Client, role: string, about: string): Promise<Task> =>
  find(`a task for the ${role}`, async () => {
    const { items } = await client.tasks.list({ role, state: 'offered', limit: 1_000 });
    return items.find(({ businessKey }) => businessKey === about);
  });

/** A definition beside the file that asks for it. */
export const definitionBeside = (base: string, name = 'process.json'): unknown =>
  JSON.parse(readFileSync(new URL(name, base), 'utf8'));

/** Lists of recipients that are not there yet, each with an address of its own. */
export async function withLists(client: Client, names: readonly string[]): Promise<void> {
  const known = (await client.recipients.list({ limit: 1_000 })).items.map(({ name }) => name);
  for (const name of names.filter((each) => !known.includes(each)))
    await client.recipients.create({ name, members: [{ kind: 'address', value: `${name}@plant.example` }] });
}

/** A name that no earlier run has used. */
export const newName = (word: string): string => `${word}-${Date.now().toString(36)}`;

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}
