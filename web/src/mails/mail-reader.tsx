/** One mail as its recipients got it, or would have got it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mail } from '../api/mails.ts';
import { BackIcon } from '../app/icons.tsx';
import { useFormat } from '../i18n/format.ts';
import { type FactRow, Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { MailStatePill } from './mail-state.tsx';
import classes from './mails.module.css';

export function MailReader({ mail }: { readonly mail: Mail }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { subject, to, replyTo, letters, list, at, sentAt, state, error, instance } = mail;
  const rows: FactRow[] = [
    { name: t('mails.to'), value: <bdi>{to.length === 0 ? t('mails.nobody') : format.list([...to])}</bdi> },
    ...(list === '' ? [] : [{ name: t('mails.recipients'), value: <bdi>{list}</bdi> }]),
    ...(replyTo.length === 0 ? [] : [{ name: t('mails.replyTo'), value: <bdi>{format.list(replyTo)}</bdi> }]),
    ...(letters.some(({ html }) => html !== null) ? [{ name: t('mails.form'), value: t('mails.hasMarkup') }] : []),
    { name: t('mails.at'), value: <Moment at={at} /> },
    ...(sentAt === null || state !== 'sent' ? [] : [{ name: t('mails.sentAt'), value: <Moment at={sentAt} /> }]),
    ...(instance === null ? [] : [{ name: t('mails.instance'), value: <InstanceLink id={instance} /> }]),
  ];
  return (
    <article className={classes.reader}>
      <title>{`${subject} – Millrace`}</title>
      <Link to="/mails" className={classes.back}>
        <BackIcon size={16} />
        {t('nav.mails')}
      </Link>
      <h1>
        <bdi>{subject}</bdi>
      </h1>
      <div className={classes.explained} data-state={state}>
        <MailStatePill state={state} />
        <p>
          {t(`mailState.${state}Text`)}
          {error !== null && (
            <>
              {' '}
              <bdi>{error}</bdi>
            </>
          )}
        </p>
      </div>
      <Facts rows={rows} />
      {letters.map((letter) => (
        <LetterText key={letter.language} letter={letter} isOnly={letters.length === 1} />
      ))}
    </article>
  );
}

/** The mail in one language; of several it says which, and who gets it so. */
function LetterText({
  letter,
  isOnly,
}: {
  readonly letter: Mail['letters'][number];
  readonly isOnly: boolean;
}): ReactNode {
  const format = useFormat();
  const { language, to, subject, text } = letter;
  return (
    <section className={classes.letter}>
      {!isOnly && (
        <h2>
          <bdi>{subject}</bdi>{' '}
          <small>
            {language !== null && <bdi>{nameOf(language, format.locale)}</bdi>} <bdi>{format.list(to)}</bdi>
          </small>
        </h2>
      )}
      <div className={classes.text} dir="auto" lang={language ?? undefined}>
        <LinkedText text={text} />
      </div>
    </section>
  );
}

function nameOf(language: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language;
  } catch {
    return language; // a definition may call a language as it likes
  }
}

/** Addresses in a mail can be followed. */
function LinkedText({ text }: { readonly text: string }): ReactNode {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a mail never change
      <a key={`${at} ${part}`} href={part} rel="noreferrer">
        {part}
      </a>
    ),
  );
}

function InstanceLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Link to="/processes/instances/$instanceId" params={{ instanceId: id }}>
      <bdi>{id}</bdi>
    </Link>
  );
}
