/** What the server finds wrong with what is composed; each finding leads to its step. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertIcon, CheckIcon } from '../app/icons.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './composer.module.css';
import type { Checked } from './use-findings.ts';

export type FindingsPanelProps = {
  /** Whether an element can be shown. */
  readonly isStep: (element: string) => boolean;
  readonly checked: Checked;
  /** The version from which it is made; as long as that is what it would become, nothing has been changed. */
  readonly deployed?: number | undefined;
  readonly onShow: (step: string) => void;
};

export function FindingsPanel(props: FindingsPanelProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel title={t('composer.findings')}>
      <div aria-live="polite">
        <Verdict {...props} />
      </div>
    </Panel>
  );
}

function Verdict({ isStep, checked, deployed, onShow }: FindingsPanelProps): ReactNode {
  const { t } = useTranslation();
  const { data, error, isCurrent, isAsked } = checked;
  if (!isAsked) return <p className="quiet">{t('composer.needsKey')}</p>;
  if (error) return <ProblemPanel error={error} />;
  if (data === undefined) return <p className="quiet">{t('composer.checking')}</p>;
  const { findings, version } = data;
  if (findings.length === 0)
    return (
      <p className={classes.fine} data-old={!isCurrent}>
        <CheckIcon /> {t(version === deployed ? 'composer.unchanged' : 'composer.fine', { version })}
      </p>
    );
  return (
    <ul className={classes.findings} data-old={!isCurrent}>
      {findings.map(({ rule, element, message }) => (
        <li key={`${rule} ${element} ${message}`}>
          <AlertIcon size={16} />
          <span>
            {isStep(element) && (
              <>
                <button type="button" className={classes.toStep} onClick={() => onShow(element)}>
                  <bdi>{element}</bdi>
                </button>
                {': '}
              </>
            )}
            <bdi>{message}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}
