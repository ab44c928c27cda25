/** What a migration would do: each token with where it goes on, or what stands in the way. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationAnswer } from '../api/mending.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import classes from './mending.module.css';

type NameOf = (id: string) => string;
export type MigrationPreviewProps = {
  readonly answer: MigrationAnswer;
  readonly names: { readonly here: NameOf; readonly there: NameOf };
};

export function MigrationPreview({ answer, names }: MigrationPreviewProps): ReactNode {
  const { t } = useTranslation();
  if (answer.problems.length > 0)
    return (
      <div className={classes.problems} role="alert">
        <p className={classes.strong}>{t('mend.problems', { count: answer.problems.length })}</p>
        <ul>
          {answer.problems.map(({ node, problem }) => (
            <li key={`${node} ${problem}`}>
              <bdi>{names.here(node)}</bdi>: <bdi>{problem}</bdi>
            </li>
          ))}
        </ul>
      </div>
    );
  const columns = ['stays', 'goesTo', 'waitsFor', 'listens'] as const;
  return (
    <DataTable caption={t('mend.preview')} columns={columns.map((name) => ({ name: t(`mend.${name}`) }))}>
      {answer.tokens.map((token) => (
        <TokenRow key={token.token} token={token} names={names} />
      ))}
    </DataTable>
  );
}

type TokenRowProps = Pick<MigrationPreviewProps, 'names'> & { readonly token: MigrationAnswer['tokens'][number] };

function TokenRow({ token, names }: TokenRowProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { from, to, waitsFor, armed, disarmed } = token;
  const changes = [
    ...(armed.length > 0 ? [t('mend.armed', { events: format.list(armed.map(names.there)) })] : []),
    ...(disarmed.length > 0 ? [t('mend.disarmed', { events: format.list(disarmed.map(names.here)) })] : []),
  ];
  return (
    <tr>
      <td>
        <bdi>{names.here(from)}</bdi>
      </td>
      <td>
        <bdi>{names.there(to)}</bdi>
      </td>
      <td>{t(`waits.${waitOf(waitsFor)}`)}</td>
      <td>{changes.length === 0 ? '–' : changes.join('; ')}</td>
    </tr>
  );
}

const waits = [
  ...(['task', 'job', 'timer', 'message', 'signal', 'condition'] as const),
  ...(['event', 'call', 'criterion', 'join', 'scope', 'help'] as const),
];
const waitOf = (waitsFor: string) => waits.find((known) => known === waitsFor) ?? 'help';
