/** Asks for an analysis, watches the job that does it, and shows what came of it. */
import { Button, Group, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AnalysisSummary, type AnalyzeRequest, startAnalysis } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './analyses.module.css';
import { AnalysisResult } from './analysis-result.tsx';
import { type AnalyzeDraft, newDraft, requestOf } from './analyze-draft.ts';
import { JobProgress } from './job-progress.tsx';

const STALES = [keys.allAnalyses];

export type AnalyzeDialogProps = { readonly deviceId: string; readonly onClose: () => void };

export function AnalyzeDialog({ deviceId, onClose }: AnalyzeDialogProps): ReactNode {
  const { t } = useTranslation();
  const start = useMutation({ mutationFn: (request: AnalyzeRequest) => startAnalysis(request) });
  return (
    <Dialog title={t('analyses.askTitle', { device: deviceId })} isWide onClose={onClose}>
      {start.data === undefined ? (
        <Form
          deviceId={deviceId}
          isStarting={start.isPending}
          problem={start.error}
          onStart={(request) => start.mutate(request)}
          onClose={onClose}
        />
      ) : (
        <JobProgress<AnalysisSummary>
          job={start.data.job}
          leaveText={t('analyses.leaveText')}
          stales={STALES}
          onClose={onClose}
        >
          {(summary) => <AnalysisResult summary={summary} isDryRun={start.variables?.dryRun === true} />}
        </JobProgress>
      )}
    </Dialog>
  );
}

type FormProps = AnalyzeDialogProps & {
  readonly isStarting: boolean;
  readonly problem: unknown;
  readonly onStart: (request: AnalyzeRequest) => void;
};

function Form({ deviceId, isStarting, problem, onStart, onClose }: FormProps): ReactNode {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<AnalyzeDraft>(() => newDraft(new Date().toLocaleDateString('sv')));
  const put = (part: Partial<AnalyzeDraft>): void => setDraft((current) => ({ ...current, ...part }));
  const request = requestOf(deviceId, draft);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (request !== undefined) onStart(request);
      }}
    >
      <p>{t('analyses.askText')}</p>
      <SegmentedControl
        aria-label={t('analyses.of')}
        value={draft.of}
        data={(['date', 'stretch'] as const).map((value) => ({ value, label: t(`analyses.ofs.${value}`) }))}
        onChange={(of) => put({ of: of as AnalyzeDraft['of'] })}
      />
      <Times draft={draft} onChange={put} />
      <Switch
        label={t('analyses.dryRun')}
        description={t('analyses.dryRunHint')}
        checked={draft.isDryRun}
        onChange={(event) => put({ isDryRun: event.currentTarget.checked })}
      />
      <Switch
        label={t('analyses.reprocess')}
        description={t('analyses.reprocessHint')}
        checked={draft.isReprocessing && !draft.isDryRun}
        disabled={draft.isDryRun}
        onChange={(event) => put({ isReprocessing: event.currentTarget.checked })}
      />
      {problem !== null && <ProblemPanel error={problem} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={isStarting} disabled={request === undefined}>
          {t('analyses.begin')}
        </Button>
      </Group>
    </form>
  );
}

type TimesProps = { readonly draft: AnalyzeDraft; readonly onChange: (part: Partial<AnalyzeDraft>) => void };

function Times({ draft, onChange }: TimesProps): ReactNode {
  const { t } = useTranslation();
  if (draft.of === 'date')
    return (
      <TextInput
        type="date"
        label={t('analyses.date')}
        description={t('analyses.plantTime')}
        value={draft.date}
        onChange={(event) => onChange({ date: event.currentTarget.value })}
      />
    );
  return (
    <div className={classes.times}>
      <TextInput
        type="datetime-local"
        label={t('analyses.from')}
        description={t('analyses.plantTime')}
        value={draft.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label={t('analyses.to')}
        description={t('analyses.notIncluded')}
        value={draft.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </div>
  );
}
