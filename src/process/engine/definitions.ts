/** Deployed definitions: numbered, never changed, compiled once and kept. */
import { isDeepStrictEqual } from 'node:util';
import { MillraceError } from '../../kernel/errors.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { append, isAbsent, put } from '../../store/unit.ts';
import { compileDefinition } from '../core/compile.ts';
import type { Definition } from '../core/definition.ts';
import { definitionFamily } from './families.ts';

const MAX_CONFLICTS = 5;

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

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is deployed. Called at start, and again when another process may have deployed. */
  async load(): Promise<void> {
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
    return this.peek(key, version) ?? (await this.#read(key, version));
  }

  /** What `find` would answer without asking the store; undefined when it must be asked. */
  peek(key: string, version?: number): Definition | undefined {
    return version === undefined ? this.#latest.get(key) : this.#compiled.get(`${key}@${version}`);
  }

  /** The newest version of every definition that starts by these criteria. */
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

  #keep(definition: Definition): void {
    this.#compiled.set(`${definition.key}@${definition.version}`, definition);
    this.#latest.set(definition.key, definition);
  }
}

const unknown = (key: string, version?: number): MillraceError =>
  new MillraceError('process.unknown-definition', { key, ...(version !== undefined && { version }) });
