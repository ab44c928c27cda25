/** The diagram in bpmn-js, which is fetched when it is first shown. */
import { Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './bpmn.module.css';
import type { BpmnEditor, Chosen } from './modeler.ts';

export type BpmnCanvasProps = {
  /** Opened once; whoever opens another makes another canvas. */
  readonly xml: string;
  readonly editor: { current: BpmnEditor | undefined };
  readonly onChange: (xml: string) => void;
  readonly onChoose: (chosen: Chosen | undefined) => void;
};

type State = { readonly isOpen: boolean; readonly problem?: unknown; readonly warnings: readonly string[] };

export function BpmnCanvas({ xml, editor, onChange, onChoose }: BpmnCanvasProps): ReactNode {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [{ isOpen, problem, warnings }, setState] = useState<State>({ isOpen: false, warnings: [] });
  const tell = useEffectEvent((next: string) => onChange(next));
  const choose = useEffectEvent((chosen: Chosen | undefined) => onChoose(chosen));
  const first = useRef(xml);

  useEffect(() => {
    const parts: { opened?: BpmnEditor; isGone: boolean } = { isGone: false };
    const begin = async (): Promise<void> => {
      const { openEditor } = await import('./modeler.ts');
      if (parts.isGone || frame.current === null) return;
      const opened = openEditor(frame.current, {
        onChange: () => void opened.save().then((next) => parts.isGone || tell(next)),
        onChoose: choose,
      });
      parts.opened = opened;
      editor.current = opened;
      setState({ isOpen: true, warnings: await opened.open(first.current) });
    };
    begin().catch((error: unknown) => setState({ isOpen: true, problem: error, warnings: [] }));
    return () => {
      parts.isGone = true;
      editor.current = undefined;
      parts.opened?.close();
    };
  }, [editor]);

  return (
    <>
      {problem !== undefined && <ProblemPanel error={problem} />}
      {warnings.length > 0 && (
        <details className={classes.warnings}>
          <summary>{t('bpmn.warnings', { count: warnings.length })}</summary>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>
                <bdi>{warning}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
      <section className={classes.canvas} aria-label={t('diagram.label')} dir="ltr">
        {!isOpen && <Skeleton height="100%" />}
        <div ref={frame} className={classes.drawing} />
      </section>
    </>
  );
}
