/** What the history kept of a decision. */
import '../../i18n/decision-texts.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ToldTrace } from './told-trace.ts';
import { Notes, TraceView } from './trace-view.tsx';

export type ToldDecisionProps = { readonly asked: string; readonly trace: ToldTrace };

export function ToldDecision({ asked, trace: { decisions, notes, isCut } }: ToldDecisionProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <TraceView asked={asked} decisions={decisions} />
      <Notes notes={notes} />
      {isCut && <p className="quiet small">{t('decisions.cut')}</p>}
    </>
  );
}
