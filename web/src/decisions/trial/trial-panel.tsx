/** Tries the decision on inputs: its result at once, why it came out so, and what was null. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Decision, type DecisionTable, modelProblemsOf } from '../../api/decisions.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { Notes, TraceView } from '../trace/trace-view.tsx';
import { Value } from '../trace/value.tsx';
import { choicesFor, type InputTexts } from './input-draft.ts';
import { InputField } from './input-field.tsx';
import classes from './trial.module.css';
import type { Trial } from './use-trial.ts';

export type TrialPanelProps = {
  readonly decision: Decision;
  readonly table: DecisionTable | undefined;
  readonly isDraft: boolean;
  readonly texts: InputTexts;
  readonly wrong: ReadonlySet<string>;
  readonly trial: Trial;
  readonly isFilled: boolean;
  readonly onChange: (texts: InputTexts) => void;
};

export function TrialPanel(props: TrialPanelProps): ReactNode {
  const { t } = useTranslation();
  const { decision, table, isDraft, texts, wrong, trial, onChange } = props;
  return (
    <Panel
      title={t('decisions.try')}
      actions={
        decision.inputs.length > 0 && (
          <Button variant="subtle" size="compact-xs" onClick={() => onChange({})}>
            {t('decisions.emptyInputs')}
          </Button>
        )
      }
    >
      <div className={classes.form}>
        {decision.inputs.length === 0 && <p className="quiet">{t('decisions.noInputs')}</p>}
        {decision.inputs.map((input) => (
          <InputField
            key={input.name}
            input={input}
            text={texts[input.name] ?? ''}
            choices={choicesFor(input.name, table)}
            isWrong={wrong.has(input.name)}
            onChange={(text) => onChange({ ...texts, [input.name]: text })}
          />
        ))}
      </div>
      <div className={classes.result} aria-live="polite" data-old={!trial.isCurrent}>
        <h3>{isDraft ? t('decisions.resultOfDraft') : t('decisions.resultOf', { version: decision.version })}</h3>
        <Outcome decision={decision} trial={trial} isFilled={props.isFilled} />
      </div>
    </Panel>
  );
}

type OutcomeProps = Pick<TrialPanelProps, 'decision' | 'trial' | 'isFilled'>;

function Outcome({ decision, trial: { result, error }, isFilled }: OutcomeProps): ReactNode {
  const { t } = useTranslation();
  if (error) {
    if (modelProblemsOf(error) !== undefined) return <p>{t('decisions.draftIsWrong')}</p>;
    return <ProblemPanel error={error} />;
  }
  if (!isFilled) return <p className="quiet">{t('decisions.fillIn')}</p>;
  if (result === undefined) return <p className="quiet">{t('loading')}</p>;
  const { value, decisions = [], notes = [], problems = [] } = result;
  return (
    <>
      {problems.length > 0 && <p>{t('decisions.draftIsWrong')}</p>}
      <Value value={value} isLarge />
      <Notes notes={notes} />
      <details className={classes.why}>
        <summary>{t('decisions.why')}</summary>
        <TraceView asked={decision.key} decisions={decisions} />
      </details>
    </>
  );
}
