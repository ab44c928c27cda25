/** The rules of a decision, one below the other: the first whose condition holds gives the outcome and the value. */
import { ActionIcon, Button, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isRecord } from '../api/http.ts';
import { PlusIcon, TrashIcon } from '../app/icons.tsx';
import type { ValueFieldProps } from './field-props.ts';
import classes from './fields.module.css';

type Rule = Readonly<Record<string, unknown>>;
const PARTS = [
  { name: 'when', text: 'when' },
  { name: 'outcome', text: 'outcome' },
  { name: 'then', text: 'value' },
] as const;
type Part = (typeof PARTS)[number]['name'];

export function RulesField({ label, hint, value, onChange, error }: ValueFieldProps): ReactNode {
  const { t } = useTranslation();
  const rules: readonly Rule[] = Array.isArray(value) ? value.filter(isRecord) : [];
  const put = (next: readonly Rule[]): void => onChange(next.length === 0 ? undefined : next);
  const change = (at: number, part: Part, text: string): void => {
    const { [part]: _, ...rest } = rules[at] ?? {};
    put(rules.with(at, text === '' ? rest : { ...rest, [part]: text }));
  };
  return (
    <fieldset className={classes.box}>
      <legend>{label}</legend>
      <p className="quiet small">{hint}</p>
      <ol className={classes.rows}>
        {rules.map((rule, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          <li key={at} className={classes.rule}>
            {PARTS.map(({ name, text }) => (
              <TextInput
                key={name}
                size="xs"
                label={t(`fieldEditors.rule.${text}`)}
                placeholder={t(`fieldEditors.ruleExample.${text}`)}
                value={typeof rule[name] === 'string' ? rule[name] : ''}
                onChange={(event) => change(at, name, event.currentTarget.value)}
              />
            ))}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('fieldEditors.removeRule', { at: at + 1 })}
              onClick={() => put(rules.toSpliced(at, 1))}
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
          onClick={() => put([...rules, {}])}
        >
          {t('fieldEditors.addRule')}
        </Button>
      </div>
      {error && (
        <p className={classes.wrong} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
