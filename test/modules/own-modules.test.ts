/** Modules from a folder: the one that the guide writes runs, and what is no module stops the start. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModules } from '../../src/process/modules/load-modules.ts';
import { openEdgeServer } from '../../src/testing/edge-server.ts';
import { read } from '../docs/page.ts';
import { deploy, isOver, start, when } from './running.ts';

const page = read('docs/guide/new-module.md');
const shown = (language: string): string => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';

function folderWith(files: Readonly<Record<string, string>>) {
  const path = mkdtempSync(join(tmpdir(), 'millrace-modules-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe('the module of the guide', () => {
  it('is loaded from its folder, listed, and does the steps of its process', async () => {
    using folder = folderWith({ 'stock.mjs': shown('js'), 'notes.txt': 'no module' });
    await using server = await openEdgeServer({ modules: { own: await loadModules(folder.path) } });
    const { body } = await server.call({ method: 'GET', url: '/api/v1/modules/stock', as: 'operator' });
    expect(body).toMatchObject({ outcomes: ['enough', 'short'], config: { required: ['part', 'shelf'] } });
    expect(await deploy(server, JSON.parse(shown('json')))).toMatchObject({ status: 201 });
    const id = await start(server, { definition: 'seal', variables: { needed: 2 } });
    expect(await when(server, id, isOver)).toMatchObject({ variables: { left: 3 } });
    const short = await start(server, { definition: 'seal', variables: { needed: 9 } });
    expect(await when(server, short, ({ at }) => at.includes('order'))).toMatchObject({ status: 'active' });
  });
});

const moduleOf = (fields: string) => `export default ({ defineModule, z, done }) => defineModule({
  name: 'mine', title: 't', summary: 's', config: z.strictObject({}), outcomes: ['done'], run: () => done(), ${fields} });`;

describe('a folder is not loaded when', () => {
  it.each([
    ['one of its files cannot be read', 'export default (', 'one.mjs'],
    ['one exports no function', 'export default 3;', 'no function'],
    ['one answers no module', 'export default () => undefined;', 'no module'],
    ['one throws', "export default () => { throw new Error('out of order'); };", 'out of order'],
    ['one has a name that cannot be', moduleOf("name: 'My Module'"), 'lower-case'],
    ['one has the name of a module that is there', moduleOf("name: 'http'"), 'Millrace itself'],
    ['one has the name of a step that is there', moduleOf("name: 'mail'"), 'Millrace itself'],
    ['one has no schema', moduleOf('config: {}'), '`config`'],
    ['one ends with nothing', moduleOf('outcomes: []'), '`outcomes`'],
    ['one does nothing', moduleOf('run: undefined'), '`run`'],
  ])('%s', async (_, text, said) => {
    using folder = folderWith({ 'one.mjs': text });
    const failure = await loadModules(folder.path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'module.cannot-load', message: expect.stringContaining(said) });
    expect(failure).toMatchObject({ message: expect.stringContaining('one.mjs') });
  });

  it('two have the same name, or it is not there', async () => {
    using folder = folderWith({ 'a.mjs': moduleOf(''), 'b.js': moduleOf('') });
    await expect(loadModules(folder.path)).rejects.toMatchObject({ code: 'module.cannot-load' });
    await expect(loadModules(join(folder.path, 'nowhere'))).rejects.toMatchObject({ code: 'module.cannot-load' });
  });
});
