/** One field of a step, edited as its schema and its value ask for it. An undefined value is left out of the step. */
import { Autocomplete, Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KNOWN_ROLES, listRecipients } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { listManyDefinitions } from '../api/processes.ts';
import { shownOf, type ValueFieldProps } from './field-props.ts';
import { FormFieldsField } from './form-fields-field.tsx';
import { JsonField } from './json-field.tsx';
import { ListField, PairsField } from './lines-fields.tsx';
import { RulesField } from './rules-field.tsx';
import { kindFor } from './step-fields.ts';

export function ValueField(props: ValueFieldProps): ReactNode {
  const { field, value, onChange } = props;
  const shown = shownOf(props);
  const text = typeof value === 'string' ? value : '';
  const changeText = (next: string): void => onChange(next === '' ? undefined : next);
  switch (kindFor(field, value)) {
    case 'boolean':
      return (
        <Checkbox
          {...shown}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
        />
      );
    case 'choice':
      return <ChoiceField {...props} />;
    case 'number':
      return (
        <NumberInput
          {...shown}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
          allowDecimal={field.schema.type !== 'integer'}
          hideControls
        />
      );
    case 'list':
      return <ListField {...props} />;
    case 'pairs':
      return <PairsField {...props} />;
    case 'rules':
      return <RulesField {...props} />;
    case 'form':
      return <FormFieldsField {...props} />;
    case 'json':
      return <JsonField {...props} />;
    case 'role':
      return <Autocomplete {...shown} data={[...KNOWN_ROLES]} value={text} onChange={changeText} />;
    case 'recipients':
      return <RecipientsField {...props} />;
    case 'process':
      return <ProcessField {...props} />;
    case 'lines':
      return (
        <Textarea
          {...shown}
          dir="auto"
          value={text}
          autosize
          minRows={2}
          maxRows={12}
          onChange={(event) => changeText(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput {...shown} dir="auto" value={text} onChange={(event) => changeText(event.currentTarget.value)} />
      );
  }
}

function ChoiceField(props: ValueFieldProps): ReactNode {
  const { t } = useTranslation();
  const { field, value, onChange } = props;
  const choices = Array.isArray(field.schema.enum) ? field.schema.enum : [];
  const standard = field.schema.default === undefined ? t('form.choose') : String(field.schema.default);
  return (
    <Select
      {...shownOf(props)}
      data={choices.map(String)}
      placeholder={standard}
      value={value === undefined ? null : String(value)}
      clearable={!field.isRequired}
      clearButtonProps={{ 'aria-label': t('clear') }}
      onChange={(next) => onChange(choices.find((choice) => String(choice) === next))}
    />
  );
}

/** Lists that exist are offered; one that comes later can be named too. */
function RecipientsField(props: ValueFieldProps): ReactNode {
  const lists = useQuery({ queryKey: keys.recipients, queryFn: ({ signal }) => listRecipients({ signal }) });
  const { value, onChange } = props;
  return (
    <Autocomplete
      {...shownOf(props)}
      data={lists.data?.items.map(({ name }) => name) ?? []}
      value={typeof value === 'string' ? value : ''}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}

function ProcessField(props: ValueFieldProps): ReactNode {
  const definitions = useQuery({
    queryKey: [...keys.definitions, 'all'],
    queryFn: ({ signal }) => listManyDefinitions({ signal }),
  });
  const { value, onChange } = props;
  return (
    <Autocomplete
      {...shownOf(props)}
      data={definitions.data?.items.map(({ key }) => key) ?? []}
      value={typeof value === 'string' ? value : ''}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}
