/** How a decision came out: each decision that was evaluated, what it was given, the rules that fired, and the reasons of nulls. */
import '../../i18n/decision-texts.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type FactRow, Facts } from '../../ui/facts.tsx';
import type { ToldDecision, ToldNote, ToldTable } from './told-trace.ts';
import classes from './trace.module.css';
import { Value } from './value.tsx';

/** Decisions and notes that are shown. */
const SHOWN = 50;

export type TraceViewProps = {
  /** The key of the decision that was asked. */
  readonly asked: string;
  readonly decisions: readonly PartlyTold[];
};
/** An answer of the server and a row of the history alike. */
type PartlyTold = Pick<ToldDecision, 'id' | 'name' | 'inputs' | 'value'> & {
  readonly tables: readonly (Omit<ToldTable, 'reason'> & { readonly reason?: string | undefined })[];
};

export function TraceView({ asked, decisions }: TraceViewProps): ReactNode {
  const { t } = useTranslation();
  const last = decisions.slice(-SHOWN);
  return (
    <ol className={classes.decisions}>
      {last.map((decision, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trace never changes, and the same decision may be made again
        <li key={at} className={classes.decision} data-asked={decision.id === asked}>
          <p className={classes.name}>
            <bdi>{decision.name}</bdi> = <Value value={decision.value} />
          </p>
          <Facts rows={inputRows(decision)} />
          {decision.tables.map((table, run) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <TableRun key={run} table={table} />
          ))}
        </li>
      ))}
      {decisions.length > SHOWN && (
        <li className="quiet">{t('decisions.more', { count: decisions.length - SHOWN })}</li>
      )}
    </ol>
  );
}

const inputRows = ({ inputs }: PartlyTold): FactRow[] =>
  Object.entries(inputs).map(([name, value]) => ({ name, value: <Value value={value} /> }));

function TableRun({ table: { fired, reason } }: { readonly table: PartlyTold['tables'][number] }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {fired.length === 0 && <p>{t('decisions.noneFired')}</p>}
      <ul className={classes.fired}>
        {fired.map(({ rule, annotations }, at) => {
          const words = annotations.filter((text) => text !== '').join(' · ');
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={at}>
              {t('decisions.ruleFired', { rule })}
              {words !== '' && (
                <>
                  {': '}
                  <bdi>{words}</bdi>
                </>
              )}
            </li>
          );
        })}
      </ul>
      {reason !== undefined && (
        <p>
          <bdi>{reason}</bdi>
        </p>
      )}
    </>
  );
}

export function Notes({ notes }: { readonly notes: readonly ToldNote[] }): ReactNode {
  const { t } = useTranslation();
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes} aria-label={t('decisions.nulls')}>
      {notes.slice(0, SHOWN).map(({ expression, line, column, reason }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trace never changes
        <li key={at}>
          {expression !== '' && (
            <>
              <code dir="ltr">{expression}</code>{' '}
              <span className="quiet">{t('decisions.noteAt', { line, column })}</span>
              <br />
            </>
          )}
          <bdi>{reason}</bdi>
        </li>
      ))}
    </ul>
  );
}
