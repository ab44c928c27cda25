/** `millrace demo` as a program: what it answers to machines, and that it leaves nothing behind, interrupted or not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/app/main.js', import.meta.url));
const TIMEOUT_MS = 120_000;

/** The demo with a folder for temporary files of its own. */
function startDemo(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-test-'));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, 'demo', ...args], {
    cwd: folder,
    env: { PATH, HOME, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    child,
    output: () => output,
    left: () => readdirSync(folder),
    ended: async () => (child.exitCode === null ? ((await once(child, 'close'))[0] as number | null) : child.exitCode),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

it('the demo answers one object, ends with 0 and leaves nothing behind', { timeout: TIMEOUT_MS }, async () => {
  await using demo = startDemo('--json');
  expect(await demo.ended()).toBe(0);
  expect(JSON.parse(demo.output())).toEqual({
    measurements: expect.any(Number),
    anomalies: expect.any(Number),
    instances: expect.any(Number),
    outcomes: expect.objectContaining({ confirmed: expect.any(Number), rejected: expect.any(Number) }),
    mails: expect.any(Number),
    seconds: expect.any(Number),
  });
  expect(demo.left()).toEqual([]);
});

it('the demo that is interrupted leaves nothing behind either', { timeout: TIMEOUT_MS }, async () => {
  await using demo = startDemo();
  await expect.poll(demo.output, { timeout: TIMEOUT_MS }).toContain('plant');
  expect(demo.left()).toHaveLength(1);
  demo.child.kill('SIGINT');
  expect(await demo.ended()).toBe(130);
  expect(demo.left()).toEqual([]);
});
