/** What people decided in this instance before it came here, so that nobody decides without knowing why. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { readHistory, readInstance } from '../api/processes.ts';
import { useSteps } from '../history/steps.ts';
import { storyOf } from '../history/story.ts';
import { useFormat } from '../i18n/format.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';
import classes from './task-detail.module.css';

export type EarlierDecisionsProps = { readonly instance: string; readonly definition: string };

export function EarlierDecisions({ instance, definition }: EarlierDecisionsProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const personName = usePersonName();
  const summary = useQuery({
    queryKey: keys.instance(instance),
    queryFn: ({ signal }) => readInstance(instance, signal),
  });
  const steps = useSteps(definition, summary.data?.version);
  const history = useQuery({
    queryKey: keys.history(instance),
    queryFn: ({ signal }) => readHistory(instance, { signal }),
  });
  const lines = (history.data?.items ?? []).flatMap((entry) => storyOf(entry, steps.typeOf));
  const decisions = lines.filter((line) => line.kind === 'decided');
  if (decisions.length === 0) return null;
  return (
    <ul className={classes.earlier} aria-label={t('task.earlier')}>
      {decisions.map(({ seq, actor, node, outcome, comment, at }) => (
        <li key={seq}>
          {t('task.earlierDecision', {
            person: personName(actor),
            outcome: outcomeName(outcome),
            step: steps.nameOf(node),
            at: format.moment(at),
          })}
          {comment !== undefined && (
            <blockquote className={classes.quote}>
              <bdi>{comment}</bdi>
            </blockquote>
          )}
        </li>
      ))}
    </ul>
  );
}
