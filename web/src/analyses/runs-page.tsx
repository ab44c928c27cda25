/** Runs of all analyses, the latest first; what failed and what is behind stands above them. */
import { Button, Select } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnalysisRun, listRuns } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { DeviceTabs } from '../devices/device-tabs.tsx';
import '../i18n/machine-texts.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './analyses.module.css';
import { BehindNotice } from './behind-notice.tsx';
import { RunTable } from './run-table.tsx';
import { useFleet } from './use-fleet.ts';

const STATUSES: readonly AnalysisRun['status'][] = ['failed', 'done'];

export function RunsPage(): ReactNode {
  const { t } = useTranslation();
  const filter = useSearch({ from: '/analyses' });
  const runs = usePages(keys.runs(filter), (page) => listRuns(filter, page));
  return (
    <Page>
      <PageHeader title={t('analyses.title')} />
      <DeviceTabs />
      <BehindNotice />
      <Filters />
      <Panel title={t('analyses.runs')} isFlush>
        <Answer to={runs} lines={8}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('analyses.none')}>{t('analyses.noneText')}</EmptyState>
            ) : (
              <RunTable runs={items} namesDevice />
            )
          }
        </Answer>
        <LoadMore more={runs.more} />
      </Panel>
    </Page>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/analyses' });
  const fleet = useFleet();
  const devices = (fleet.data?.items ?? []).filter(({ service }) => service !== null).map(({ device }) => device);
  const known = filter.device !== undefined && !devices.includes(filter.device) ? [filter.device, ...devices] : devices;
  const put = (part: { device?: string | undefined; status?: AnalysisRun['status'] | undefined }): void => {
    const { device, status } = { ...filter, ...part };
    void navigate({
      to: '/analyses',
      search: { ...(device !== undefined && { device }), ...(status !== undefined && { status }) },
      replace: true,
    });
  };
  const isFiltered = filter.device !== undefined || filter.status !== undefined;
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
        label={t('analyses.status')}
        placeholder={t('instances.any')}
        data={STATUSES.map((value) => ({ value, label: t(`analyses.statuses.${value}`) }))}
        value={filter.status ?? null}
        clearable
        onChange={(status) => put({ status: STATUSES.find((each) => each === status) })}
      />
      {isFiltered && (
        <Button variant="subtle" renderRoot={(props) => <Link {...props} to="/analyses" search={{}} replace />}>
          {t('instances.clearFilters')}
        </Button>
      )}
    </div>
  );
}
