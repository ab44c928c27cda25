/**
 * What lets a principal in, as a row under the hash of its secret. token: a service or script, until it is revoked or
 * expires. session: a browser, while it is used. code: a sign-in link, once.
 */
import { defineFamily, type RowOf } from '../store/family.ts';

export type CredentialKind = 'token' | 'session' | 'code';

export const credentialFamily = defineFamily({
  name: 'credential',
  columns: {
    hash: 'text',
    kind: 'text',
    /** Public, to name it in lists. */
    id: 'text',
    /** The person it is for; null: a service with the roles below. */
    person: 'text?',
    name: 'text',
    /** JSON list; of services only. */
    roles: 'text',
    createdAt: 'integer',
    createdBy: 'text',
    expiresAt: 'integer?',
    /** Coarse: written at most once a minute. */
    usedAt: 'integer?',
  },
  key: ['hash'],
  indexes: [
    { columns: ['id'] },
    { columns: ['createdAt'], where: { column: 'kind', is: 'token' } },
    { columns: ['expiresAt'] },
  ],
});
export type CredentialRow = RowOf<typeof credentialFamily>;
