/** Why some instances were refused: by reason, with some of the instances of each. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation } from '../api/operations.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import classes from './operations.module.css';

export function OperationProblems({ problems }: Pick<Operation, 'problems'>): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [
    { name: t('operations.reason') },
    { name: t('operations.count'), isNumber: true },
    { name: t('operations.examples') },
  ];
  return (
    <DataTable caption={t('operations.problems')} columns={columns}>
      {problems.map(({ code, count, message, instances }) => (
        <tr key={code}>
          <td>
            <bdi>{message}</bdi>
            <br />
            <code className="quiet">{code}</code>
          </td>
          <td data-number>{format.integer(count)}</td>
          <td>
            <span className={classes.examples}>
              {instances.map((id) => (
                <Link key={id} to="/processes/instances/$instanceId" params={{ instanceId: id }}>
                  <bdi>{id}</bdi>
                </Link>
              ))}
            </span>
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
