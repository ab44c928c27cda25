/**
 * Sets up the demo plant in a server, as far as it is missing. What is there stays as it is: a limit that an engineer has
 * changed is not changed back by the next start.
 */
import type { Client } from '../client/client.ts';
import { everyItem } from '../client/pages.ts';
import type { Page, PageRequest } from '../client/wire.ts';
import { CRITERIA, DEVICES, PEOPLE, RECIPIENT_LISTS, SHIFT_PLAN } from './plant-settings.ts';

/** The JSON of a process definition. */
export type DefinitionSource = { readonly key: string; readonly [member: string]: unknown };

export type SetUpOptions = {
  readonly client: Client;
  /** The process that the criteria start. */
  readonly definition: DefinitionSource;
};

/** Answers what was missing and is there now, such as "device press-1". */
export async function setUpPlant({ client, definition }: SetUpOptions): Promise<string[]> {
  const made: string[] = [];
  const make = async <T>(wanted: readonly T[], { known, nameOf, create }: Missing<T>): Promise<void> => {
    for (const one of wanted) {
      if (known.has(nameOf(one))) continue;
      await create(one);
      made.push(nameOf(one));
    }
  };
  // People first and the process last, so that the first mail of the first process finds whom it is for.
  await make(PEOPLE, {
    known: await namesOf(client.people.list, ({ email }) => `person ${email}`),
    nameOf: ({ email }) => `person ${email}`,
    create: (person) => client.people.create(person),
  });
  await make(RECIPIENT_LISTS, {
    known: await namesOf(client.recipients.list, ({ name }) => `recipient list ${name}`),
    nameOf: ({ name }) => `recipient list ${name}`,
    create: (list) => client.recipients.create(list),
  });
  await make(DEVICES, {
    known: await namesOf(client.devices.list, ({ id }) => `device ${id}`),
    nameOf: ({ id }) => `device ${id}`,
    create: (device) => client.devices.create(device),
  });
  await make(CRITERIA, {
    known: await namesOf(client.criteria.list, ({ id }) => `criterion ${id}`),
    nameOf: ({ device, name }) => `criterion ${device}.${name}`,
    create: (criterion) => client.criteria.create(criterion),
  });
  await make([SHIFT_PLAN], {
    known: await namesOf(client.shiftPlans.list, ({ id }) => `shift plan ${id}`),
    nameOf: ({ id }) => `shift plan ${id}`,
    create: (plan) => client.shiftPlans.create(plan),
  });
  await make([definition], {
    known: await namesOf(client.definitions.list, ({ key }) => `definition ${key}`),
    nameOf: ({ key }) => `definition ${key}`,
    create: (source) => client.definitions.deploy(source),
  });
  return made;
}

type Missing<T> = {
  readonly known: ReadonlySet<string>;
  readonly nameOf: (one: T) => string;
  readonly create: (one: T) => Promise<unknown>;
};

async function namesOf<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  nameOf: (item: T) => string,
): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const item of everyItem(list)) names.add(nameOf(item));
  return names;
}
