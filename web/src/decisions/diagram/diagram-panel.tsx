/** The file of a decision as its own picture, in dmn-js, which is fetched when it is first shown. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Decision, readDmn } from '../../api/decisions.ts';
import { keys } from '../../api/keys.ts';
import classes from '../../bpmn/bpmn.module.css';
import { Answer } from '../../ui/answer.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import type { DmnPicture } from './dmn-viewer.ts';

export function DiagramPanel({ decision: { key, version } }: { readonly decision: Decision }): ReactNode {
  const file = useQuery({
    queryKey: keys.dmn(key, version),
    queryFn: ({ signal }) => readDmn(key, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Answer to={file} lines={8}>
      {(xml) => <Picture key={`${key} ${version}`} xml={xml} />}
    </Answer>
  );
}

type State = { readonly isOpen: boolean; readonly problem?: unknown };

/** Also of a file that says nothing of where its elements stand. */
export function Picture({ xml }: { readonly xml: string }): ReactNode {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [{ isOpen, problem }, setState] = useState<State>({ isOpen: false });
  useEffect(() => {
    const parts: { opened?: DmnPicture; isGone: boolean } = { isGone: false };
    const begin = async (): Promise<void> => {
      const { openPicture } = await import('./dmn-viewer.ts');
      if (parts.isGone || frame.current === null) return;
      parts.opened = openPicture(frame.current);
      await parts.opened.open(xml);
      if (!parts.isGone) setState({ isOpen: true });
    };
    begin().catch((error: unknown) => parts.isGone || setState({ isOpen: true, problem: error }));
    return () => {
      parts.isGone = true;
      parts.opened?.close();
    };
  }, [xml]);
  return (
    <>
      {problem !== undefined && <ProblemPanel error={problem} />}
      <p className="quiet small">{t('decisions.diagramHint')}</p>
      <section className={classes.canvas} aria-label={t('decisions.diagram')} dir="ltr" data-drawn={isOpen}>
        {!isOpen && <Skeleton height="100%" />}
        <div ref={frame} className={classes.drawing} />
      </section>
    </>
  );
}
