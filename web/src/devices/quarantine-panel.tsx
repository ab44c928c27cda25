/** Rows of this device that could not be taken in. None is lost: each waits with the reason. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listQuarantine, type QuarantinedRow } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Moment } from '../ui/moment.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { Pill } from '../ui/pill.tsx';
import classes from './devices.module.css';

export function QuarantinePanel({ deviceId }: { readonly deviceId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = usePages(keys.quarantine(deviceId), (page) => listQuarantine(deviceId, page));
  const count = rows.data?.length ?? 0;
  const countText = `${format.integer(count)}${rows.more.exists ? '+' : ''}`;
  return (
    <Panel title={t('quarantine.title')} beside={count > 0 && <Pill tone="warn">{countText}</Pill>} isFlush={count > 0}>
      <Answer to={rows} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">{t('quarantine.none')}</p>
          ) : (
            <>
              <p className={classes.note}>{t('quarantine.text')}</p>
              <QuarantineTable rows={items} />
              <LoadMore more={rows.more} />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

function QuarantineTable({ rows }: { readonly rows: readonly QuarantinedRow[] }): ReactNode {
  const { t } = useTranslation();
  const columns = [{ name: t('quarantine.at') }, { name: t('quarantine.why') }, { name: t('quarantine.row') }];
  return (
    <DataTable caption={t('quarantine.title')} columns={columns}>
      {rows.map((row, at) => (
        <tr key={row.id ?? at}>
          <td>{row.at ? <Moment at={row.at} /> : '–'}</td>
          <td>
            <code>
              <bdi>{row.code}</bdi>
            </code>
            {row.problem && (
              <>
                <br />
                <bdi className="quiet small">{row.problem}</bdi>
              </>
            )}
          </td>
          <td>
            <code className={classes.rawRow} dir="ltr">
              {typeof row.row === 'string' ? row.row : JSON.stringify(row.row)}
            </code>
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
