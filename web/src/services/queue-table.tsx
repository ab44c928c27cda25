/** Queues with what waits in them, what runs, and what was given up. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BusQueue } from '../api/bus.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

export type QueueTableProps = { readonly queues: readonly BusQueue[]; readonly showsService?: boolean };

export function QueueTable({ queues, showsService = false }: QueueTableProps): ReactNode {
  const { t } = useTranslation();
  if (queues.length === 0) return <EmptyState title={t('queues.none')}>{t('queues.noneText')}</EmptyState>;
  const columns = [
    { name: t('queues.queue') },
    { name: t('queues.dead'), isNumber: true },
    { name: t('queues.depth'), isNumber: true },
    { name: t('queues.running'), isNumber: true },
    { name: t('queues.consumers'), isNumber: true },
    ...(showsService ? [{ name: t('queues.service') }] : []),
  ];
  return (
    <DataTable caption={t('services.queues')} columns={columns}>
      {queues.map((queue) => (
        <QueueRow key={queue.name} queue={queue} showsService={showsService} />
      ))}
    </DataTable>
  );
}

function QueueRow({ queue, showsService }: { readonly queue: BusQueue; readonly showsService: boolean }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, depth, consumers, dead, service } = queue;
  return (
    <tr>
      <td>
        <bdi>{name}</bdi>
      </td>
      <td data-number>
        {dead === 0 ? (
          format.integer(0)
        ) : (
          <Link
            to="/services/queues/$queue"
            params={{ queue: name }}
            aria-label={t('queues.deadOf', { count: dead, name })}
          >
            {format.integer(dead)}
          </Link>
        )}
      </td>
      <td data-number>{format.integer(depth)}</td>
      <td data-number>{service === null ? '–' : format.integer(service.running)}</td>
      <td data-number>{format.integer(consumers)}</td>
      {showsService && (
        <td>
          {service === null ? (
            <span className="quiet">{t('queues.noService')}</span>
          ) : (
            <Link to="/services/named/$service" params={{ service: service.name }}>
              <bdi>{service.name}</bdi>
            </Link>
          )}
        </td>
      )}
    </tr>
  );
}
