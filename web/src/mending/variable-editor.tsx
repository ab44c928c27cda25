/** A field of JSON for each variable, with what is wrong at its place. */
import { Button, CloseButton, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PlusIcon, ReturnIcon } from '../app/icons.tsx';
import classes from './mending.module.css';
import { added, changeOf, type VariableDraft, type VariableFault } from './variable-drafts.ts';

export type VariableEditorProps = {
  readonly drafts: readonly VariableDraft[];
  readonly onChange: (drafts: readonly VariableDraft[]) => void;
  /** Whether a variable can be taken away. */
  readonly mayRemove?: boolean;
};

export function VariableEditor({ drafts, onChange, mayRemove = false }: VariableEditorProps): ReactNode {
  const { t } = useTranslation();
  const { faults } = changeOf(drafts);
  const replace = (place: number, change: Partial<VariableDraft>): void =>
    onChange(drafts.map((draft, at) => (at === place ? { ...draft, ...change } : draft)));
  return (
    <div className={classes.variables}>
      {drafts.map((draft, place) => {
        const parts = {
          draft,
          fault: faults.get(place),
          onChange: (change: Partial<VariableDraft>) => replace(place, change),
        };
        return draft.before === undefined ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: drafts are added at the end and never change places
          <Added key={place} {...parts} />
        ) : (
          <Known key={draft.name} {...parts} mayRemove={mayRemove} />
        );
      })}
      <div>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...drafts, added])}
        >
          {t('mend.addVariable')}
        </Button>
      </div>
    </div>
  );
}

type FieldProps = {
  readonly draft: VariableDraft;
  readonly fault: VariableFault | undefined;
  readonly onChange: (change: Partial<VariableDraft>) => void;
};

function Known({ draft, fault, onChange, mayRemove }: FieldProps & { readonly mayRemove: boolean }): ReactNode {
  const { t } = useTranslation();
  const { name, text, isGone } = draft;
  return (
    <div className={classes.variable}>
      {isGone ? (
        <p className={classes.gone}>
          <bdi>{t('mend.willGo', { name })}</bdi>
        </p>
      ) : (
        <Textarea
          label={<bdi>{name}</bdi>}
          dir="ltr"
          autosize
          minRows={1}
          maxRows={8}
          spellCheck={false}
          value={text}
          error={fault === undefined ? null : t(`mend.${fault}`)}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      )}
      {mayRemove &&
        (isGone ? (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<ReturnIcon size={14} />}
            onClick={() => onChange({ isGone: false })}
          >
            {t('mend.keep', { name })}
          </Button>
        ) : (
          <CloseButton aria-label={t('mend.remove', { name })} onClick={() => onChange({ isGone: true })} />
        ))}
    </div>
  );
}

function Added({ draft, fault, onChange }: FieldProps): ReactNode {
  const { t } = useTranslation();
  const isOfName = fault === 'noName' || fault === 'sameNameTwice';
  return (
    <div className={classes.pair}>
      <TextInput
        label={t('mend.name')}
        dir="ltr"
        value={draft.name}
        error={isOfName ? t(`mend.${fault}`) : null}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t('mend.value')}
        dir="ltr"
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        value={draft.text}
        error={fault !== undefined && !isOfName && draft.text !== '' ? t(`mend.${fault}`) : null}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
    </div>
  );
}
