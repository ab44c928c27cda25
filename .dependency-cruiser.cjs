/**
 * The walls of the house: which part may import which. Imports go down only, and type-only imports count too.
 * A new part gets its line in `layers`; a rule's comment says why the wall stands.
 */

/** Each part and the parts below it. What is not listed is not allowed. */
const layers = {
  kernel: [],
  feel: ['kernel'],
  store: ['kernel'],
  access: ['kernel', 'feel', 'store'],
  bus: ['kernel', 'feel', 'store', 'access'],
  jobs: ['kernel', 'feel', 'store', 'access', 'bus'],
  process: ['kernel', 'feel', 'store', 'access', 'bus', 'jobs'],
  measurements: ['kernel', 'feel', 'store', 'access', 'bus', 'jobs'],
  streaming: ['kernel', 'feel', 'store', 'access', 'bus', 'jobs'],
  bit: ['kernel', 'feel', 'store', 'access', 'bus', 'jobs'],
  demo: ['kernel', 'client'],
};
const domains = ['access', 'bus', 'jobs', 'process', 'measurements', 'streaming', 'bit'];
layers.edge = ['kernel', 'feel', 'store', ...domains, 'client'];

const test = '[.]test[.]ts$';
const drivers = [
  'pg',
  '@photostructure/sqlite',
  'node:sqlite',
  'nodemailer',
  'amqplib',
  'redis',
  'mqtt',
  '@influxdata/[^/]+',
  '@kubernetes/[^/]+',
];
const io = [...drivers, 'pino', 'fastify', '@fastify/[^/]+', 'commander', 'ws', '@grpc/[^/]+'];
/** Installed packages resolve to a path, those that are not installed keep their bare name. */
const packages = (names) => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`;
const parts = (names) => `^src/(${names.join('|')})/`;

/** The files of the domains that an adapter may run; their types it may use all. */
const ports = [
  '^src/(kernel|store)/',
  '^src/bus/(broker|envelope)[^/]*[.]ts$',
  '^src/.+[/-](port|family|families|launcher)[.]ts$',
];

const layerRules = Object.entries(layers).map(([part, below]) => ({
  name: `layer-${part}`,
  comment: `${part} may import ${below.length === 0 ? 'no other part' : below.join(', ')}: imports go down only.`,
  severity: 'error',
  from: { path: `^src/${part}/`, pathNot: test },
  to: { path: '^src/', pathNot: parts([part, ...below]) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'kernel-stays-small',
      comment: 'kernel imports node: and pino only, so that every part can stand on it.',
      severity: 'error',
      from: { path: '^src/kernel/', pathNot: test },
      to: { dependencyTypesNot: ['core', 'local'], pathNot: packages(['pino']) },
    },
    {
      name: 'decisions-are-pure',
      comment: 'process/core and feel run in the seeded simulation: clock, randomness and I/O are handed in.',
      severity: 'error',
      from: { path: '^src/(process/core|feel)/', pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'decisions-touch-nothing',
      comment: 'process/core and feel import no I/O, not even through the store, the log or a driver.',
      severity: 'error',
      from: { path: '^src/(process/core|feel)/', pathNot: test },
      to: { path: ['^src/(store|bus|jobs|access)/', '^src/kernel/(log|worker-entry|lifecycle)[.]ts$', packages(io)] },
    },
    {
      name: 'core-knows-no-engine',
      comment: 'process/core decides; engine, bpmn, modules and people stand on it, not the other way round.',
      severity: 'error',
      from: { path: '^src/process/core/', pathNot: test },
      to: { path: '^src/process/', pathNot: '^src/process/core/' },
    },
    {
      name: 'adapters-are-islands',
      comment: 'An adapter that needs another one shares something that belongs behind a port.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'adapters-run-ports-only',
      comment: 'An adapter implements a port; of everything else in the domains it may know the types only.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: test },
      to: { path: parts(['feel', ...domains]), pathNot: ports, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-look-down',
      comment: 'Adapters stand below edge, app, demo, client and testing.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: test },
      to: { path: parts(['edge', 'app', 'demo', 'client', 'testing']) },
    },
    {
      name: 'only-app-composes',
      comment: 'Only app knows every adapter; the others get what they need handed in.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(adapters|app|testing)/', test] },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'drivers-only-in-adapters',
      comment: 'So that the embedded default stays honest, and a driver nobody uses need not be installed.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/adapters/', test] },
      to: { path: [packages(drivers), '^(node:)?sqlite$'] },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs in browsers and workers: of the domains it may use the types only.',
      severity: 'error',
      from: { path: '^src/client/', pathNot: test },
      to: { path: '^src/', pathNot: ['^src/(client|kernel)/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-knows-no-inside',
      comment: 'Not even the types of the inside reach the client.',
      severity: 'error',
      from: { path: '^src/client/', pathNot: test },
      to: { path: parts(['store', 'adapters', 'edge', 'app', 'demo', 'testing']) },
    },
    {
      name: 'web-talks-through-the-client',
      comment: 'The user interface uses the typed client and nothing else of the server.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/(client|kernel)/' },
    },
    {
      name: 'only-app-imports-demo',
      comment: 'The demo plant is a user of Millrace, not a part of it.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(app|demo)/', test] },
      to: { path: '^src/demo/' },
    },
    {
      name: 'only-tests-import-testing',
      comment: 'testing may import everything, so nothing of the product may import testing.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/testing/', test] },
      to: { path: '^src/testing/' },
    },
    {
      name: 'only-main-imports-app',
      comment: 'app is the top of the house.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(app|testing)/', '^src/index[.]ts$', test] },
      to: { path: '^src/app/' },
    },
    {
      name: 'entries-are-for-outsiders',
      comment: 'Inside the house an import names the file it needs; an entry would load everything and hide cycles.',
      severity: 'error',
      from: { path: '^src/', pathNot: test },
      to: { path: '^src/.+/index[.]ts$|^src/index[.]ts$' },
    },
    {
      name: 'tests-are-leaves',
      comment: 'What tests share belongs to src/testing or test/.',
      severity: 'error',
      from: {},
      to: { path: test },
    },
    {
      name: 'only-declared-packages',
      comment: 'The product may import only what package.json declares for run time.',
      severity: 'error',
      from: { path: '^src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or hide a third. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment:
        'A dependency this tool cannot find is one it cannot judge. Optional drivers of adapters may be absent, so may the benchmarks’ peers, and what a test runs of the built product before it is built.',
      severity: 'error',
      from: { pathNot: ['^src/adapters/', '^bench/peers/'] },
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(web/)?dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
