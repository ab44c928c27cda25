/** Moves a token: chosen in lists, or by two clicks in the picture. */
import { Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moveToken } from '../api/mending.ts';
import type { Definition, Instance } from '../api/processes.ts';
import { Diagram } from '../diagram/diagram.tsx';
import { progressOf } from '../diagram/progress.ts';
import type { Steps } from '../history/steps.ts';
import { MendDialog } from './mend-dialog.tsx';
import classes from './mending.module.css';
import { isTarget, useNodeChoices, useTokenChoices } from './token-names.ts';
import { useMending } from './use-mending.ts';

export type MoveDialogProps = {
  readonly instance: Instance;
  readonly definition: Definition;
  readonly steps: Steps;
  readonly onClose: () => void;
};

export function MoveDialog({ instance, definition, steps, onClose }: MoveDialogProps): ReactNode {
  const { t } = useTranslation();
  const tokens = useTokenChoices(instance, steps);
  const nodeChoices = useNodeChoices();
  const [token, setToken] = useState<string | null>(tokens.length === 1 ? (tokens[0]?.value ?? null) : null);
  const [to, setTo] = useState<string | null>(null);
  const mending = useMending(() => moveToken(instance.id, { token: Number(token), to: to ?? '' }), {
    done: t('mend.moved'),
    onDone: onClose,
  });
  const targets = definition.nodes.filter(isTarget);
  const node = instance.tokens.find(({ id }) => String(id) === token)?.node;
  const choose = (id: string): void => {
    mending.reset();
    const here = instance.tokens.find((candidate) => candidate.node === id);
    if (here !== undefined && (token === null || node === id)) setToken(String(here.id));
    else if (token !== null && targets.some((target) => target.id === id)) setTo(id);
  };
  return (
    <MendDialog
      title={t('mend.moveTitle')}
      text={t('mend.moveText')}
      isWide
      submit={{ text: t('mend.moveIt'), isDisabled: token === null || to === null }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      <div className={classes.pair}>
        <Select
          label={t('mend.token')}
          placeholder={t('mend.chooseToken')}
          data={tokens}
          value={token}
          allowDeselect={false}
          onChange={setToken}
        />
        <Select
          label={t('mend.to')}
          placeholder={t('mend.chooseNode')}
          data={nodeChoices(targets)}
          value={to}
          searchable
          onChange={(next) => {
            mending.reset();
            setTo(next);
          }}
        />
      </div>
      <div className={classes.picture}>
        <Diagram
          definition={definition}
          progress={progressOf(definition, instance)}
          summary={t('diagram.label')}
          choosing={{ chosen: new Set([node, to].filter((id) => typeof id === 'string')), onChoose: choose }}
        />
      </div>
      <p className="quiet small">{t('mend.moveWhy')}</p>
    </MendDialog>
  );
}
