/** What is set of the steps of a definition beside it: each value, who set it, and the way to change it. */
import '../i18n/engineer-texts.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readSettings, readSettingsHistory } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useDefinition } from '../history/steps.ts';
import { useFieldText } from '../modules/use-modules.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { useLabel } from '../ui/label.ts';
import { Moment } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { Pill } from '../ui/pill.tsx';
import { type SettableStep, type SettingRow, settableSteps } from './settable.ts';
import { SettingValue } from './setting-value.tsx';
import classes from './settings.module.css';
import { SettingsDialog } from './settings-dialog.tsx';
import { SettingsHistory } from './settings-history.tsx';

/** Nothing at all for a definition of which nothing can be set. */
export function SettingsPanel({ definitionKey }: { readonly definitionKey: string }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const newest = useDefinition(definitionKey, undefined);
  const settings = useQuery({
    queryKey: keys.settings(definitionKey),
    queryFn: ({ signal }) => readSettings(definitionKey, signal),
  });
  const history = useQuery({
    queryKey: keys.settingsHistory(definitionKey),
    queryFn: ({ signal }) => readSettingsHistory(definitionKey, { signal }),
  });
  const isKnown = newest.data !== undefined && settings.data !== undefined;
  const steps = isKnown
    ? settableSteps({ source: newest.data.source, settings: settings.data, history: history.data?.items ?? [] })
    : undefined;
  if (steps?.length === 0) return null;
  const nameOf = (id: string): string => label(steps?.find((step) => step.id === id)?.node.name as never) || id;
  return (
    <Panel title={t('settings.title')} isFlush>
      <p className={classes.intro}>{t('settings.intro')}</p>
      <Answer to={{ data: steps, error: settings.error, refetch: settings.refetch }} lines={3}>
        {(data) => <SettingsTable definitionKey={definitionKey} steps={data} />}
      </Answer>
      <SettingsHistory entries={history.data?.items ?? []} nameOf={nameOf} />
    </Panel>
  );
}

type SettingsTableProps = { readonly definitionKey: string; readonly steps: readonly SettableStep[] };

function SettingsTable({ definitionKey, steps }: SettingsTableProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const mayChange = hasRole(usePrincipal(), 'engineer');
  const [changing, setChanging] = useState<string>();
  const columns = [
    { name: t('processes.step') },
    { name: t('settings.setting') },
    { name: t('settings.value') },
    { name: t('settings.origin') },
    ...(mayChange ? [{ name: t('edit'), isHidden: true }] : []),
  ];
  const chosen = steps.find(({ id }) => id === changing);
  return (
    <>
      <DataTable caption={t('settings.title')} columns={columns}>
        {steps.flatMap(({ id, node, rows }) => {
          const name = label(node.name as never) || id;
          return rows.map((row, at) => (
            <tr key={`${id} ${row.setting}`}>
              <td>{at === 0 && <bdi>{name}</bdi>}</td>
              <SettingCells row={row} />
              {mayChange && (
                <td>
                  {at === 0 && (
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={t('settings.changeNamed', { name })}
                      onClick={() => setChanging(id)}
                    >
                      {t('settings.change')}
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ));
        })}
      </DataTable>
      {chosen && <SettingsDialog definitionKey={definitionKey} step={chosen} onClose={() => setChanging(undefined)} />}
    </>
  );
}

function SettingCells({ row: { setting, defined, set, by } }: { readonly row: SettingRow }): ReactNode {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  return (
    <>
      <td>
        <bdi>{fieldText(setting).label}</bdi>
      </td>
      <td>
        <SettingValue value={set ?? defined} />
      </td>
      <td>
        {set === undefined ? (
          <span className="quiet">{t('settings.asDefined')}</span>
        ) : (
          <span className={classes.origin}>
            <Pill tone="accent">{t('settings.set')}</Pill>
            {by && (
              <span className="quiet small">
                <PersonName id={by.id} /> · <Moment at={by.at} />
              </span>
            )}
            <span className="quiet small">
              {t('settings.defined')} <SettingValue value={defined} />
            </span>
          </span>
        )}
      </td>
    </>
  );
}
