import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtInModules } from '../src/process/modules/built-in.ts';
import { catalogueOf } from '../src/process/modules/catalogue.ts';
import { modulesPage, modulesPagePath } from './modules-page.ts';

it('docs/reference/modules.md says what the modules say', () => {
  expect(readFileSync(modulesPagePath, 'utf8')).toBe(modulesPage(catalogueOf(builtInModules)));
});
