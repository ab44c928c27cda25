/**
 * A decision table → its place in the file. Only what differs is written: other elements, extensions, layout, comments
 * and the way the file is set stay as they are, letter for letter.
 */
import { MillraceError } from '../../../kernel/errors.ts';
import type { Aggregation, HitPolicy, Typed } from '../model.ts';
import { attribute, childNamed, childrenNamed, type DmnElement, readDocument } from '../reading/document.ts';
import { applyEdits, type Edit, Writer } from './edits.ts';

/**
 * What a table is to be; a table as it is read is one. A part with the id of a part of the file is that part, changed;
 * `#3` is the third part, if that has no id. All others are new.
 */
export type TableDraft = {
  readonly hitPolicy: HitPolicy;
  readonly aggregation?: Aggregation;
  readonly inputs: readonly InputDraft[];
  readonly outputs: readonly OutputDraft[];
  readonly annotations: readonly string[];
  readonly rules: readonly RuleDraft[];
};

type Part = { readonly id: string };
type Text = { readonly text: string };
type InputDraft = Part & Typed & { readonly label?: string; readonly expression: Text; readonly values?: Text };
type OutputDraft = Part &
  Typed & {
    readonly name: string;
    readonly label?: string;
    readonly values?: Text;
    readonly defaultValue?: Text;
  };
type RuleDraft = Part & {
  /** Without it that of the file stays; an empty one takes it away. */
  readonly description?: string;
  readonly inputs: readonly Text[];
  readonly outputs: readonly Text[];
  readonly annotations: readonly string[];
};

/**
 * The file with the table changed. `table` is the id of the table, or the id or name of the decision or function whose
 * logic it is. Throws `dmn.unknown-table`, and what reading throws.
 */
export function writeTable(xml: string, table: string, draft: TableDraft): string {
  const document = readDocument(xml);
  const element = findTable(document.root, table);
  if (element === undefined) throw new MillraceError('dmn.unknown-table', { wanted: table });
  const writer = new Writer(document, element);
  return applyEdits(document.xml, [
    ...writePolicy(writer, draft),
    ...writeRow(writer, inputs(writer), draft.inputs),
    ...writeRow(writer, outputs(writer), draft.outputs),
    ...writeRow(
      writer,
      annotations(writer),
      draft.annotations.map((name, index) => ({ id: `#${index + 1}`, name })),
    ),
    ...writeRow(writer, rules(writer), draft.rules),
  ]);
}

/** The table of this id, or the logic of the decision or function of this id or name. */
function findTable(root: DmnElement, wanted: string): DmnElement | undefined {
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.name === 'decisionTable' && attribute(next, 'id') === wanted) return next;
    waiting.push(...next.children);
  }
  const holders = [...childrenNamed(root, 'decision'), ...childrenNamed(root, 'businessKnowledgeModel')];
  const holder =
    holders.find((each) => attribute(each, 'id') === wanted) ??
    holders.find((each) => attribute(each, 'name') === wanted);
  const logic = holder && (childNamed(holder, 'encapsulatedLogic') ?? holder);
  return logic && childNamed(logic, 'decisionTable');
}

/** UNIQUE is what a table has without saying so. */
function writePolicy(writer: Writer, { hitPolicy, aggregation }: TableDraft): readonly Edit[] {
  const isSilent = hitPolicy === 'UNIQUE' && attribute(writer.table, 'hitPolicy') === undefined;
  return [
    ...(isSilent ? [] : writer.setAttribute(writer.table, 'hitPolicy', hitPolicy)),
    ...writer.setAttribute(writer.table, 'aggregation', aggregation),
  ];
}

type Row<Draft> = {
  readonly name: 'input' | 'output' | 'annotation' | 'rule';
  readonly make: (draft: Draft) => string;
  readonly change: (of: DmnElement, draft: Draft) => readonly Edit[];
};

/** As many parts as can stay where they are, and are changed there; the others are taken away, and come in by their place. */
function writeRow<Draft extends Part>(writer: Writer, row: Row<Draft>, drafts: readonly Draft[]): readonly Edit[] {
  const old = childrenNamed(writer.table, row.name);
  const byId = new Map(old.map((element, index) => [attribute(element, 'id') ?? `#${index + 1}`, { element, index }]));
  const parts = drafts.map((draft) => {
    const found = byId.get(draft.id);
    byId.delete(draft.id);
    return { draft, ...found };
  });
  const staying = new Set(longestRise(parts.flatMap(({ index }) => (index === undefined ? [] : [index]))));
  const arranged = parts.map(({ draft, element, index }) => {
    if (element === undefined || index === undefined) return { text: row.make(draft) };
    return staying.has(index) ? { kept: element } : { text: writer.copy(element, row.change(element, draft)) };
  });
  const changes = parts.flatMap(({ draft, element, index }) =>
    element === undefined || index === undefined || !staying.has(index) ? [] : row.change(element, draft),
  );
  return [...changes, ...writer.arrangeRow(row.name, old, arranged)];
}

