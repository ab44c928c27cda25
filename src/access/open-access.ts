/** Who may what: people, tokens, sign-in links, recipient lists, accounts that jobs make. */
import { isMillraceError } from '../kernel/errors.ts';
import type { NextId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import { accountFamily } from './account.ts';
import { Accounts } from './accounts.ts';
import { credentialFamily } from './credential.ts';
import { Credentials } from './credentials.ts';
import { People } from './people.ts';
import { personFamily } from './principal.ts';
import { Recipients, recipientListFamily } from './recipients.ts';
import { PEOPLE_ROLES } from './role.ts';
import type { RandomBytes } from './secret.ts';
import { Substitutes, substituteFamily } from './substitutes.ts';

export const accessFamilies = [
  personFamily,
  credentialFamily,
  recipientListFamily,
  accountFamily,
  substituteFamily,
] as const;

export type Access = {
  readonly people: People;
  readonly credentials: Credentials;
  readonly recipients: Recipients;
  readonly accounts: Accounts;
  readonly substitutes: Substitutes;
};

/** The person who is there from the first start, with every role, so that there is somebody to let in. */
export const FIRST_PERSON = 'administrator';

export async function openAccess({
  store,
  nextId,
  randomBytes,
}: {
  readonly store: Store;
  readonly nextId: NextId;
  readonly randomBytes: RandomBytes;
}): Promise<Access> {
  const people = new People(store, nextId);
  const credentials = new Credentials({ store, nextId, people, randomBytes });
  await seed(people);
  const accounts = new Accounts({ store, nextId, people, credentials, randomBytes });
  const recipients = new Recipients({ store, nextId, people });
  return { people, credentials, recipients, accounts, substitutes: new Substitutes(store, people) };
}

async function seed(people: People): Promise<void> {
  if ((await people.find(FIRST_PERSON)) !== undefined) return;
  try {
    await people.create({ id: FIRST_PERSON, name: 'Administrator', roles: [...PEOPLE_ROLES] }, 'system');
  } catch (error) {
    if (!isMillraceError(error, 'access.person-exists')) throw error; // another process started at the same moment
  }
}
