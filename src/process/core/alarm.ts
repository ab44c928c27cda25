/** What the clock does about a task that is due: reminders before and after, and an escalation. */
import { parseDuration } from '../../kernel/duration.ts';

/** So long after the task is due; a negative offset is before. */
export type Alarm = { readonly offsetMs: number } & (
  | { readonly do: 'remind' }
  | { readonly do: 'escalate'; readonly role: string; readonly priority?: number; readonly notify?: string }
);

/** The kind of the job that rings the alarms of a task, for as long as the task is open. */
export const ALARM_KIND = 'process.alarm';

type Alarming = {
  readonly reminders?: readonly string[];
  readonly escalation?: {
    readonly after?: string;
    readonly role: string;
    readonly priority?: number;
    readonly notify?: string;
  };
};

/** "-1h" is before it is due, "1h" after. In the order of the clock. */
export function alarmsOf({ reminders = [], escalation }: Alarming): readonly Alarm[] {
  const alarms: Alarm[] = reminders.map((text) => ({ offsetMs: offsetOf(text), do: 'remind' }));
  if (escalation !== undefined) {
    const { after = '0s', ...rest } = escalation;
    alarms.push({ offsetMs: parseDuration(after), do: 'escalate', ...rest });
  }
  return alarms.sort((a, b) => a.offsetMs - b.offsetMs);
}

const offsetOf = (text: string): number =>
  text.startsWith('-') ? 0 - parseDuration(text.slice(1)) : parseDuration(text);
