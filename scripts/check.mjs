/** `npm run check`: types, lint, walls, dead code, house rules and docs, two at a time; the same command as CI runs. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, main, program, root, secondsSince } from './bootstrap.mjs';

const atOnce = 2;
const typescript = program('typescript/bin/tsc');
const tsx = (script) => [process.execPath, '--import', 'tsx', script];

const lintFlags = ['--colors=off', '--diagnostic-level=warn', '--error-on-warnings', '--max-diagnostics=50'];

/** Longest first. `judge` may refuse an output although the program was content; it answers what is wrong. */
const checks = [
  { name: 'types', command: [...typescript, '--noEmit'] },
  { name: 'dead code', command: [...program('knip/bin/knip.js'), '--no-progress', '--no-config-hints'] },
  { name: 'walls', command: wallsCommand(), judge: judgeWalls },
  { name: 'lint', command: [...program('@biomejs/biome/bin/biome'), 'ci', ...lintFlags] },
  { name: 'types of web', command: [...typescript, '--noEmit', '-p', 'web'] },
  { name: 'tidy', command: tsx('scripts/tidy.ts') },
  { name: 'docs', command: tsx('scripts/docs.ts') },
];

await main(async () => {
  await ensureInstalled({ tools: true });
  const startedAt = Date.now();
  const waiting = [...checks];
  const failed = [];
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await passes(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const verdict = failed.length === 0 ? 'everything holds' : `failed: ${failed.join(', ')}`;
  process.stdout.write(`${verdict} (${checks.length} checks in ${secondsSince(startedAt)})\n`);
  return failed.length === 0 ? 0 : 1;
});

async function passes({ name, command, judge }) {
  const startedAt = Date.now();
  const { code, stdout, stderr } = await outputOf(command);
  const complaint =
    judge?.(code, stdout, stderr) ?? (code === 0 ? '' : `${stdout}${stderr}`.trim() || `exit code ${code}`);
  process.stdout.write(`${complaint === '' ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${secondsSince(startedAt)}\n`);
  if (complaint !== '') process.stdout.write(`${complaint.replace(/^/gm, '     ')}\n`);
  return complaint === '';
}

function outputOf([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const chunks = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk) => chunks.stdout.push(chunk));
    child.stderr.on('data', (chunk) => chunks.stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({
        code,
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      });
    });
  });
}

function wallsCommand() {
  const folders = ['src', 'web/src', 'test', 'bench', 'examples', 'scripts'].filter((folder) =>
    existsSync(join(root, folder)),
  );
  return [...program('dependency-cruiser/bin/dependency-cruise.mjs'), '--output-type', 'json', ...folders];
}

/** With a compiler it cannot use, dependency-cruiser finds no module and no breach: count what it has seen. */
function judgeWalls(code, stdout, stderr) {
  if (!stdout.startsWith('{')) return `${stdout}${stderr}`.trim() || `exit code ${code}`;
  const { modules, summary } = JSON.parse(stdout);
  const seen = new Set(modules.map(({ source }) => source));
  const unseen = readdirSync(join(root, 'src'), { recursive: true })
    .map((path) => `src/${path}`)
    .filter((path) => path.endsWith('.ts') && !seen.has(path));
  const lines = [
    ...(seen.size === 0 ? ['no module was seen at all'] : []),
    ...unseen.map((path) => `${path} was not seen`),
    ...summary.violations.map(({ rule, from, to, cycle }) => {
      const trail = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
      return `${rule.name}: ${from} → ${trail}`;
    }),
  ];
  return lines.join('\n');
}
