/** The state of a machine in a word, with its look. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SegmentState } from '../api/analyses.ts';
import { StateSwatch } from './state-swatch.tsx';
import classes from './states.module.css';

export function StateName({ state }: { readonly state: SegmentState }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classes.name}>
      <StateSwatch state={state} />
      {t(`states.names.${state}`)}
    </span>
  );
}
