/** Outcomes are ids of a definition. The well-known ones have words of their own: as an answer, and as a button. */
import { useTranslation } from 'react-i18next';

const known = ['confirmed', 'rejected', 'done', 'fired', 'expired', 'approved', 'repaired', 'changed'] as const;
type KnownOutcome = (typeof known)[number];

const knownOutcome = (outcome: string): KnownOutcome | undefined => known.find((each) => each === outcome);

/** "spare-part-missing" reads "spare part missing". */
const plain = (outcome: string): string => outcome.replace(/[-_]+/g, ' ');

/** What somebody answered: "confirmed". */
export function useOutcomeName(): (outcome: string) => string {
  const { t } = useTranslation();
  return (outcome) => {
    const word = knownOutcome(outcome);
    return word === undefined ? plain(outcome) : t(`outcome.${word}`);
  };
}

/** What a button does: "Confirm". */
export function useOutcomeAction(): (outcome: string) => string {
  const { t } = useTranslation();
  return (outcome) => {
    const word = knownOutcome(outcome);
    if (word !== undefined) return t(`outcomeAction.${word}`);
    const text = plain(outcome);
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
}

export type Weight = 'primary' | 'danger' | 'plain';

const refusals = new Set(['rejected', 'declined', 'refused', 'failed', 'no', 'cancelled']);
const agreements = new Set(['confirmed', 'approved', 'accepted', 'done', 'repaired', 'changed', 'yes', 'ok']);

/** How loud a decision button is: by its well-known name, else the first is the usual way on. */
export function weightOf(outcome: string, outcomes: readonly string[]): Weight {
  if (refusals.has(outcome)) return 'danger';
  if (agreements.has(outcome)) return 'primary';
  const hasPrimary = outcomes.some((other) => agreements.has(other));
  return !hasPrimary && outcomes[0] === outcome ? 'primary' : 'plain';
}
