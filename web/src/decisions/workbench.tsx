/** One decision at work: its table or expression, inputs to try it on, and what its rules leave open. */
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeTable, type Decision, type DecisionTable, modelProblemsOf } from '../api/decisions.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Panel } from '../ui/panel.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import classes from './decisions.module.css';
import { SaveBar } from './save-bar.tsx';
import { placed } from './table/cell-problems.ts';
import { widthsOf } from './table/column-name.ts';
import { marksOf, NO_MARKS } from './table/rule-marks.ts';
import { TableEditor } from './table/table-editor.tsx';
import { type GridHandle, roomFor } from './table/table-grid.tsx';
import { useDraft } from './table/use-draft.ts';
import { type InputTexts, inputsOf, rememberedInputs, rememberInputs } from './trial/input-draft.ts';
import { TrialPanel } from './trial/trial-panel.tsx';
import { type Trial, useTrial } from './trial/use-trial.ts';

export type WorkbenchProps = {
  readonly decision: Decision;
  /** What is deployed now. */
  readonly newest: Decision;
  readonly onChanged: (isChanged: boolean) => void;
  /** The draft was saved, or given up. */
  readonly onDone: () => void;
};

/** What is tried is asked of the version on the page, or of the draft. */
function useAsked(decision: Decision, draft: DecisionTable | undefined) {
  const [texts, setTexts] = useState<InputTexts>(() => rememberedInputs(decision.key, localStorage));
  const { values, wrong } = useMemo(() => inputsOf(decision.inputs, texts), [decision.inputs, texts]);
  const question = { input: values, version: decision.version, trace: true, ...(draft && { table: draft }) };
  const trial = useTrial(decision.key, question);
  const change = (next: InputTexts): void => {
    setTexts(next);
    rememberInputs(decision.key, next, localStorage);
  };
  const isFilled = decision.inputs.length === 0 || Object.keys(values).length > 0;
  return { texts, wrong, trial, change, isFilled };
}

/** A decision whose logic is a table. */
export function TableWorkbench({
  decision,
  newest,
  onChanged,
  onDone,
  table,
}: WorkbenchProps & { readonly table: DecisionTable }): ReactNode {
  const { t } = useTranslation();
  const grid = useRef<GridHandle>(null);
  const draft = useDraft(table);
  const { isChanged } = draft;
  const isEngineer = hasRole(usePrincipal(), 'engineer');
  const isNewest = decision.version >= newest.version || isChanged;
  const mayEdit = isEngineer && isNewest;
  const asked = useAsked(decision, isChanged ? draft.table : undefined);
  const [shown, setShown] = useState<ReadonlySet<number>>(new Set());
  const isKept = (): boolean => isChanged;
  useBlocker({ shouldBlockFn: () => isKept() && !window.confirm(t('decisions.leave')), enableBeforeUnload: isKept });
  useEffect(() => onChanged(isChanged), [isChanged, onChanged]);
  const { marks, problems } = useFindings(draft.table, asked);
  const show = (rules: readonly number[]): void => {
    setShown(new Set(rules.map((rule) => rule - 1)));
    grid.current?.show((rules[0] ?? 1) - 1);
  };
  const fill = (region: readonly string[]): void => {
    const inputs = region.map((test) => (test === '-' ? '' : test));
    draft.edit({ do: 'addRule', after: draft.table.rules.length - 1, inputs });
    grid.current?.goTo({ rule: draft.table.rules.length, column: draft.table.inputs.length });
  };
  return (
    <>
      {mayEdit && (
        <SaveBar
          base={decision}
          newest={newest}
          isChanged={isChanged}
          deploy={(basedOn) => changeTable(decision.key, { table: draft.table, basedOn })}
          onSaved={onDone}
          onGivenUp={onDone}
        />
      )}
      <div className={classes.workbench}>
        <div className={classes.main} style={{ flexBasis: roomFor(widthsOf(draft.table)) }}>
          <Panel title={t('decisions.table')} isFlush>
            <TableEditor
              label={decision.name}
              draft={draft}
              mayEdit={mayEdit}
              marks={marks}
              shown={shown}
              problems={problems}
              grid={grid}
            />
          </Panel>
        </div>
        <div className={classes.beside}>
          <TrialPanel
            decision={decision}
            table={draft.table}
            isDraft={isChanged}
            texts={asked.texts}
            wrong={asked.wrong}
            trial={asked.trial}
            isFilled={asked.isFilled}
            onChange={asked.change}
          />
          <AnalysisPanel
            decision={decision.key}
            table={draft.table}
            onShow={show}
            onFill={mayEdit ? fill : undefined}
          />
        </div>
      </div>
    </>
  );
}

type Found = { readonly trial: Trial; readonly isFilled: boolean };

/** Without any input no rule can fire, and every first cell would be marked. */
function useFindings(table: DecisionTable, { trial: { result, error, isCurrent }, isFilled }: Found) {
  const marks = useMemo(
    () => (result?.decisions === undefined || !isCurrent || !isFilled ? NO_MARKS : marksOf(table.id, result.decisions)),
    [result, isCurrent, isFilled, table.id],
  );
  const problems = useMemo(
    () => placed(table, result?.problems ?? modelProblemsOf(error) ?? []),
    [table, result, error],
  );
  return { marks, problems };
}

/** A literal expression, a service, or logic of another form, which the file shows. */
export function PlainWorkbench({ decision }: Pick<WorkbenchProps, 'decision'>): ReactNode {
  const { t } = useTranslation();
  const asked = useAsked(decision, undefined);
  return (
    <div className={classes.workbench}>
      <div className={classes.main}>
        <Panel title={t(decision.kind === 'service' ? 'decisions.service' : 'decisions.logic')}>
          {decision.expression === undefined ? (
            <p className="quiet">{t(decision.kind === 'service' ? 'decisions.serviceText' : 'decisions.otherLogic')}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            <pre className={classes.expression} dir="ltr" tabIndex={0}>
              {decision.expression}
            </pre>
          )}
        </Panel>
      </div>
      <div className={classes.beside}>
        <TrialPanel
          decision={decision}
          table={undefined}
          isDraft={false}
          texts={asked.texts}
          wrong={asked.wrong}
          trial={asked.trial}
          isFilled={asked.isFilled}
          onChange={asked.change}
        />
      </div>
    </div>
  );
}
