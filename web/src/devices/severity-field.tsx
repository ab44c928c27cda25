/** How severe an anomaly must be for its criterion to fire. */
import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CriterionDraft } from './criterion-draft.ts';
import { SEVERITIES } from './criterion-draft.ts';
import classes from './devices.module.css';

export type SeverityFieldProps = {
  readonly draft: Pick<CriterionDraft, 'minSeverity'>;
  readonly onChange: (part: Pick<CriterionDraft, 'minSeverity'>) => void;
};

export function SeverityField({ draft, onChange }: SeverityFieldProps): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.choice}>
      <legend>{t('criterion.minSeverity')}</legend>
      <SegmentedControl
        fullWidth
        value={draft.minSeverity}
        onChange={(value) => onChange({ minSeverity: SEVERITIES.find((each) => each === value) ?? SEVERITIES[0] })}
        data={SEVERITIES.map((value) => ({ value, label: t(`severities.${value}`) }))}
      />
    </fieldset>
  );
}
