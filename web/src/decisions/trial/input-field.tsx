/** One input of a decision, asked for as its type wants it. */
import { Autocomplete, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import fieldClasses from '../../fields/fields.module.css';
import { type Input, kindOf } from './input-draft.ts';

export type InputFieldProps = {
  readonly input: Input;
  readonly text: string;
  readonly choices: readonly string[];
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
};

export function InputField({ input, text, choices, isWrong, onChange }: InputFieldProps): ReactNode {
  const { t } = useTranslation();
  const { name, type } = input;
  const kind = kindOf(type);
  const shown = {
    size: 'xs',
    label: <bdi>{name}</bdi>,
    error: isWrong ? t(kind === 'number' ? 'form.notNumber' : 'form.notJson') : null,
  } as const;
  switch (kind) {
    case 'boolean':
      return (
        <Select
          {...shown}
          data={[
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ]}
          placeholder="null"
          clearable
          clearButtonProps={{ 'aria-label': t('clear') }}
          value={text === '' ? null : text}
          onChange={(value) => onChange(value ?? '')}
        />
      );
    case 'json':
      return (
        <Textarea
          {...shown}
          className={fieldClasses.code ?? ''}
          description={
            <>
              <code dir="ltr">{type}</code> – JSON
            </>
          }
          dir="ltr"
          autosize
          minRows={2}
          maxRows={10}
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
    case 'any':
      return (
        <Autocomplete
          {...shown}
          data={[...choices]}
          dir="auto"
          description={kind === 'any' ? t('decisions.anyHint') : null}
          value={text}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          {...shown}
          {...SHAPES[kind]}
          dir="ltr"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** Times with a zone and durations have no field of the browser's own. */
const SHAPES = {
  number: { inputMode: 'decimal' },
  date: { type: 'date' },
  time: { placeholder: '14:30:00' },
  dateTime: { placeholder: '2026-05-04T14:30:00' },
  duration: { placeholder: 'P1DT2H' },
} as const;
