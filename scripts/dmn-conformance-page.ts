/**
 * docs/reference/dmn-conformance.md, made by running the public conformance cases of DMN where they lie beside the
 * project, in shared/data/dmn-tck. `npx tsx scripts/dmn-conformance-page.ts` writes it; a test holds page and cases together.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { judge, type Verdict } from '../test/dmn/judge.ts';
import { hasCases, readSuites } from '../test/dmn/suite.ts';

export const conformancePagePath = fileURLToPath(new URL('../docs/reference/dmn-conformance.md', import.meta.url));

const head = `# Conformance with DMN

What the engine makes of the public conformance cases of DMN 1.5 (dmn-tck). About half of them lie beside the project and are
run; this page is made from the run by \`npx tsx scripts/dmn-conformance-page.ts\`, and a test holds both together. A case is
one expected value. Values are compared exactly; of results that have no end (powers with fractions, logarithms) the digits
that the case gives count, twelve at most. Level 2 is decision tables with simple expressions, level 3 is all of FEEL and DMN.
[dmn.md](dmn.md) says what is supported.
`;

/** Why cases do not pass, by their folder. A folder that is not listed here has no reason to fail. */
const REASONS: Readonly<Record<string, string>> = {
  '0076-feel-external-java': 'calls a function of Java, which Millrace never does: its value is null',
};

/** The page as it should be. */
export function conformancePage(verdicts: readonly Verdict[]): string {
  const levels = [...new Set(verdicts.map(({ level }) => level))].sort();
  const summary = levels.map((level) => {
    const cases = verdicts.filter((verdict) => verdict.level === level);
    const able = cases.filter(({ folder }) => REASONS[folder] === undefined || isPassed(cases, folder));
    return `| ${level} | ${ratio(cases)} | ${ratio(able)} |`;
  });
  const failed = verdicts.filter(({ hasPassed }) => !hasPassed);
  const rows = failed.map(
    ({ folder, id, problem }) => `| ${folder} | ${id} | ${escaped(REASONS[folder] ?? problem)} |`,
  );
  return [
    head,
    '| level | passed | without folders that need Java |\n|---|---|---|',
    `${summary.join('\n')}\n`,
    `## Cases that do not pass\n\n${rows.length === 0 ? 'None.' : `| folder | case | why |\n|---|---|---|\n${rows.join('\n')}`}\n`,
    ...levels.map((level) => sectionOf(level, verdicts)),
  ].join('\n');
}

const isPassed = (cases: readonly Verdict[], folder: string): boolean =>
  cases.every((verdict) => verdict.folder !== folder || verdict.hasPassed);

function sectionOf(level: string, verdicts: readonly Verdict[]): string {
  const ofLevel = verdicts.filter((verdict) => verdict.level === level);
  const folders = [...new Set(ofLevel.map(({ folder }) => folder))].sort();
  const rows = folders.map((folder) => `| ${folder} | ${ratio(ofLevel.filter((each) => each.folder === folder))} |`);
  return `## Level ${level}\n\n| folder | passed |\n|---|---|\n${rows.join('\n')}\n`;
}

function ratio(verdicts: readonly Verdict[]): string {
  const passed = verdicts.filter(({ hasPassed }) => hasPassed).length;
  const percent = Math.floor((passed / verdicts.length) * 1_000) / 10;
  return `${passed} of ${verdicts.length} (${percent} %)`;
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!hasCases) throw new Error('the cases are not there: shared/data/dmn-tck');
  writeFileSync(conformancePagePath, conformancePage(judge(readSuites())));
}
