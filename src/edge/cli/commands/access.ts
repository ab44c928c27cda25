/** Commands about who may do what, and whom mails go to. */
import type { Command } from 'commander';
import { z } from 'zod';
import { isClientError } from '../../../client/client-error.ts';
import type { Member, Person, RecipientList, SignInLink, Substitute, TokenInfo } from '../../../client/wire-access.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { addGroup, addLeaf } from '../leaf.ts';
import type { Shell } from '../shell.ts';
import { actorText, table, timeText } from '../table.ts';
import { LIST_FLAGS, listOptions } from './processes.ts';

/** The person who is there from the first start. */
const FIRST_PERSON = 'administrator';

export function addAccessCommands(program: Command, shell: Shell): void {
  addLeaf(program, shell, {
    name: 'sign-in',
    about: 'Makes a link that signs a browser in, once.',
    flags: [{ flags: '--person <id>', about: `who signs in (default: ${FIRST_PERSON})` }],
    options: z.object({ person: z.string().default(FIRST_PERSON) }),
    examples: ['sign-in', 'sign-in --person dana-levi'],
    run: async ({ options: { person } }) => linkShown(await shell.client().people.signInLink(person)),
  });
  addTokens(program, shell);
  addPeople(program, shell);
  addRecipients(program, shell);
}

function addTokens(program: Command, shell: Shell): void {
  const tokens = addGroup(program, 'token', 'Tokens of programs and machines.');
  addLeaf(tokens, shell, {
    name: 'create',
    about: 'Makes a token. It is shown this once.',
    flags: [
      { flags: '--role <role>', about: 'a role it has; several times', isList: true, isRequired: true },
      { flags: '--name <name>', about: 'who or what uses it (default: its roles)' },
      { flags: '--expires-in <duration>', about: 'how long it is good for (default: until it is removed)' },
    ],
    options: z.object({
      role: z.array(z.string()).min(1),
      name: z.string().exactOptional(),
      expiresIn: z.string().exactOptional(),
    }),
    examples: ['token create --role engineer', 'token create --role device --name press-1 --expires-in 365d'],
    run: async ({ options: { role: roles, name = roles.join(' and '), ...rest } }) => {
      const created = await shell.client().tokens.create({ name, roles, ...rest });
      return { json: created, text: created.token };
    },
  });
  addLeaf(tokens, shell, {
    name: 'ls',
    about: 'Lists tokens, without the tokens themselves.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['token ls'],
    run: async ({ options }) => {
      const page = await shell.client().tokens.list(options);
      return { json: page, text: table(page.items, TOKEN_COLUMNS, { empty: 'No tokens.', width: shell.out.columns }) };
    },
  });
  addLeaf(tokens, shell, {
    name: 'remove <id>',
    about: 'Removes a token; whoever uses it is locked out at once.',
    examples: ['token remove token-1a'],
    run: async ({ args: [id = ''] }) => {
      await shell.client().tokens.remove(id);
      return { json: { id }, text: `Removed ${id}.` };
    },
  });
}

