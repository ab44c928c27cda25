/**
 * The modules of a server by name: those it brings, those of its folder, and those that services registered. The last are
 * rows of the store: every change is counted, and by the count another server on the store knows that it must read anew.
 *
 * A name belongs to whoever has it: a built-in or a folder's module is never replaced, and a service's only by the same
 * service. Registered again with something changed it is the next version; removed, it stays known as removed.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../../kernel/clock.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { plantFeed } from '../../../store/feed.ts';
import type { Store } from '../../../store/store.ts';
import { add, append, type Guard, isAbsent, isEqual, put, set, type Write } from '../../../store/unit.ts';
import { MODULE_CHANGES } from '../../engine/definitions.ts';
import { deploymentFamily } from '../../engine/families.ts';
import { type CatalogueEntry, catalogueOf } from '../catalogue.ts';
import type { Module } from '../module.ts';
import { type ModuleRow, moduleFamily } from './module-family.ts';
import type { ModuleForm, Registration } from './registration.ts';
import { servedModule } from './served-module.ts';

/** Names that services may take, with those that were removed. */
export const MAX_SERVED = 200;
const MAX_CONFLICTS = 5;

/** A module that a service does, as the store has it. */
export type Served = Registration &
  Pick<ModuleRow, 'version' | 'registeredAt' | 'registeredBy' | 'heardAt' | 'removedAt' | 'removedBy'>;

/** Where a module comes from; of one that a service does also which, and since when. */
export type Origin = {
  readonly origin: 'built-in' | 'folder' | 'service';
  readonly service: string | null;
  readonly version: number | null;
  readonly registeredAt: Instant | null;
  readonly registeredBy: string | null;
  readonly heardAt: Instant | null;
};
export type ListedModule = CatalogueEntry & Origin;

type RegisterParts = {
  readonly store: Store;
  /** Those that this server has by itself; no service can take their names. */
  readonly builtIn: ReadonlyMap<string, Module>;
  readonly folder: ReadonlyMap<string, Module>;
};
type Known = { readonly served: Served; readonly module: Module };
type Change = { readonly row: ModuleRow; readonly before: ModuleRow | undefined; readonly topic: string };

export class ModuleRegister {
  readonly #store: Store;
  readonly #own: ReadonlyMap<string, Module>;
  readonly #folder: ReadonlyMap<string, Module>;
  /** Names of the steps of the language, and of the server's own modules. */
  readonly #reserved: ReadonlySet<string>;
  #known = new Map<string, Known>();
  readonly #listeners = new Set<() => void>();

  constructor({ store, builtIn, folder }: RegisterParts) {
    this.#store = store;
    this.#own = new Map([...builtIn, ...folder]);
    this.#folder = folder;
    this.#reserved = new Set(catalogueOf(this.#own.values()).map(({ name }) => name));
  }

