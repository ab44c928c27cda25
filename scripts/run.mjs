/** `npm run build|format|bench|simulate|chaos|example`: prepares the clone, then runs the program of that name. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main, program, root, run, say } from './bootstrap.mjs';

const programs = {
  bench: () => 'bench/main.ts',
  simulate: () => 'test/simulate.ts',
  chaos: () => 'test/chaos.ts',
  example: (args) => `examples/${args.shift()}/run.ts`,
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === 'build') return build();
  if (name === 'format') return format(args);
  if (!Object.hasOwn(programs, name ?? '')) return complain(`usage: run ${Object.keys(programs).join('|')} …`);
  if (name === 'example' && args.length === 0) return complain(`usage: npm run example -- ${exampleNames().join('|')}`);
  const file = programs[name](args);
  if (!existsSync(join(root, file))) return complain(`there is no ${file}`);
  await ensureInstalled({ tools: true });
  await ensureBuilt({ web: false });
  // What is measured runs with the flag that `npm start` gives the server.
  const flags = name === 'bench' ? ['--max-semi-space-size=64'] : [];
  return run(process.execPath, [...flags, '--import', 'tsx', file, ...args]);
});

async function build() {
  await ensureInstalled();
  await ensureBuilt();
}

async function format(args) {
  await ensureInstalled({ tools: true });
  const [node, biome] = program('@biomejs/biome/bin/biome');
  return run(node, [biome, 'check', '--write', ...args]);
}

function complain(line) {
  say(line);
  return 2;
}

function exampleNames() {
  if (!existsSync(join(root, 'examples'))) return [];
  return readdirSync(join(root, 'examples')).filter((name) => existsSync(join(root, 'examples', name, 'run.ts')));
}
