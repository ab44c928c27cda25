/** What is to be done, and what that needs: a reason, variables, nodes or a version. */
import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type InstanceChoice, OPERATION_VERBS } from '../api/operations.ts';
import type { Definition } from '../api/processes.ts';
import { useDefinition } from '../history/steps.ts';
import { useFormat } from '../i18n/format.ts';
import classes from '../mending/mending.module.css';
import { nodesOf, presetsOf } from '../mending/node-map.ts';
import { NodeMapFields } from '../mending/node-map-fields.tsx';
import { isTarget, useNodeChoices } from '../mending/token-names.ts';
import { VariableEditor } from '../mending/variable-editor.tsx';
import { useLabel } from '../ui/label.ts';
import { needsDefinition, type OperationDraft } from './operation-draft.ts';

export type OperationFieldsProps = {
  readonly draft: OperationDraft;
  readonly filter: InstanceChoice;
  readonly onChange: (draft: OperationDraft) => void;
};

export function OperationFields({ draft, filter, onChange }: OperationFieldsProps): ReactNode {
  const { t } = useTranslation();
  const nodeChoices = useNodeChoices();
  const { definition: key, version } = filter;
  const { data: definition } = useDefinition(key ?? '', version, key !== undefined);
  const change = (part: Partial<OperationDraft>): void => onChange({ ...draft, ...part });
  return (
    <>
      <Select
        label={t('operations.doWhat')}
        data={OPERATION_VERBS.map((value) => ({ value, label: t(`operations.verbs.${value}`) }))}
        value={draft.what}
        allowDeselect={false}
        onChange={(next) => change({ what: OPERATION_VERBS.find((verb) => verb === next) ?? draft.what })}
      />
      {needsDefinition(draft.what) && key === undefined && <p role="alert">{t('operations.needsProcess')}</p>}
      <DeedFields draft={draft} definition={definition} change={change} />
      {definition !== undefined && draft.what !== 'move' && (
        <Select
          label={t('operations.onlyAt')}
          placeholder={t('operations.anywhere')}
          data={nodeChoices(definition.nodes)}
          value={draft.atNode}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('clear') }}
          onChange={(atNode) => change({ atNode })}
        />
      )}
      {draft.what !== 'retry' && (
        <Checkbox
          label={t('operations.onlyStuck')}
          checked={draft.isOnlyStuck}
          onChange={() => change({ isOnlyStuck: !draft.isOnlyStuck })}
        />
      )}
    </>
  );
}

type DeedFieldsProps = {
  readonly draft: OperationDraft;
  readonly definition: Definition | undefined;
  readonly change: (part: Partial<OperationDraft>) => void;
};

function DeedFields({ draft, definition, change }: DeedFieldsProps): ReactNode {
  const { t } = useTranslation();
  switch (draft.what) {
    case 'suspend':
    case 'cancel':
      return (
        <Textarea
          label={t('instance.reason')}
          description={t('operations.reasonHint')}
          autosize
          minRows={1}
          value={draft.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
      );
    case 'resume':
      return null;
    case 'retry':
      return <VariableEditor drafts={draft.variables} onChange={(variables) => change({ variables })} />;
    case 'variables':
      return (
        <>
          <VariableEditor drafts={draft.variables} onChange={(variables) => change({ variables })} />
          <TextInput
            label={t('operations.removeNames')}
            description={t('operations.removeHint')}
            dir="ltr"
            value={draft.remove}
            onChange={(event) => change({ remove: event.currentTarget.value })}
          />
        </>
      );
    case 'move':
      return definition && <MoveFields draft={draft} definition={definition} change={change} />;
    case 'migrate':
      return definition && <VersionField draft={draft} definition={definition} change={change} />;
    default:
      return draft.what satisfies never;
  }
}

type OfDefinition = DeedFieldsProps & { readonly definition: Definition };

function MoveFields({ draft, definition, change }: OfDefinition): ReactNode {
  const { t } = useTranslation();
  const nodeChoices = useNodeChoices();
  return (
    <div className={classes.pair}>
      <Select
        label={t('operations.from')}
        placeholder={t('mend.chooseNode')}
        data={nodeChoices(definition.nodes)}
        value={draft.from}
        searchable
        onChange={(from) => change({ from })}
      />
      <Select
        label={t('operations.to')}
        placeholder={t('mend.chooseNode')}
        data={nodeChoices(definition.nodes.filter(isTarget))}
        value={draft.to}
        searchable
        onChange={(to) => change({ to })}
      />
    </div>
  );
}

function VersionField({ draft, definition, change }: OfDefinition): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { data: there } = useDefinition(definition.key, draft.version ?? undefined);
  const missing =
    there === undefined
      ? {}
      : presetsOf(
          definition.nodes.map(({ id }) => id),
          definition,
          there,
        );
  const nameOf = (id: string): string => label(definition.nodes.find((node) => node.id === id)?.name) || id;
  return (
    <>
      <Select
        label={t('operations.version')}
        placeholder={t('operations.newest')}
        data={definition.versions.map(({ version, deployedAt }) => ({
          value: String(version),
          label: t('processes.versionFrom', { version, at: format.moment(deployedAt) }),
        }))}
        value={draft.version === null ? null : String(draft.version)}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
        onChange={(next) => change({ version: next === null ? null : Number(next), nodes: {} })}
      />
      {there !== undefined && (
        <NodeMapFields
          map={Object.fromEntries(Object.keys(missing).map((id) => [id, draft.nodes[id]]))}
          there={there}
          nameOf={nameOf}
          onChange={(map) => change({ nodes: nodesOf(map) })}
        />
      )}
    </>
  );
}
