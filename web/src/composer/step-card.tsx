/** One step in the list: what it is in a line; opened, everything that can be set of it. */
import { ActionIcon } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, Module } from '../api/definitions.ts';
import { AlertIcon, DownIcon, ForwardIcon, TrashIcon, UpIcon } from '../app/icons.tsx';
import classes from './composer.module.css';
import type { Draft, Step } from './draft.ts';
import { StepEditor } from './step-editor.tsx';
import { useStepKind, useStepName } from './step-name.ts';

export type StepCardProps = {
  readonly draft: Draft;
  readonly step: Step;
  readonly modules: readonly Module[];
  readonly findings: readonly Finding[];
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onRenamed: (id: string) => void;
  readonly onDraft: (draft: Draft) => void;
  readonly onChange: (step: Step) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
};

export function StepCard(props: StepCardProps): ReactNode {
  const { t } = useTranslation();
  const { step, findings, isOpen, onToggle, onMove, onRemove } = props;
  const bodyId = useId();
  const card = useRef<HTMLLIElement>(null);
  const name = useStepName()(step);
  const kind = useStepKind()(step);
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView?.({ block: 'nearest' });
  }, [isOpen]);
  return (
    <li ref={card} className={classes.step} data-open={isOpen} data-wrong={findings.length > 0}>
      <div className={classes.stepHead}>
        <button
          type="button"
          className={classes.opener}
          aria-expanded={isOpen}
          aria-controls={isOpen ? bodyId : undefined}
          onClick={onToggle}
        >
          <span className={classes.chevron}>
            <ForwardIcon size={16} />
          </span>
          <bdi className={classes.stepName}>{name}</bdi>
          {kind !== name && <span className="quiet small">{kind}</span>}
          {findings.length > 0 && (
            <span className={classes.wrongSign}>
              <AlertIcon size={16} />
              <span className="visually-hidden">{t('composer.wrong')}</span>
            </span>
          )}
        </button>
        <ActionIcon variant="subtle" color="gray" aria-label={t('composer.up', { name })} onClick={() => onMove(-1)}>
          <UpIcon size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('composer.down', { name })} onClick={() => onMove(1)}>
          <DownIcon size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('composer.remove', { name })} onClick={onRemove}>
          <TrashIcon size={16} />
        </ActionIcon>
      </div>
      {isOpen && (
        <div id={bodyId} className={classes.stepBody}>
          {findings.length > 0 && (
            <ul className={classes.stepFindings}>
              {findings.map(({ rule, message }) => (
                <li key={`${rule} ${message}`}>
                  <bdi>{message}</bdi>
                </li>
              ))}
            </ul>
          )}
          <StepEditor {...props} />
        </div>
      )}
    </li>
  );
}
