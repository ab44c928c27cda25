/** Where rules of the table overlap, what no rule covers, and what could not be looked at. */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { analyseTable, type DecisionTable, modelProblemsOf, type TableAnalysis } from '../api/decisions.ts';
import { keys } from '../api/keys.ts';
import { CheckIcon } from '../app/icons.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './decisions.module.css';

const PAUSE_MS = 800;
/** Of each kind. */
const LISTED = 50;

export type AnalysisPanelProps = {
  readonly decision: string;
  readonly table: DecisionTable;
  readonly onShow: (rules: readonly number[]) => void;
  /** Undefined for whoever may not change the table. */
  readonly onFill: ((region: readonly string[]) => void) | undefined;
};

export function AnalysisPanel(props: AnalysisPanelProps): ReactNode {
  const { t } = useTranslation();
  const text = JSON.stringify(props.table);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const analysis = useQuery({
    queryKey: keys.tableAnalysis(props.decision, settled),
    queryFn: () => analyseTable(props.decision, JSON.parse(settled) as DecisionTable),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const isCurrent = settled === text && !analysis.isPlaceholderData;
  return (
    <Panel title={t('decisions.analysis')}>
      <div className={classes.analysis} aria-live="polite" data-old={!isCurrent}>
        {analysis.error ? (
          <Refused error={analysis.error} />
        ) : analysis.data === undefined ? (
          <p className="quiet">{t('loading')}</p>
        ) : (
          <Found {...props} found={analysis.data} />
        )}
      </div>
    </Panel>
  );
}

function Refused({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useTranslation();
  return modelProblemsOf(error) === undefined ? <ProblemPanel error={error} /> : <p>{t('decisions.draftIsWrong')}</p>;
}

type FoundProps = AnalysisPanelProps & { readonly found: TableAnalysis };

function Found({ table, found, onShow, onFill }: FoundProps): ReactNode {
  const { t } = useTranslation();
  const { overlaps, gaps, notAnalysed, isComplete } = found;
  const isWhole = isComplete && notAnalysed.length === 0;
  return (
    <>
      {overlaps.length === 0 && gaps.length === 0 && isWhole && (
        <p className={classes.fine}>
          <CheckIcon /> {t('decisions.whole')}
        </p>
      )}
      {overlaps.length > 0 && (
        <>
          <h3>{t('decisions.overlaps', { count: overlaps.length })}</h3>
          <p className="quiet small">{t(`decisions.overlapMeans.${meaningOf(table)}`)}</p>
          <ul className={classes.regions}>
            {overlaps.slice(0, LISTED).map(({ rules, region, isSame }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an answer never changes
              <li key={at}>
                <button type="button" className={classes.toRules} onClick={() => onShow(rules)}>
                  {t('decisions.overlap', { rules: rules.join(', ') })}
                </button>
                {isSame && <span className="quiet small"> – {t('decisions.isSame')}</span>}
                <Region table={table} region={region} />
              </li>
            ))}
          </ul>
          <More count={overlaps.length - LISTED} />
        </>
      )}
      {gaps.length > 0 && (
        <>
          <h3>{t('decisions.gaps', { count: gaps.length })}</h3>
          <p className="quiet small">{t('decisions.gapMeans')}</p>
          <ul className={classes.regions}>
            {gaps.slice(0, LISTED).map(({ region }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an answer never changes
              <li key={at}>
                <Region table={table} region={region} />
                {onFill !== undefined && (
                  <Button variant="default" size="compact-xs" onClick={() => onFill(region)}>
                    {t('decisions.fillGap')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          <More count={gaps.length - LISTED} />
        </>
      )}
      {!isComplete && <p>{t('decisions.notAll')}</p>}
      {notAnalysed.length > 0 && (
        <>
          <h3>{t('decisions.notAnalysed')}</h3>
          <ul className={classes.unknowns}>
            {notAnalysed.slice(0, LISTED).map((reason) => (
              <li key={reason}>
                <bdi>{reason}</bdi>
              </li>
            ))}
          </ul>
          <More count={notAnalysed.length - LISTED} />
        </>
      )}
    </>
  );
}

/** One test an input; an input that does not matter is left out. */
function Region({ table, region }: { readonly table: DecisionTable; readonly region: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  const told = region.flatMap((test, at) => {
    const { label, expression = '' } = table.inputs[at] ?? {};
    return test === '-' || test === '' ? [] : [{ name: label || expression, test }];
  });
  if (told.length === 0) return <p className="quiet">{t('decisions.anything')}</p>;
  return (
    <p className={classes.region}>
      {told.map(({ name, test }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two inputs may be called the same
        <span key={at}>
          <bdi>{name}</bdi>: <code dir="ltr">{test}</code>
        </span>
      ))}
    </p>
  );
}

function More({ count }: { readonly count: number }): ReactNode {
  const { t } = useTranslation();
  return count > 0 ? <p className="quiet">{t('decisions.more', { count })}</p> : null;
}

function meaningOf({ hitPolicy }: DecisionTable): 'unique' | 'any' | 'all' | 'first' {
  switch (hitPolicy) {
    case 'UNIQUE':
      return 'unique';
    case 'ANY':
      return 'any';
    case 'FIRST':
    case 'PRIORITY':
      return 'first';
    default:
      return 'all';
  }
}
