/** Refused rows, each with the reason and what it said. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { QuarantinedRow } from '../api/measurements.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Moment } from '../ui/moment.tsx';
import classes from './quarantine.module.css';

/** Of a row; the rest would not be seen. */
const SHOWN_CHARACTERS = 300;

export type QuarantineTableProps = { readonly rows: readonly QuarantinedRow[]; readonly namesDevice: boolean };

export function QuarantineTable({ rows, namesDevice }: QuarantineTableProps): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { name: t('quarantine.at') },
    ...(namesDevice ? [{ name: t('analyses.device') }] : []),
    { name: t('quarantine.why') },
    { name: t('quarantine.row') },
  ];
  return (
    <DataTable caption={t('quarantine.title')} columns={columns}>
      {rows.map((row) => (
        <tr key={row.id}>
          <td>
            <Moment at={row.at} />
          </td>
          {namesDevice && <td>{row.device === null ? '–' : <DeviceLink row={row} device={row.device} />}</td>}
          <td>
            <code>
              <bdi>{row.code}</bdi>
            </code>
            <br />
            <bdi className="quiet small">{row.problem}</bdi>
          </td>
          <td>
            <code className={classes.row} dir="ltr">
              {(typeof row.row === 'string' ? row.row : JSON.stringify(row.row)).slice(0, SHOWN_CHARACTERS)}
            </code>
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

/** A device that nobody has made known has no page. */
function DeviceLink({ row, device }: { readonly row: QuarantinedRow; readonly device: string }): ReactNode {
  if (row.code === 'unknown-device') return <bdi>{device}</bdi>;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: device }}>
      <bdi>{device}</bdi>
    </Link>
  );
}
