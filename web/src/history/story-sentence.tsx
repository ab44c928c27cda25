/** One line of the story as a sentence. */
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';
import type { Steps } from './steps.ts';
import type { StoryLine } from './story.ts';

export type StorySentenceProps = { readonly line: StoryLine; readonly steps: Steps };

export function StorySentence({ line, steps }: StorySentenceProps): string {
  const { t } = useTranslation();
  const outcomeName = useOutcomeName();
  const personName = usePersonName();
  const format = useFormat();
  const started = useStartSentence();
  const person = personName(line.actor);
  switch (line.kind) {
    case 'started':
      return started(line, person);
    case 'decided':
      return t('story.decided', { person, outcome: outcomeName(line.outcome), step: steps.nameOf(line.node) });
    case 'fired':
      return line.outcome === 'expired'
        ? t('story.expired', { step: steps.nameOf(line.node) })
        : t('story.fired', { step: steps.nameOf(line.node) });
    case 'mailed':
      return t('story.mailed', { step: steps.nameOf(line.node) });
    case 'stepDone':
      return t('story.stepDone', { step: steps.nameOf(line.node), outcome: outcomeName(line.outcome) });
    case 'ruled': {
      const words = { step: steps.nameOf(line.node), decision: line.name, version: line.version };
      if (line.rules === undefined) return t('story.ruled', words);
      return t('story.ruledBy', { ...words, count: line.rules.length, rules: line.rules.join(', ') });
    }
    case 'evidence':
      return t('story.evidence', { criterion: line.criterion, device: line.device });
    case 'message':
      return t('story.message', { name: line.name, key: line.key });
    case 'retried':
      return t('story.retried', { person });
    case 'cancelled':
      return line.reason
        ? t('story.cancelledBecause', { person, reason: line.reason })
        : t('story.cancelled', { person });
    case 'resolved':
      return line.comment
        ? t('story.resolvedBecause', { person, comment: line.comment })
        : t('story.resolved', { person });
    case 'suspended':
      return line.reason
        ? t('story.suspendedBecause', { person, reason: line.reason })
        : t('story.suspended', { person });
    case 'resumed':
      return t('story.resumed', { person });
    case 'tokenMoved':
      return t('story.tokenMoved', { person, step: steps.nameOf(line.node) });
    case 'migrated':
      return t('story.migrated', { person, version: line.version });
    case 'variablesSet':
      return t('story.variablesSet', { person, names: format.list(line.names) });
    case 'stuck':
      return line.node === undefined
        ? t('story.stuck', { message: line.message })
        : t('story.stuckAt', { step: steps.nameOf(line.node), message: line.message });
    case 'sideFailed':
      return t('story.sideFailed', { what: line.what, message: line.message });
    case 'completed':
      return t('story.completed');
    case 'other':
      return t('story.other', { type: line.type });
  }
}

function useStartSentence() {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ criteria, device }: Extract<StoryLine, { kind: 'started' }>, person: string): string => {
    if (criteria.length === 0) return t('story.startedBy', { person });
    const words = { criteria: format.list(criteria.map((name) => `“${name}”`)), device: device ?? '' };
    return t('story.startedByCriteria', { ...words, count: criteria.length });
  };
}
