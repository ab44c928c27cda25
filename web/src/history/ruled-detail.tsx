/** Why a decision came out as it did, below the line that tells of it: its page is a link away, the trace opens here. */
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoryLine } from './story.ts';
import classes from './timeline.module.css';

const ToldDecision = lazy(async () => ({
  default: (await import('../decisions/trace/told-decision.tsx')).ToldDecision,
}));

export type RuledDetailProps = { readonly line: Extract<StoryLine, { kind: 'ruled' }> };

export function RuledDetail({ line: { decision, version, trace } }: RuledDetailProps): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={classes.ruled}>
      <Link to="/decisions/$key" params={{ key: decision }} search={{ version }}>
        {t('story.toDecision')}
      </Link>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>{t('story.whyRuled')}</summary>
        <Suspense>{isOpen && <ToldDecision asked={decision} trace={trace} />}</Suspense>
      </details>
    </div>
  );
}
