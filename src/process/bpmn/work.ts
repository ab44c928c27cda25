/** Work for code: `millrace:job`, `zeebe:taskDefinition`, `camunda:topic`; and for people: role, due time, outcomes. */
import type { SimpleNodeSource } from '../core/source.ts';
import {
  compact,
  type Draft,
  extension,
  idIn,
  idsIn,
  integerIn,
  isForeignExpression,
  MAX_DURATION,
  textIn,
} from './fields.ts';
import type { Reading } from './reading.ts';
import type { Writing } from './writing.ts';
import {
  attribute,
  childNamed,
  childrenNamed,
  element,
  extend,
  extensionNamed,
  textElement,
  textOf,
  type XmlElement,
} from './xml.ts';

const MAX_DUE = 400;

type Work = Pick<
  Extract<SimpleNodeSource, { type: 'job' }>,
  'kind' | 'payload' | 'outcomes' | 'priority' | 'maxAttempts'
>;
type UserTask = Extract<SimpleNodeSource, { type: 'userTask' }>;

export function readWork(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:job');
  const zeebe = extensionNamed(from, 'zeebe:taskDefinition');
  const of = (name: string): string | undefined => (own === undefined ? undefined : attribute(own, name));
  const topic = attribute(from, 'camunda:topic');
  const kinds = [of('kind'), zeebe && attribute(zeebe, 'type'), topic].filter((kind) => kind !== undefined);
  const kind = idIn(kinds[0]);
  if (kinds.length > 0 && kind === undefined)
    reading.note(from, `"${kinds[0]}" is kept, not used: it is no kind of a job`);
  const payload = own === undefined ? undefined : childNamed(own, 'millrace:payload');
  return compact({
    kind,
    payload: payload && objectIn(reading, from, payload),
    outcomes: idsIn(of('outcomes')),
    priority: integerIn(of('priority') ?? attribute(from, 'camunda:taskPriority'), -100, 100),
    maxAttempts: integerIn(of('maxAttempts') ?? (zeebe && attribute(zeebe, 'retries')), 1, 100),
  });
}

function objectIn(reading: Reading, from: XmlElement, holder: XmlElement): Draft | undefined {
  try {
    const value: unknown = JSON.parse(textOf(holder) ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Draft;
  } catch {
    // said below
  }
  reading.note(from, `${holder.name} is kept, not used: it is no JSON object`);
  return undefined;
}

/** JSON without the two characters that XML cannot hold and JSON need not escape. */
const writableJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

export function writeWork(writing: Writing, node: Work, to: XmlElement): void {
  const { kind, payload, outcomes, priority, maxAttempts } = node;
  const isZeebe = writing.dialect === 'zeebe' && kind !== undefined;
  const isCamunda = writing.dialect === 'camunda' && kind !== undefined;
  if (isZeebe) extend(to, element('zeebe:taskDefinition', { type: kind, retries: maxAttempts }));
  if (isCamunda) {
    to.attributes.set('camunda:type', 'external');
    to.attributes.set('camunda:topic', kind);
    if (priority !== undefined) to.attributes.set('camunda:taskPriority', String(priority));
  }
  const job = element('millrace:job', {
    kind: isZeebe || isCamunda ? undefined : kind,
    priority: isCamunda ? undefined : priority,
    maxAttempts: isZeebe ? undefined : maxAttempts,
    outcomes: outcomes?.join(' '),
  });
  if (payload !== undefined) job.children.push(textElement('millrace:payload', writableJson(payload)));
  if (job.attributes.size + job.children.length > 0) extend(to, job);
}

/** A step of a module: its name, and its configuration as JSON. */
export function readModule(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:module')!;
  const config = childNamed(own, 'millrace:config');
  return compact({
    module: attribute(own, 'name') ?? '',
    config: config && objectIn(reading, from, config),
    priority: integerIn(attribute(own, 'priority'), -100, 100),
    maxAttempts: integerIn(attribute(own, 'maxAttempts'), 1, 100),
  });
}

export function writeModule(node: Extract<SimpleNodeSource, { type: 'module' }>, to: XmlElement): void {
  const { module: name, config, priority, maxAttempts } = node;
  const made = element('millrace:module', { name, priority, maxAttempts });
  if (config !== undefined) made.children.push(textElement('millrace:config', writableJson(config)));
  extend(to, made);
}

/** What Camunda 8 writes for "so long after it is offered". */
const AFTER_NOW = /^=\s*now\(\)\s*\+\s*duration\("(P[^"]+)"\)\s*$/;

export function readUserTask(reading: Reading, from: XmlElement): Draft {
  const own = extensionNamed(from, 'millrace:userTask');
  const of = (name: string): string | undefined => (own === undefined ? undefined : attribute(own, name));
  const applied =
    own === undefined ? [] : childrenNamed(own, 'millrace:apply').map((one) => idIn(attribute(one, 'kind')));
  const priority = extensionNamed(from, 'zeebe:priorityDefinition');
  const form = own && childNamed(own, 'millrace:form');
  return compact({
    role: textIn(of('role')) ?? readRole(reading, from),
    outcomes: idsIn(of('outcomes')),
    commentOn: of('commentOn') === '' ? [] : idsIn(of('commentOn')),
    due: textIn(of('due'), MAX_DUE) ?? readDue(reading, from),
    followUp: textIn(of('followUp'), MAX_DUE),
    reminders: wordsIn(of('reminders')),
    escalation: own && readEscalation(own),
    form: form && objectIn(reading, from, form),
    notBy: idsIn(of('notBy')),
    priority: integerIn(
      of('priority') ?? (priority && attribute(priority, 'priority')) ?? attribute(from, 'camunda:priority'),
      -100,
      100,
    ),
    notify: textIn(of('notify')),
    apply: applied.length > 0 ? applied : idIn(of('apply')),
  });
}

