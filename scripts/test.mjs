/**
 * `npm test [-- <path|name> …]`: prepares the clone, says which back ends answer, runs vitest, and ends with the line
 * `N passed, N failed, N skipped`. Tests find a back end in TEST_…_URL: set here when it answers, removed when not.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { BootstrapError, ensureBuilt, ensureInstalled, filesIn, main, program, root, run, say } from './bootstrap.mjs';

const backEnds = [
  { name: 'RabbitMQ', variable: 'TEST_RABBITMQ_URL', usual: 'amqp://guest:guest@127.0.0.1:5672', port: 5672 },
  { name: 'Redis', variable: 'TEST_REDIS_URL', usual: 'redis://127.0.0.1:6379', port: 6379 },
  { name: 'MQTT', variable: 'TEST_MQTT_URL', usual: 'mqtt://127.0.0.1:1883', port: 1883 },
  { name: 'PostgreSQL', variable: 'TEST_POSTGRES_URL', usual: 'postgres://postgres@127.0.0.1:5432/test', port: 5432 },
];
const probeMs = 1_000;

await main(async () => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    await ensureInstalled({ tools: true });
    await ensureBuilt();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    say(`${error.message}, so no test ran`);
    return report({ ...counts, failed: 1 });
  }
  const missing = await probeBackEnds();
  const code = await runVitest(counts);
  if (missing.length > 0 && process.env.CI === 'true') {
    say(`with CI=true every back end must answer; counted as failed: ${missing.join(', ')}`);
    counts.failed += missing.length;
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1; // an error outside of any test
  return report(counts);
});

function report({ passed, failed, skipped }) {
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed === 0 ? 0 : 1;
}

async function probeBackEnds() {
  const missing = [];
  for (const { name, variable, usual, port } of backEnds) {
    const url = new URL(process.env[variable] || usual);
    const answers = await isListening(url.hostname, Number(url.port || port));
    process.stdout.write(
      `${name.padEnd(10)} ${answers ? 'exercised' : 'NOT exercised'} at ${url.host} (${variable})\n`,
    );
    if (answers) process.env[variable] = url.href;
    else {
      delete process.env[variable];
      missing.push(name);
    }
  }
  return missing;
}

function isListening(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port });
    const answer = (listening) => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(probeMs, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

async function runVitest(counts) {
  const folder = join(root, 'node_modules/.millrace');
  const results = join(folder, `tests-${process.pid}.json`);
  mkdirSync(folder, { recursive: true });
  const [node, vitest] = program('vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const filters = filtersOf(process.argv.slice(2));
  const code = await run(node, [vitest, 'run', ...reporters, ...filters]);
  if (existsSync(results)) count(JSON.parse(readFileSync(results, 'utf8')), counts, filters.includes('-t'));
  rmSync(results, { force: true });
  if (filters.length > 0 && code === 0 && counts.passed + counts.skipped === 0) {
    say('no test has that path or name');
    return 1;
  }
  return code;
}

/** Paths choose files, and so does the name of a test file; any other words are one name of a test. */
function filtersOf(args) {
  const firstFlag = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstFlag === -1 ? args : args.slice(0, firstFlag);
  const flags = firstFlag === -1 ? [] : args.slice(firstFlag);
  const files = words.map(fileFilterOf);
  const name = words.filter((_, at) => files[at] === undefined).join(' ');
  return [...files.filter((file) => file !== undefined), ...(name === '' ? [] : ['-t', name]), ...flags];
}

/** `npm test -- jobs` means src/jobs, `npm test -- lease` means lease.test.ts; undefined when it is no file. */
function fileFilterOf(word) {
  if (/[/\\]|\.[cm]?tsx?$/.test(word) || existsSync(join(root, word))) return word;
  if (existsSync(join(root, 'src', word))) return `src/${word}/`;
  const testFiles = ['src', 'test', 'scripts', 'examples'].flatMap(filesIn);
  return testFiles.find((path) => path.endsWith(`/${word}.test.ts`));
}

/** A file that did not load has no tests to count, so it counts as one failure. Tests a name left out are not skipped. */
function count(results, counts, isNamed) {
  for (const { status, assertionResults: tests } of results.testResults) {
    for (const test of tests) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else if (!isNamed) counts.skipped += 1;
    }
    if (status === 'failed' && !tests.some((test) => test.status === 'failed')) counts.failed += 1;
  }
}
