/** A new decision: what it is called, and a table to begin with; saving it deploys version 1. */
import '../../i18n/decision-texts.ts';
import { TextInput } from '@mantine/core';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DECISION_CHANGED, deployDmn, KEY_TAKEN } from '../../api/decisions.ts';
import { isProblem } from '../../api/http.ts';
import { hasRole, usePrincipal } from '../../app/principal.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { keyFrom } from '../../ui/key-from.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import classes from '../decisions.module.css';
import { SaveBar } from '../save-bar.tsx';
import { placed } from '../table/cell-problems.ts';
import { NO_MARKS } from '../table/rule-marks.ts';
import { TableEditor } from '../table/table-editor.tsx';
import type { GridHandle } from '../table/table-grid.tsx';
import { useDraft } from '../table/use-draft.ts';
import { type ModelCheck, useModelCheck } from '../use-model-check.ts';
import { isKey } from './decision-key.ts';
import { FIRST_TABLE, newDecisionFile } from './new-decision.ts';

export function NewDecisionPage(): ReactNode {
  const { t } = useTranslation();
  const mayDeploy = hasRole(usePrincipal(), 'engineer');
  return (
    <Page>
      <PageHeader title={t('decisions.new')} back={{ to: '/decisions', text: t('nav.decisions') }} />
      {mayDeploy ? (
        <NewDecision />
      ) : (
        <EmptyState title={t('decisions.forEngineers')}>{t('decisions.forEngineersText')}</EmptyState>
      )}
    </Page>
  );
}

/** Nobody has deployed anything of it. */
const NOTHING = { version: 0, deployedBy: '' };
const NONE: ReadonlySet<number> = new Set();

function NewDecision(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const grid = useRef<GridHandle>(null);
  const isLeft = useRef(false);
  const draft = useDraft(FIRST_TABLE);
  const [{ name, key }, setHead] = useState({ name: '', key: '' });
  const isNamed = name.trim() !== '' && isKey(key);
  const file = useMemo(
    () =>
      newDecisionFile(isNamed ? { name: name.trim(), key, table: draft.table } : { ...UNNAMED, table: draft.table }),
    [isNamed, name, key, draft.table],
  );
  const check = useModelCheck(file, 0);
  const isKept = (): boolean => (draft.isChanged || name !== '' || key !== '') && !isLeft.current;
  useBlocker({ shouldBlockFn: () => isKept() && !window.confirm(t('decisions.leaveNew')), enableBeforeUnload: isKept });
  const problems = useMemo(() => placed(draft.table, check.verdict?.problems ?? []), [draft.table, check.verdict]);
  const isTaken = isKeyTaken(check);
  return (
    <>
      <SaveBar
        base={{ key, version: 0 }}
        newest={NOTHING}
        isChanged
        isReady={isNamed && !isTaken}
        deploy={() => deployDmn(file, 0)}
        onSaved={() => {
          isLeft.current = true;
          void navigate({ to: '/decisions/$key', params: { key }, search: {} });
        }}
        onGivenUp={() => void navigate({ to: '/decisions' })}
      />
      <Panel title={t('decisions.name')}>
        <Head name={name} keyText={key} isTaken={isTaken} onChange={setHead} />
      </Panel>
      {check.error !== null && !isTaken && <ProblemPanel error={check.error} />}
      <Panel title={t('decisions.table')} isFlush>
        <TableEditor
          label={name || t('decisions.new')}
          draft={draft}
          mayEdit
          marks={NO_MARKS}
          shown={NONE}
          problems={problems}
          grid={grid}
        />
      </Panel>
      <p className="quiet small">{t('decisions.newHint')}</p>
    </>
  );
}

/** Cells are checked before anybody has thought of a name. */
const UNNAMED = { name: 'New decision', key: 'new-decision-without-a-name' };

function isKeyTaken({ error, isCurrent }: ModelCheck): boolean {
  return isCurrent && (isProblem(error, KEY_TAKEN) || isProblem(error, DECISION_CHANGED));
}

type HeadText = { readonly name: string; readonly key: string };
type HeadProps = {
  readonly name: string;
  readonly keyText: string;
  readonly isTaken: boolean;
  readonly onChange: (head: HeadText) => void;
};

function Head({ name, keyText: key, isTaken, onChange }: HeadProps): ReactNode {
  const { t } = useTranslation();
  const wrong = key !== '' && !isKey(key) ? t('decisions.keyForm') : isTaken ? t('decisions.keyTaken') : undefined;
  return (
    <div className={classes.head}>
      <TextInput
        label={t('decisions.elementName')}
        dir="auto"
        required
        value={name}
        onChange={({ currentTarget: { value } }) =>
          onChange({ name: value, key: key === keyFrom(name) ? keyFrom(value) : key })
        }
      />
      <TextInput
        label={t('decisions.key')}
        description={t('decisions.keyHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        value={key}
        error={wrong}
        onChange={({ currentTarget: { value } }) => onChange({ name, key: value })}
      />
    </div>
  );
}
