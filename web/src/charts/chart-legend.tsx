/** What the colours and lines of a chart mean; only what is really drawn. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';
import { useLimitText } from '../ui/limit-text.ts';
import type { LimitMark, Marks, SpanMark } from './marks.ts';
import classes from './time-chart.module.css';

export type ChartLegendProps = { readonly marks: Marks; readonly unit?: string | null | undefined };

export function ChartLegend({ marks, unit }: ChartLegendProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const limitText = useLimitText();
  const textOf = ({ name, limit, lines, kind, isScore }: LimitMark): string => {
    const words = { name, limit: limitText(limit, isScore ? undefined : unit) };
    if (!isScore) return kind === 'preview' ? t('chart.preview', words) : t('chart.limit', words);
    const reading = lines.map((value) => format.reading(value, unit)).join(', ');
    return kind === 'preview'
      ? t('chart.scorePreview', { ...words, reading })
      : t('chart.scoreLimit', { ...words, reading });
  };
  const has = (kind: SpanMark['found']): boolean => marks.anomalies.some(({ found = 'live' }) => found === kind);
  return (
    <ul className={classes.legend}>
      {marks.limits.map((limit) => (
        <li key={`${limit.kind} ${limit.name} ${limit.lines.join()}`}>
          <Swatch>
            <path
              d="M0 6h20"
              stroke={limit.kind === 'preview' ? 'var(--chart-preview)' : 'var(--chart-limit)'}
              strokeWidth={2}
              strokeDasharray={limit.kind === 'preview' ? '2 3' : '5 3'}
            />
          </Swatch>
          {textOf(limit)}
        </li>
      ))}
      {marks.firings.length > 0 && (
        <li>
          <Swatch>
            <path d="M5 0h10l-5 7zM9.5 6h1v6h-1z" fill="var(--chart-firing)" />
          </Swatch>
          {t('chart.fired')}
        </li>
      )}
      {has('live') && (
        <li>
          <Swatch>
            <rect width="20" height="12" rx="2" fill="var(--chart-anomaly)" stroke="var(--warn-line)" />
          </Swatch>
          {t('chart.anomaly')}
        </li>
      )}
      {has('analysis') && (
        <li>
          <Swatch>
            <path d="M1 0h18v12H1z" fill="var(--chart-anomaly)" />
            <path d="M1 0v12M19 0v12" stroke="var(--chart-anomaly-line)" />
          </Swatch>
          {t('chart.analysed')}
        </li>
      )}
      {has('revised') && (
        <li>
          <Swatch>
            <path d="M.5.5h19v11H.5zM.5 11.5l19-11" stroke="var(--chart-anomaly-line)" strokeDasharray="3 2" />
          </Swatch>
          {t('chart.revised')}
        </li>
      )}
    </ul>
  );
}

function Swatch({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <svg width="20" height="12" viewBox="0 0 20 12" fill="none" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}
