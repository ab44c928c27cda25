/** What a queue has given up: by reason, and letter by letter, to put back or to drop. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeadLetterChoice, type DeadLetters, listDeadLetters } from '../api/bus.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { DeadLetterRow } from './dead-letter-row.tsx';
import { LOOK_AGAIN_MS } from './refresh.ts';
import classes from './services.module.css';
import { SettleDialog, type Settling } from './settle-dialog.tsx';

export function DeadLettersPage(): ReactNode {
  const { t } = useTranslation();
  const { queue } = useParams({ from: '/services/queues/$queue' });
  const [settling, setSettling] = useState<Settling>();
  const letters = useQuery({
    queryKey: keys.deadLetters(queue),
    queryFn: ({ signal }) => listDeadLetters(queue, signal),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Page>
      <PageHeader title={queue} back={{ to: '/services/queues', text: t('services.queues') }} />
      <Answer to={letters} lines={6}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyState title={t('deadLetters.none')}>{t('deadLetters.noneText')}</EmptyState>
          ) : (
            <Letters letters={data} onSettle={setSettling} />
          )
        }
      </Answer>
      {settling && <SettleDialog queue={queue} settling={settling} onClose={() => setSettling(undefined)} />}
    </Page>
  );
}

type LettersProps = { readonly letters: DeadLetters; readonly onSettle: (settling: Settling) => void };

function Letters({ letters: { items, groups }, onSettle }: LettersProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const mayTouch = hasRole(usePrincipal(), 'engineer');
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const columns = [
    { name: t('deadLetters.reason') },
    { name: t('deadLetters.count'), isNumber: true },
    { name: t('access.actions'), isHidden: true },
  ];
  const buttons = (choice: DeadLetterChoice, of: { readonly name: string; readonly count: number }): ReactNode =>
    mayTouch && <SettleButtons name={of.name} onSettle={(act) => onSettle({ act, choice, ...of })} />;
  return (
    <>
      <p className="quiet">{mayTouch ? t('deadLetters.intro') : t('deadLetters.notYou')}</p>
      <Panel
        title={t('deadLetters.byReason')}
        isFlush
        actions={
          mayTouch && (
            <SettleAllButtons
              onSettle={(act) => onSettle({ act, choice: { all: true }, name: t('deadLetters.all'), count })}
            />
          )
        }
      >
        <DataTable caption={t('deadLetters.byReason')} columns={columns}>
          {groups.map(({ group, count: of }) => (
            <tr key={group}>
              <td>
                <bdi>{group}</bdi>
              </td>
              <td data-number>{format.integer(of)}</td>
              <td data-number>{buttons({ group }, { name: group, count: of })}</td>
            </tr>
          ))}
        </DataTable>
      </Panel>
      <Panel title={t('deadLetters.letters')} isFlush>
        {items.length < count && <p className={classes.note}>{t('deadLetters.oldest', { count: items.length })}</p>}
        {items.map((letter) => (
          <DeadLetterRow key={letter.id} letter={letter}>
            {buttons({ ids: [letter.id] }, { name: letter.id, count: 1 })}
          </DeadLetterRow>
        ))}
      </Panel>
    </>
  );
}

function SettleAllButtons({ onSettle }: Pick<SettleButtonsProps, 'onSettle'>): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="default" size="xs" onClick={() => onSettle('replay')}>
        {t('deadLetters.replayAll')}
      </Button>
      <Button variant="outline" color="danger" size="xs" onClick={() => onSettle('drop')}>
        {t('deadLetters.dropAll')}
      </Button>
    </>
  );
}

type SettleButtonsProps = { readonly name: string; readonly onSettle: (act: Settling['act']) => void };

function SettleButtons({ name, onSettle }: SettleButtonsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <span className={classes.actions}>
      <Button
        variant="default"
        size="xs"
        aria-label={t('deadLetters.replayNamed', { name })}
        onClick={() => onSettle('replay')}
      >
        {t('deadLetters.replay')}
      </Button>
      <Button
        variant="outline"
        color="danger"
        size="xs"
        aria-label={t('deadLetters.dropNamed', { name })}
        onClick={() => onSettle('drop')}
      >
        {t('deadLetters.drop')}
      </Button>
    </span>
  );
}
