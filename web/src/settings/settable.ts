/** What can be set of the steps of a definition without a new version: each value as it was defined, as it is set, and by whom. */
import type { DefinitionSettings, SettingsEntry } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One value: a setting of a step, or of a module's step one field of its configuration. */
export type SettingRow = {
  readonly setting: string;
  readonly isConfig: boolean;
  readonly defined: unknown;
  /** Undefined: as the definition says. */
  readonly set: unknown;
  /** Who set it, as far as the history that is known goes back. */
  readonly by?: { readonly id: string; readonly at: string };
};
export type SettableStep = { readonly node: Fields; readonly id: string; readonly rows: readonly SettingRow[] };

type Parts = {
  readonly source: unknown;
  readonly settings: Pick<DefinitionSettings, 'steps' | 'settable'>;
  readonly history: readonly SettingsEntry[];
};

/** The steps of which something can be set, in the order of the source. */
export function settableSteps({ source, settings, history }: Parts): readonly SettableStep[] {
  return nodesOf(source).flatMap((node) => {
    const id = String(node.id);
    const names = Object.hasOwn(settings.settable, id) ? (settings.settable[id] ?? []) : [];
    const set = settingsOf(settings.steps, id);
    const rows = names.flatMap((name) =>
      name === 'config'
        ? configRows(node, set)
        : [{ setting: name, isConfig: false, defined: node[name], set: set[name] }],
    );
    if (names.length === 0) return [];
    return [{ node, id, rows: rows.map((row) => ({ ...row, ...setBy({ id, row, history }) })) }];
  });
}

function nodesOf(holder: unknown): readonly Fields[] {
  if (!isRecord(holder) || !Array.isArray(holder.nodes)) return [];
  return holder.nodes.filter(isRecord).flatMap((node) => [node, ...nodesOf(node)]);
}

const settingsOf = (steps: unknown, id: string): Fields => {
  const own = isRecord(steps) && Object.hasOwn(steps, id) ? steps[id] : undefined;
  return isRecord(own) ? own : {};
};

function configRows(node: Fields, set: Fields): readonly SettingRow[] {
  const defined = isRecord(node.config) ? node.config : {};
  const changed = isRecord(set.config) ? set.config : {};
  return [...new Set([...Object.keys(defined), ...Object.keys(changed)])].map((setting) => ({
    ...{ setting, isConfig: true, defined: defined[setting] },
    set: Object.hasOwn(changed, setting) ? changed[setting] : undefined,
  }));
}

type SetBy = { readonly id: string; readonly row: SettingRow; readonly history: readonly SettingsEntry[] };

/** The newest entry that changed the value. */
function setBy({ id, row, history }: SetBy): Pick<SettingRow, 'by'> {
  if (row.set === undefined) return {};
  const entry = history.find(({ before, after }) => !isSame(valueIn(before, id, row), valueIn(after, id, row)));
  return entry === undefined ? {} : { by: { id: entry.by, at: entry.at } };
}

function valueIn(steps: unknown, id: string, { setting, isConfig }: SettingRow): unknown {
  const own = settingsOf(steps, id);
  if (!isConfig) return own[setting];
  return isRecord(own.config) ? own.config[setting] : undefined;
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export type Change = {
  readonly step: string;
  readonly setting: string;
  readonly before: unknown;
  readonly after: unknown;
};

/** What an entry of the history changed, value by value. */
export function changesOf({ before, after }: Pick<SettingsEntry, 'before' | 'after'>): readonly Change[] {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return ids.flatMap((step) => {
    const [was, is] = [flat(settingsOf(before, step)), flat(settingsOf(after, step))];
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return names
      .filter((name) => !isSame(was[name], is[name]))
      .map((setting) => ({ step, setting, before: was[setting], after: is[setting] }));
  });
}

const flat = ({ config, ...own }: Fields): Fields => ({ ...own, ...(isRecord(config) && config) });

/** What is sent so that a step has these values; one that equals the definition's own is taken away. */
export function changeOf(rows: readonly SettingRow[], values: Fields): Record<string, unknown> {
  const isSet = ({ setting, defined }: SettingRow): boolean =>
    values[setting] !== undefined && !isSame(values[setting], defined);
  const own = rows.filter(({ isConfig }) => !isConfig);
  const config = rows.filter(({ isConfig }) => isConfig);
  const given = Object.fromEntries(config.filter(isSet).map(({ setting }) => [setting, values[setting]]));
  return {
    ...Object.fromEntries(own.map((row) => [row.setting, isSet(row) ? values[row.setting] : null])),
    ...(config.length > 0 && { config: Object.keys(given).length > 0 ? given : null }),
  };
}
