/** The firings as figures: what was seen, what the limit was, by how much it was passed. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Firing } from '../api/processes.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { useLimitText } from '../ui/limit-text.ts';
import { useDeviceName } from './device-name.ts';
import { beyondBy } from './firing-signal.ts';
import { useSignalText } from './signal-text.ts';

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
  const format = useFormat();
  const limitText = useLimitText();
  const signalText = useSignalText();
  const { criterion, device, value, limit, at } = firing;
  const { name, unitOf } = useDeviceName(device);
  const unit = unitOf(firing);
  const beyond = beyondBy(firing);
  return (
    <tr>
      <td>
        <bdi>{criterion}</bdi>
      </td>
      <td>
        <bdi>{name}</bdi> · <bdi>{signalText(firing)}</bdi>
      </td>
      <td data-number>{value === undefined ? '–' : format.reading(value, unit)}</td>
      <td data-number>{limit === undefined ? '–' : limitText(limit, unit)}</td>
      <td data-number>{beyond === undefined ? '–' : format.reading(beyond)}</td>
      <td data-number>
        <time dateTime={at} title={format.exact(at)}>
          {format.seconds(at)}
        </time>
      </td>
    </tr>
  );
}
