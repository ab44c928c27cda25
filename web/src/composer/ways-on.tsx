/** Where a step leads: for each outcome the next step or the end of the path; of a branch, flows with conditions. */
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PlusIcon, TrashIcon } from '../app/icons.tsx';
import fieldClasses from '../fields/fields.module.css';
import { useOutcomeName } from '../ui/outcome.ts';
import { type Draft, type Step, withFields } from './draft.ts';
import { useStepName } from './step-name.ts';
import { BRANCHES, type Flow, flowsOf, hasFlows, wayOf, withFlows, withWay } from './ways.ts';

export type WaysOnProps = {
  readonly draft: Draft;
  readonly step: Step;
  readonly outcomes: readonly string[];
  readonly onChange: (step: Step) => void;
};

export function WaysOn(props: WaysOnProps): ReactNode {
  const { t } = useTranslation();
  const { step } = props;
  return (
    <fieldset className={fieldClasses.box}>
      <legend>{t('composer.next')}</legend>
      {hasFlows(step) ? <FlowRows {...props} /> : <OutcomeRows {...props} />}
    </fieldset>
  );
}

function OutcomeRows({ draft, step, outcomes, onChange }: WaysOnProps): ReactNode {
  const { t } = useTranslation();
  const outcomeName = useOutcomeName();
  const isOne = outcomes.length <= 1;
  return outcomes.map((outcome) => (
    <PlaceSelect
      key={outcome}
      label={isOne ? t('composer.leadsTo') : t('composer.afterOutcome', { outcome: outcomeName(outcome) })}
      draft={draft}
      step={step}
      value={wayOf(step, outcome)}
      onChange={(to) => onChange(withWay(step, { outcomes, outcome, to }))}
    />
  ));
}

function FlowRows({ draft, step, onChange }: WaysOnProps): ReactNode {
  const { t } = useTranslation();
  const flows = flowsOf(step);
  const isBranch = BRANCHES.includes(step.type);
  const put = (at: number, fields: Partial<Flow>): void =>
    onChange(withFlows(step, flows.with(at, withFields(flows[at] ?? { to: '' }, fields))));
  return (
    <>
      <ol className={fieldClasses.rows}>
        {flows.map((flow, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: flows have no identity but their place
          <li key={at} className={fieldClasses.rule}>
            {isBranch && flow.default !== true && (
              <TextInput
                size="xs"
                label={t('composer.condition')}
                placeholder="pieces > 100"
                value={typeof flow.when === 'string' ? flow.when : ''}
                onChange={(event) => put(at, { when: event.currentTarget.value || undefined })}
              />
            )}
            {isBranch && (
              <Checkbox
                size="xs"
                label={t('diagram.otherwise')}
                checked={flow.default === true}
                onChange={(event) =>
                  put(at, event.currentTarget.checked ? { default: true, when: undefined } : { default: undefined })
                }
              />
            )}
            <PlaceSelect
              label={t('composer.leadsTo')}
              draft={draft}
              step={step}
              value={flow.to}
              onChange={(to) => to !== undefined && put(at, { to })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('composer.removeWay', { at: at + 1 })}
              onClick={() => onChange(withFlows(step, flows.toSpliced(at, 1)))}
            >
              <TrashIcon />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={16} />}
          onClick={() => onChange(withFlows(step, [...flows, { to: draft.nodes.at(-1)?.id ?? '' }]))}
        >
          {t('composer.addWay')}
        </Button>
      </div>
    </>
  );
}

type PlaceSelectProps = {
  readonly label: string;
  readonly draft: Draft;
  readonly step: Step;
  readonly value: string | undefined;
  readonly onChange: (to: string | undefined) => void;
};

function PlaceSelect({ label, draft, step, value, onChange }: PlaceSelectProps): ReactNode {
  const { t } = useTranslation();
  const stepName = useStepName();
  const places = draft.nodes.filter(({ id, type }) => id !== step.id && type !== 'start' && type !== 'eventSubProcess');
  const isKnown = value === undefined || places.some(({ id }) => id === value);
  const data = places.map((place) => ({ value: place.id, label: stepName(place) }));
  return (
    <Select
      size="xs"
      label={label}
      data={isKnown ? data : [...data, { value, label: value }]}
      placeholder={t('composer.pathEnds')}
      value={value ?? null}
      clearable
      clearButtonProps={{ 'aria-label': t('clear') }}
      onChange={(to) => onChange(to ?? undefined)}
    />
  );
}
