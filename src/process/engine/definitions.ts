/**
 * Deployed definitions: numbered, never changed, compiled when they are first used and kept while they are. Which version
 * is the newest may change at any moment, where processes share the store also by another one. Every deployment raises a
 * number in the store; before the newest is used it is looked at, one look for all who ask while it is under way. So
 * whoever asks after a deployment was answered, at whichever server, gets what was deployed.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { Recent } from '../../kernel/recent.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { add, append, type Guard, isAbsent, put, remove, type Write } from '../../store/unit.ts';
import { compileDefinition, compileDeployed } from '../core/compile.ts';
import type { Definition } from '../core/definition.ts';
import type { Faces } from '../core/faces.ts';
import { type StepsSettings, withSettings } from '../core/settings.ts';
import { definitionFamily, definitionSettingsFamily, deploymentFamily } from './families.ts';
import { BY_COMMAND, type Starter, starterFamily, startersOf } from './starters.ts';

const MAX_CONFLICTS = 5;
const DEPLOYMENTS = ['all'];
/** The key under which changes of settings are counted. */
export const SETTINGS_CHANGES = ['settings'];
/** The key under which changes of modules that services do are counted. */
export const MODULE_CHANGES = ['modules'];
/** The key under which deployments of decisions are counted. */
export const DECISION_CHANGES = ['decisions'];
/** Compiled definitions kept in memory. */
export const COMPILED_DEFINITIONS = 2_000;
/** Names of definitions and events of which it is remembered what they mean. */
const REMEMBERED_NAMES = 20_000;
/** Definitions that one event starts at most. */
const MAX_STARTED = 1_000;
const PAGE = 1_000;

export type DeployedDefinition = {
  readonly key: string;
  readonly version: number;
  readonly deployedAt: number;
  readonly deployedBy: string;
  readonly source: unknown;
};
export type Deployment = { readonly key: string; readonly version: number };

type DefinitionsParts = {
  readonly store: Store;
  /** What else is written when a version becomes the newest: the timers of its start events. */
  readonly alongside?: (definition: Definition, now: Instant) => readonly Write[];
  /** The modules that steps may be of, and the decisions that they may ask. */
  readonly faces?: Faces;
};

export class Definitions {
  readonly #store: Store;
  readonly #alongside: NonNullable<DefinitionsParts['alongside']>;
  readonly #faces: Faces;
  /** With the settings in them. */
  #compiled = new Recent<string, Definition>(COMPILED_DEFINITIONS);
  /** Goes up when settings may have changed: what was read before may be out of date. */
  #settingsRound = 0;
  #settingsCounted = -1;
  #facesCounted = '';
  /** The newest version of each key, as this process knows it. */
  #latest = new Recent<string, number>(REMEMBERED_NAMES);
  #starters = new Recent<string, readonly Starter[]>(REMEMBERED_NAMES);
  /** Deployments that were counted before what is remembered was read. */
  #counted = -1;
  #look: Promise<void> | undefined;
  #nextLook: Promise<void> | undefined;

  constructor({ store, alongside = () => [], faces = {} }: DefinitionsParts) {
    this.#store = store;
    this.#alongside = alongside;
    this.#faces = faces;
  }

