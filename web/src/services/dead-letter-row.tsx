/** One dead letter: why and since when; opened, the message itself. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../api/bus.ts';
import { ForwardIcon } from '../app/icons.tsx';
import { Facts } from '../ui/facts.tsx';
import { Ago } from '../ui/moment.tsx';
import classes from './services.module.css';

export type DeadLetterRowProps = { readonly letter: DeadLetter; readonly children: ReactNode };

export function DeadLetterRow({ letter, children }: DeadLetterRowProps): ReactNode {
  const { t } = useTranslation();
  const { id, reason, deliveries, at, topic, headers, body, cut } = letter;
  const rows = [
    { name: t('deadLetters.id'), value: <bdi>{id}</bdi> },
    { name: t('deadLetters.topic'), value: <bdi>{topic}</bdi> },
    { name: t('deadLetters.deliveries'), value: deliveries },
    ...Object.entries(headers).map(([name, value]) => ({ name, value: <bdi>{value}</bdi> })),
  ];
  return (
    <details className={classes.operation}>
      <summary>
        <span className={classes.chevron}>
          <ForwardIcon size={16} />
        </span>
        <bdi className={classes.letterReason}>{reason}</bdi>
        <span className="quiet small">
          <Ago at={at} />
        </span>
      </summary>
      <div className={classes.operationBody}>
        <Facts rows={rows} />
        <div className={classes.schema}>
          <h3>{t('services.body')}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={`${classes.code} ${classes.wrapped}`} dir="ltr" tabIndex={0}>
            {readable(body)}
          </pre>
          {cut > 0 && <p className="quiet">{t('deadLetters.cut', { count: cut })}</p>}
        </div>
        <div>{children}</div>
      </div>
    </details>
  );
}

/** JSON with its parts on lines of their own; anything else as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
