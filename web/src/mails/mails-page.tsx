/** The mails that processes asked for, and what became of each. */
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listMails, type Mail } from '../api/mails.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Moment } from '../ui/moment.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { SplitView } from '../ui/split-view.tsx';
import { MailReader } from './mail-reader.tsx';
import { MailStatePill } from './mail-state.tsx';
import classes from './mails.module.css';

export function MailsPage(): ReactNode {
  const { t } = useTranslation();
  const { mailId } = useParams({ strict: false });
  const mails = usePages(keys.mails, listMails);
  const chosen = mails.data?.find(({ id }) => id === mailId);
  const heading = t('nav.mails');
  return (
    <SplitView
      listLabel={t('mails.list')}
      list={
        <>
          <div className={classes.head}>
            {chosen === undefined ? <h1>{heading}</h1> : <p className={classes.heading}>{heading}</p>}
            {chosen === undefined && <title>{`${heading} – Millrace`}</title>}
          </div>
          <div className={classes.rows}>
            <Answer to={mails} lines={8}>
              {(items) =>
                items.length === 0 ? (
                  <EmptyState title={t('mails.none')}>{t('mails.noneText')}</EmptyState>
                ) : (
                  <>
                    <ul>
                      {items.map((mail) => (
                        <li key={mail.id}>
                          <MailRow mail={mail} isSelected={mail.id === mailId} />
                        </li>
                      ))}
                    </ul>
                    <LoadMore more={mails.more} />
                  </>
                )
              }
            </Answer>
          </div>
        </>
      }
      detailLabel={t('mails.reader')}
      detail={
        chosen === undefined ? (
          <EmptyState title={t('mails.choose')}>{t('mails.chooseText')}</EmptyState>
        ) : (
          <MailReader mail={chosen} />
        )
      }
      showsDetail={chosen !== undefined}
    />
  );
}

function MailRow({ mail, isSelected }: { readonly mail: Mail; readonly isSelected: boolean }): ReactNode {
  const { id, subject, to, list, at, state } = mail;
  return (
    <Link
      to="/mails/$mailId"
      params={{ mailId: id }}
      className={classes.row}
      data-selected={isSelected}
      aria-current={isSelected ? 'true' : undefined}
    >
      <bdi className={classes.subject}>{subject}</bdi>
      <span className={classes.when}>
        <Moment at={at} />
      </span>
      <bdi className={classes.to}>{list || to.join(', ')}</bdi>
      <MailStatePill state={state} />
    </Link>
  );
}
