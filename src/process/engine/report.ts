/** Tells operators what a transition did, after its commit: counts, and one line of the log for each decision that matters. */
import { formatInstanceId, formatJobId, type InstanceId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import type { Action } from '../core/action.ts';
import type { Transition } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import type { Definition } from '../core/definition.ts';
import type { Effect } from '../core/effect.ts';
import type { ProcessMetrics } from './metrics.ts';

export type Happened = {
  readonly instance: InstanceId;
  readonly definition: Definition;
  readonly command: Command;
  readonly actor: string;
  readonly transition: Transition;
};

export type Observers = { readonly metrics: ProcessMetrics; readonly log: Log };

export function report(happened: Happened, observers: Observers): void {
  const { command, transition } = happened;
  if (command.type === 'settle' && command.kind === 'task') reportTask(happened, command, observers);
  for (const effect of transition.effects) reportEffect(happened, effect, observers);
  for (const action of transition.actions) reportAction(happened, action, observers);
}

function reportEffect(happened: Happened, effect: Effect, { metrics, log }: Observers): void {
  const { key } = happened.definition;
  switch (effect.type) {
    case 'started':
      metrics.started(key);
      if (log.isLevelEnabled('info')) log.info(fieldsOf(happened), 'a process instance was started');
      return;
    case 'completed':
      metrics.activityCompleted(key);
      if (log.isLevelEnabled('debug'))
        log.debug(
          { ...fieldsOf(happened), activity: effect.node, outcome: effect.outcome },
          'an activity was completed',
        );
      return;
    case 'ended': {
      const { status, reason } = effect;
      metrics.ended(key, status);
      if (log.isLevelEnabled('info')) log.info({ ...fieldsOf(happened), status, reason }, 'a process instance ended');
      return;
    }
    default:
  }
}

function reportAction(happened: Happened, action: Action, { metrics, log }: Observers): void {
  if (action.type === 'resolveIncident') metrics.incidentResolved();
  if (action.type !== 'raiseIncident') return;
  const { node, token, code, message } = action;
  metrics.incidentRaised(happened.definition.key, code);
  if (!log.isLevelEnabled('warn')) return;
  log.warn(
    { ...fieldsOf(happened), node, token, code, reason: message },
    'a process instance is stuck; it waits for a person to help',
  );
}

function reportTask(
  happened: Happened,
  { job, result }: Extract<Command, { type: 'settle' }>,
  { metrics, log }: Observers,
): void {
  if (result.kind !== 'done') return;
  const { outcome } = result;
  metrics.taskCompleted(happened.definition.key, outcome);
  if (log.isLevelEnabled('info'))
    log.info({ task: formatJobId(job), ...fieldsOf(happened), outcome }, 'a task was completed');
}

const fieldsOf = ({ instance, definition, transition, actor }: Happened): Record<string, unknown> => ({
  instance: formatInstanceId(instance),
  definition: definition.key,
  version: definition.version,
  businessKey: transition.state.businessKey ?? undefined,
  actor,
});
