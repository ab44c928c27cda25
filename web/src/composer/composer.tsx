/** The composer: the steps on one side, the picture and what is wrong on the other; or the JSON that both stand for. */
import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployDefinition } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { useModules } from '../modules/use-modules.ts';
import { Answer } from '../ui/answer.tsx';
import classes from './composer.module.css';
import type { Draft } from './draft.ts';
import { DraftPicture } from './draft-picture.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { HeadPanel } from './head-panel.tsx';
import { JsonPanel } from './json-panel.tsx';
import { StepList } from './step-list.tsx';
import { useFindings } from './use-findings.ts';

export type ComposerProps = {
  readonly initial: Draft;
  /** The version that is made anew; undefined: a new process. */
  readonly deployed?: number;
};

export function Composer({ initial, deployed }: ComposerProps): ReactNode {
  const { t } = useTranslation();
  const modules = useModules();
  const [draft, setDraft] = useState(initial);
  const [view, setView] = useState<'steps' | 'json'>('steps');
  const [open, setOpen] = useState<string>();
  const checked = useFindings(draft.key === '' ? undefined : draft);
  const isDeployed = useRef(false);
  const isLeft = (): boolean => draft !== initial && !isDeployed.current;
  useBlocker({
    shouldBlockFn: () => isLeft() && !window.confirm(t('composer.leave')),
    enableBeforeUnload: isLeft,
  });
  const show = (id: string): void => {
    setView('steps');
    setOpen(id);
  };
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('composer.view')}
          data={[
            { value: 'steps', label: t('composer.views.steps') },
            { value: 'json', label: t('composer.views.json') },
          ]}
          value={view}
          onChange={(next) => setView(next === 'json' ? 'json' : 'steps')}
        />
        <DeployButton
          draft={draft}
          version={checked.isCurrent && checked.data?.version !== deployed ? checked.data?.version : undefined}
          left={isDeployed}
        />
      </div>
      <Answer to={modules} lines={8}>
        {(items) => (
          <div className={classes.columns}>
            {view === 'steps' ? (
              <div className={classes.column}>
                <HeadPanel draft={draft} onChange={setDraft} />
                <StepList
                  draft={draft}
                  modules={items}
                  findings={checked.data?.findings ?? []}
                  open={open}
                  onOpen={setOpen}
                  onChange={setDraft}
                />
              </div>
            ) : (
              <JsonPanel draft={draft} onChange={setDraft} />
            )}
            <div className={classes.beside}>
              <DraftPicture draft={draft} modules={items} />
              <FindingsPanel
                isStep={(element) => draft.nodes.some(({ id }) => id === element)}
                checked={checked}
                deployed={deployed}
                onShow={show}
              />
            </div>
          </div>
        )}
      </Answer>
    </>
  );
}

type DeployButtonProps = {
  readonly draft: Draft;
  readonly version: number | undefined;
  /** Told when the page may be left without a question. */
  readonly left: { current: boolean };
};

function DeployButton({ draft, version, left }: DeployButtonProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const deploy = useMutation({
    mutationFn: () => deployDefinition(draft),
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
