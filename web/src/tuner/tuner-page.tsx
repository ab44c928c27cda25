/** Tunes the limit of a criterion: drag it, see at once how often it would have fired and on what, then save it. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Device, listCriteria, readDevice } from '../api/measurements.ts';
import { DAY_MS } from '../devices/range.ts';
import { lastReadingMs } from '../devices/shown-time.ts';
import '../i18n/machine-texts.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { tunedOf } from './tuned.ts';
import { Tuner } from './tuner.tsx';

const PASTS = ['1h', '24h', '7d', '30d'] as const;
type Past = (typeof PASTS)[number];
const lengthsMs: Readonly<Record<Past, number>> = {
  '1h': DAY_MS / 24,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};

export function TunerPage(): ReactNode {
  const { t } = useTranslation();
  const { deviceId, criterion: name } = useParams({ from: '/devices/$deviceId/tune/$criterion' });
  const [past, setPast] = useState<Past>('24h');
  const device = useQuery({ queryKey: keys.device(deviceId), queryFn: ({ signal }) => readDevice(deviceId, signal) });
  return (
    <Page>
      <PageHeader
        title={t('tuner.title', { name })}
        back={{ to: '/devices/$deviceId', params: { deviceId }, text: device.data?.name || deviceId }}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t('tuner.past')}
            value={past}
            data={PASTS.map((value) => ({ value, label: t(`tuner.pasts.${value}`) }))}
            onChange={(value) => setPast(value as Past)}
          />
        }
      />
      <Answer to={device} lines={8}>
        {(data) => <OfCriterion device={data} name={name} past={past} />}
      </Answer>
    </Page>
  );
}

type OfCriterionProps = { readonly device: Device; readonly name: string; readonly past: Past };

function OfCriterion({ device, name, past }: OfCriterionProps): ReactNode {
  const { t } = useTranslation();
  const criteria = useQuery({
    queryKey: keys.criteria(device.id),
    queryFn: ({ signal }) => listCriteria(device.id, { signal }),
  });
  // While somebody drags, readings go on; the stretch that is tried stays.
  const [endMs] = useState(() => lastReadingMs(device) + 1);
  const window = useMemo(() => ({ fromMs: endMs - lengthsMs[past], toMs: endMs }), [endMs, past]);
  return (
    <Answer to={criteria} lines={8}>
      {({ items }) => {
        const criterion = items.find((each) => each.name === name);
        const tuned = criterion && tunedOf(device, criterion);
        if (tuned === undefined) return <EmptyState title={t('tuner.none')}>{t('tuner.noneText')}</EmptyState>;
        return <Tuner key={`${tuned.criterion.id} ${tuned.criterion.version}`} tuned={tuned} window={window} />;
      }}
    </Answer>
  );
}
