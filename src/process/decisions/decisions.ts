/**
 * Deployed decisions: DMN files, numbered and never changed, with an index of what can be asked. The newest version of each
 * model is kept ready; older ones are read when they are asked for. Every deployment raises a number in the store, by which
 * another server on it knows that it must read anew.
 */
import { analyseTable, type TableAnalysis } from '../../feel/dmn/analysis/analyse.ts';
import { type CompiledModel, compileModel, type Evaluation } from '../../feel/dmn/decisions.ts';
import type { DmnModel, Problem } from '../../feel/dmn/model.ts';
import { readModel } from '../../feel/dmn/reading/read-model.ts';
import { type TableDraft, writeTable } from '../../feel/dmn/writing/write-table.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { Recent } from '../../kernel/recent.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { add, append, type Guard, isAbsent, isEqual, put, remove, type Write } from '../../store/unit.ts';
import type { DecisionFace, DecisionFaces } from '../core/decision-face.ts';
import { DECISION_CHANGES } from '../engine/definitions.ts';
import { deploymentFamily } from '../engine/families.ts';
import { faceOf } from './face.ts';
import { type DecisionModelRow, type DecisionRow, decisionFamily, decisionModelFamily } from './families.ts';

/** Models that one plant may have. */
export const MAX_MODELS = 1_000;
const MAX_CONFLICTS = 20;
const PAGE = 1_000;
const PROBLEMS_IN_SUMMARY = 3;
/** Models that are kept compiled. */
const COMPILED_MODELS = 200;

export type DecisionDeployment = { readonly key: string; readonly version: number };
export type ModelDeployment = {
  /** The id of the model. */
  readonly model: string;
  readonly version: number;
  readonly decisions: readonly DecisionDeployment[];
  /** What may not be meant so, and does not keep it from being deployed. */
  readonly warnings: readonly Problem[];
};

/** A decision in one version of its model. */
export type Ready = { readonly row: DecisionRow; readonly stamp: DecisionModelRow; readonly compiled: CompiledModel };

export type Question = {
  readonly input: Readonly<Record<string, unknown>>;
  /** Default: the newest. */
  readonly version?: number | undefined;
  readonly trace?: boolean | undefined;
  /** A draft of its table, asked in place of the deployed one. */
  readonly table?: TableDraft | undefined;
};

/** The newest version of a model, as it is in the store. */
type Known = { readonly row: DecisionModelRow; read?: DmnModel };

export class Decisions implements DecisionFaces {
  readonly #store: Store;
  readonly #timeZone: string;
  #models = new Map<string, Known>();
  #decisions = new Map<string, DecisionRow>();
  #compiled = new Recent<string, CompiledModel>(COMPILED_MODELS);
  #faces = new Map<string, DecisionFace>();
  #counted = -1;
  /** Called when what is known has changed. */
  onChanged: () => void = () => {};

  constructor(store: Store, timeZone: string) {
    this.#store = store;
    this.#timeZone = timeZone;
  }

