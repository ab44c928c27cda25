/**
 * The pages stay true: links lead somewhere, the npm commands they show exist, and what the package exports stands on the
 * page of its entry. Pure functions of a page.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type SourceFile, trackedFiles } from './tidy.ts';

/** Commands npm has by itself. */
const builtIn = ['install', 'ci', 'start', 'test', 'exec', 'run'];

/** `pages` holds the text of every Markdown page by path; `hasFile` knows all other targets. */
export function linkBreaches(
  page: SourceFile,
  pages: ReadonlyMap<string, string>,
  hasFile: (path: string) => boolean,
): string[] {
  return linksOf(page.text).flatMap((link) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return [];
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? page.path : posix.normalize(posix.join(dirname(page.path), decodeURI(target)));
    if (path.startsWith('..')) return [`${page.path}: the link ${link} leaves the project`];
    if (!hasFile(path)) return [`${page.path}: the link ${link} leads nowhere`];
    const text = pages.get(path);
    if (anchor === undefined || text === undefined || anchorsOf(text).includes(anchor)) return [];
    return [`${page.path}: ${path} has no heading for #${anchor}`];
  });
}

export function commandBreaches(page: SourceFile, scripts: readonly string[]): string[] {
  return [...page.text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !scripts.includes(name) && !builtIn.includes(name))
    .map((name) => `${page.path}: there is no "npm run ${name}"`);
}

/** What an entry of the package exports is named in code on its page: `./client` on docs/reference/client.md. */
export function exportBreaches(page: SourceFile, exported: readonly string[]): string[] {
  const named = new Set(
    [...withoutFences(page.text).matchAll(/`([^`\n]+)`/g)].flatMap((match) => (match[1] ?? '').match(/[\w$]+/g) ?? []),
  );
  return exported
    .filter((name) => !named.has(name))
    .map((name) => `${page.path}: says nothing of ${name}, which the package exports`);
}

/** The names that an entry passes on; entries do nothing else. */
export function exportedNames(source: string): string[] {
  return [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap((match) => (match[1] ?? '').split(','))
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter((name) => name !== '');
}

/** The source and the page of an entry of package.json. */
export const placesOf = (entry: string): { readonly source: string; readonly page: string } => ({
  source: posix.normalize(`src/${entry}/index.ts`),
  page: `docs/reference/${entry === '.' ? 'millrace' : entry.slice(2)}.md`,
});

/** Anchors as GitHub makes them from headings, plus explicit ids. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const headings = [...withoutFences(text).matchAll(/^#{1,6} +(.+?)[ \t#]*$/gm)].map((match) => {
    const words = (match[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return [...headings, ...[...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? '')];
}

function linksOf(text: string): string[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)];
  return [...inline, ...references].map((match) => match[1] ?? '');
}

const withoutFences = (text: string): string => text.replace(/^(```+|~~~+)[\s\S]*?^\1[^\n]*$/gm, '');

function main(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const scripts = Object.keys(manifest.scripts);
  const found = trackedFiles(root).filter(({ path }) => path.endsWith('.md'));
  const pages = new Map(found.map(({ path, text }) => [path, text]));
  const hasFile = (path: string): boolean => existsSync(join(root, path));
  const breaches = [
    ...found.flatMap((page) => [...linkBreaches(page, pages, hasFile), ...commandBreaches(page, scripts)]),
    ...Object.keys(manifest.exports)
      .map(placesOf)
      .flatMap(({ source, page }) =>
        exportBreaches(
          { path: page, text: pages.get(page) ?? '' },
          exportedNames(readFileSync(join(root, source), 'utf8')),
        ),
      ),
  ];
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
