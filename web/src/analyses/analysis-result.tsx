/** What an analysis says of the stretch it was asked for. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnalysisSummary } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import { AssessmentCell } from '../kpis/assessment-cell.tsx';
import { Facts } from '../ui/facts.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import classes from './analyses.module.css';

export type AnalysisResultProps = { readonly summary: AnalysisSummary; readonly isDryRun: boolean };

export function AnalysisResult({ summary, isDryRun }: AnalysisResultProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { from, to, kpis, elements, countIncrement, errorIncrement, avgSpeed, assessment, findings, rows, run } =
    summary;
  const figures = [
    { name: t('analyses.stretch'), value: `${format.moment(from)} – ${format.moment(to)}` },
    { name: t('analyses.rows'), value: format.integer(rows) },
    ...(kpis.oee === null
      ? []
      : [{ name: t('kpis.oee'), value: <ShareBar share={kpis.oee} low={kpis.oeeLow} high={kpis.oeeHigh} /> }]),
    { name: t('kpis.availability'), value: <ShareBar share={kpis.availability} /> },
    ...(kpis.effectiveness === null
      ? []
      : [
          { name: t('kpis.effectiveness'), value: <ShareBar share={kpis.effectiveness} /> },
          { name: t('kpis.quality'), value: <ShareBar share={kpis.quality} /> },
        ]),
    ...(countIncrement + errorIncrement === 0
      ? []
      : [
          {
            name: t('kpis.pieces'),
            value: t('analyses.counted', {
              pieces: format.integer(countIncrement),
              scrap: format.integer(errorIncrement),
            }),
          },
        ]),
    ...(avgSpeed === null
      ? []
      : [{ name: t('analyses.speed'), value: t('kpis.speed', { speed: format.reading(avgSpeed) }) }]),
    { name: t('kpis.stops'), value: format.duration(elements.breakdown + elements.microstop) },
    { name: t('kpis.assessment'), value: <AssessmentCell assessment={assessment} countsPieces /> },
    { name: t('anomalies.title'), value: format.integer(findings.length) },
  ];
  return (
    <div className={classes.summary} role="status">
      <p>
        {isDryRun || run === null
          ? t('analyses.nothingWritten')
          : t('analyses.wrote', { count: run.written, written: format.integer(run.written) })}
      </p>
      <Facts rows={figures} />
    </div>
  );
}
