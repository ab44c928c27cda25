/** The form of one task while somebody fills it in: what is in its fields, and what is wrong with them. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/http.ts';
import { FORM_INVALID, type FormProblem, formProblemsOf, type TaskDetail } from '../api/tasks.ts';
import { useFormat } from '../i18n/format.ts';
import { answersOf, type Draft, draftOf, type Fault, fieldAt } from './form-answers.ts';
import { type FormField, fieldsOf, keyOf, placeOf, type SimpleField } from './form-fields.ts';

export type TaskForm = {
  readonly fields: readonly FormField[];
  readonly draft: Draft;
  readonly problems: readonly FormProblem[];
  /** Counts the answers that were refused. */
  readonly refusals: number;
  readonly change: (field: SimpleField, text: string) => void;
  /** The variables as they are sent; undefined when something is wrong, which the form then shows. */
  readonly answer: () => Readonly<Record<string, unknown>> | undefined;
  /** Shows what the server found wrong. */
  readonly refuse: (error: unknown) => void;
};

export function useTaskForm({ schema }: Pick<TaskDetail, 'schema'>): TaskForm {
  const textOf = useFaultText();
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [draft, setDraft] = useState(() => draftOf(fields));
  const [{ problems, refusals }, setRefused] = useState<Pick<TaskForm, 'problems' | 'refusals'>>({
    problems: [],
    refusals: 0,
  });
  const show = (found: readonly FormProblem[]): void =>
    setRefused((before) => ({ problems: found, refusals: before.refusals + (found.length > 0 ? 1 : 0) }));

  return {
    fields,
    draft,
    problems,
    refusals,
    change: (field, text) => {
      setDraft((before) => new Map(before).set(keyOf(field), text));
      setRefused((before) => ({
        ...before,
        problems: before.problems.filter((problem) => fieldAt(fields, problem) !== field),
      }));
    },
    answer: () => {
      const { variables, faults } = answersOf(fields, draft);
      show(faults.map((fault) => ({ path: placeOf(fault.field), message: textOf(fault) })));
      return faults.length > 0 ? undefined : variables;
    },
    refuse: (error) => {
      if (isProblem(error, FORM_INVALID)) show(formProblemsOf(error.details));
    },
  };
}

function useFaultText(): (fault: Fault) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ reason, limit }) =>
    limit === undefined ? t(`form.${reason}`) : t(`form.${reason}`, { limit: format.setting(limit) });
}
