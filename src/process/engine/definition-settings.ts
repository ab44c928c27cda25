/** Changes the settings of definitions, checked against the newest version, each change an entry of who set what. */
import { isDeepStrictEqual } from 'node:util';
import { MillraceError } from '../../kernel/errors.ts';
import type { NextId } from '../../kernel/ids.ts';
import { plantFeed } from '../../store/feed.ts';
import type { Store } from '../../store/store.ts';
import { add, append, isAbsent, isEqual, put } from '../../store/unit.ts';
import { nodesOf, type StepSettings, type StepsSettings, settableIn, withSettings } from '../core/settings.ts';
import { type Definitions, SETTINGS_CHANGES } from './definitions.ts';
import { definitionSettingsFamily, deploymentFamily } from './families.ts';

const TOPIC = 'millrace.process.definition.settings-changed';

export type DefinitionSettings = {
  readonly key: string;
  readonly steps: StepsSettings;
  /** What can be set of the steps of the newest version. */
  readonly settable: Readonly<Record<string, readonly string[]>>;
  /** Null: never set. */
  readonly updatedAt: number | null;
  readonly updatedBy: string | null;
};

/** A setting of null is taken away, and so is a step of null. */
export type SettingsChange = Readonly<
  Record<string, { readonly [Name in keyof StepSettings]?: StepSettings[Name] | null } | null>
>;

export type SettingsEntry = {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly before: StepsSettings;
  readonly after: StepsSettings;
};

type Parts = { readonly store: Store; readonly nextId: NextId; readonly definitions: Definitions };

export class SettingsOfDefinitions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws `process.unknown-definition`. */
  async get(key: string): Promise<DefinitionSettings> {
    const { source } = await this.#parts.definitions.source(key);
    const row = await this.#parts.store.get(definitionSettingsFamily, [key]);
    const steps = row === undefined ? {} : (JSON.parse(row.steps) as StepsSettings);
    return {
      key,
      steps,
      settable: settableOf(source),
      updatedAt: row?.updatedAt ?? null,
      updatedBy: row?.updatedBy ?? null,
    };
  }

  /**
   * Throws `process.unknown-definition`, `process.unknown-step`, `process.unknown-setting`, `process.invalid-definition` and
   * `store.conflict`.
   */
  async change(key: string, change: SettingsChange, actor: string): Promise<DefinitionSettings> {
    const { store, nextId, definitions } = this.#parts;
    const { source } = await definitions.source(key);
    const row = await store.get(definitionSettingsFamily, [key]);
    const before = row === undefined ? {} : (JSON.parse(row.steps) as StepsSettings);
    requireKnown(source, key, change);
    const steps = changedBy(before, change);
    definitions.check(withSettings(source, steps));
    const now = store.now();
    const set = { key, steps, updatedAt: now, updatedBy: actor };
    if (isDeepStrictEqual(before, steps)) return this.get(key);
    const written = { ...set, steps: JSON.stringify(steps), stamp: nextId() };
    const body = JSON.stringify({ v: 1, before, after: steps });
    const guard =
      row === undefined
        ? isAbsent(definitionSettingsFamily, [key])
        : isEqual(definitionSettingsFamily, [key], ['stamp', row.stamp]);
    const [verdict] = await store.commit([
      {
        guards: [guard],
        writes: [
          put(definitionSettingsFamily, written),
          add(deploymentFamily, SETTINGS_CHANGES, { count: 1 }),
          append(plantFeed, { topic: TOPIC, subject: key, at: now, actor, body }),
        ],
      },
    ]);
    if (verdict !== 'ok') throw new MillraceError('store.conflict', { subject: `settings of ${key}`, attempts: 1 });
    definitions.forgetSettings();
    return { ...set, settable: settableOf(source) };
  }

  /** Who set what, the newest first, before the entry that was seen last. Throws `process.unknown-definition`. */
  async history(
    key: string,
    { before, limit }: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<SettingsEntry[]> {
    await this.#parts.definitions.source(key);
    const rows = await this.#parts.store.select(plantFeed, {
      where: { subject: key, topic: TOPIC },
      order: ['-id'],
      ...(before !== undefined && { after: [before] }),
      limit,
    });
    return rows.map(({ id, at, actor, body }) => {
      const { before: was, after } = JSON.parse(body) as Pick<SettingsEntry, 'before' | 'after'>;
      return { id, at, actor, before: was, after };
    });
  }
}

const settableOf = (source: unknown): DefinitionSettings['settable'] =>
  Object.fromEntries(
    [...nodesOf(source).values()].flatMap((node) => {
      const names = settableIn(node);
      return names.length === 0 ? [] : [[node.id, names]];
    }),
  );

function requireKnown(source: unknown, key: string, change: SettingsChange): void {
  const nodes = nodesOf(source);
  for (const [step, settings] of Object.entries(change)) {
    if (settings === null) continue; // also of a step that a later version no longer has
    const node = nodes.get(step);
    if (node === undefined) throw new MillraceError('process.unknown-step', { key, step });
    const known = settableIn(node);
    for (const [setting, value] of Object.entries(settings)) {
      if (value === null || known.some((name) => name === setting)) continue;
      const settable = known.length === 0 ? 'nothing' : known.join(', ');
      throw new MillraceError('process.unknown-setting', { step, type: node.type, setting, settable });
    }
  }
}

function changedBy(before: StepsSettings, change: SettingsChange): StepsSettings {
  const steps: Record<string, StepSettings> = { ...before };
  for (const [step, settings] of Object.entries(change)) {
    const own = Object.entries({ ...(settings === null ? {} : before[step]), ...settings });
    const kept = Object.fromEntries(own.filter(([, value]) => value !== null)) as StepSettings;
    if (Object.keys(kept).length > 0) steps[step] = kept;
    else delete steps[step];
  }
  return steps;
}
