/** Rows of all devices that could not be taken in, and the way to take them in once their cause is mended. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readFleet } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { listQuarantine, type QuarantineCode, type QuarantineFilter } from '../api/measurements.ts';
import { DeviceTabs } from '../devices/device-tabs.tsx';
import '../i18n/machine-texts.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './quarantine.module.css';
import { QUARANTINE_CODES, quarantineCodeOf } from './quarantine-codes.ts';
import { QuarantineTable } from './quarantine-table.tsx';
import { RetryButton } from './retry-button.tsx';

export function QuarantinePage(): ReactNode {
  const { t } = useTranslation();
  const filter = useSearch({ from: '/quarantine' });
  const rows = usePages(keys.quarantine(filter), (page) => listQuarantine(filter, page));
  return (
    <Page>
      <PageHeader title={t('quarantine.title')} />
      <DeviceTabs />
      <Filters filter={filter} />
      <Panel
        title={t('quarantine.rows')}
        isFlush
        actions={<RetryButton filter={filter} isIdle={rows.data?.length === 0} />}
      >
        <Answer to={rows} lines={8}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('quarantine.empty')}>{t('quarantine.emptyText')}</EmptyState>
            ) : (
              <>
                <p className={classes.note}>{t('quarantine.text')}</p>
                <QuarantineTable rows={items} namesDevice />
              </>
            )
          }
        </Answer>
        <LoadMore more={rows.more} />
      </Panel>
    </Page>
  );
}

function Filters({ filter }: { readonly filter: QuarantineFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fleet = useQuery({ queryKey: keys.fleet, queryFn: ({ signal }) => readFleet(signal) });
  const devices = (fleet.data?.items ?? []).map(({ device }) => device);
  const known = filter.device !== undefined && !devices.includes(filter.device) ? [filter.device, ...devices] : devices;
  const put = (part: { device?: string | undefined; code?: QuarantineCode | undefined }): void => {
    const { device, code } = { ...filter, ...part };
    void navigate({
      to: '/quarantine',
      search: { ...(device !== undefined && { device }), ...(code !== undefined && { code }) },
      replace: true,
    });
  };
  const isFiltered = filter.device !== undefined || filter.code !== undefined;
  return (
    <div className={classes.filters}>
      <Select
        label={t('analyses.device')}
        placeholder={t('instances.any')}
        data={[...known].sort()}
        value={filter.device ?? null}
        searchable
        clearable
        onChange={(device) => put({ device: device ?? undefined })}
      />
      <Select
        label={t('quarantine.why')}
        placeholder={t('instances.any')}
        data={[...QUARANTINE_CODES]}
        value={filter.code ?? null}
        searchable
        clearable
        onChange={(code) => put({ code: quarantineCodeOf(code) })}
      />
      {isFiltered && (
        <Button variant="subtle" renderRoot={(props) => <Link {...props} to="/quarantine" search={{}} replace />}>
          {t('instances.clearFilters')}
        </Button>
      )}
    </div>
  );
}
