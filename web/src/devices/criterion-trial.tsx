/** Tries changed settings of a criterion on the readings of the last thirty days, before they are saved. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CriterionSimulation } from '../../../src/client/wire-simulation.ts';
import { write } from '../api/http.ts';
import type { Criterion, CriterionChange } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import classes from './criterion-trial.module.css';

export type CriterionTrialProps = {
  readonly criterion: Criterion;
  /** Undefined: nothing is changed yet. */
  readonly change: CriterionChange | undefined;
};

/** Times that are listed; the counts tell of all. */
const LISTED = 5;

export function CriterionTrial({ criterion, change }: CriterionTrialProps): ReactNode {
  const { t } = useTranslation();
  const trial = useMutation({
    mutationFn: (settings: CriterionChange): Promise<CriterionSimulation> =>
      write('POST', `/criteria/${encodeURIComponent(criterion.id)}/simulate`, { settings }),
  });
  const isOfThis = JSON.stringify(trial.variables) === JSON.stringify(change);
  return (
    <div className={classes.trial}>
      <Button
        variant="default"
        size="compact-sm"
        disabled={change === undefined}
        loading={trial.isPending}
        onClick={() => change !== undefined && trial.mutate(change)}
      >
        {t('criterionTrial.try')}
      </Button>
      {isOfThis && trial.data !== undefined && <Found found={trial.data} />}
      {isOfThis && trial.isError && (
        <p role="alert" className={classes.text}>
          {t('criterionTrial.failed')}
        </p>
      )}
    </div>
  );
}

function Found({ found }: { readonly found: CriterionSimulation }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { current, proposed, onlyCurrent, onlyProposed } = found;
  const times = (firings: CriterionSimulation['onlyProposed']): string =>
    [...firings.slice(-LISTED).map(({ at }) => format.moment(at)), ...(firings.length > LISTED ? ['…'] : [])].join(
      ' · ',
    );
  return (
    <div role="status" className={classes.text}>
      <p>{t('criterionTrial.counts', { now: current.count, changed: proposed.count })}</p>
      {onlyProposed.length > 0 && <p>{t('criterionTrial.onlyProposed', { times: times(onlyProposed) })}</p>}
      {onlyCurrent.length > 0 && <p>{t('criterionTrial.onlyCurrent', { times: times(onlyCurrent) })}</p>}
      {proposed.labelled !== null && <p>{t('criterionTrial.labelled', proposed.labelled)}</p>}
    </div>
  );
}
