/** What happens to an instance that is suspended, and what its suspension is then. */
import type { JobId } from '../../kernel/ids.ts';
import type { Brought } from './brought.ts';
import type { Suspension } from './state.ts';

export type SuspensionEffect =
  | { readonly type: 'suspended'; readonly reason?: string }
  /** It came while the instance was suspended. */
  | { readonly type: 'kept'; readonly command: Brought }
  /** The instance goes on: the eldest that was kept is taken in now, and so on, until it is resumed. */
  | { readonly type: 'resuming' }
  | { readonly type: 'released' }
  /** The result of a job was kept, and whoever waited for it was ended by something else. */
  | { readonly type: 'forgotten'; readonly job: JobId }
  | { readonly type: 'resumed' };

/** Undefined: it is suspended no more. */
export function suspensionAfter(before: Suspension | undefined, effect: SuspensionEffect): Suspension | undefined {
  const { reason, kept = [] } = before ?? {};
  const same = { ...(reason !== undefined && { reason }), kept };
  switch (effect.type) {
    case 'suspended':
      return { kept, ...(effect.reason !== undefined && { reason: effect.reason }) };
    case 'kept':
      return { ...same, ...before, kept: [...kept, effect.command] };
    case 'resuming':
      return { ...same, resuming: true };
    case 'released':
      return { ...same, ...before, kept: kept.slice(1) };
    case 'forgotten': {
      const isIt = (command: Brought) => command.type === 'settle' && command.job === effect.job;
      return { ...same, ...before, kept: kept.filter((command) => !isIt(command)) };
    }
    case 'resumed':
      return undefined;
    default:
      return effect satisfies never;
  }
}
