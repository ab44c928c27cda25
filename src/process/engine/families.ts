/** The durable rows of the process capability. */
import { defineFamily, type RowOf } from '../../store/family.ts';
import { operationFamily } from './operation.ts';
import { starterFamily } from './starters.ts';
import { tallyFamily } from './tally-family.ts';

/** Immutable: a new version is a new row. */
export const definitionFamily = defineFamily({
  name: 'definition',
  columns: {
    key: 'text',
    version: 'integer',
    /** The JSON as it was deployed. */
    source: 'text',
    deployedAt: 'integer',
    deployedBy: 'text',
  },
  key: ['key', 'version'],
});

/** What is set of the steps of a definition beside it; counts for all its versions. */
export const definitionSettingsFamily = defineFamily({
  name: 'definition_settings',
  columns: {
    key: 'text',
    /** JSON of StepsSettings. */
    steps: 'text',
    stamp: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['key'],
});

export const instanceFamily = defineFamily({
  name: 'instance',
  columns: {
    id: 'integer',
    definition: 'text',
    version: 'integer',
    businessKey: 'text?',
    status: 'text',
    /** JSON of ProcessState. */
    state: 'text',
    /** Changes with every commit and never returns to an earlier value, so a guard on it cannot be fooled by two changes. */
    stamp: 'integer',
    startedAt: 'integer',
    endedAt: 'integer?',
  },
  key: ['id'],
  indexes: [
    { columns: ['definition', 'id'], where: { column: 'status', is: 'active' } },
    { columns: ['businessKey', 'id'] },
  ],
});
export type InstanceRow = RowOf<typeof instanceFamily>;

/** How many deployments there were, and changes of settings and of modules: by it a process knows whether another one has made any. */
export const deploymentFamily = defineFamily({
  name: 'deployment',
  columns: { id: 'text', count: 'integer' },
  key: ['id'],
});

/** Who waits for a message, or for a criterion's firing. */
export const subscriptionFamily = defineFamily({
  name: 'subscription',
  columns: { name: 'text', correlationKey: 'text', instance: 'integer', token: 'integer' },
  key: ['name', 'correlationKey', 'instance', 'token'],
});

/** Messages that came before anybody waited for them; kept until they expire. */
export const messageFamily = defineFamily({
  name: 'message',
  columns: { name: 'text', correlationKey: 'text', id: 'text', variables: 'text', expiresAt: 'integer' },
  key: ['name', 'correlationKey', 'id'],
  indexes: [{ columns: ['expiresAt'] }],
});

/** The open instance of a definition for a device: at most one. */
export const openInstanceFamily = defineFamily({
  name: 'open_instance',
  columns: { definition: 'text', uniqueKey: 'text', instance: 'integer' },
  key: ['definition', 'uniqueKey'],
});

/** The last firing of each criterion that has not started an instance yet. */
export const firingFamily = defineFamily({
  name: 'firing',
  columns: {
    definition: 'text',
    uniqueKey: 'text',
    criterion: 'text',
    at: 'integer',
    firing: 'text',
    stamp: 'integer',
  },
  key: ['definition', 'uniqueKey', 'criterion'],
});

/** Something is stuck and needs a person: a token, or a job beside an activity, by the number of its failure and its kind as node. */
export const incidentFamily = defineFamily({
  name: 'incident',
  columns: {
    instance: 'integer',
    token: 'integer',
    node: 'text',
    definition: 'text',
    code: 'text',
    message: 'text',
    at: 'integer',
  },
  key: ['instance', 'token', 'node'],
});
export type IncidentRow = RowOf<typeof incidentFamily>;

export const processFamilies = [
  definitionFamily,
  definitionSettingsFamily,
  starterFamily,
  deploymentFamily,
  instanceFamily,
  subscriptionFamily,
  messageFamily,
  openInstanceFamily,
  firingFamily,
  incidentFamily,
  operationFamily,
  tallyFamily,
] as const;
