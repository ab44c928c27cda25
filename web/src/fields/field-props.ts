/** What every editor of a field of a step is given. */
import type { ReactNode } from 'react';
import type { StepField } from './step-fields.ts';

export type ValueFieldProps = {
  readonly field: StepField;
  readonly label: string;
  readonly hint: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: ReactNode;
};

export const shownOf = ({ field, label, hint, error }: ValueFieldProps) => ({
  label,
  description: hint === '' ? null : hint,
  error: error ?? null,
  required: field.isRequired,
});
