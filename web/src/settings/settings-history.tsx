/** Who set what of a definition, the newest first. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsEntry } from '../api/definitions.ts';
import { useFieldText } from '../modules/use-modules.ts';
import { Moment } from '../ui/moment.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { changesOf } from './settable.ts';
import { SettingValue } from './setting-value.tsx';
import classes from './settings.module.css';

export type SettingsHistoryProps = {
  readonly entries: readonly SettingsEntry[];
  readonly nameOf: (step: string) => string;
};

export function SettingsHistory({ entries, nameOf }: SettingsHistoryProps): ReactNode {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  if (entries.length === 0) return null;
  return (
    <details className={classes.history}>
      <summary>{t('settings.history')}</summary>
      <ol>
        {entries.map((entry) => (
          <li key={`${entry.at} ${entry.by}`}>
            <span className="quiet small">
              <Moment at={entry.at} /> · <PersonName id={entry.by} />
            </span>
            <ul>
              {changesOf(entry).map(({ step, setting, before, after }) => (
                <li key={`${step} ${setting}`}>
                  <bdi>{nameOf(step)}</bdi> – <bdi>{fieldText(setting).label}</bdi>:{' '}
                  <SettingValue value={before ?? t('settings.asDefined')} /> →{' '}
                  <SettingValue value={after ?? t('settings.asDefined')} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </details>
  );
}
