/** `npm run bench -- <name> [--json]`: measures, and prints one JSON object a line. Profiles with `node --cpu-prof`. */
const benchmarks: Record<string, () => Promise<{ run: (args: readonly string[]) => Promise<void> }>> = {
  process: () => import('./process.ts'),
  store: () => import('./store.ts'),
};

const [name = '', ...args] = process.argv.slice(2).filter((argument) => argument !== '--json');
const load = benchmarks[name];
if (load === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benchmarks).join('|')} [--json]\n`);
  process.exitCode = 2;
} else {
  const { run } = await load();
  await run(args);
}
