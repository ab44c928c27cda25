/** Grade and efficiency score, or that too little is known for them. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Assessment, Grade } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import { Pill, type Tone } from '../ui/pill.tsx';
import classes from './kpis.module.css';

const tones: Readonly<Record<Grade, Tone>> = { excellent: 'good', good: 'good', fair: 'warn', poor: 'bad' };

export type AssessmentCellProps = { readonly assessment: Assessment; readonly countsPieces: boolean };

export function AssessmentCell({ assessment: { grade, efficiency }, countsPieces }: AssessmentCellProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  if (grade === null && efficiency === null)
    return <span className="quiet small">{countsPieces ? t('kpis.notAssessed') : '–'}</span>;
  return (
    <span className={classes.figures}>
      {grade !== null && (
        <span>
          <Pill tone={tones[grade]}>{t(`kpis.grades.${grade}`)}</Pill>
        </span>
      )}
      {efficiency !== null && <span>{t('kpis.score', { score: format.reading(efficiency.score) })}</span>}
    </span>
  );
}