  /** Called at the start. Whatever was deployed by a release without the index is entered in it. */
  async load(): Promise<void> {
    const { deployments, settings, faces } = await this.#count();
    this.#counted = deployments;
    this.#settingsCounted = settings;
    this.#facesCounted = faces;
    this.#forget();
    const [entered] = await this.#store.select(starterFamily, { limit: 1 });
    if (entered === undefined && this.#counted > 0) await this.#enterAll();
  }

  /** Resolves when what is remembered is as new as what had been deployed when it was called. */
  async refresh(): Promise<void> {
    if (!this.#store.capabilities.sharedByProcesses) return;
    if (this.#look === undefined) return this.#beginLook();
    // The look under way may have begun before the deployment.
    this.#nextLook ??= this.#look
      .catch(() => {})
      .then(() => {
        this.#nextLook = undefined;
        return this.#look ?? this.#beginLook();
      });
    return this.#nextLook;
  }

  #beginLook(): Promise<void> {
    this.#look = this.#lookOnce().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #lookOnce(): Promise<void> {
    const { deployments, settings, faces } = await this.#count();
    const isOther = faces !== this.#facesCounted;
    if (isOther) await Promise.all([this.#faces.modules?.refresh?.(), this.#faces.decisions?.refresh?.()]);
    if (settings !== this.#settingsCounted || isOther) this.forgetSettings();
    this.#settingsCounted = settings;
    this.#facesCounted = faces;
    if (deployments === this.#counted) return;
    this.#forget();
    this.#counted = deployments;
  }

  /** What is compiled is compiled anew when it is next used: somebody has changed settings, modules or decisions. */
  forgetSettings(): void {
    this.#settingsRound += 1;
    this.#compiled = new Recent(COMPILED_DEFINITIONS);
  }

  #forget(): void {
    this.#latest = new Recent(REMEMBERED_NAMES);
    this.#starters = new Recent(REMEMBERED_NAMES);
  }

  async #count(): Promise<{ readonly deployments: number; readonly settings: number; readonly faces: string }> {
    const rows = await this.#store.getMany(deploymentFamily, [
      DEPLOYMENTS,
      SETTINGS_CHANGES,
      MODULE_CHANGES,
      DECISION_CHANGES,
    ]);
    const [deployments = 0, settings = 0, modules = 0, decisions = 0] = rows.map((row) => row?.count);
    return { deployments, settings, faces: `${modules}/${decisions}` };
  }

  /** Throws `process.invalid-definition`. */
  check(source: unknown): void {
    compileDefinition(source, 0, this.#faces);
  }

  /** As it would be if it were deployed now, with what is set of its steps. Throws `process.invalid-definition`. */
  async compile(source: unknown): Promise<Definition> {
    const { key } = compileDefinition(source, 0, this.#faces);
    return compileDefinition(withSettings(source, await this.#settingsOf(key)), 0, this.#faces);
  }

  async #settingsOf(key: string): Promise<StepsSettings> {
    const row = await this.#store.get(definitionSettingsFamily, [key]);
    return row === undefined ? {} : (JSON.parse(row.steps) as StepsSettings);
  }

  /** Compiles and stores the next version. The same source again is the version that is already there. */
  async deploy(source: unknown, actor: string): Promise<Deployment> {
    const [deployed] = await this.deployAll([source], actor);
    return deployed as Deployment;
  }

  /** As `deploy`, of several definitions: all of them or none. */
  async deployAll(sources: readonly unknown[], actor: string): Promise<Deployment[]> {
    await this.refresh();
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const round = this.#settingsRound;
      const { deployed, changed, guards, writes } = await this.#plan(sources, actor);
      if (changed.length === 0) return deployed;
      writes.push(add(deploymentFamily, DEPLOYMENTS, { count: 1 }));
      const [verdict] = await this.#store.commit([{ guards, writes }]);
      if (verdict !== 'ok') continue;
      this.#forget();
      for (const definition of changed) this.#keep(definition, round);
      return deployed;
    }
    throw new MillraceError('store.conflict', { subject: 'definition', attempts: MAX_CONFLICTS });
  }

  /** What `deployAll` would answer, with nothing deployed. Throws `process.invalid-definition`. */
  async rehearse(sources: readonly unknown[]): Promise<Deployment[]> {
    const { deployed } = await this.#plan(sources, 'nobody');
    return deployed;
  }

  async #plan(sources: readonly unknown[], actor: string): Promise<Plan> {
    const now = this.#store.now();
    const plan: Plan = { deployed: [], changed: [], guards: [], writes: [] };
    for (const source of sources) {
      const { key } = compileDefinition(source, 0, this.#faces);
      const before = await this.#newest(key);
      // As it was read from the store: JSON knows no minus zero and nothing that is undefined.
      const isSame = before !== undefined && isDeepStrictEqual(before.source, JSON.parse(JSON.stringify(source)));
      // What is set already must fit the new version too.
      const set = isSame ? source : withSettings(source, await this.#settingsOf(key));
      const definition = isSame ? undefined : compileDefinition(set, (before?.version ?? 0) + 1, this.#faces);
      plan.deployed.push({ key, version: definition?.version ?? before?.version ?? 0 });
      if (definition === undefined) continue;
      plan.changed.push(definition);
      plan.guards.push(isAbsent(definitionFamily, [key, definition.version]));
      plan.writes.push(...(await this.#writesOf(definition, { source, before, actor, now })));
    }
    return plan;
  }

  async #writesOf(definition: Definition, { source, before, actor, now }: Change): Promise<Write[]> {
    const { key, version } = definition;
    const old = before === undefined ? [] : startersOf(await this.find(key, before.version));
    const starters = startersOf(definition);
    const row = { key, version, source: JSON.stringify(source), deployedAt: now, deployedBy: actor };
    const body = JSON.stringify({ v: 1, version });
    return [
      put(definitionFamily, row),
      append(plantFeed, { topic: 'millrace.process.definition.deployed', subject: key, at: now, actor, body }),
      ...old.filter((entry) => !starters.some(sameAs(entry))).map((entry) => remove(starterFamily, keyOf(entry))),
      ...starters.map((entry) => put(starterFamily, entry)),
      ...this.#alongside(definition, now),
    ];
  }

  async #enterAll(): Promise<void> {
    const newest = new Map<string, Definition>();
    for (let after: readonly [string, number] | undefined = ['', 0]; after !== undefined; ) {
      const rows: { key: string; version: number; source: string }[] = await this.#store.select(definitionFamily, {
        order: ['key', 'version'],
        after,
        limit: PAGE,
      });
      for (const { key, version, source } of rows)
        newest.set(key, compileDeployed(JSON.parse(source), version, this.#faces));
      const last = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.key, last.version];
    }
    const writes = [...newest.values()].flatMap(startersOf).map((entry) => put(starterFamily, entry));
    await this.#store.commit([{ guards: [], writes }]);
  }

  /** A version, or the newest. Throws `process.unknown-definition`. */
  async find(key: string, version?: number): Promise<Definition> {
    if (version !== undefined) return this.peek(key, version) ?? (await this.#read(key, version));
    await this.refresh();
    const latest = this.#latest.get(key);
    return (latest === undefined ? undefined : this.peek(key, latest)) ?? (await this.#read(key));
  }

  /** What `find` would answer without asking the store; undefined when it must be asked. */
  peek(key: string, version?: number): Definition | undefined {
    if (version !== undefined) return this.#compiled.get(`${key}@${version}`);
    const latest = this.#store.capabilities.sharedByProcesses ? undefined : this.#latest.get(key);
    return latest === undefined ? undefined : this.#compiled.get(`${key}@${latest}`);
  }

  /** The newest versions that start by this event (`starters.ts` names events); as of the last `refresh`. */
  async startedBy(event: string): Promise<readonly Starter[]> {
    const known = this.#starters.get(event);
    if (known !== undefined) return known;
    const counted = this.#counted;
    const rows = await this.#store.select(starterFamily, {
      where: { event },
      order: ['event', 'key', 'node'],
      limit: MAX_STARTED,
    });
    if (counted === this.#counted) this.#starters.set(event, rows);
    return rows;
  }

  /** The newest version of each key, by key, behind the one that was seen last. */
  async list({ after = '', limit }: { readonly after?: string; readonly limit: number }): Promise<Definition[]> {
    const rows = await this.#store.select(starterFamily, {
      where: { event: BY_COMMAND },
      order: ['event', 'key', 'node'],
      after: [BY_COMMAND, after, '\uffff'],
      limit,
    });
    return Promise.all(rows.map(({ key, version }) => this.find(key, version)));
  }

  /** The JSON as it was deployed. */
  async source(key: string, version?: number): Promise<DeployedDefinition> {
    const row = version === undefined ? await this.#newest(key) : await this.#row(key, version);
    if (row === undefined) throw unknown(key, version);
    return row;
  }

  async versions(key: string): Promise<{ version: number; deployedAt: number; deployedBy: string }[]> {
    const rows = await this.#store.select(definitionFamily, { where: { key }, order: ['-version'], limit: 1_000 });
    if (rows.length === 0) throw unknown(key);
    return rows.map(({ version, deployedAt, deployedBy }) => ({ version, deployedAt, deployedBy }));
  }

  async #read(key: string, version?: number): Promise<Definition> {
    const round = this.#settingsRound;
    const [found, settings] = await Promise.all([this.source(key, version), this.#settingsOf(key)]);
    const definition = compileDeployed(withSettings(found.source, settings), found.version, this.#faces);
    if (round !== this.#settingsRound) return this.#read(key, version);
    if (version === undefined) this.#keep(definition, round);
    else this.#compiled.set(`${key}@${version}`, definition);
    return definition;
  }

  async #newest(key: string): Promise<DeployedDefinition | undefined> {
    const [row] = await this.#store.select(definitionFamily, { where: { key }, order: ['-version'], limit: 1 });
    return row && { ...row, source: JSON.parse(row.source) };
  }

  async #row(key: string, version: number): Promise<DeployedDefinition | undefined> {
    const row = await this.#store.get(definitionFamily, [key, version]);
    return row && { ...row, source: JSON.parse(row.source) };
  }

  /** What is read late may be older than what is known by then. */
  #keep(definition: Definition, round: number): void {
    const { key, version } = definition;
    if (round === this.#settingsRound) this.#compiled.set(`${key}@${version}`, definition);
    if ((this.#latest.get(key) ?? 0) < version) this.#latest.set(key, version);
  }
}

/** A deployment that has not happened yet. */
type Plan = {
  readonly deployed: Deployment[];
  readonly changed: Definition[];
  readonly guards: Guard[];
  readonly writes: Write[];
};

type Change = {
  readonly source: unknown;
  readonly before: DeployedDefinition | undefined;
  readonly actor: string;
  readonly now: Instant;
};

const keyOf = ({ event, key, node }: Starter) => [event, key, node];
const sameAs = (one: Starter) => (other: Starter) =>
  one.event === other.event && one.key === other.key && one.node === other.node;

const unknown = (key: string, version?: number): MillraceError =>
  new MillraceError('process.unknown-definition', { key, ...(version !== undefined && { version }) });
