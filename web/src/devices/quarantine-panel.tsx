/** Rows of this device that could not be taken in. None is lost: each waits with the reason. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listQuarantine } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { QuarantineTable } from '../quarantine/quarantine-table.tsx';
import { RetryButton } from '../quarantine/retry-button.tsx';
import { Answer } from '../ui/answer.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { Pill } from '../ui/pill.tsx';
import classes from './devices.module.css';

export function QuarantinePanel({ deviceId }: { readonly deviceId: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const filter = { device: deviceId };
  const rows = usePages(keys.quarantine(filter), (page) => listQuarantine(filter, page));
  const count = rows.data?.length ?? 0;
  const countText = `${format.integer(count)}${rows.more.exists ? '+' : ''}`;
  return (
    <Panel
      title={t('quarantine.title')}
      beside={count > 0 && <Pill tone="warn">{countText}</Pill>}
      actions={<RetryButton filter={filter} isIdle={count === 0} />}
      isFlush={count > 0}
    >
      <Answer to={rows} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">{t('quarantine.none')}</p>
          ) : (
            <>
              <p className={classes.note}>{t('quarantine.text')}</p>
              <QuarantineTable rows={items} namesDevice={false} />
              <LoadMore more={rows.more} />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}
