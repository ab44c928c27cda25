/** What labels say of the limit: a better one to try, that none is better, or that there are too few of them. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Estimate, ThresholdProposal } from '../../../src/client/wire-analyses.ts';
import type { TimeWindow } from '../api/analyses.ts';
import { ask } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import type { Limit } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import type { Tuned } from './tuned.ts';
import classes from './tuner.module.css';

export type ProposalLineProps = {
  readonly tuned: Tuned;
  readonly window: TimeWindow;
  readonly onLimit: (limit: Limit) => void;
};

export function ProposalLine({ tuned, window, onLimit }: ProposalLineProps): ReactNode {
  const { t } = useTranslation();
  const { data: proposal } = useProposal(tuned, window);
  const words = useProposalWords(tuned);
  if (proposal === undefined) return null;
  const { proposed } = proposal;
  return (
    <div className={classes.proposal} role="status">
      <p>{words(proposal)}</p>
      {proposed !== null && (
        <Button variant="default" size="compact-sm" onClick={() => onLimit(proposed.threshold)}>
          {t('tuner.tryProposal')}
        </Button>
      )}
    </div>
  );
}

/** Undefined: no anomaly has a label in that time, or the limit is a band. */
function useProposal({ criterion }: Tuned, { fromMs, toMs }: TimeWindow) {
  const from = new Date(fromMs).toISOString();
  const to = new Date(toMs).toISOString();
  return useQuery({
    queryKey: keys.proposal(`${criterion.id} ${criterion.version}`, `${from}-${to}`),
    queryFn: async (): Promise<ThresholdProposal | null> => {
      const request = { kind: 'tune', criterion: criterion.id, from, to };
      const { proposals } = await ask<{ proposals: ThresholdProposal[] }>('/analyses', request);
      return proposals[0] ?? null;
    },
    select: (found) => found ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function useProposalWords({ unit }: Tuned): (proposal: ThresholdProposal) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const share = (estimate: Estimate | null): string =>
    estimate === null
      ? '–'
      : t('tuner.share', {
          value: format.share(estimate.value),
          low: format.share(estimate.low),
          high: format.share(estimate.high),
        });
  return ({ status, labels, now, proposed }) => {
    if (status === 'too-few-labels') return t('tuner.tooFewLabels', labels);
    if (status === 'too-many-readings' || now === null) return t('tuner.tooManyReadings');
    if (proposed === null)
      return t('tuner.nothingBetter', { precision: share(now.precision), recall: share(now.recall) });
    return t('tuner.proposal', {
      limit: format.setting(proposed.threshold, unit),
      precision: share(proposed.precision),
      recall: share(proposed.recall),
      precisionNow: share(now.precision),
      recallNow: share(now.recall),
      alarms: format.integer(proposed.alarms),
      alarmsNow: format.integer(now.alarms),
    });
  };
}
