/** The firings as figures: what was seen, what the limit was, by how much it was passed. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Firing } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { useLabel } from '../ui/label.ts';
import { useDeviceName } from './device-name.ts';
import { isOfReading } from './evidence-group.ts';

export function FiringTable({ evidence }: { readonly evidence: readonly Firing[] }): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { name: t('firing.criterion') },
    { name: t('firing.signal') },
    { name: t('firing.value'), isNumber: true },
    { name: t('firing.limit'), isNumber: true },
    { name: t('firing.beyond'), isNumber: true },
    { name: t('firing.at'), isNumber: true },
  ];
  return (
    <DataTable caption={t('firing.caption')} columns={columns}>
      {evidence.map((firing) => (
        <FiringRow key={firing.id} firing={firing} />
      ))}
    </DataTable>
  );
}

function FiringRow({ firing }: { readonly firing: Firing }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { criterion, device, signal, value, limit, at } = firing;
  const { name, unitOf } = useDeviceName(device);
  const unit = isOfReading(firing) ? unitOf(signal.field) : undefined;
  return (
    <tr>
      <td>
        <bdi>{label(criterion)}</bdi>
      </td>
      <td>
        <bdi>{name}</bdi> ·{' '}
        <bdi>{signal.detector ? t('firing.score', { field: signal.field, detector: signal.detector }) : signal.field}</bdi>
      </td>
      <td data-number>{format.reading(value, unit)}</td>
      <td data-number>{format.setting(limit, unit)}</td>
      <td data-number>{format.reading(value - limit)}</td>
      <td data-number>
        <time dateTime={at} title={format.exact(at)}>
          {format.seconds(at)}
        </time>
      </td>
    </tr>
  );
}