  /** One that steps can be of now. */
  get(name: string): Module | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) return own;
    const known = this.#known.get(name);
    return known === undefined || known.served.removedAt !== null ? undefined : known.module;
  }

  /** All that there are now, with the steps of the language. */
  async list(): Promise<ListedModule[]> {
    await this.refresh();
    const served = [...this.#known.values()].filter(({ served: { removedAt } }) => removedAt === null);
    const all = catalogueOf([...this.#own.values(), ...served.map(({ module }) => module)]);
    return all.map((entry) => ({ ...entry, ...this.#originOf(entry.name) }));
  }

  /** What became of one that a service does, also when it was removed: steps may still wait for it. */
  served(name: string): Served | undefined {
    return this.#known.get(name)?.served;
  }

  /** All that jobs may be of: also removed ones. */
  everKnown(): Pick<Module, 'name' | 'onLost'>[] {
    return [...this.#own.values(), ...[...this.#known.values()].map(({ module }) => module)];
  }

  /** Calls it after every change that this process makes or hears of. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Reads what there is now. Called at the start, when another server has counted a change, and before a list is shown. */
  async refresh(): Promise<void> {
    const rows = await this.#store.select(moduleFamily, { order: ['name'], limit: MAX_SERVED });
    const isNew = rows.some(({ name, version }) => this.#known.get(name)?.served.version !== version);
    this.#known = new Map(rows.map((row) => [row.name, this.#knownOf(row)]));
    if (isNew) for (const listener of this.#listeners) listener();
  }

  /**
   * Makes it known on all servers; answers it as it is then. The same again changes nothing. Throws `module.name-taken`
   * and `module.too-many`; with `isAnnounced`, said by a service itself, `module.removed` where a person took it out.
   */
  async register(
    registration: Registration,
    actor: string,
    { isAnnounced = false }: { readonly isAnnounced?: boolean } = {},
  ): Promise<Served> {
    const { name, service, ...form } = registration;
    if (this.#reserved.has(name)) throw new MillraceError('module.name-taken', { name, owner: 'this server itself' });
    return this.#change(name, async (before) => {
      if (before === undefined) await this.#requireRoom(name);
      else if (before.removedAt === null && before.service !== service)
        throw new MillraceError('module.name-taken', { name, owner: `the service "${before.service}"` });
      else if (before.removedAt !== null && isAnnounced)
        throw new MillraceError('module.removed', { name, by: before.removedBy });
      const now = this.#store.now();
      const isSame = before?.removedAt === null && isDeepStrictEqual(JSON.parse(before.form), jsonOf(form));
      const heardAt = isAnnounced ? now : (before?.heardAt ?? null);
      const row: ModuleRow = {
        ...{ name, service, form: JSON.stringify(form), heardAt, removedAt: null, removedBy: null },
        version: (before?.version ?? 0) + 1,
        registeredAt: now,
        registeredBy: actor,
      };
      if (!isSame) return { row, before, topic: before === undefined ? 'registered' : 'changed' };
      if (isAnnounced) await this.#store.commit([heard(before, now)]);
      return undefined;
    });
  }

  /** Takes it out: no definition can use it, and steps that wait for it become incidents. Throws `module.unknown` and `module.not-served`. */
  async remove(name: string, actor: string): Promise<void> {
    if (this.#reserved.has(name)) throw new MillraceError('module.not-served', { name });
    await this.#change(name, async (before) => {
      if (before === undefined || before.removedAt !== null) throw new MillraceError('module.unknown', { name });
      const now = this.#store.now();
      const row = { ...before, version: before.version + 1, removedAt: now, removedBy: actor };
      return { row, before, topic: 'removed' };
    });
  }

  /** Its service is there. Answers the names that this service is not known to do: those it says anew. */
  async heard(service: string, names: readonly string[]): Promise<string[]> {
    const unknown: string[] = [];
    const rows = await this.#store.getMany(
      moduleFamily,
      names.map((name) => [name]),
    );
    const now = this.#store.now();
    const units = rows.flatMap((row, place) => {
      if (row?.service === service && row.removedAt === null) return [heard(row, now)];
      unknown.push(names[place] ?? '');
      return [];
    });
    if (units.length > 0) await this.#store.commit(units);
    return unknown;
  }

  async #requireRoom(name: string): Promise<void> {
    const rows = await this.#store.select(moduleFamily, { limit: MAX_SERVED });
    if (rows.length >= MAX_SERVED) throw new MillraceError('module.too-many', { name, limit: MAX_SERVED });
  }

  /** Tried again when somebody else was faster; `decide` answers undefined where nothing is to change. */
  async #change(name: string, decide: (before: ModuleRow | undefined) => Promise<Change | undefined>): Promise<Served> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const change = await decide(await this.#store.get(moduleFamily, [name]));
      const [verdict] = change === undefined ? ['ok'] : await this.#store.commit([unitOf(change, this.#store.now())]);
      if (verdict !== 'ok') continue;
      await this.refresh();
      const known = this.#known.get(name);
      if (known !== undefined) return known.served;
    }
    throw new MillraceError('store.conflict', { subject: `module ${name}`, attempts: MAX_CONFLICTS });
  }

  #originOf(name: string): Origin {
    const { service = null, version = null, ...rest } = this.#reserved.has(name) ? {} : (this.served(name) ?? {});
    const { registeredAt = null, registeredBy = null, heardAt = null } = rest as Partial<Served>;
    const origin = this.#folder.has(name) ? 'folder' : service === null ? 'built-in' : 'service';
    return { origin, service, version, registeredAt, registeredBy, heardAt };
  }

  #knownOf(row: ModuleRow): Known {
    const { form, ...rest } = row;
    const before = this.#known.get(row.name);
    const served: Served = { ...rest, ...(JSON.parse(form) as ModuleForm) };
    return { served, module: before?.served.version === row.version ? before.module : servedModule(served) };
  }
}

const jsonOf = (form: object): unknown => JSON.parse(JSON.stringify(form));

const versionIs = ({ name, version }: ModuleRow): Guard => isEqual(moduleFamily, [name], ['version', version]);

const heard = (row: ModuleRow, heardAt: number) => ({
  guards: [versionIs(row)],
  writes: [set(moduleFamily, [row.name], { heardAt })],
});

function unitOf({ row, before, topic }: Change, at: number) {
  const { name, service, version } = row;
  const said = (one: ModuleRow | undefined) =>
    one === undefined || one.removedAt !== null ? null : { service: one.service, ...(JSON.parse(one.form) as object) };
  const body = JSON.stringify({ v: 1, service, version, before: said(before), after: said(row) });
  const actor = row.removedBy ?? row.registeredBy;
  const writes: Write[] = [
    put(moduleFamily, row),
    add(deploymentFamily, MODULE_CHANGES, { count: 1 }),
    append(plantFeed, { topic: `millrace.process.module.${topic}`, subject: name, at, actor, body }),
  ];
  return { guards: [before === undefined ? isAbsent(moduleFamily, [name]) : versionIs(before)], writes };
}
