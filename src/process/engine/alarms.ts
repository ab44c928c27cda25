/**
 * Rings the alarms of tasks: reminders and escalations. A task with alarms has one job that waits for the next of them; it
 * lives as long as the task is open and is taken back with it, so it never ends by itself. What an alarm does is one commit,
 * guarded by the task's epoch, and says how many alarms are over: a handler that comes again finds nothing left to do.
 */
import type { JobRow } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { birthOf } from '../../jobs/new-job.ts';
import { agendaOf, isOpen, type TaskRow, taskFamily } from '../../jobs/task.ts';
import { variablesMoved } from '../../jobs/task-variable.ts';
import type { JobContext } from '../../jobs/worker.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { JobId, NextId } from '../../kernel/ids.ts';
import { done, type Settlement, snooze } from '../../kernel/settlement.ts';
import type { Store } from '../../store/store.ts';
import { isEqual, set } from '../../store/unit.ts';
import { MAIL_KIND } from '../core/action.ts';
import type { Alarm } from '../core/alarm.ts';
import { DEFAULT_ATTEMPTS } from '../core/work.ts';

/** No alarm is left, or there is no due time: it sleeps until somebody changes that. */
const ASLEEP_MS = 10 * 366 * 86_400_000;
/** Somebody else changed the task at the same moment. */
const AGAIN_MS = 50;

type Payload = { readonly task: number; readonly alarms: readonly Alarm[] };
export type AlarmParts = { readonly store: Store; readonly nextId: NextId; readonly jobs: Jobs };

/** What to do now, and which alarm comes after. Pure. */
type Ringing = {
  /** Alarms that are over then. */
  readonly alarmed: number;
  readonly ring: Alarm | undefined;
  readonly nextAt: Instant | undefined;
};

/** Alarms whose time went by when somebody set another due time are passed over; `alarmed` is null until they are counted. */
export function ringing(
  { dueAt, alarmed }: Pick<TaskRow, 'dueAt' | 'alarmed'>,
  alarms: readonly Alarm[],
  now: Instant,
): Ringing {
  if (dueAt === null) return { alarmed: alarmed ?? 0, ring: undefined, nextAt: undefined };
  const timeOf = (place: number): Instant | undefined => {
    const alarm = alarms[place];
    return alarm && dueAt + alarm.offsetMs;
  };
  const over = alarmed ?? alarms.filter(({ offsetMs }) => dueAt + offsetMs <= now).length;
  const at = timeOf(over);
  if (at === undefined || at > now) return { alarmed: over, ring: undefined, nextAt: at };
  return { alarmed: over + 1, ring: alarms[over], nextAt: timeOf(over + 1) };
}

export const ringAlarms =
  (parts: AlarmParts) =>
  async ({ payload }: Pick<JobContext, 'payload'>): Promise<Settlement> => {
    const { store } = parts;
    const { task: id, alarms } = payload as Payload;
    const task = await store.get(taskFamily, [id]);
    if (task === undefined || !isOpen(task)) return done();
    const now = store.now();
    const { alarmed, ring, nextAt } = ringing(task, alarms, now);
    if (alarmed !== task.alarmed && !(await commit(parts, task, { alarmed, ring, now })))
      return snooze({ delayMs: AGAIN_MS });
    return snooze({ delayMs: nextAt === undefined ? ASLEEP_MS : Math.max(0, nextAt - now) });
  };

type Rung = { readonly alarmed: number; readonly ring: Alarm | undefined; readonly now: Instant };

async function commit(
  { store, nextId, jobs }: AlarmParts,
  task: TaskRow,
  { alarmed, ring, now }: Rung,
): Promise<boolean> {
  const changed = { ...task, ...(ring?.do === 'escalate' && escalated(task, ring)), alarmed, epoch: nextId() };
  const { role, assignee, state, rank, epoch } = changed;
  const agenda = agendaOf(changed);
  const mails = mailsOf(task, ring).map((mail) => {
    const owner = { kind: task.ownerKind, id: task.ownerId, seq: 0 };
    const payload = { instance: task.ownerId, definition: task.source, businessKey: task.businessKey, ...mail };
    const born = { id: nextId() as JobId, kind: MAIL_KIND, payload, owner, priority: 0, maxAttempts: DEFAULT_ATTEMPTS };
    return jobs.hands.newRow(born, now);
  });
  const unit = {
    guards: [isEqual(taskFamily, [task.id], ['epoch', task.epoch])],
    writes: [
      set(taskFamily, [task.id], { role, assignee, state, rank, agenda, alarmed, epoch }),
      ...variablesMoved(changed),
      ...mails.flatMap((row) => birthOf(row, now).writes),
    ],
  };
  return committed(store, jobs, { unit, mails });
}

async function committed(
  store: Store,
  jobs: Jobs,
  { unit, mails }: { readonly unit: Parameters<Store['commit']>[0][number]; readonly mails: readonly JobRow[] },
): Promise<boolean> {
  let verdict: string | undefined;
  try {
    [verdict] = await store.commit([unit]);
  } finally {
    jobs.created(mails, verdict === 'ok');
  }
  return verdict === 'ok';
}

/** Whoever had it has it no more: it is offered to the other role. */
const escalated = (task: TaskRow, { role, priority }: Extract<Alarm, { do: 'escalate' }>) => ({
  role,
  state: 'offered',
  assignee: null,
  rank: priority === undefined ? task.rank : 0 - priority,
});

/** To whoever has it, else to everybody with its role; of an escalation to a list, else to the role that it goes to. */
function mailsOf({ id, step: node, role, assignee }: TaskRow, ring: Alarm | undefined) {
  if (ring === undefined) return [];
  const holder = assignee === null ? `role:${role}` : `person:${assignee}`;
  const list = ring.do === 'remind' ? holder : (ring.notify ?? `role:${ring.role}`);
  return [{ list, node, task: id, why: ring.do === 'remind' ? 'reminder' : 'escalation' }];
}
