/** The addresses of the user interface. Every page is its own chunk; filters live in the address, so links keep them. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type SearchSchemaInput,
} from '@tanstack/react-router';
import type { AnalysisRun } from '../api/analyses.ts';
import type { QuarantineFilter } from '../api/measurements.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '../api/processes.ts';
import { type RangeSearch, rangeSearchOf } from '../devices/range.ts';
import { type FleetOrder, fleetOrderOf } from '../fleet/fleet-order.ts';
import { conditionOf, showOf, sortOf, type TaskView } from '../inbox/task-view.ts';
import { quarantineCodeOf } from '../quarantine/quarantine-codes.ts';
import { CrashedPage } from './crashed-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { Root } from './root.tsx';

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashedPage,
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox', replace: true });
  },
});

type InboxSearch = TaskView & { readonly task?: string };
const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): InboxSearch => ({
    ...optional('show', showOf(search.show)),
    ...optional('role', textOf(search.role)),
    ...optional('sort', sortOf(search.sort)),
    ...optional('process', textOf(search.process)),
    ...optional('variable', conditionOf(search.variable)),
    ...optional('task', textOf(search.task)),
  }),
  // Mails carry the task as a parameter.
  beforeLoad: ({ search: { task, ...search } }) => {
    if (task !== undefined) throw redirect({ to: '/inbox/$taskId', params: { taskId: task }, search, replace: true });
  },
  component: lazyRouteComponent(() => import('../inbox/inbox-page.tsx'), 'InboxPage'),
});
const taskRoute = createRoute({ getParentRoute: () => inboxRoute, path: '$taskId' });

/** The short address of an instance that mails carry. */
const shortInstanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/$instanceId',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/processes/instances/$instanceId', params, replace: true });
  },
});

const definitionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes',
  component: lazyRouteComponent(() => import('../processes/definitions-page.tsx'), 'DefinitionsPage'),
});

const definitionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/definitions/$key',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): { readonly version?: number } =>
    optional('version', Number.isInteger(search.version) ? (search.version as number) : undefined),
  component: lazyRouteComponent(() => import('../processes/definition-page.tsx'), 'DefinitionPage'),
});

type InstancesSearch = {
  readonly definition?: string;
  readonly status?: InstanceStatus;
  readonly businessKey?: string;
  readonly version?: number;
  readonly suspended?: boolean;
};
const instancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/instances',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): InstancesSearch => ({
    ...optional('definition', textOf(search.definition)),
    ...optional(
      'status',
      INSTANCE_STATUSES.find((status) => status === search.status),
    ),
    ...optional('businessKey', textOf(search.businessKey)),
    ...optional('version', Number.isInteger(search.version) ? (search.version as number) : undefined),
    ...optional('suspended', search.suspended === true ? true : undefined),
  }),
  component: lazyRouteComponent(() => import('../processes/instances-page.tsx'), 'InstancesPage'),
});

const instanceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/instances/$instanceId',
  component: lazyRouteComponent(() => import('../processes/instance-page.tsx'), 'InstancePage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/incidents',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): { readonly definition?: string } =>
    optional('definition', textOf(search.definition)),
  component: lazyRouteComponent(() => import('../processes/incidents-page.tsx'), 'IncidentsPage'),
});

const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/operations',
  component: lazyRouteComponent(() => import('../operations/operations-page.tsx'), 'OperationsPage'),
});
const operationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/operations/$operationId',
  component: lazyRouteComponent(() => import('../operations/operation-page.tsx'), 'OperationPage'),
});
const modulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/modules',
  component: lazyRouteComponent(() => import('../modules/modules-page.tsx'), 'ModulesPage'),
});
const moduleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/modules/$name',
  component: lazyRouteComponent(() => import('../modules/module-page.tsx'), 'ModulePage'),
});

/** `from`: the process of which the next version is made. */
type FromSearch = { readonly from?: string };
const fromSearch = (search: Record<string, unknown> & SearchSchemaInput): FromSearch =>
  optional('from', textOf(search.from));
const composeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/compose',
  validateSearch: fromSearch,
  component: lazyRouteComponent(() => import('../composer/compose-page.tsx'), 'ComposePage'),
});
const bpmnRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/processes/bpmn',
  validateSearch: fromSearch,
  component: lazyRouteComponent(() => import('../bpmn/bpmn-page.tsx'), 'BpmnPage'),
});

