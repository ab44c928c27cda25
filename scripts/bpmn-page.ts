/**
 * docs/reference/bpmn.md, made from the features that tests prove. `npx tsx scripts/bpmn-page.ts` writes it; a test holds
 * the page and the features together.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { areas } from '../test/process/features/areas.ts';
import type { Area, Feature } from '../test/process/features/feature.ts';

export const bpmnPagePath = fileURLToPath(new URL('../docs/reference/bpmn.md', import.meta.url));

const head = `# BPMN 2.0, feature by feature

What the engine makes of each element and attribute of BPMN 2.0.2's executable processes. [definitions.md](definitions.md)
describes the JSON that definitions are written in; this page says how BPMN's words map to it. Every row is a test in
\`test/process/features\` that runs the feature and is named by the element and the last column; the page is made from those
tests.

- **runs**: executed, as the test shows.
- **refused**: a definition with it cannot be deployed; the rule says why.
- **kept**: no part of what runs. It stays with its element, in \`bpmn\` or \`documentation\`, and is written out again as BPMN.
`;

/** The page as it should be. */
export function bpmnPage(all: readonly Area[]): string {
  const features = all.flatMap((area) => area.features);
  const count = (support: Feature['support']) => features.filter((feature) => feature.support === support).length;
  const summary = `${features.length} rows: ${count('yes')} run, ${count('refused')} are refused, ${count('kept')} are kept.`;
  const contents = all.map(({ title }) => `[${title}](#${anchorOf(title)})`).join(' · ');
  return [head, `${summary}\n`, `${contents}\n`, ...all.map(sectionOf)].join('\n');
}

function sectionOf({ title, features }: Area): string {
  const rows = features.map((feature) => {
    const { element, attribute, json, name } = feature;
    const what = inCode(attribute === undefined ? element : `${element}: ${attribute}`);
    return `| ${[what, json, verdictOf(feature), name].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `## ${title}\n\n| BPMN | in JSON | how it runs | what the test shows: it … |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function verdictOf({ support, rule }: Feature): string {
  if (rule === undefined) return support === 'kept' ? 'kept' : 'runs';
  return `refused: [\`${rule}\`](process-rules.md#${anchorOf(rule)})`;
}

/** The names of BPMN's schema are written like this. */
const inCode = (text: string): string => text.replaceAll(/(?<!`)\b[a-z]+[A-Z]\w*\b/g, (name) => `\`${name}\``);

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(bpmnPagePath, bpmnPage(areas));
