/** What people and rules decided in this instance before it came here, so that nobody decides without knowing why. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { readHistory, readInstance } from '../api/processes.ts';
import { RuledDetail } from '../history/ruled-detail.tsx';
import { type Steps, useSteps } from '../history/steps.ts';
import { type StoryLine, storyOf } from '../history/story.ts';
import { StorySentence } from '../history/story-sentence.tsx';
import { useFormat } from '../i18n/format.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';
import classes from './task-detail.module.css';

export type EarlierDecisionsProps = { readonly instance: string; readonly definition: string };

export function EarlierDecisions({ instance, definition }: EarlierDecisionsProps): ReactNode {
  const { t } = useTranslation();
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
  const decisions = lines.filter((line) => line.kind === 'decided' || line.kind === 'ruled');
  if (decisions.length === 0) return null;
  return (
    <ul className={classes.earlier} aria-label={t('task.earlier')}>
      {decisions.map((line) => (
        <li key={`${line.seq} ${line.kind} ${line.node}`}>
          {line.kind === 'ruled' ? <Ruled line={line} steps={steps} /> : <Decided line={line} steps={steps} />}
        </li>
      ))}
    </ul>
  );
}

type LineProps<Kind> = { readonly line: Extract<StoryLine, { kind: Kind }>; readonly steps: Steps };

function Decided({ line: { actor, node, outcome, comment, at }, steps }: LineProps<'decided'>): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const personName = usePersonName();
  return (
    <>
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
    </>
  );
}

function Ruled({ line, steps }: LineProps<'ruled'>): ReactNode {
  return (
    <>
      <StorySentence line={line} steps={steps} />
      <RuledDetail line={line} />
    </>
  );
}
