/** The TypeScript on the pages compiles against what the package exports; what it prints is what stands below it. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { allBlocks, pagePaths, read, root } from './page.ts';

it('compiles, snippet by snippet', { timeout: 120_000 }, () => {
  const snippets = allBlocks('ts').map(({ path, text }, place): [string, string] => [
    join(root, `${path.replaceAll('/', '-')}-${place}.ts`),
    text,
  ]);
  expect(snippets.length).toBeGreaterThan(5);
  const wrong = join(root, 'wrong.ts');
  const complaints = complaintsAbout(new Map([...snippets, [wrong, "import { fly } from 'millrace';\nfly();\n"]]));
  expect(complaints).toEqual([expect.stringMatching(/wrong\.ts:1: .*no exported member 'fly'/)]);
});

describe('a snippet with its output right below it', () => {
  const shown = pagePaths.flatMap((path) =>
    [...read(path).matchAll(/^```ts\n((?:(?!```).*\n)*)```\n\n```text\n([\s\S]*?)^```$/gm)].map(
      ([, text = '', output = ''], place) => ({ path, place, text, output }),
    ),
  );

  it('is found', () => {
    expect(shown.length).toBeGreaterThan(5);
  });

  it.each(shown)('prints that: $path, no. $place', { timeout: 120_000 }, async ({ path, place, text, output }) => {
    const folder = join(root, 'node_modules/.millrace/snippets');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${path.replaceAll('/', '-')}-${place}.mts`);
    const source = (entry: string): string => join(root, 'src', entry, 'index.ts');
    writeFileSync(
      file,
      text.replaceAll(/from 'millrace\/?([a-z]*)'/g, (_, entry: string) => `from '${source(entry)}'`),
    );
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: root });
    expect(stdout).toBe(output);
  });
});

/** What the compiler says about files that exist in memory only, where `millrace` is this source. */
function complaintsAbout(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { readonly config: object };
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, root);
  const options = { ...parsed.options, paths: { millrace: ['./src/index.ts'], 'millrace/*': ['./src/*/index.ts'] } };
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([...files.keys()], options, {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    readFile: (path) => files.get(path) ?? host.readFile(path),
    getSourceFile: (path, target) => {
      const text = files.get(path) ?? host.readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, target);
    },
  });
  return [...files.keys()]
    .map((path) => program.getSourceFile(path))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start = 0, messageText }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
}
