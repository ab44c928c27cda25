/** Every query key of the user interface, so that a live event can name exactly what it makes stale. */
import type { RunFilter } from './analyses.ts';
import type { QuarantineFilter } from './measurements.ts';
import type { MigrationRequest } from './mending.ts';
import type { IncidentFilter, InstanceFilter } from './processes.ts';
import type { TaskFilter } from './tasks.ts';

export const keys = {
  me: ['me'],

  people: ['people'],
  substitutes: (person: string) => ['substitutes', person] as const,
  recipients: ['recipients'],
  tokens: ['tokens'],
  accounts: ['accounts'],

  allTasks: ['tasks'],
  tasks: (filter: TaskFilter) => ['tasks', 'list', filter] as const,
  task: (id: string) => ['tasks', 'one', id] as const,

  definitions: ['definitions'],
  /** Without a version: the newest, which a deployment replaces. */
  definition: (key: string, version: number | undefined) =>
    version === undefined ? (['definitions', key] as const) : (['definition-version', key, version] as const),
  analytics: (key: string, version: number | undefined) => ['definition-analytics', key, version] as const,
  /** Stale with the definitions: settings are checked against the newest version. */
  settings: (key: string) => ['definitions', key, 'settings'] as const,
  settingsHistory: (key: string) => ['definitions', key, 'settings-history'] as const,
  modules: ['modules'],

  decisions: ['decisions'],
  /** Without a version: the newest. */
  decision: (key: string, version: number | undefined) => ['decisions', 'one', key, version] as const,
  dmn: (key: string, version: number) => ['dmn-file', key, version] as const,
  decisionTrial: (key: string, question: string) => ['decision-trial', key, question] as const,
  modelCheck: (xml: string, basedOn: number | undefined) => ['model-check', xml, basedOn] as const,
  tableAnalysis: (key: string, table: string) => ['decision-analysis', key, table] as const,

  allInstances: ['instances'],
  instances: (filter: InstanceFilter) => ['instances', 'list', filter] as const,
  instance: (id: string) => ['instances', 'one', id] as const,
  migration: (id: string, request: MigrationRequest) => ['instances', 'migration', id, request] as const,
  history: (id: string) => ['instances', 'history', id] as const,

  allIncidents: ['incidents'],
  incidents: (filter: IncidentFilter) => ['incidents', filter] as const,

  operations: ['operations'],
  operation: (id: string) => ['operations', id] as const,

  mails: ['mails'],

  devices: ['devices'],
  device: (id: string) => ['devices', id] as const,
  deviceName: (id: string) => ['device-name', id] as const,
  /** A window that reaches the newest reading; live events make it stale. */
  allSeries: ['series'],
  series: (device: string, field: string, window: string) => ['series', device, field, window] as const,
  pastSeries: (device: string, field: string, window: string) => ['past-series', device, field, window] as const,
  allAnomalies: ['anomalies'],
  anomalies: (device: string, window: string) => ['anomalies', device, window] as const,
  pastAnomalies: (device: string, window: string) => ['past-anomalies', device, window] as const,
  allCriteria: ['criteria'],
  criteria: (device: string) => ['criteria', device] as const,
  /** What services make of readings: stale after a run. */
  allAnalyses: ['analyses'],
  states: (device: string, window: string) => ['analyses', 'states', device, window] as const,
  kpis: (device: string, kind: string, window: string) => ['analyses', 'kpis', device, kind, window] as const,
  statistics: (device: string, metric: string, window: string) =>
    ['analyses', 'statistics', device, metric, window] as const,
  quality: (device: string, dates: string) => ['analyses', 'quality', device, dates] as const,
  runs: (filter: RunFilter) => ['analyses', 'runs', filter] as const,
  fleet: ['analyses', 'fleet'],
  waitedJob: (id: string) => ['waited-job', id] as const,
  measurementServices: ['measurement-services'],
  proposal: (criterion: string, window: string) => ['proposal', criterion, window] as const,
  trial: (criterion: string, change: object, window: string) => ['criterion-trial', criterion, change, window] as const,
  allQuarantine: ['quarantine'],
  quarantine: (filter: QuarantineFilter) => ['quarantine', filter] as const,

  services: ['services'],
  queues: ['queues'],
  allDeadLetters: ['dead-letters'],
  deadLetters: (queue: string) => ['dead-letters', queue] as const,
  busState: ['bus-state'],
} as const;