function readEscalation(own: XmlElement): Draft | undefined {
  const from = childNamed(own, 'millrace:escalation');
  const role = from && textIn(attribute(from, 'role'));
  if (from === undefined || role === undefined) return undefined;
  return compact({
    after: textIn(attribute(from, 'after'), MAX_DURATION),
    role,
    priority: integerIn(attribute(from, 'priority'), -100, 100),
    notify: textIn(attribute(from, 'notify')),
  });
}

const wordsIn = (text: string | undefined): string[] | undefined => {
  const words = (text ?? '').split(' ').filter((word) => word !== '' && word.length <= MAX_DURATION);
  return words.length === 0 ? undefined : words;
};

function readRole(reading: Reading, from: XmlElement): string | undefined {
  const zeebe = extensionNamed(from, 'zeebe:assignmentDefinition');
  const groups = (zeebe && attribute(zeebe, 'candidateGroups')) ?? attribute(from, 'camunda:candidateGroups');
  const others = zeebe === undefined ? [] : [...zeebe.attributes.keys()].filter((name) => name !== 'candidateGroups');
  if (others.length > 0) reading.note(from, `zeebe:assignmentDefinition is kept; ${others.join(', ')} is not used`);
  if (groups === undefined) return undefined;
  const isSingle = !groups.includes(',') && !groups.startsWith('=') && !isForeignExpression(groups);
  if (!isSingle) reading.note(from, `the groups "${groups}" are kept, not used: a task is offered to one role`);
  return isSingle ? textIn(groups.trim()) : undefined;
}

function readDue(reading: Reading, from: XmlElement): string | undefined {
  const zeebe = extensionNamed(from, 'zeebe:taskSchedule');
  const date = (zeebe && attribute(zeebe, 'dueDate')) ?? attribute(from, 'camunda:dueDate');
  if (date === undefined) return undefined;
  const due = AFTER_NOW.exec(date)?.[1] ?? (/^P[\dTYMWDHS.]+$/.test(date) ? date : undefined);
  if (due !== undefined && due.length <= MAX_DURATION) return due;
  reading.note(from, `the due date "${date}" is kept, not used: a task is due so long after it was offered`);
  return undefined;
}

export function writeUserTask(writing: Writing, node: UserTask, to: XmlElement): void {
  const { dialect } = writing;
  const { role, outcomes, commentOn, due, followUp, reminders, escalation, form, notBy, priority, notify, apply } =
    node;
  const isPlainRole = role !== undefined && !/[,$#={]/.test(role) && role === role.trim();
  const [zeebe, camunda] = [dialect === 'zeebe', dialect === 'camunda'];
  const isForeignRole = isPlainRole && (zeebe || camunda);
  const isForeignDue = due !== undefined && (zeebe || camunda) && /^P[\dTYMWDHS.]+$/.test(due);
  if (isForeignRole && zeebe) extend(to, element('zeebe:assignmentDefinition', { candidateGroups: role }));
  if (isForeignRole && camunda) to.attributes.set('camunda:candidateGroups', role);
  if (isForeignDue && zeebe) extend(to, element('zeebe:taskSchedule', { dueDate: `=now() + duration("${due}")` }));
  if (isForeignDue && camunda) to.attributes.set('camunda:dueDate', due);
  if (priority !== undefined && zeebe) extend(to, element('zeebe:priorityDefinition', { priority }));
  if (priority !== undefined && camunda) to.attributes.set('camunda:priority', String(priority));
  const made = element('millrace:userTask', {
    role: isForeignRole ? undefined : role,
    outcomes: outcomes?.join(' '),
    commentOn: commentOn?.join(' '),
    due: isForeignDue ? undefined : due,
    followUp,
    reminders: reminders?.join(' '),
    notBy: notBy?.join(' '),
    priority: zeebe || camunda ? undefined : priority,
    notify,
    apply: Array.isArray(apply) ? undefined : apply,
  });
  for (const kind of Array.isArray(apply) ? apply : []) made.children.push(element('millrace:apply', { kind }));
  if (form !== undefined) made.children.push(textElement('millrace:form', writableJson(form)));
  if (escalation !== undefined) made.children.push(element('millrace:escalation', escalation));
  if (made.attributes.size + made.children.length > 0) extend(to, made);
}

/** A step that waits for a criterion, as BPMN's nearest task. */
export function readCriterion(own: XmlElement): Draft {
  return compact({ criterion: textIn(attribute(own, 'name')), within: textIn(attribute(own, 'within'), MAX_DURATION) });
}

export function writeCriterion(node: Extract<SimpleNodeSource, { type: 'criterion' }>, to: XmlElement): void {
  extend(to, ...extension('millrace:criterion', { name: node.criterion, within: node.within }));
}
