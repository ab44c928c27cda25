/** A model that dmn-js would not give back whole: it is only looked at, and the reason stands above it. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Picture } from '../diagram/diagram-panel.tsx';
import type { Loss } from '../diagram/losses.ts';
import classes from './graph.module.css';

export type ReadOnlyGraphProps = {
  readonly file: string;
  readonly reason: 'old' | 'losses';
  readonly losses: readonly Loss[];
};

export function ReadOnlyGraph({ file, reason, losses }: ReadOnlyGraphProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.readOnly} role="status">
        <p>
          <strong>{t('decisions.readOnly')}</strong> {t(reason === 'old' ? 'decisions.tooOld' : 'decisions.wouldLose')}
        </p>
        {losses.length > 0 && (
          <ul>
            {losses.map(({ of, what }) => (
              <li key={`${of} ${what}`}>
                {what === '<!-- -->' ? t('decisions.comments') : <code dir="ltr">{what}</code>}
                {of !== '' && (
                  <>
                    {' – '}
                    <bdi>{of}</bdi>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
        <p>{t('decisions.readOnlyText')}</p>
      </div>
      <Picture xml={file} />
    </>
  );
}
