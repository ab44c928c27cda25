/** What the server finds wrong with a model while it is edited; each problem leads to its element. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from '../../app/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import classes from '../decisions.module.css';
import { ProblemList } from '../problem-list.tsx';
import type { ModelCheck, Verdict } from '../use-model-check.ts';
import { elementsAt } from './element-at.ts';

export type GraphProblemsProps = { readonly check: ModelCheck; readonly onShow: (id: string) => void };

export function GraphProblems({ check: { verdict, error, isCurrent }, onShow }: GraphProblemsProps): ReactNode {
  const { t } = useTranslation();
  const isFlush = error === null && verdict !== undefined && verdict.problems.length > 0;
  return (
    <Panel title={t('decisions.findings')} isFlush={isFlush}>
      <div aria-live="polite" data-old={!isCurrent}>
        {error ? (
          <ProblemPanel error={error} />
        ) : verdict === undefined ? (
          <p className="quiet">{t('loading')}</p>
        ) : verdict.problems.length === 0 ? (
          <p className={classes.fine}>
            <CheckIcon /> {t('decisions.nothingWrong')}
          </p>
        ) : (
          <Found verdict={verdict} onShow={onShow} />
        )}
      </div>
    </Panel>
  );
}

type FoundProps = { readonly verdict: Verdict; readonly onShow: (id: string) => void };

function Found({ verdict: { xml, problems }, onShow }: FoundProps): ReactNode {
  const { t } = useTranslation();
  const places = useMemo(
    () => new Map(elementsAt(xml, problems).map((place, at) => [problems[at], place])),
    [xml, problems],
  );
  return (
    <ProblemList
      caption={t('decisions.problems', { count: problems.length })}
      problems={problems}
      placeOf={(problem) => {
        const place = places.get(problem);
        return place && { name: place.name, show: () => onShow(place.id) };
      }}
    />
  );
}
