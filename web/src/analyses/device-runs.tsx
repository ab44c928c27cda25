/** The latest runs of one machine's analysis, and the way to run it again. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRuns } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { AnalyzeDialog } from './analyze-dialog.tsx';
import { RunTable } from './run-table.tsx';

/** Of one machine's page; more on request. */
const SHOWN = 10;

export function DeviceRuns({ deviceId }: { readonly deviceId: string }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [isAsking, setIsAsking] = useState(false);
  const filter = { device: deviceId, limit: SHOWN };
  const runs = usePages(keys.runs(filter), (page) => listRuns(filter, page));
  const mayAnalyze = ['operator', 'engineer', 'technologist'].some((role) => hasRole(me, role));
  return (
    <Panel
      title={t('analyses.runs')}
      isFlush
      actions={
        mayAnalyze && (
          <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
            {t('analyses.again')}
          </Button>
        )
      }
    >
      <Answer to={runs}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('analyses.none')}>{t('analyses.noneText')}</EmptyState>
          ) : (
            <RunTable runs={items} namesDevice={false} />
          )
        }
      </Answer>
      <LoadMore more={runs.more} />
      {isAsking && <AnalyzeDialog deviceId={deviceId} onClose={() => setIsAsking(false)} />}
    </Panel>
  );
}
