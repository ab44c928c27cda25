/** docs/guide/processes.md, worked through in its order: real server, real commands, the tests that it writes. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ServerProcess } from '../server-process.ts';
import { read, root } from './page.ts';
import { Shown } from './shown.ts';
import { Terminals } from './terminals.ts';

const PAGE = 'docs/guide/processes.md';
const SHOWN_URL = 'http://localhost:8080';

type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'serve' }
  | { readonly kind: 'run'; readonly commands: string; readonly expected: string };

/** A file is the JSON or JavaScript behind a line that ends with its name; TypeScript is run by `snippets.test.ts`. */
const PARTS = /(?:`([\w.-]+)`:\n\n)?^```(json|js|sh)\n([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?/gm;

const steps = [...read(PAGE).matchAll(PARTS)].flatMap(([, name, language, text = '', expected = '…']): Step[] => {
  if (language !== 'sh') return name === undefined ? [] : [{ kind: 'file', name, text }];
  return [text.includes('npm start') ? { kind: 'serve' } : { kind: 'run', commands: text, expected }];
});

it('has steps of every sort', () => {
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(['file', 'serve', 'run']));
  expect(steps.length).toBeGreaterThan(10);
});

it('works as it stands', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-processes-'));
  const server = new ServerProcess({ data: join(folder, 'data'), environment: {} });
  const { PATH = '', HOME = '' } = process.env;
  const environment = { PATH, HOME, MILLRACE_DATA: join(folder, 'data') };
  await using terminals = new Terminals({ folder, environment });
  const shown = new Shown();
  try {
    likeAClone(folder);
    for (const step of steps) {
      if (step.kind === 'serve') await server.start();
      else if (step.kind === 'file') writeFileSync(join(folder, step.name), step.text);
      else {
        const commands = shown.here(step.commands.replaceAll(SHOWN_URL, server.url));
        const { output } = await terminals.run(commands);
        expect([shown.fits(step.expected, output), commands, output]).toEqual([true, commands, output]);
      }
    }
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** In a clone the package finds itself by its name. */
function likeAClone(folder: string): void {
  const self = join(folder, 'node_modules/millrace');
  mkdirSync(dirname(self), { recursive: true });
  symlinkSync(root, self);
  symlinkSync(join(root, 'bin'), join(folder, 'bin'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
}
