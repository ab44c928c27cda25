/** `npm run bench -- <name> [--json] [--no-peers]`: measures, and prints one JSON object a line. Profiles with `node --cpu-prof`. */
const benchmarks: Record<string, () => Promise<{ run: (args: readonly string[]) => Promise<void> }>> = {
  bus: () => import('./bus.ts'),
  feel: () => import('./feel.ts'),
  jobs: () => import('./jobs.ts'),
  measurements: () => import('./measurements.ts'),
  nab: () => import('./nab.ts'),
  people: () => import('./people.ts'),
  process: () => import('./process.ts'),
  store: () => import('./store.ts'),
};

const [name = '', ...args] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const load = benchmarks[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benchmarks).join('|')} [--json] [--no-peers]\n`);
  process.exitCode = 2;
} else {
  const { run } = await load();
  await run(args);
}
