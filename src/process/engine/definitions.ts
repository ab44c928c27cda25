/**
 * Deployed definitions: numbered, never changed, compiled once and kept. Which version is the newest may change at any
 * moment, where processes share the store also by another one. Every deployment raises a number in the store; before the
 * newest is used it is looked at, one look for all who ask while it is under way. So whoever asks after a deployment was
 * answered, at whichever server, gets what was deployed.
 */
import { isDeepStrictEqual } from 'node:util';
import { MillraceError } from '../../kernel/errors.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { add, append, isAbsent, put } from '../../store/unit.ts';
import { compileDefinition } from '../core/compile.ts';
import type { Definition } from '../core/definition.ts';
import { definitionFamily, deploymentFamily } from './families.ts';

const MAX_CONFLICTS = 5;
const DEPLOYMENTS = ['all'];

export type DeployedDefinition = {
  readonly key: string;
  readonly version: number;
  readonly deployedAt: number;
  readonly deployedBy: string;
  readonly source: unknown;
};

export class Definitions {
  readonly #store: Store;
  readonly #compiled = new Map<string, Definition>();
  /** The newest version of each key, as this process knows it. */
  readonly #latest = new Map<string, Definition>();
  /** Deployments that were counted before the newest versions were read. */
  #counted = -1;
  #look: Promise<void> | undefined;
  #nextLook: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is deployed; called at the start. */
  async load(): Promise<void> {
    await this.#readNewest(await this.#count());
  }

  /** Resolves when `list`, `startedBy` and `startedByMessage` know what had been deployed when it was called. */
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
    const counted = await this.#count();
    if (counted !== this.#counted) await this.#readNewest(counted);
  }

  async #count(): Promise<number> {
    return (await this.#store.get(deploymentFamily, DEPLOYMENTS))?.count ?? 0;
  }

  async #readNewest(counted: number): Promise<void> {
    const newest = new Map<string, DeployedDefinition>();
    for (let after: readonly [string, number] | undefined = ['', 0]; after !== undefined; ) {
      const rows: { key: string; version: number; source: string; deployedAt: number; deployedBy: string }[] =
        await this.#store.select(definitionFamily, {
          order: ['key', 'version'],
          after,
          limit: 1_000,
        });
      for (const row of rows) newest.set(row.key, { ...row, source: JSON.parse(row.source) });
      const last = rows.length === 1_000 ? rows.at(-1) : undefined;
      after = last && [last.key, last.version];
    }
    for (const { key, version, source } of newest.values()) {
      if (this.#latest.get(key)?.version !== version) this.#keep(compileDefinition(source, version));
    }
    this.#counted = counted;
  }

  /** Compiles and stores the next version. The same source again is the version that is already there. */
  async deploy(source: unknown, actor: string): Promise<{ key: string; version: number }> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const { key } = compileDefinition(source, 0);
      const newest = await this.#newest(key);
      if (newest !== undefined && isDeepStrictEqual(newest.source, source)) return { key, version: newest.version };
      const definition = compileDefinition(source, (newest?.version ?? 0) + 1);
      const { version } = definition;
      const now = this.#store.now();
      const body = JSON.stringify({ v: 1, version });
      const [verdict] = await this.#store.commit([
        {
          guards: [isAbsent(definitionFamily, [key, version])],
          writes: [
            put(definitionFamily, { key, version, source: JSON.stringify(source), deployedAt: now, deployedBy: actor }),
            add(deploymentFamily, DEPLOYMENTS, { count: 1 }),
            append(plantFeed, { topic: 'millrace.process.definition.deployed', subject: key, at: now, actor, body }),
          ],
        },
      ]);
      if (verdict === 'ok') {
        this.#keep(definition);
        return { key, version };
      }
    }
    throw new MillraceError('store.conflict', { subject: 'definition', attempts: MAX_CONFLICTS });
  }

  /** A version, or the newest. Throws `process.unknown-definition`. */
  async find(key: string, version?: number): Promise<Definition> {
    if (version !== undefined) return this.peek(key, version) ?? (await this.#read(key, version));
    await this.refresh();
    return this.#latest.get(key) ?? (await this.#read(key));
  }

  /** What `find` would answer without asking the store; undefined when it must be asked. */
  peek(key: string, version?: number): Definition | undefined {
    if (version !== undefined) return this.#compiled.get(`${key}@${version}`);
    return this.#store.capabilities.sharedByProcesses ? undefined : this.#latest.get(key);
  }

  /** The newest version of every definition that starts by these criteria; as of the last `refresh`. */
  startedBy(criterion: string): Definition[] {
    return [...this.#latest.values()].filter(({ start }) => start?.criteria.includes(criterion) === true);
  }

  startedByMessage(name: string): Definition[] {
    return [...this.#latest.values()].filter(({ startMessage }) => startMessage === name);
  }

  /** The newest version of each key, by key. */
  list(): Definition[] {
    return [...this.#latest.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
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
    const found = await this.source(key, version);
    const definition = compileDefinition(found.source, found.version);
    if (version === undefined) this.#keep(definition);
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
  #keep(definition: Definition): void {
    this.#compiled.set(`${definition.key}@${definition.version}`, definition);
    const known = this.#latest.get(definition.key);
    if (known === undefined || known.version < definition.version) this.#latest.set(definition.key, definition);
  }
}

const unknown = (key: string, version?: number): MillraceError =>
  new MillraceError('process.unknown-definition', { key, ...(version !== undefined && { version }) });
