/** The pages that tests hold against the code, and the parts of them: fenced blocks, rows of tables, words in code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every file below a folder of the project that ends like this, by its path in the project. */
export const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith(ending));

export const pagePaths: readonly string[] = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')];

export type Block = { readonly path: string; readonly language: string; readonly text: string };

/** The fenced blocks of all pages that are in one of these languages. */
export const allBlocks = (...languages: readonly string[]): Block[] =>
  pagePaths.flatMap(blocksOf).filter(({ language }) => languages.includes(language));

export const blocksOf = (path: string): Block[] =>
  [...read(path).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    path,
    language,
    text,
  }));

/** The cells of every row below a table head of exactly these columns. No cell of such a table may hold a bar. */
export function rowsBelow(text: string, head: string): string[][] {
  const rows: string[][] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    if (line === head) isBelow = true;
    else if (!line.startsWith('|')) isBelow = false;
    else if (isBelow && !line.startsWith('|---')) rows.push(cellsOf(line));
  }
  return rows;
}

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

export const inCode = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** What stands in code in the given column below a table head. */
export const codeInColumn = (path: string, head: string, column: number): string[] =>
  rowsBelow(read(path), head).flatMap((cells) => inCode(cells[column] ?? ''));
