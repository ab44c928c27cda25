/** A criterion with its limit while it is dragged: the past is judged again after every pause of the hand. */
import { Button, Group, NumberInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CriterionSimulation } from '../../../src/client/wire-simulation.ts';
import type { TimeWindow } from '../api/analyses.ts';
import { ask } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { type Anomaly, changeCriterion, type Limit, listAnomalies } from '../api/measurements.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { edgesOf } from '../charts/marks.ts';
import { CriterionRule } from '../devices/criterion-rule.tsx';
import { Answer } from '../ui/answer.tsx';
import { Panel } from '../ui/panel.tsx';
import { LimitChart } from './limit-chart.tsx';
import { ProposalLine } from './proposal-line.tsx';
import { TrialResult } from './trial-result.tsx';
import type { Tuned } from './tuned.ts';
import { isSameLimit, withEdge } from './tuned-limit.ts';
import classes from './tuner.module.css';

const PAUSE_MS = 250;

export type TunerProps = { readonly tuned: Tuned; readonly window: TimeWindow };

export function Tuner({ tuned, window }: TunerProps): ReactNode {
  const { t } = useTranslation();
  const { criterion, unit } = tuned;
  const [limit, setLimit] = useState<Limit>(tuned.limit);
  const [asked] = useDebouncedValue(limit, PAUSE_MS);
  const trial = useTrial(tuned, window, asked);
  const anomalies = useFieldAnomalies(tuned, window);
  return (
    <>
      <Panel title={t('tuner.signal')} beside={<CriterionRule criterion={criterion} unit={unit} />}>
        <p className="quiet small">{t('tuner.hint')}</p>
        <LimitChart
          tuned={tuned}
          window={window}
          anomalies={anomalies}
          firings={trial.data?.proposed.firings ?? []}
          limit={limit}
          onLimit={setLimit}
        />
        <LimitForm tuned={tuned} limit={limit} onLimit={setLimit} />
        <ProposalLine tuned={tuned} window={window} onLimit={setLimit} />
      </Panel>
      <Panel title={t('tuner.effect')} isFlush>
        <Answer to={trial} lines={3}>
          {(data) => (
            <TrialResult
              trial={data}
              anomalies={anomalies}
              isOld={trial.isPlaceholderData || !isSameLimit(limit, asked)}
              isChanged={!isSameLimit(limit, tuned.limit)}
            />
          )}
        </Answer>
      </Panel>
    </>
  );
}

function useTrial({ criterion }: Tuned, { fromMs, toMs }: TimeWindow, limit: Limit) {
  const from = new Date(fromMs).toISOString();
  const to = new Date(toMs).toISOString();
  return useQuery({
    queryKey: keys.trial(`${criterion.id} ${criterion.version}`, { limit }, `${from}-${to}`),
    queryFn: (): Promise<CriterionSimulation> =>
      ask(`/criteria/${encodeURIComponent(criterion.id)}/simulate`, { settings: { limit }, from, to }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const none: readonly Anomaly[] = [];

/** Of the criterion's field, whoever found them; as those that a trial is held against. */
function useFieldAnomalies({ deviceId, field }: Tuned, window: TimeWindow): readonly Anomaly[] {
  const anomalies = useQuery({
    queryKey: keys.pastAnomalies(deviceId, `${window.fromMs}-${window.toMs}`),
    queryFn: ({ signal }) => listAnomalies({ device: deviceId, ...window }, { signal }),
  });
  const all = anomalies.data?.items;
  return useMemo(() => all?.filter((each) => each.field === field) ?? none, [all, field]);
}

type LimitFormProps = {
  readonly tuned: Tuned;
  readonly limit: Limit;
  readonly onLimit: (limit: Limit) => void;
};

function LimitForm({ tuned, limit, onLimit }: LimitFormProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const client = useQueryClient();
  const { criterion, unit, deviceId } = tuned;
  const save = useMutation({
    mutationFn: () => changeCriterion(criterion.id, { limit }),
    onSuccess: () => toastDone(t('criterion.saved', { name: criterion.name })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.criteria(deviceId) }),
  });
  const isChanged = !isSameLimit(limit, tuned.limit);
  const labels = typeof limit === 'number' ? [t('criteria.limit')] : [t('criterion.low'), t('criterion.high')];
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) save.mutate();
      }}
    >
      {edgesOf(limit).map((value, edge) => (
        <NumberInput
          key={labels[edge]}
          label={labels[edge]}
          value={value}
          suffix={unit ? ` ${unit}` : ''}
          onChange={(next) => typeof next === 'number' && onLimit(withEdge(limit, edge, next))}
        />
      ))}
      <Group gap="xs">
        {hasRole(me, 'engineer') && (
          <Button type="submit" disabled={!isChanged} loading={save.isPending}>
            {t('save')}
          </Button>
        )}
        <Button variant="default" disabled={!isChanged} onClick={() => onLimit(tuned.limit)}>
          {t('tuner.reset')}
        </Button>
      </Group>
    </form>
  );
}
