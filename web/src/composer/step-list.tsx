/** The steps of a draft, one below the other; one of them is open. */
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, Module } from '../api/definitions.ts';
import { useModuleTitle } from '../modules/use-modules.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './composer.module.css';
import { addStep, changeStep, type Draft, freshId, moveStep, removeStep } from './draft.ts';
import { StepCard } from './step-card.tsx';
import { FLOW_KINDS, newStep } from './step-kinds.ts';

export type StepListProps = {
  readonly draft: Draft;
  readonly modules: readonly Module[];
  readonly findings: readonly Finding[];
  readonly open: string | undefined;
  readonly onOpen: (step: string | undefined) => void;
  readonly onChange: (draft: Draft) => void;
};

export function StepList({ draft, modules, findings, open, onOpen, onChange }: StepListProps): ReactNode {
  const { t } = useTranslation();
  const { nodes } = draft;
  return (
    <Panel title={t('processes.steps')}>
      <ol className={classes.steps}>
        {nodes.map((step, at) => (
          <StepCard
            // biome-ignore lint/suspicious/noArrayIndexKey: its id is what somebody may be typing
            key={at}
            draft={draft}
            step={step}
            modules={modules}
            findings={findings.filter(({ element }) => element === step.id)}
            isOpen={open === step.id}
            onToggle={() => onOpen(open === step.id ? undefined : step.id)}
            onRenamed={onOpen}
            onDraft={onChange}
            onChange={(next) => onChange(changeStep(draft, step.id, () => next))}
            onMove={(by) => onChange(moveStep(draft, step.id, by))}
            onRemove={() => {
              onOpen(undefined);
              onChange(removeStep(draft, step.id));
            }}
          />
        ))}
      </ol>
      <AddStep
        modules={modules}
        onAdd={(kind) => {
          const id = freshId(draft, kind);
          onChange(addStep(draft, newStep(kind, id, modules), open));
          onOpen(id);
        }}
      />
    </Panel>
  );
}

type AddStepProps = { readonly modules: readonly Module[]; readonly onAdd: (kind: string) => void };

/** Behind the step that is open, else before the end. */
function AddStep({ modules, onAdd }: AddStepProps): ReactNode {
  const { t } = useTranslation();
  const titleOf = useModuleTitle();
  const data = [
    { group: t('composer.work'), items: modules.map((module) => ({ value: module.name, label: titleOf(module) })) },
    {
      group: t('composer.flow'),
      items: FLOW_KINDS.map((kind) => ({ value: kind, label: t(`composer.kinds.${kind}`) })),
    },
  ];
  return (
    <Select
      mt="md"
      label={t('composer.add')}
      description={t('composer.addHint')}
      placeholder={t('composer.addPick')}
      data={data}
      value={null}
      onChange={(kind) => kind && onAdd(kind)}
      maxDropdownHeight={420}
    />
  );
}
