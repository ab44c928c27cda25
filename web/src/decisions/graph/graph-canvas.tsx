/** The graph of a model in dmn-js, which is fetched when it is first shown. */
import { Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '../../bpmn/bpmn.module.css';
import type { ChosenElement, DmnEditor, Opened } from '../diagram/dmn-modeler.ts';
import graphClasses from './graph.module.css';

export type GraphCanvasProps = {
  /** Opened once; whoever opens another makes another canvas. */
  readonly xml: string;
  readonly editor: { current: DmnEditor | undefined };
  readonly onOpened: (opened: Opened) => void;
  readonly onFailed: (problem: unknown) => void;
  readonly onChange: () => void;
  readonly onChoose: (chosen: ChosenElement | undefined) => void;
};

export function GraphCanvas({ xml, editor, ...listeners }: GraphCanvasProps): ReactNode {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const opened = useEffectEvent(listeners.onOpened);
  const failed = useEffectEvent(listeners.onFailed);
  const change = useEffectEvent(listeners.onChange);
  const choose = useEffectEvent(listeners.onChoose);
  const first = useRef(xml);

  useEffect(() => {
    const parts: { made?: DmnEditor; isGone: boolean } = { isGone: false };
    const begin = async (): Promise<void> => {
      const { openEditor } = await import('../diagram/dmn-modeler.ts');
      if (parts.isGone || frame.current === null) return;
      const made = openEditor(frame.current, {
        onChange: () => parts.isGone || change(),
        onChoose: (chosen) => parts.isGone || choose(chosen),
      });
      parts.made = made;
      editor.current = made;
      const answer = await made.open(first.current);
      if (parts.isGone) return;
      setIsOpen(true);
      opened(answer);
    };
    begin().catch((error: unknown) => parts.isGone || failed(error));
    return () => {
      parts.isGone = true;
      editor.current = undefined;
      parts.made?.close();
    };
  }, [editor]);

  return (
    <section
      className={`${classes.canvas} ${graphClasses.canvas}`}
      aria-label={t('decisions.graph')}
      dir="ltr"
      data-drawn={isOpen}
    >
      {!isOpen && <Skeleton height="100%" />}
      <div ref={frame} className={classes.drawing} />
    </section>
  );
}
