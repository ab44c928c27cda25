/** One shift or day in the table of KPIs, and the sum of all. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { KpiReport, KpiScope, ScopeKind } from '../api/analyses.ts';
import { useFormat } from '../i18n/format.ts';
import { Pill } from '../ui/pill.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { AssessmentCell } from './assessment-cell.tsx';
import classes from './kpis.module.css';

type Figures = KpiReport['total'];

export type KpiRowProps = { readonly scope: KpiScope; readonly countsPieces: boolean };

export function KpiRow({ scope, countsPieces }: KpiRowProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, date, from, end, isOver } = scope;
  return (
    <tr>
      <td>
        <span className={classes.scope}>
          <strong>
            <bdi>{name || format.day(`${date}T12:00`)}</bdi>
          </strong>
          {!isOver && <Pill tone="accent">{t('kpis.goesOn')}</Pill>}
          {name !== '' && <span className="quiet small">{format.day(`${date}T12:00`)}</span>}
          <span className="quiet small" dir="ltr">
            {format.clock(from)} – {format.clock(end)}
          </span>
        </span>
      </td>
      <Cells of={scope} countsPieces={countsPieces} />
    </tr>
  );
}

export type TotalRowProps = {
  readonly total: Figures;
  readonly count: number;
  readonly kind: ScopeKind;
  readonly countsPieces: boolean;
};

export function TotalRow({ total, count, kind, countsPieces }: TotalRowProps): ReactNode {
  const { t } = useTranslation();
  return (
    <tr className={classes.total}>
      <td>
        <strong>{t(`kpis.total.${kind}`, { count })}</strong>
      </td>
      <Cells of={total} countsPieces={countsPieces} />
    </tr>
  );
}

function Cells({ of, countsPieces }: { readonly of: Figures; readonly countsPieces: boolean }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { elements, kpis, assessment } = of;
  const { coverage } = kpis;
  return (
    <>
      {countsPieces && (
        <td>
          <ShareBar share={kpis.oee} low={kpis.oeeLow} high={kpis.oeeHigh} isStrong />
        </td>
      )}
      <td>
        <ShareBar share={kpis.availability} />
        {coverage !== null && coverage < 1 && (
          <span className={classes.below}>{t('kpis.known', { share: format.share(coverage) })}</span>
        )}
      </td>
      {countsPieces && (
        <>
          <td>
            <ShareBar share={kpis.effectiveness} tone={kpis.isCycleWrong ? 'warn' : 'plain'} />
            {kpis.isCycleWrong && <span className={classes.warning}>{t('kpis.cycleWrong')}</span>}
          </td>
          <td>
            <ShareBar share={kpis.quality} />
          </td>
          <td>
            <Pieces of={of} />
          </td>
        </>
      )}
      <td>
        <Stops elements={elements} kpis={kpis} />
      </td>
      <td>
        <AssessmentCell assessment={assessment} countsPieces={countsPieces} />
      </td>
    </>
  );
}

function Pieces({ of: { elements, kpis } }: { readonly of: Figures }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { pq, sq, rq, gqLow, gqHigh } = elements;
  const good = pq - sq;
  return (
    <span className={classes.figures}>
      <strong>{format.integer(pq)}</strong>
      <span>{t('kpis.good', { count: good, good: format.integer(good), scrap: format.integer(sq) })}</span>
      {rq > 0 && <span>{t('kpis.rework', { rework: format.integer(rq) })}</span>}
      {(gqLow < good || gqHigh > good) && (
        <span>{t('kpis.goodBetween', { low: format.integer(gqLow), high: format.integer(gqHigh) })}</span>
      )}
      {kpis.averageSpeed !== null && <span>{t('kpis.speed', { speed: format.reading(kpis.averageSpeed) })}</span>}
    </span>
  );
}

function Stops({ elements, kpis }: Pick<Figures, 'elements' | 'kpis'>): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { breakdown, microstop, failures } = elements;
  const { mtbfMs, mttrMs } = kpis;
  return (
    <span className={classes.figures}>
      <strong>{format.duration(breakdown + microstop)}</strong>
      <span>{t('kpis.failures', { count: failures })}</span>
      {mtbfMs !== null && <span>{t('kpis.mtbf', { duration: format.duration(mtbfMs) })}</span>}
      {mttrMs !== null && <span>{t('kpis.mttr', { duration: format.duration(mttrMs) })}</span>}
    </span>
  );
}
