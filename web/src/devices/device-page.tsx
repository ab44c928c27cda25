/** One device: its fields over time, what is watched on them, what was found, and what could not be read. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import {
  type Anomaly,
  type Criterion,
  type Device,
  listAnomalies,
  listCriteria,
  readDevice,
} from '../api/measurements.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { Pill } from '../ui/pill.tsx';
import { AnomalyTable } from './anomaly-table.tsx';
import { CriterionList } from './criterion-list.tsx';
import { FieldChart } from './field-chart.tsx';
import { LastSeen } from './last-seen.tsx';
import { QuarantinePanel } from './quarantine-panel.tsx';
import { DEFAULT_RANGE, RANGES, type Range, windowOf } from './range.ts';

export function DevicePage(): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const { deviceId } = useParams({ from: '/devices/$deviceId' });
  const device = useQuery({ queryKey: keys.device(deviceId), queryFn: ({ signal }) => readDevice(deviceId, signal) });
  return (
    <Page>
      <PageHeader
        title={label(device.data?.name) || deviceId}
        back={{ to: '/devices', text: t('nav.devices') }}
        beside={device.data && <LastSeen at={device.data.lastSeenAt} />}
        actions={<RangePicker deviceId={deviceId} />}
      >
        <code>
          <bdi>{deviceId}</bdi>
        </code>
        {device.data?.line && (
          <span title={t('devices.line')}>
            <bdi>{device.data.line}</bdi>
          </span>
        )}
        {device.data?.idealCycle && (
          <span>
            {t('devices.idealCycle')} <bdi>{device.data.idealCycle}</bdi>
          </span>
        )}
        {device.data?.simulated && <Pill tone="warn">{t('devices.simulated')}</Pill>}
      </PageHeader>
      <Answer to={device} lines={10}>
        {(data) => <DeviceBody device={data} />}
      </Answer>
    </Page>
  );
}

function RangePicker({ deviceId }: { readonly deviceId: string }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { range = DEFAULT_RANGE } = useSearch({ from: '/devices/$deviceId' });
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('devices.range')}
      value={range}
      data={RANGES.map((value) => ({ value, label: t(`devices.ranges.${value}`) }))}
      onChange={(value) =>
        void navigate({
          to: '/devices/$deviceId',
          params: { deviceId },
          search: { range: value as Range },
          replace: true,
        })
      }
    />
  );
}

const noCriteria: readonly Criterion[] = [];
const noAnomalies: readonly Anomaly[] = [];

function DeviceBody({ device }: { readonly device: Device }): ReactNode {
  const { t } = useTranslation();
  const { range = DEFAULT_RANGE } = useSearch({ from: '/devices/$deviceId' });
  const window = windowOf(range, device.lastSeenAt);
  const criteria = useQuery({
    queryKey: keys.criteria(device.id),
    queryFn: ({ signal }) => listCriteria(device.id, { signal }),
  });
  const anomalies = useQuery({
    queryKey: keys.anomalies(device.id, range),
    queryFn: ({ signal }) => listAnomalies({ device: device.id, ...window }, { signal }),
  });
  const found = anomalies.data?.items ?? noAnomalies;
  return (
    <>
      {device.fields.length === 0 && <EmptyState title={t('devices.noFields')} />}
      {device.fields.map((field) => (
        <Panel key={field.name} title={field.name} beside={field.unit && <bdi className="quiet">{field.unit}</bdi>}>
          <FieldChart
            device={device}
            field={field}
            range={range}
            criteria={criteria.data?.items ?? noCriteria}
            anomalies={found}
          />
        </Panel>
      ))}
      <CriterionList device={device} criteria={criteria} />
      <Panel title={t('anomalies.title')} isFlush>
        <AnomalyTable anomalies={found} />
      </Panel>
      <QuarantinePanel deviceId={device.id} />
    </>
  );
}
