/** What a machine did, sent, and what was found: everything below the head of its page, over one stretch of time. */
import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceRuns } from '../analyses/device-runs.tsx';
import { listMeasurementServices, type MeasurementServiceView, readStates } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { type Anomaly, type Criterion, type Device, listAnomalies, listCriteria } from '../api/measurements.ts';
import { KpiPanel } from '../kpis/kpi-panel.tsx';
import { QualityPanel } from '../quality/quality-panel.tsx';
import { StateBand } from '../states/state-band.tsx';
import { Answer } from '../ui/answer.tsx';
import { durationMsOf } from '../ui/duration-text.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { AnomalyTable } from './anomaly-table.tsx';
import { CriterionList } from './criterion-list.tsx';
import { isCounter, tellsStates } from './field-role.ts';
import { QuarantinePanel } from './quarantine-panel.tsx';
import type { ShownTime } from './shown-time.ts';
import { SignalPanel } from './signal-panel.tsx';
import { anomaliesOn, signalsOf } from './signals.ts';
import type { Zoom } from './zoom.ts';

const noCriteria: readonly Criterion[] = [];
const noAnomalies: readonly Anomaly[] = [];

export type MachineBodyProps = { readonly device: Device; readonly shown: ShownTime; readonly zoom: Zoom };

export function MachineBody({ device, shown, zoom }: MachineBodyProps): ReactNode {
  const criteria = useQuery({
    queryKey: keys.criteria(device.id),
    queryFn: ({ signal }) => listCriteria(device.id, { signal }),
  });
  const { window, name, isOwn } = shown;
  const anomalies = useQuery({
    queryKey: isOwn ? keys.pastAnomalies(device.id, name) : keys.anomalies(device.id, name),
    queryFn: ({ signal }) => listAnomalies({ device: device.id, ...window }, { signal }),
  });
  const [showsRevised, setShowsRevised] = useState(false);
  const all = anomalies.data?.items ?? noAnomalies;
  const found = useMemo(() => (showsRevised ? all : all.filter(({ isRevised }) => !isRevised)), [all, showsRevised]);
  const watched = criteria.data?.items ?? noCriteria;
  return (
    <>
      {device.service !== null && tellsStates(device.fields) && <StatesPanel deviceId={device.id} shown={shown} />}
      <Signals device={device} shown={shown} criteria={watched} anomalies={found} zoom={zoom} />
      <AnomaliesPanel
        anomalies={found}
        criteria={watched}
        deviceId={device.id}
        revised={all.filter(({ isRevised }) => isRevised).length}
        showsRevised={showsRevised}
        onShowRevised={setShowsRevised}
      />
      {device.service !== null && <Analysed device={device} shown={shown} />}
      <CriterionList device={device} criteria={criteria} />
      {device.service !== null && <DeviceRuns deviceId={device.id} />}
      <QuarantinePanel deviceId={device.id} />
    </>
  );
}

function StatesPanel({ deviceId, shown: { window, name } }: { readonly deviceId: string; readonly shown: ShownTime }) {
  const { t } = useTranslation();
  const states = useQuery({
    queryKey: keys.states(deviceId, name),
    queryFn: ({ signal }) => readStates(deviceId, window, signal),
  });
  return (
    <Panel title={t('states.title')}>
      <Answer to={states} lines={2}>
        {({ items }) => <StateBand segments={items} window={window} />}
      </Answer>
    </Panel>
  );
}

/** Undefined while it is not known, and for a machine that no service analyses. */
function useService({ service }: Device): MeasurementServiceView | undefined {
  const services = useQuery({
    queryKey: keys.measurementServices,
    queryFn: ({ signal }) => listMeasurementServices(signal),
    enabled: service !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return services.data?.items.find(({ name }) => name === service);
}

type SignalsProps = MachineBodyProps & {
  readonly criteria: readonly Criterion[];
  readonly anomalies: readonly Anomaly[];
};

function Signals({ device, shown, criteria, anomalies, zoom }: SignalsProps): ReactNode {
  const { t } = useTranslation();
  const service = useService(device);
  const signals = useMemo(() => signalsOf(device, service), [device, service]);
  if (signals.length === 0) return <EmptyState title={t('devices.noFields')} />;
  return signals.map((signal) => (
    <SignalPanel
      key={signal.name}
      deviceId={device.id}
      signal={signal}
      shown={shown}
      bucketMs={service && durationMsOf(service.bucket)}
      criteria={criteria}
      anomalies={anomaliesOn(signals, signal, anomalies)}
      onStretch={(fromMs, toMs) => zoom.to({ fromMs, toMs })}
    />
  ));
}

type AnomaliesPanelProps = {
  readonly deviceId: string;
  readonly anomalies: readonly Anomaly[];
  readonly criteria: readonly Criterion[];
  readonly revised: number;
  readonly showsRevised: boolean;
  readonly onShowRevised: (isShown: boolean) => void;
};

function AnomaliesPanel({ revised, showsRevised, onShowRevised, ...rest }: AnomaliesPanelProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel
      title={t('anomalies.title')}
      isFlush
      actions={
        revised > 0 && (
          <Switch
            size="sm"
            label={t('anomalyList.showRevised', { count: revised })}
            checked={showsRevised}
            onChange={(event) => onShowRevised(event.currentTarget.checked)}
          />
        )
      }
    >
      <AnomalyTable {...rest} />
    </Panel>
  );
}

/** Sums and quality are of whole shifts and days: of a week, or of the days that an own stretch touches. */
function Analysed({ device, shown: { window, name, isOwn } }: Omit<MachineBodyProps, 'zoom'>): ReactNode {
  const isWeek = !isOwn && name !== 'all';
  const dates = { from: dateOf(window.fromMs), to: dateOf(window.toMs) };
  return (
    <>
      {tellsStates(device.fields) && (
        <KpiPanel
          deviceId={device.id}
          window={isWeek ? undefined : window}
          countsPieces={device.fields.some(isCounter)}
        />
      )}
      <QualityPanel deviceId={device.id} dates={isWeek ? {} : dates} />
    </>
  );
}

const dateOf = (atMs: number): string => new Date(atMs).toLocaleDateString('sv');
