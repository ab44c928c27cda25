/** Mails as steps of a definition: whom they go to, what is wrong with that, and what the job that sends them is told. */

import type { JobId } from '../../kernel/ids.ts';
import { readRecipientName } from '../../kernel/recipient-name.ts';
import { MAIL_KIND, MAIL_ONCE_KIND } from './action.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { Behaviour, Condition } from './definition.ts';
import { type Evaluated, evaluate, failed } from './evaluate.ts';
import { isFormula } from './formulas.ts';
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import type { NodeSource } from './source.ts';
import type { Moment } from './span.ts';
import type { Token, Variables } from './state.ts';
import { DEFAULT_ATTEMPTS, type Work } from './work.ts';

type Source = Extract<NodeSource, { type: 'mail' }>;
export type MailBehaviour = Extract<Behaviour, { type: 'mail' }>;

/** Names that an expression may give. */
const MAX_NAMES = 200;
const FORMS = 'the name of a recipient list, "role:…", "person:…" or an address';

export function mailOf(source: Source, conditions: Conditions): MailBehaviour {
  const { type, to, replyTo, subject, text, html, onLost = 'retry', maxAttempts = DEFAULT_ATTEMPTS } = source;
  const named = (name: string): string | Condition => (isFormula(name) ? conditionOf(name.slice(1), conditions) : name);
  return {
    ...{ type, to: [to].flat().map(named), subject, text, onLost, maxAttempts },
    ...(replyTo !== undefined && { replyTo: named(replyTo) }),
    ...(html !== undefined && { html }),
  };
}

/** Jobs of this kind are done again when their worker is lost, or held until a person says whether the mail went out. */
export const mailKind = ({ onLost }: Pick<MailBehaviour, 'onLost'>): string =>
  onLost === 'hold' ? MAIL_ONCE_KIND : MAIL_KIND;

export function mailBreaches({ elements }: Outline): Breach[] {
  return elements.flatMap(({ id, source }: Element): readonly Breach[] => {
    if (source.type !== 'mail') return [];
    const { to, replyTo = [] } = source;
    return [to, replyTo].flat().flatMap((name) => {
      if (isFormula(name) || readRecipientName(name) !== undefined) return [];
      const message = `"${id}" sends a mail to "${name}", which nobody can be; write ${FORMS}, or "=" and FEEL for one.`;
      return [{ rule: 'mail.recipient', element: id, message } as const];
    });
  });
}

type Writing = {
  readonly token: Token;
  /** What the step sees. */
  readonly visible: Variables;
  /** What goes along for the words. */
  readonly along: Variables;
};

/** The job of the step. After a failure that a person had tried again, it knows the job before it. */
export function mailWork(
  at: Moment,
  { to, replyTo, subject, text, html, onLost, maxAttempts }: MailBehaviour,
  { token, visible, along }: Writing,
): Evaluated<Work> {
  const names = namesOf(at, to, visible);
  if (names.problem !== undefined) return names;
  const answers = replyTo === undefined ? undefined : namesOf(at, [replyTo], visible);
  if (answers?.problem !== undefined) return answers;
  const [first = ''] = names.value;
  const after = token.wait.for === 'nothing' ? token.wait.failed : undefined;
  const payload = {
    ...{ list: names.value.length === 1 ? first : names.value, subject, text, node: token.node, variables: along },
    ...(html !== undefined && { html }),
    ...(answers !== undefined && { replyTo: answers.value }),
    ...(onLost === 'hold' && { isOnce: true }),
    ...(maxAttempts !== DEFAULT_ATTEMPTS && { maxAttempts }),
    ...(after !== undefined && { after: after as JobId }),
  };
  return { value: { kind: mailKind({ onLost }), payload, priority: 0, maxAttempts } };
}

/** Each once, in the order in which they are written. */
function namesOf(at: Moment, to: MailBehaviour['to'], variables: Variables): Evaluated<readonly string[]> {
  const names = new Set<string>();
  for (const one of to) {
    const found = typeof one === 'string' ? { value: [one] } : namesFrom(at, one, variables);
    if (found.problem !== undefined) return found;
    for (const name of found.value) names.add(name);
  }
  if (names.size > 0 && names.size <= MAX_NAMES) return { value: [...names] };
  const texts = to.map((one) => (typeof one === 'string' ? one : `=${one.text}`)).join(', ');
  return { problem: failed(`${texts} names ${names.size} recipients, and must name 1 to ${MAX_NAMES}.`) };
}

function namesFrom(at: Moment, expression: Condition, variables: Variables): Evaluated<readonly string[]> {
  const { value, problem } = evaluate(at, expression, variables);
  if (problem !== undefined) return { problem };
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = names.find((name) => typeof name !== 'string' || readRecipientName(name) === undefined);
  if (wrong === undefined && value !== undefined) return { value: names as readonly string[] };
  const text = JSON.stringify(wrong ?? null);
  return { problem: failed(`A recipient by ${expression.text} is ${text}, and must be ${FORMS}.`) };
}
