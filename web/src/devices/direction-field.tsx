/** On which side of its limit a criterion fires. */
import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CriterionDraft } from './criterion-draft.ts';
import { DIRECTIONS } from './criterion-draft.ts';
import classes from './devices.module.css';

export type DirectionFieldProps = {
  readonly draft: Pick<CriterionDraft, 'direction'>;
  readonly onChange: (part: Pick<CriterionDraft, 'direction'>) => void;
};

export function DirectionField({ draft, onChange }: DirectionFieldProps): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.choice}>
      <legend>{t('criterion.direction')}</legend>
      <SegmentedControl
        fullWidth
        value={draft.direction}
        onChange={(value) => onChange({ direction: DIRECTIONS.find((each) => each === value) ?? 'above' })}
        data={DIRECTIONS.map((value) => ({ value, label: t(`criterion.directions.${value}`) }))}
      />
    </fieldset>
  );
}
