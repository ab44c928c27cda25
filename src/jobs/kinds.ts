/**
 * The kinds this process knows: what code declared, and over it what operators set. Kept in memory; a change by this
 * process counts at once, one by another within a second.
 */
import { z } from 'zod';
import { MillraceError } from '../kernel/errors.ts';
import { plantFeed } from '../store/feed.ts';
import type { Store } from '../store/store.ts';
import { append, type Guard, isAbsent, isEqual, put } from '../store/unit.ts';
import { KIND_DEFAULTS, type Kind, type KindRow, type KindSettings, kindFamily } from './kind.ts';

export const MAX_KINDS = 1_000;
const NAME = /^[A-Za-z][\w.:-]{0,99}$/;

type Known = { readonly kind: Kind; readonly check: (payload: unknown) => string | undefined };

export class Kinds {
  readonly #store: Store;
  readonly #nextId: () => number;
  readonly #declared = new Map<string, Partial<KindSettings>>();
  /** Kinds that the server enqueues and does itself, and nobody else. */
  readonly #internal = new Set<string>();
  #rows = new Map<string, KindRow>();
  readonly #known = new Map<string, Known>();

  constructor({ store, nextId }: { readonly store: Store; readonly nextId: () => number }) {
    this.#store = store;
    this.#nextId = nextId;
  }

  /** What the code of this process says about a kind that it enqueues or handles. Throws `job.bad-kind`. */
  declare(
    name: string,
    settings: Partial<KindSettings> = {},
    { isInternal = false }: { readonly isInternal?: boolean } = {},
  ): void {
    requireName(name);
    requireOneOrder(name, settings);
    this.#declared.set(name, settings);
    if (isInternal) this.#internal.add(name);
    else this.#internal.delete(name);
    this.#known.delete(name);
  }

  /** Also of a kind nobody declared: then with the defaults. */
  of(name: string): Kind {
    return this.#of(name).kind;
  }

  /** Whether anybody has declared it: the code of this process, an operator, or a worker that came for it. */
  isKnown(name: string): boolean {
    return this.#declared.has(name) || this.#rows.has(name);
  }

  /** The server's own: nobody outside enqueues or claims its jobs. */
  isInternal(name: string): boolean {
    return this.#internal.has(name);
  }

  /** What operators set over what the code declares. */
  setOf(name: string): Partial<KindSettings> {
    const row = this.#rows.get(name);
    return row === undefined ? {} : (JSON.parse(row.settings) as Partial<KindSettings>);
  }

  /** What is wrong with the payload; undefined: nothing. */
  problemOf(name: string, payload: unknown): string | undefined {
    return this.#of(name).check(payload);
  }

  list(): Kind[] {
    const names = new Set([...this.#declared.keys(), ...this.#rows.keys()]);
    return [...names].sort().map((name) => this.of(name));
  }

  /** Reads what operators set. Answers whether something has changed. */
  async refresh(): Promise<boolean> {
    const rows = await this.#store.select(kindFamily, { limit: MAX_KINDS });
    const changed = rows.filter((row) => this.#rows.get(row.name)?.stamp !== row.stamp);
    if (changed.length === 0 && rows.length === this.#rows.size) return false;
    this.#rows = new Map(rows.map((row) => [row.name, row]));
    this.#known.clear();
    return true;
  }

  /** Changes settings for all servers, audited. A setting given as undefined falls back to what the code declares. Throws `job.bad-kind`. */
  async configure(
    name: string,
    { settings = {}, isPaused }: { readonly settings?: Partial<KindSettings>; readonly isPaused?: boolean },
    actor: string,
  ): Promise<Kind> {
    requireName(name);
    await this.#write(name, { settings, isPaused, actor });
    return this.of(name);
  }

  /** A worker came for kinds that nobody has declared: from now on they are known, as long as there is room for more. */
  async welcome(names: readonly string[], actor: string): Promise<void> {
    for (const name of names) {
      if (this.isKnown(name) || this.#rows.size >= MAX_KINDS) continue;
      requireName(name);
      await this.#write(name, { settings: {}, isPaused: undefined, actor, onlyNew: true });
    }
  }

  async #write(
    name: string,
    change: {
      readonly settings: Partial<KindSettings>;
      readonly isPaused: boolean | undefined;
      readonly actor: string;
      /** Whether what somebody else has written meanwhile is as good. */
      readonly onlyNew?: boolean;
    },
  ): Promise<void> {
    const { settings, isPaused, actor, onlyNew = false } = change;
    for (let tries = 0; tries < 5; tries++) {
      const before = await this.#store.get(kindFamily, [name]);
      if (onlyNew && before !== undefined) return this.#keep(before);
      const merged = { ...(before && (JSON.parse(before.settings) as object)), ...settings };
      const now = this.#store.now();
      const row: KindRow = {
        name,
        isPaused: isPaused === undefined ? (before?.isPaused ?? 0) : Number(isPaused),
        settings: JSON.stringify(merged),
        stamp: this.#nextId(),
        updatedAt: now,
        updatedBy: actor,
      };
      schemaOf(merged);
      requireOneOrder(name, { ...this.#declared.get(name), ...(JSON.parse(row.settings) as Partial<KindSettings>) });
      const guard: Guard =
        before === undefined ? isAbsent(kindFamily, [name]) : isEqual(kindFamily, [name], ['stamp', before.stamp]);
      const body = JSON.stringify({ v: 1, settings, ...(isPaused !== undefined && { isPaused }) });
      const entry = append(plantFeed, { topic: 'millrace.jobs.kind.changed', subject: name, at: now, actor, body });
      const [verdict] = await this.#store.commit([{ guards: [guard], writes: [put(kindFamily, row), entry] }]);
      if (verdict === 'ok') return this.#keep(row);
    }
    throw new MillraceError('store.conflict', { subject: `job kind ${name}`, attempts: 5 });
  }

  #keep(row: KindRow): void {
    this.#rows.set(row.name, row);
    this.#known.delete(row.name);
  }

  #of(name: string): Known {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#rows.get(name);
    const kind: Kind = {
      ...KIND_DEFAULTS,
      ...this.#declared.get(name),
      ...this.setOf(name),
      name,
      isPaused: row?.isPaused === 1,
    };
    const made = { kind, check: checkOf(kind) };
    this.#known.set(name, made);
    return made;
  }
}

function requireName(name: string): void {
  if (!NAME.test(name)) throw new MillraceError('job.bad-kind', { name, problem: 'a name begins with a letter' });
}

/** Keys that take turns are let in one job each, whatever the limit of a key: who asks for both would not get both. */
function requireOneOrder(name: string, { keyLimit, fairWindow }: Partial<KindSettings>): void {
  if (keyLimit === undefined || fairWindow === undefined || fairWindow === null) return;
  const problem = 'keys either take turns (fairWindow) or have a limit each (keyLimit), not both';
  throw new MillraceError('job.bad-kind', { name, problem });
}

/** Throws `job.bad-kind` when the schema is none. */
function schemaOf({ schema }: { readonly schema?: KindSettings['schema'] }): z.ZodType | undefined {
  if (schema === null || schema === undefined) return undefined;
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MillraceError('job.bad-kind', { name: 'schema', problem });
  }
}

function checkOf(kind: Kind): Known['check'] {
  const schema = schemaOf(kind);
  if (schema === undefined) return () => undefined;
  return (payload) => {
    const parsed = schema.safeParse(payload);
    return parsed.success ? undefined : z.prettifyError(parsed.error);
  };
}