function addPeople(program: Command, shell: Shell): void {
  const people = addGroup(program, 'people', 'Who works here.');
  addLeaf(people, shell, {
    name: 'ls',
    about: 'Lists people and their roles.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['people'],
    run: async ({ options }) => {
      const page = await shell.client().people.list(options);
      return {
        json: page,
        text: table(page.items, PERSON_COLUMNS, { empty: 'Nobody yet.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(people, shell, {
    name: 'add <name>',
    about: 'Makes a person known.',
    flags: [
      { flags: '--role <role>', about: 'a role of this person; several times', isList: true, isRequired: true },
      { flags: '--email <address>', about: 'where mails go' },
      { flags: '--language <language>', about: 'in which mails are written: he, pt-BR (default: that of the plant)' },
    ],
    options: z.object({
      role: z.array(z.string()).min(1),
      email: z.string().exactOptional(),
      language: z.string().exactOptional(),
    }),
    examples: ['people add "Ada Kern" --role engineer --email ada@plant.example'],
    run: async ({ args: [name = ''], options: { role: roles, ...rest } }) => {
      const person = await shell.client().people.create({ name, roles, ...rest });
      return { json: person, text: `${person.name} is ${person.id}.` };
    },
  });
  addLeaf(people, shell, {
    name: 'link <id>',
    about: 'Makes a link that signs a person in, once.',
    examples: ['people link dana-levi'],
    run: async ({ args: [id = ''] }) => linkShown(await shell.client().people.signInLink(id)),
  });
  addSubstitutes(people, shell);
}

function addSubstitutes(people: Command, shell: Shell): void {
  addLeaf(people, shell, {
    name: 'substitutes <id>',
    about: 'Lists who stands in for a person.',
    examples: ['people substitutes dana-levi'],
    run: async ({ args: [id = ''] }) => {
      const page = await shell.client().people.substitutes(id);
      const text = table(page.items, SUBSTITUTE_COLUMNS, { empty: 'No substitutes.', width: shell.out.columns });
      return { json: page, text };
    },
  });
  addLeaf(people, shell, {
    name: 'substitute <id> <substitute>',
    about: 'Lets somebody complete what a person has taken, for a time.',
    flags: [
      { flags: '--until <time>', about: 'ISO 8601', isRequired: true },
      { flags: '--since <time>', about: 'ISO 8601 (default: now)' },
    ],
    options: z.object({ until: z.string(), since: z.string().exactOptional() }),
    examples: ['people substitute dana-levi olga-stein --until 2026-08-01T00:00:00Z'],
    run: async ({ args: [id = '', substitute = ''], options }) => {
      const named = await shell.client().people.nameSubstitute(id, { substitute, ...options });
      return { json: named, text: `${substitute} stands in for ${id} until ${timeText(named.until)}.` };
    },
  });
  addLeaf(people, shell, {
    name: 'end-substitute <id> <substitute>',
    about: 'Ends a substitution before its time.',
    examples: ['people end-substitute dana-levi olga-stein'],
    run: async ({ args: [id = '', substitute = ''] }) => {
      await shell.client().people.endSubstitute(id, substitute);
      return { json: { person: id, substitute }, text: `${substitute} does not stand in for ${id} any more.` };
    },
  });
}

const SUBSTITUTE_COLUMNS = [
  { title: 'substitute', value: ({ substitute }: Substitute) => substitute },
  { title: 'since', value: ({ since }: Substitute) => timeText(since) },
  { title: 'until', value: ({ until }: Substitute) => timeText(until) },
  { title: 'set by', value: ({ setBy }: Substitute) => actorText(setBy) },
] as const;

function addRecipients(program: Command, shell: Shell): void {
  const recipients = addGroup(program, 'recipients', 'Whom mails go to.');
  addLeaf(recipients, shell, {
    name: 'ls',
    about: 'Lists recipient lists.',
    isDefault: true,
    flags: LIST_FLAGS,
    options: z.object(listOptions),
    examples: ['recipients'],
    run: async ({ options }) => {
      const page = await shell.client().recipients.list(options);
      return {
        json: page,
        text: table(page.items, LIST_COLUMNS, { empty: 'No recipient lists.', width: shell.out.columns }),
      };
    },
  });
  addLeaf(recipients, shell, {
    name: 'set <name>',
    about: 'Sets who is on a list; it is made when there is none of that name.',
    flags: [
      { flags: '--address <address>', about: 'a mail address; several times', isList: true },
      { flags: '--role <role>', about: 'everybody with a role; several times', isList: true },
      { flags: '--person <id>', about: 'a person; several times', isList: true },
    ],
    options: z.object({
      address: z.array(z.string()).default([]),
      role: z.array(z.string()).default([]),
      person: z.array(z.string()).default([]),
    }),
    examples: ['recipients set maintenance --role technologist --address boss@plant.example'],
    run: async ({ args: [name = ''], options }) => {
      const members = Object.entries(options).flatMap(([kind, values]) =>
        values.map((value) => ({ kind: kind as Member['kind'], value })),
      );
      if (members.length === 0)
        throw new MillraceError('cli.usage', { problem: 'name at least one --address, --role or --person' });
      const list = await setRecipients(shell, name, members);
      return { json: list, text: `The list ${list.name} goes to ${membersText(list)}.` };
    },
  });
}

async function setRecipients(shell: Shell, name: string, members: Member[]): Promise<RecipientList> {
  const { recipients } = shell.client();
  try {
    return await recipients.change(name, members);
  } catch (error) {
    if (!isClientError(error) || error.status !== 404) throw error;
    return recipients.create({ name, members });
  }
}

const linkShown = (link: SignInLink) => ({
  json: link,
  text: `${link.url}\nGood until ${timeText(link.expiresAt)} UTC, once.`,
});

const membersText = ({ members }: RecipientList): string =>
  members.map(({ kind, value }) => (kind === 'address' ? value : `${kind} ${value}`)).join(', ');

const TOKEN_COLUMNS = [
  { title: 'id', value: ({ id }: TokenInfo) => id },
  { title: 'name', value: ({ name }: TokenInfo) => name },
  { title: 'roles', value: ({ roles }: TokenInfo) => roles.join(', ') },
  { title: 'made', value: ({ createdAt }: TokenInfo) => timeText(createdAt) },
  { title: 'expires', value: ({ expiresAt }: TokenInfo) => timeText(expiresAt) },
] as const;

const PERSON_COLUMNS = [
  { title: 'id', value: ({ id }: Person) => id },
  { title: 'name', value: ({ name }: Person) => name },
  { title: 'email', value: ({ email }: Person) => email },
  { title: 'roles', value: ({ roles }: Person) => roles.join(', ') },
] as const;

const LIST_COLUMNS = [
  { title: 'name', value: ({ name }: RecipientList) => name },
  { title: 'members', value: membersText },
  { title: 'changed', value: ({ updatedAt }: RecipientList) => timeText(updatedAt) },
  { title: 'by', value: ({ updatedBy }: RecipientList) => actorText(updatedBy) },
] as const;
