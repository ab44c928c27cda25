/** What is wrong with a model, each with its line, column and rule; where it can be shown, its element leads there. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelProblem } from '../api/decisions.ts';
import { DataTable } from '../ui/data-table.tsx';
import classes from './decisions.module.css';

export type ProblemListProps = {
  readonly caption: string;
  readonly problems: readonly ModelProblem[];
  /** What an element is called, and how it is shown; undefined for one that cannot be shown. */
  readonly placeOf?: (problem: ModelProblem) => ProblemPlace | undefined;
};
export type ProblemPlace = { readonly name: string; readonly show: () => void };

/** Problems that are listed. */
const LISTED = 100;

export function ProblemList({ caption, problems, placeOf }: ProblemListProps): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { name: t('decisions.line'), isNumber: true },
    { name: t('decisions.column'), isNumber: true },
    { name: t('decisions.element') },
    { name: t('decisions.whatIsWrong') },
    { name: t('decisions.brokenRule') },
  ];
  return (
    <>
      <DataTable caption={caption} columns={columns}>
        {problems.slice(0, LISTED).map((problem, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be wrong at several places
          <tr key={at}>
            <td data-number>{problem.line ?? '–'}</td>
            <td data-number>{problem.column ?? '–'}</td>
            <td>
              <Element problem={problem} place={placeOf?.(problem)} />
            </td>
            <td>
              {problem.severity === 'warning' && <strong>{t('decisions.warning')}: </strong>}
              <bdi>{problem.message}</bdi>
            </td>
            <td>
              <code className="quiet">{problem.rule}</code>
            </td>
          </tr>
        ))}
      </DataTable>
      {problems.length > LISTED && (
        <p className={classes.moreProblems}>{t('decisions.moreProblems', { count: problems.length - LISTED })}</p>
      )}
    </>
  );
}

type ElementProps = { readonly problem: ModelProblem; readonly place: ProblemPlace | undefined };

function Element({ problem: { element }, place }: ElementProps): ReactNode {
  if (place === undefined) {
    return (
      <code>
        <bdi>{element}</bdi>
      </code>
    );
  }
  return (
    <button type="button" className={classes.toRules} onClick={place.show}>
      <bdi>{place.name}</bdi>
    </button>
  );
}
