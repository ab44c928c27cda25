/** A model while its graph is edited: dmn-js, what is chosen in it, and what the server says of it. */
import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Decision, type Deployment, deployDmn } from '../../api/decisions.ts';
import bpmnClasses from '../../bpmn/bpmn.module.css';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import type { ChosenElement as Chosen, DmnEditor, Opened } from '../diagram/dmn-modeler.ts';
import { isDmn11 } from '../diagram/dmn-versions.ts';
import { SaveBar } from '../save-bar.tsx';
import { useModelCheck } from '../use-model-check.ts';
import { ChosenElement } from './chosen-element.tsx';
import { GraphCanvas } from './graph-canvas.tsx';
import { GraphProblems } from './graph-problems.tsx';
import { ReadOnlyGraph } from './read-only-graph.tsx';

export type GraphWorkbenchProps = {
  /** What the draft was made of. */
  readonly base: Decision;
  /** What is deployed now. */
  readonly newest: Decision;
  /** That of `base`. */
  readonly file: string;
  readonly onSaved: (deployment: Deployment) => void;
  readonly onGivenUp: () => void;
};

export function GraphWorkbench(props: GraphWorkbenchProps): ReactNode {
  const [opened, setOpened] = useState<Opened>();
  const [problem, setProblem] = useState<unknown>();
  if (isDmn11(props.file)) return <ReadOnlyGraph file={props.file} reason="old" losses={[]} />;
  if (opened !== undefined && opened.losses.length > 0) {
    return <ReadOnlyGraph file={props.file} reason="losses" losses={opened.losses} />;
  }
  if (problem !== undefined) return <ProblemPanel error={problem} />;
  return <EditedGraph {...props} opened={opened} onOpened={setOpened} onFailed={setProblem} />;
}

type EditedGraphProps = GraphWorkbenchProps & {
  readonly opened: Opened | undefined;
  readonly onOpened: (opened: Opened) => void;
  readonly onFailed: (problem: unknown) => void;
};

function EditedGraph(props: EditedGraphProps): ReactNode {
  const { base, newest, file, opened, onOpened, onFailed, onSaved, onGivenUp } = props;
  const { t } = useTranslation();
  const editor = useRef<DmnEditor>(undefined);
  const [chosen, setChosen] = useState<Chosen>();
  const { xml, isChanged, take, isSaved } = useEdited(editor, opened?.xml);
  const isKept = (): boolean => isChanged && !isSaved.current;
  useBlocker({
    shouldBlockFn: () => isKept() && !window.confirm(t('decisions.leaveGraph')),
    enableBeforeUnload: isKept,
  });
  const check = useModelCheck(isChanged ? xml : file);
  const deploy = async (basedOn: number): Promise<Deployment> =>
    deployDmn((await editor.current?.save()) ?? xml, basedOn);
  return (
    <>
      <SaveBar
        base={base}
        newest={newest}
        isChanged={isChanged}
        deploy={deploy}
        onSaved={(deployment) => {
          isSaved.current = true;
          onSaved(deployment);
        }}
        onGivenUp={onGivenUp}
      />
      <div className={bpmnClasses.tools}>
        {(['undo', 'redo', 'fit'] as const).map((tool) => (
          <Button key={tool} variant="default" size="xs" onClick={() => editor.current?.[tool]()}>
            {t(tool === 'fit' ? 'decisions.fit' : `decisions.${tool}`)}
          </Button>
        ))}
        <span className="quiet small">{t('decisions.graphHint')}</span>
      </div>
      <GraphCanvas
        xml={file}
        editor={editor}
        onOpened={onOpened}
        onFailed={onFailed}
        onChange={take}
        onChoose={setChosen}
      />
      <ChosenElement chosen={chosen} editor={editor} />
      <GraphProblems check={check} onShow={(id) => void editor.current?.show(id)} />
    </>
  );
}

/** The file as it is now; back where it began, nothing has been changed. */
function useEdited(editor: { readonly current: DmnEditor | undefined }, unchanged: string | undefined) {
  const [xml, setXml] = useState<string>();
  const isSaved = useRef(false);
  const asked = useRef(0);
  const take = (): void => {
    const number = ++asked.current;
    // Only the newest answer counts: the file may be written while somebody goes on.
    void editor.current?.save().then((next) => number === asked.current && setXml(next));
  };
  const isChanged = xml !== undefined && unchanged !== undefined && xml !== unchanged;
  return { xml: xml ?? unchanged ?? '', isChanged, take, isSaved };
}
