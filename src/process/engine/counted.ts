/**
 * Under which names the statistics count what instances of a definition do. Kept as long as the definition is in use: a text
 * that is made anew for each activity is hashed anew wherever it is looked up.
 */
import type { Definition } from '../core/definition.ts';

type Subjects = { readonly instance: string; readonly activities: Map<string, string> };

const known = new WeakMap<Definition, Subjects>();

function subjectsOf(definition: Definition): Subjects {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const made = { instance: subjectOfInstances(definition.key), activities: new Map<string, string>() };
  known.set(definition, made);
  return made;
}

/** Of all instances of a definition, by its key. */
export const subjectOfInstances = (key: string): string => `instance/${key}`;
/** Of all activities of a definition, by its key; each is a name after a slash. */
export const subjectOfActivities = (key: string): string => `activity/${key}`;
export const instanceSubject = (definition: Definition): string => subjectsOf(definition).instance;

export function activitySubject(definition: Definition, activity: string): string {
  const { activities } = subjectsOf(definition);
  const found = activities.get(activity);
  if (found !== undefined) return found;
  const subject = `${subjectOfActivities(definition.key)}/${activity}`;
  activities.set(activity, subject);
  return subject;
}
