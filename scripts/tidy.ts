/** House rules that no linter holds. Each rule is a pure function of a file and answers the breaches it found. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type SourceFile = { readonly path: string; readonly text: string };

const maxLines = 400;

/** Files that may be longer than 400 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  'src/kernel/error-table.ts':
    'one table by design: every code of the product, so that nobody has to search for the others',
};

export function headerBreaches({ path, text }: SourceFile): string[] {
  if (!/^src\/.*\.ts$/.test(path) || path.endsWith('.test.ts')) return [];
  return /^(\/\*\*|\/\/)/.test(text) ? [] : [`${path}: starts without a comment that says why the file exists`];
}

export function lengthBreaches({ path, text }: SourceFile, allowed: Readonly<Record<string, string>>): string[] {
  if (!/^src\/.*\.ts$/.test(path)) return [];
  const lines = text.split('\n').length - 1;
  if (lines <= maxLines || allowed[path] !== undefined) return [];
  return [
    `${path}: ${lines} lines; above ${maxLines} it is split, or entered in longFiles of scripts/tidy.ts with a reason`,
  ];
}

export function todoBreaches({ path, text }: SourceFile): string[] {
  return linesMatching(text, /\b(TO[D]O|FIX[M]E)\b(?!\(#\d+\))/).map(
    (line) => `${path}:${line}: a note to come back names its issue in brackets, (#12)`,
  );
}

export function nameBreaches({ path }: SourceFile): string[] {
  const [stem = ''] = basename(path).split('.');
  const idea = /^(?:.*-)?(utils?|helpers?|common|misc|managers?)$/.exec(stem)?.[1];
  return idea === undefined ? [] : [`${path}: "${idea}" names no idea; call the file after what it knows`];
}

export function machinePathBreaches({ path, text }: SourceFile): string[] {
  return linesMatching(text, /(?<![\w.}\])-])\/(home|work|root)\/[\w.]/).map(
    (line) => `${path}:${line}: a path of one machine`,
  );
}

/** Every code of the error table has one heading in docs/reference/errors.md, in the table's order, and every heading a code. */
export function errorDocBreaches(codes: readonly string[], page: string): string[] {
  const headings = [...page.matchAll(/^#{2,4} +`?([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)`?[ \t]*$/gm)].map(
    (match) => match[1],
  );
  const missing = codes.filter((code) => !headings.includes(code));
  const unknown = headings.filter((heading) => heading !== undefined && !codes.includes(heading));
  const twice = headings.filter((heading, at) => headings.indexOf(heading) !== at);
  const known = headings.filter((heading) => heading !== undefined && codes.includes(heading));
  const inOrder = codes.filter((code) => known.includes(code));
  const early = twice.length > 0 ? undefined : known.find((heading, at) => heading !== inOrder[at]);
  return [
    ...missing.map((code) => `docs/reference/errors.md: no heading for the error code ${code}`),
    ...unknown.map((heading) => `docs/reference/errors.md: ${heading} is no error code`),
    ...twice.map((heading) => `docs/reference/errors.md: ${heading} has two headings`),
    ...(early === undefined ? [] : [`docs/reference/errors.md: ${early} does not stand where the error table has it`]),
  ];
}

/** Every entry of the package has its page: `.` is docs/reference/millrace.md, `./client` is docs/reference/client.md. */
export function exportPageBreaches(entries: readonly string[], hasFile: (path: string) => boolean): string[] {
  return entries
    .map((entry) => `docs/reference/${entry === '.' ? 'millrace' : entry.slice(2)}.md`)
    .filter((page) => !hasFile(page))
    .map((page) => `${page}: is missing, and package.json exports what it should describe`);
}

export function breachesOf(file: SourceFile): string[] {
  return [
    ...headerBreaches(file),
    ...lengthBreaches(file, longFiles),
    ...todoBreaches(file),
    ...nameBreaches(file),
    ...machinePathBreaches(file),
  ];
}

/** Everything git knows or would add, without what is ignored, deleted or binary. */
export function trackedFiles(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return [...new Set(listed.toString().split('\0'))]
    .filter((path) => path !== '' && basename(path) !== 'package-lock.json' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

function linesMatching(text: string, pattern: RegExp): number[] {
  return text.split('\n').flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

async function main(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { errorTable } = await import('../src/kernel/error-table.ts');
  const entries = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports);
  const errorPage = join(root, 'docs/reference/errors.md');
  const breaches = [
    ...trackedFiles(root).flatMap(breachesOf),
    ...errorDocBreaches(Object.keys(errorTable), existsSync(errorPage) ? readFileSync(errorPage, 'utf8') : ''),
    ...exportPageBreaches(entries, (path) => existsSync(join(root, path))),
  ];
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