  /** Called at the start, and whenever something was deployed. */
  async load(): Promise<void> {
    const counted = await this.#count();
    const decisions = await this.#allDecisions();
    const versions = new Map(decisions.map(({ model, version }) => [model, version]));
    const rows = await this.#store.getMany(
      decisionModelFamily,
      [...versions].map((key) => key),
    );
    this.#models = new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.id, { row }]])));
    this.#decisions = new Map(decisions.map((row) => [row.key, row]));
    this.#compiled = new Recent(COMPILED_MODELS);
    this.#faces = new Map();
    this.#counted = counted;
    this.onChanged();
  }

  /** Resolves when what is known is as new as what had been deployed when it was called. */
  async refresh(): Promise<void> {
    if (!this.#store.capabilities.sharedByProcesses) return;
    if ((await this.#count()) !== this.#counted) await this.load();
  }

  /** What a business rule task asks; undefined if nothing of this key is deployed. */
  get(key: string): DecisionFace | undefined {
    const row = this.#decisions.get(key);
    if (row === undefined) return undefined;
    const { model, version } = row;
    const face = this.#faces.get(key) ?? faceOf({ key, version }, () => this.#compiledModel(model));
    this.#faces.set(key, face);
    return face;
  }

  /** A version, or the newest, ready to be asked. Throws `decision.unknown`. */
  async at(key: string, version?: number): Promise<Ready> {
    const stamp = await this.model(key, version);
    const row = this.#row(key);
    if (stamp.version === row.version) return { row, stamp, compiled: this.#compiledModel(row.model) };
    const model = readModel(stamp.xml);
    return { row, stamp, compiled: compileModel(model, this.#importsOf(model)) };
  }

  /** The newest version with another table, ready to be asked and not deployed. */
  async draft(key: string, table: TableDraft): Promise<Ready> {
    const { row, stamp } = await this.at(key);
    const model = readModel(writeTable(stamp.xml, key, table));
    return { row, stamp, compiled: compileModel(model, this.#importsOf(model)) };
  }

  /** Where rules of its table overlap, and what none covers. Throws `dmn.unknown-table` if its logic is no table. */
  async analyse(key: string, table?: TableDraft): Promise<TableAnalysis> {
    const { compiled } = await (table === undefined ? this.at(key) : this.draft(key, table));
    const { model } = compiled;
    const logic = model.decisions.find(({ id }) => id === key)?.logic;
    if (logic?.kind !== 'table') throw new MillraceError('dmn.unknown-table', { wanted: key });
    return analyseTable(logic, model);
  }

  /** Deploys the model with another table. Throws `decision.changed` if `basedOn` is not the newest version. */
  async changeTable(
    key: string,
    { table, basedOn }: { readonly table: TableDraft; readonly basedOn: number },
    actor: string,
  ): Promise<ModelDeployment> {
    const { version, xml } = await this.model(key);
    if (version !== basedOn) throw new MillraceError('decision.changed', { key, version, basedOn });
    return this.deploy(writeTable(xml, key, table), actor, basedOn);
  }

  /** Throws `decision.unknown`, `feel.too-expensive` and `feel.evaluation`. */
  async ask(key: string, { input, version, trace = false, table }: Question): Promise<Asked> {
    const { stamp, compiled } = await (table === undefined ? this.at(key, version) : this.draft(key, table));
    const clock = { now: this.#store.now(), timeZone: this.#timeZone };
    const problems = table === undefined ? [] : compiled.problems;
    return {
      ...compiled.evaluate({ decision: key, input, clock, trace }),
      version: stamp.version,
      ...(problems.length > 0 && { problems }),
    };
  }

  #compiledModel(id: string): CompiledModel {
    const kept = this.#compiled.get(id);
    if (kept !== undefined) return kept;
    const known = this.#models.get(id);
    if (known === undefined) throw unknownDecision(id);
    const compiled = compileModel(modelOf(known), this.#importsOf(modelOf(known)));
    this.#compiled.set(id, compiled);
    return compiled;
  }

  /** All models that it imports, and those that they import. */
  #importsOf(model: DmnModel): ReadonlyMap<string, DmnModel> {
    const byNamespace = new Map([...this.#models.values()].map((known) => [known.row.namespace, known]));
    const found = new Map<string, DmnModel>();
    const waiting = [model];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const { namespace } of next.imports) {
        const known = byNamespace.get(namespace);
        if (known === undefined || found.has(namespace)) continue;
        const imported = modelOf(known);
        found.set(namespace, imported);
        waiting.push(imported);
      }
    }
    return found;
  }

  /**
   * Stores the next version of a model. The same file again is the version that is already there. Throws `dmn.…` for what is no DMN, and
   * `decision.invalid-model` with every error as `errors`: {rule, element, message}; and `decision.changed` if `basedOn`
   * is given and not the newest version; 0 is for a model that is not there yet.
   */
  async deploy(xml: string, actor: string, basedOn?: number): Promise<ModelDeployment> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      await this.refresh();
      const plan = this.#plan(xml, actor);
      requireBase(plan, basedOn);
      const { deployment, guards, writes } = plan;
      if (writes.length === 0) return deployment;
      writes.push(add(deploymentFamily, DECISION_CHANGES, { count: 1 }));
      const [verdict] = await this.#store.commit([{ guards, writes }]);
      await this.load();
      if (verdict === 'ok') return deployment;
    }
    throw new MillraceError('store.conflict', { subject: 'decision model', attempts: MAX_CONFLICTS });
  }

  /** What `deploy` would answer, with nothing deployed. */
  async rehearse(xml: string, basedOn?: number): Promise<ModelDeployment> {
    await this.refresh();
    const plan = this.#plan(xml, 'nobody');
    requireBase(plan, basedOn);
    return plan.deployment;
  }

  #plan(xml: string, actor: string): Plan {
    const model = readModel(xml);
    const { problems, evaluables } = compileModel(model, this.#importsOf(model));
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0)
      throw new MillraceError('decision.invalid-model', {
        model: model.name,
        count: errors.length,
        summary: summaryOf(errors),
        errors,
      });
    const warnings = problems.filter(({ severity }) => severity === 'warning');
    const offered = evaluables.filter(({ kind }) => kind !== 'function');
    const before = this.#models.get(model.id)?.row;
    this.#requireFreeKeys(model, offered);
    const version = before?.xml === xml ? before.version : (before?.version ?? 0) + 1;
    const decisions = offered.map(({ id }) => ({ key: id, version }));
    const deployment = { model: model.id, version, decisions, warnings };
    if (before?.xml === xml) return { deployment, before: version, guards: [], writes: [] };
    if (before === undefined && this.#models.size >= MAX_MODELS) {
      throw new MillraceError('decision.too-many-models', { limit: MAX_MODELS });
    }
    const now = this.#store.now();
    const { id, name, namespace } = model;
    const gone = [...this.#decisions.values()].filter(
      (row) => row.model === id && !offered.some((each) => each.id === row.key),
    );
    return {
      deployment,
      before: before?.version ?? 0,
      // Nobody has deployed anything meanwhile: another model could have taken a key, or stopped offering an import.
      guards: [
        this.#counted === 0
          ? isAbsent(deploymentFamily, DECISION_CHANGES)
          : isEqual(deploymentFamily, DECISION_CHANGES, ['count', this.#counted]),
      ],
      writes: [
        put(decisionModelFamily, { id, version, name, namespace, xml, deployedAt: now, deployedBy: actor }),
        ...gone.map(({ key }) => remove(decisionFamily, [key])),
        ...offered.map((each) =>
          put(decisionFamily, { key: each.id, model: id, version, name: each.name, kind: each.kind }),
        ),
        append(plantFeed, {
          topic: 'millrace.process.decision.deployed',
          subject: id,
          at: now,
          actor,
          body: JSON.stringify({ v: 1, version }),
        }),
      ],
    };
  }

  /** A key is asked for without its model, so it stands in one only. */
  #requireFreeKeys(model: DmnModel, offered: readonly { readonly id: string }[]): void {
    for (const { id } of offered) {
      const owner = this.#decisions.get(id)?.model ?? model.id;
      if (owner !== model.id) throw new MillraceError('decision.key-taken', { key: id, model: owner });
    }
  }

  /** What can be asked, by key, behind the one that was seen last. */
  async list({ after = '', limit }: { readonly after?: string; readonly limit: number }): Promise<DecisionRow[]> {
    await this.refresh();
    return [...this.#decisions.values()]
      .filter(({ key }) => key > after)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, limit);
  }

  /** Throws `decision.unknown`. */
  async model(key: string, version?: number): Promise<DecisionModelRow> {
    await this.refresh();
    const { model } = this.#row(key);
    const newest = this.#models.get(model)?.row;
    const row =
      version === undefined || version === newest?.version
        ? newest
        : await this.#store.get(decisionModelFamily, [model, version]);
    if (row === undefined) throw unknownDecision(key, version);
    return row;
  }

  async versions(key: string): Promise<Pick<DecisionModelRow, 'version' | 'deployedAt' | 'deployedBy'>[]> {
    await this.refresh();
    const { model } = this.#row(key);
    const rows = await this.#store.select(decisionModelFamily, {
      where: { id: model },
      order: ['-version'],
      limit: PAGE,
    });
    return rows.map(({ version, deployedAt, deployedBy }) => ({ version, deployedAt, deployedBy }));
  }

  #row(key: string): DecisionRow {
    const row = this.#decisions.get(key);
    if (row === undefined) throw unknownDecision(key);
    return row;
  }

  async #allDecisions(): Promise<DecisionRow[]> {
    const all: DecisionRow[] = [];
    for (let after: readonly string[] | undefined = ['']; after !== undefined; ) {
      const rows: DecisionRow[] = await this.#store.select(decisionFamily, { order: ['key'], after, limit: PAGE });
      all.push(...rows);
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.key];
    }
    return all;
  }

  async #count(): Promise<number> {
    return (await this.#store.get(deploymentFamily, DECISION_CHANGES))?.count ?? 0;
  }
}

/** `problems`: what is wrong with a draft. */
export type Asked = Evaluation & { readonly version: number; readonly problems?: readonly Problem[] };

type Plan = {
  readonly deployment: ModelDeployment;
  readonly before: number;
  readonly guards: Guard[];
  readonly writes: Write[];
};

function requireBase({ deployment: { model }, before }: Plan, basedOn: number | undefined): void {
  if (basedOn === undefined || basedOn === before) return;
  throw new MillraceError('decision.changed', { key: model, version: before, basedOn });
}

function modelOf(known: Known): DmnModel {
  known.read ??= readModel(known.row.xml);
  return known.read;
}

const summaryOf = (problems: readonly Problem[]): string =>
  problems
    .slice(0, PROBLEMS_IN_SUMMARY)
    .map(({ line, message }) => `line ${line}: ${message}`)
    .join(' ');

const unknownDecision = (key: string, version?: number): MillraceError =>
  new MillraceError('decision.unknown', { key, ...(version !== undefined && { version }) });
