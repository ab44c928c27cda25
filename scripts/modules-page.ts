/**
 * docs/reference/modules.md, made from the modules that every server has. `npx tsx scripts/modules-page.ts` writes it; a
 * test holds the page and the modules together.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtInModules } from '../src/process/modules/built-in.ts';
import { type CatalogueEntry, catalogueOf } from '../src/process/modules/catalogue.ts';

export const modulesPagePath = fileURLToPath(new URL('../docs/reference/modules.md', import.meta.url));

const head = `# Modules

The kinds of steps that processes are built of. \`GET /api/v1/modules\` and \`millrace modules show <name>\` say the same of a running
server, with the JSON Schema of what each takes. This page is made from the modules themselves.

A step of the language is written with a type of its own and its fields beside it; the step of a module as
\`{"type": "module", "module": "http", "config": {…}}\`. In \`config\` every text that starts with \`=\` is a FEEL expression:
[definitions.md](definitions.md#module) has the rules, and an example.

Each is written in one way: \`decision\` is a \`businessRuleTask\` with \`rules\`, \`form\` a \`userTask\`; there is no second spelling of them as a
module's step. A running server lists more: modules of its folder, and those that [message services](../guide/new-module.md#in-another-process)
do. \`origin\` tells them apart: \`built-in\`, \`folder\`, \`service\`.
`;

type Shape = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
};

const WHO: Readonly<Record<CatalogueEntry['doneBy'], string>> = {
  transition: 'The process itself does it, at once.',
  job: 'A job does it.',
  person: 'A person does it.',
  event: 'It waits for something to happen.',
};
const LOST = {
  retry: 'When its worker is lost it is done again.',
  hold: 'When its worker is lost, a person is asked whether it happened.',
};

/** The page as it should be. */
export const modulesPage = (entries: readonly CatalogueEntry[]): string => [head, ...entries.map(sectionOf)].join('\n');

function sectionOf(entry: CatalogueEntry): string {
  const { name, summary, type, doneBy, outcomes, outcomesFrom, onLost, config } = entry;
  const ends = outcomes.map((outcome) => `\`${outcome}\``).join(', ');
  const more = outcomesFrom === null ? '' : `, or what \`${outcomesFrom}\` names`;
  const written = type === 'module' ? `\`{"type": "module", "module": "${name}"}\`` : `\`{"type": "${type}"}\``;
  const { properties = {}, required = [] } = config as Shape;
  const rows = Object.entries(properties).map(([field, shape]) => {
    const value = required.includes(field)
      ? 'required'
      : shape.default === undefined
        ? ''
        : JSON.stringify(shape.default);
    const cells = [`\`${field}\``, formOf(shape), value === '' || value === 'required' ? value : `\`${value}\``];
    return `| ${[...cells, shape.description ?? ''].join(' | ')} |`;
  });
  const lost = onLost === null ? '' : ` ${LOST[onLost]}`;
  return [
    `## ${name}\n`,
    `${summary} ${WHO[doneBy]}${lost}\n`,
    `Written ${written}; ends with ${ends}${more}.\n`,
    '| field | form | default | |\n|---|---|---|---|',
    `${rows.join('\n')}\n`,
  ].join('\n');
}

function formOf({ type, enum: values, anyOf, items }: Shape): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(formOf))].join(' or ');
  if (items?.properties !== undefined) return `array of {${Object.keys(items.properties).join(', ')}}`;
  return type === undefined ? 'anything' : type;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(modulesPagePath, modulesPage(catalogueOf(builtInModules)));