/** Of different numbers as many as rise one after the other. */
function longestRise(numbers: readonly number[]): number[] {
  type Link = { readonly value: number; readonly before: Link | undefined };
  // The last of the best rise of each length, where the best is the one that ends lowest.
  const ends: Link[] = [];
  for (const value of numbers) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.value ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    ends[low] = { value, before: ends[low - 1] };
  }
  const rise: number[] = [];
  for (let link = ends.at(-1); link !== undefined; link = link.before) rise.push(link.value);
  return rise;
}

const inputs = (writer: Writer): Row<InputDraft> => ({
  name: 'input',
  make: ({ id, label, expression, values, type }) =>
    writer.element('input', { id: writer.idFor(id, 'Input'), label }, [
      writer.element('inputExpression', { id: writer.idFor('', 'InputExpression'), typeRef: type?.name }, [
        writer.text(expression.text),
      ]),
      ...optionalTests(writer, 'inputValues', values),
    ]),
  change: (of, input) => {
    const expression = childNamed(of, 'inputExpression');
    return [
      ...writer.setAttribute(of, 'label', input.label),
      ...(expression === undefined ? [] : writer.setText(expression, input.expression.text)),
      ...(expression === undefined ? [] : setType(writer, expression, input)),
      ...writer.setTests(of, 'inputValues', input.values?.text),
    ];
  },
});

const outputs = (writer: Writer): Row<OutputDraft> => ({
  name: 'output',
  make: ({ id, name, label, values, defaultValue, type }) =>
    writer.element('output', { id: writer.idFor(id, 'Output'), name, label, typeRef: type?.name }, [
      ...optionalTests(writer, 'outputValues', values),
      ...optionalTests(writer, 'defaultOutputEntry', defaultValue),
    ]),
  change: (of, output) => [
    ...writer.setAttribute(of, 'name', output.name === '' && !of.attributes.has('name') ? undefined : output.name),
    ...writer.setAttribute(of, 'label', output.label),
    ...setType(writer, of, output),
    ...writer.setTests(of, 'outputValues', output.values?.text),
    ...writer.setTests(of, 'defaultOutputEntry', output.defaultValue?.text),
  ],
});

const annotations = (writer: Writer): Row<Part & { readonly name: string }> => ({
  name: 'annotation',
  make: ({ name }) => writer.element('annotation', { name }),
  change: (of, { name }) =>
    (attribute(of, 'name')?.trim() ?? '') === name ? [] : writer.setAttribute(of, 'name', name),
});

const rules = (writer: Writer): Row<RuleDraft> => {
  const note = (text: string): string => writer.element('annotationEntry', {}, [writer.text(text)]);
  return {
    name: 'rule',
    make: (rule) =>
      writer.element('rule', { id: writer.idFor(rule.id, 'DecisionRule') }, [
        ...(rule.description ? [writer.plain('description', rule.description)] : []),
        ...rule.inputs.map(({ text }) => writer.entry('inputEntry', text)),
        ...rule.outputs.map(({ text }) => writer.entry('outputEntry', text)),
        ...rule.annotations.map(note),
      ]),
    change: (of, rule) => [
      ...(rule.description === undefined ? [] : writer.setDescription(of, rule.description)),
      ...writer.setEntries(of, 'inputEntry', {
        texts: rule.inputs.map(({ text }) => text),
        make: (text) => writer.entry('inputEntry', text),
      }),
      ...writer.setEntries(of, 'outputEntry', {
        texts: rule.outputs.map(({ text }) => text),
        make: (text) => writer.entry('outputEntry', text),
      }),
      ...writer.setEntries(of, 'annotationEntry', { texts: rule.annotations, make: note }),
    ],
  };
};

const optionalTests = (writer: Writer, name: string, tests: Text | undefined): string[] =>
  tests === undefined ? [] : [writer.element(name, {}, [writer.text(tests.text)])];

/** A type keeps the prefix it has in the file as long as it means the same. */
function setType(writer: Writer, of: DmnElement, { type }: Typed): readonly Edit[] {
  const old = attribute(of, 'typeRef')?.trim();
  const isSame = old !== undefined && type !== undefined && old.slice(old.indexOf(':') + 1) === type.name;
  return isSame ? [] : writer.setAttribute(of, 'typeRef', type?.name);
}
