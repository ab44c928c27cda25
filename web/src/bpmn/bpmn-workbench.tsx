/** A BPMN file while it is edited: the diagram or its XML, what is chosen in it, and what the server says of it. */
import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployDefinition } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { FindingsPanel } from '../composer/findings-panel.tsx';
import { useFindings } from '../composer/use-findings.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './bpmn.module.css';
import { BpmnCanvas } from './bpmn-canvas.tsx';
import { ChosenPanel } from './chosen-panel.tsx';
import type { BpmnEditor, Chosen } from './modeler.ts';
import { XmlPanel } from './xml-panel.tsx';

export type BpmnWorkbenchProps = {
  readonly xml: string;
  readonly mayDeploy: boolean;
  /** A file from elsewhere that this server does not have. */
  readonly isNew: boolean;
};

export function BpmnWorkbench({ xml: initial, mayDeploy, isNew }: BpmnWorkbenchProps): ReactNode {
  const { t } = useTranslation();
  const [xml, setXml] = useState(initial);
  const [view, setView] = useState<'diagram' | 'xml'>('diagram');
  const [chosen, setChosen] = useState<Chosen>();
  const editor = useRef<BpmnEditor>(undefined);
  const isDeployed = useRef(false);
  const checked = useFindings(mayDeploy ? xml : undefined);
  const isLeft = (): boolean => (xml !== initial || isNew) && !isDeployed.current;
  useBlocker({ shouldBlockFn: () => isLeft() && !window.confirm(t('composer.leave')), enableBeforeUnload: isLeft });
  const { version, findings = [], notes = [] } = checked.data ?? {};
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('composer.view')}
          data={[
            { value: 'diagram', label: t('diagram.title') },
            { value: 'xml', label: 'XML' },
          ]}
          value={view}
          onChange={(next) => setView(next === 'xml' ? 'xml' : 'diagram')}
        />
        {view === 'diagram' && <Tools editor={editor} />}
        {mayDeploy && (
          <DeployButton
            xml={xml}
            version={checked.isCurrent && findings.length === 0 ? version : undefined}
            left={isDeployed}
          />
        )}
      </div>
      {view === 'diagram' ? (
        <BpmnCanvas xml={xml} editor={editor} onChange={setXml} onChoose={setChosen} />
      ) : (
        <XmlPanel xml={xml} onChange={setXml} />
      )}
      <div className={classes.beside}>
        {view === 'diagram' && <ChosenPanel chosen={chosen} editor={editor} />}
        {mayDeploy && (
          <FindingsPanel
            isStep={(id) => id !== 'definition' && view === 'diagram'}
            checked={checked}
            onShow={(id) => editor.current?.choose(id)}
          />
        )}
        {notes.length > 0 && <Notes notes={notes} />}
      </div>
    </>
  );
}

type NotesProps = { readonly notes: readonly { readonly element: string; readonly message: string }[] };

function Notes({ notes }: NotesProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel title={t('bpmn.notes')}>
      <p className="quiet">{t('bpmn.notesText')}</p>
      <ul className={classes.notes}>
        {notes.map(({ element, message }) => (
          <li key={`${element} ${message}`}>
            <code>
              <bdi>{element}</bdi>
            </code>
            : <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Tools({ editor }: { readonly editor: { readonly current: BpmnEditor | undefined } }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.tools}>
      {(['undo', 'redo', 'fit'] as const).map((tool) => (
        <Button key={tool} variant="default" size="xs" onClick={() => editor.current?.[tool]()}>
          {t(`bpmn.tools.${tool}`)}
        </Button>
      ))}
    </div>
  );
}

type DeployButtonProps = {
  readonly xml: string;
  readonly version: number | undefined;
  readonly left: { current: boolean };
};

function DeployButton({ xml, version, left }: DeployButtonProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const deploy = useMutation({
    mutationFn: () => deployDefinition(xml),
    onSuccess: async ({ key, version: made }) => {
      left.current = true;
      toastDone(t('composer.deployed', { key, version: made }));
      await client.invalidateQueries({ queryKey: keys.definitions });
      await navigate({ to: '/processes/definitions/$key', params: { key } });
    },
  });
  return (
    <Button disabled={version === undefined} loading={deploy.isPending} onClick={() => deploy.mutate()}>
      {version === undefined ? t('composer.deploy') : t('composer.deployAs', { version })}
    </Button>
  );
}
