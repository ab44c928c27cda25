/** docs/guide/new-service.md, worked through in its order: the service, its trial without a server, and a real server with it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ServerProcess } from '../server-process.ts';
import { read, root } from './page.ts';
import { Shown } from './shown.ts';
import { Terminals } from './terminals.ts';

const PAGE = read('docs/guide/new-service.md');
const PARTS = /(?:`([a-z]+\.[a-z]+)`:\n\n)?^```(sh|js|csv)\n([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?/gm;
const steps = [...PAGE.matchAll(PARTS)].map(([, file, language, text = '', expected = '']) => ({
  ...{ file, language, text, expected },
}));
const MAX_SERVICE_LINES = 40;

it('the guide to a measurement service of your own works as it stands', { timeout: 120_000 }, async () => {
  expect(steps.map(({ language }) => language)).toEqual(['js', 'js', 'sh', 'sh', 'sh', 'csv', 'sh']);
  expect(steps[0]?.text.trim().split('\n').length).toBeLessThan(MAX_SERVICE_LINES);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-service-'));
  symlinkSync(join(root, 'bin'), join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/millrace'));
  const data = join(folder, 'data');
  const services = join(folder, 'kiln.mjs');
  await using server = new ServerProcess({ data, environment: { MILLRACE_SERVICES: services } });
  const { PATH = '', HOME = '' } = process.env;
  await using terminals = new Terminals({ folder, environment: { PATH, HOME, MILLRACE_DATA: data } });
  const shown = new Shown();
  for (const { file, language, text, expected } of steps) {
    if (language !== 'sh') writeFileSync(join(folder, file ?? ''), text);
    else if (text.includes('npm start')) {
      expect(text).toContain('MILLRACE_SERVICES=./kiln.mjs');
      await server.start();
    } else {
      const { output } = await terminals.run(text);
      if (!shown.fits(expected, output)) expect(output).toBe(expected);
    }
  }
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});