type DecisionSearch = { readonly version?: number };
const decisionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/decisions',
  component: lazyRouteComponent(() => import('../decisions/decisions-page.tsx'), 'DecisionsPage'),
});
const decisionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/decisions/$key',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): DecisionSearch =>
    optional('version', Number.isInteger(search.version) ? (search.version as number) : undefined),
  component: lazyRouteComponent(() => import('../decisions/decision-page.tsx'), 'DecisionPage'),
});
const newDecisionRoute = createRoute({
  getParentRoute: () => rootRoute,
  // Not below /decisions, where every word may be the key of a decision.
  path: '/new-decision',
  component: lazyRouteComponent(() => import('../decisions/create/new-decision-page.tsx'), 'NewDecisionPage'),
});
const decisionGraphRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/decisions/$key/graph',
  component: lazyRouteComponent(() => import('../decisions/graph/graph-page.tsx'), 'GraphPage'),
});

type FleetSearch = { readonly line?: string; readonly sort?: FleetOrder };
const devicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/devices',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): FleetSearch => ({
    ...optional('line', textOf(search.line)),
    ...optional('sort', fleetOrderOf(search.sort)),
  }),
  component: lazyRouteComponent(() => import('../fleet/fleet-page.tsx'), 'FleetPage'),
});

const deviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/devices/$deviceId',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): RangeSearch => rangeSearchOf(search),
  component: lazyRouteComponent(() => import('../devices/device-page.tsx'), 'DevicePage'),
});
const tunerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/devices/$deviceId/tune/$criterion',
  component: lazyRouteComponent(() => import('../tuner/tuner-page.tsx'), 'TunerPage'),
});

type RunsSearch = { readonly device?: string; readonly status?: AnalysisRun['status'] };
const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/analyses',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): RunsSearch => ({
    ...optional('device', textOf(search.device)),
    ...optional(
      'status',
      (['failed', 'done'] as const).find((status) => status === search.status),
    ),
  }),
  component: lazyRouteComponent(() => import('../analyses/runs-page.tsx'), 'RunsPage'),
});

const quarantineRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/quarantine',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): QuarantineFilter => ({
    ...optional('device', textOf(search.device)),
    ...optional('code', quarantineCodeOf(search.code)),
  }),
  component: lazyRouteComponent(() => import('../quarantine/quarantine-page.tsx'), 'QuarantinePage'),
});

const servicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services',
  component: lazyRouteComponent(() => import('../services/services-page.tsx'), 'ServicesPage'),
});
const serviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/named/$service',
  component: lazyRouteComponent(() => import('../services/service-page.tsx'), 'ServicePage'),
});
const queuesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/queues',
  component: lazyRouteComponent(() => import('../services/queues-page.tsx'), 'QueuesPage'),
});
const deadLettersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/services/queues/$queue',
  component: lazyRouteComponent(() => import('../services/dead-letters-page.tsx'), 'DeadLettersPage'),
});

const mailsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/mails',
  component: lazyRouteComponent(() => import('../mails/mails-page.tsx'), 'MailsPage'),
});
const mailRoute = createRoute({ getParentRoute: () => mailsRoute, path: '$mailId' });

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('../access/people-page.tsx'), 'PeoplePage'),
});
const recipientsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access/recipients',
  component: lazyRouteComponent(() => import('../access/recipients-page.tsx'), 'RecipientsPage'),
});
const tokensRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access/tokens',
  component: lazyRouteComponent(() => import('../access/tokens-page.tsx'), 'TokensPage'),
});

const accountsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access/accounts',
  component: lazyRouteComponent(() => import('../access/accounts-page.tsx'), 'AccountsPage'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  inboxRoute.addChildren([taskRoute]),
  shortInstanceRoute,
  definitionsRoute,
  definitionRoute,
  instancesRoute,
  instanceRoute,
  incidentsRoute,
  operationsRoute,
  operationRoute,
  modulesRoute,
  moduleRoute,
  composeRoute,
  bpmnRoute,
  decisionsRoute,
  decisionRoute,
  newDecisionRoute,
  decisionGraphRoute,
  devicesRoute,
  deviceRoute,
  tunerRoute,
  runsRoute,
  quarantineRoute,
  servicesRoute,
  serviceRoute,
  queuesRoute,
  deadLettersRoute,
  mailsRoute.addChildren([mailRoute]),
  peopleRoute,
  recipientsRoute,
  tokensRoute,
  accountsRoute,
]);

export function createAppRouter() {
  return createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A search parameter that is left out when it has no value. */
function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
