/** The made-up process instances of the development server, in every state one can have, and a tiny engine that moves them. */
import { definitions } from './definitions.mjs';
import { criteria, firingOf, iso, minuteMs, startedAt } from './plant.mjs';

export const instances = [];
export const tasks = [];
export const incidents = [];
export const mails = [];

const letters = '0123456789abcdefghjkmnpqrstvwxyz';
let serial = 0;
export function newId(kind) {
  serial += 1;
  const tail = [7, 3, 12, 28, 5, 19, 24].map((each) => letters[(each + serial) % letters.length]).join('');
  return `${kind}_${String(serial).padStart(4, '0')}${tail}`;
}

const nodeOf = ({ definition }, id) =>
  definitions.find(({ key }) => key === definition).nodes.find((each) => each.id === id);

function remember(instance, { atMs, actor = 'system', command, effects }) {
  instance.history.push({ seq: instance.history.length, at: iso(atMs), actor, command, effects });
}

function newInstance(key, { businessKey, atMs, evidence = [], variables = {}, actor = 'system' }) {
  const { name, versions } = definitions.find((each) => each.key === key);
  const isDefect = evidence.length > 0;
  const instance = {
    id: newId('ins'),
    definition: key,
    version: versions[0].version,
    name,
    businessKey,
    status: 'active',
    startedAt: iso(atMs),
    endedAt: null,
    tokens: [],
    variables: { ...variables, ...(isDefect && { evidence }) },
    evidence,
    passed: isDefect ? ['criterion-a', 'criterion-b'] : [],
    history: [],
  };
  instances.unshift(instance);
  remember(instance, {
    atMs,
    actor,
    command: { type: 'start' },
    effects: [
      { type: 'started', businessKey, variables: instance.variables },
      ...instance.passed.map((node, at) => ({ type: 'completed', token: at + 1, node, outcome: 'fired' })),
    ],
  });
  return instance;
}

function moveTo(instance, nodeId, { atMs, ...task }) {
  const { name, role, outcomes } = nodeOf(instance, nodeId);
  const id = newId('job');
  tasks.push({
    id,
    name,
    definition: instance.definition,
    step: nodeId,
    instance: instance.id,
    businessKey: instance.businessKey,
    role,
    assignee: null,
    state: 'offered',
    outcomes,
    commentOn: outcomes.filter((each) => each === 'rejected' || each === 'no-defect-found'),
    dueAt: null,
    createdAt: iso(atMs),
    outcome: null,
    comment: null,
    settledAt: null,
    settledBy: null,
    ...task,
  });
  instance.tokens = [{ id: instance.history.length + 1, node: nodeId, scope: 0, waitsFor: 'task', task: id }];
}

/** Records a decision and moves the instance on. */
export function settle(task, { outcome, comment, variables }, { actor, atMs = Date.now() }) {
  const instance = instances.find(({ id }) => id === task.instance);
  Object.assign(task, { state: 'done', outcome, comment: comment ?? null, settledAt: iso(atMs), settledBy: actor });
  instance.passed.push(task.step);
  instance.tokens = [];
  for (const change of variables?.criteria ?? []) changeLimit(change, { actor, atMs });
  const effects = [{ type: 'completed', token: 4, node: task.step, outcome }];
  const next =
    instance.definition === 'equipment-defect' && { confirmed: 'technologist', rejected: 'engineer' }[outcome];
  if (next) moveTo(instance, next, { atMs });
  else {
    if (task.step === 'technologist') {
      instance.passed.push('tell-shift');
      effects.push({ type: 'completed', token: 5, node: 'tell-shift', outcome: 'done' });
      const text = `The defect on ${instance.businessKey} is settled.\n\n${comment ?? ''}`;
      mail({ list: 'shift', subject: `${instance.businessKey}: repaired`, text, state: 'kept', atMs, instance });
    }
    Object.assign(instance, { status: 'completed', endedAt: iso(atMs) });
    effects.push({ type: 'ended', status: 'completed' });
  }
  const command = { type: 'settle', job: task.id, kind: 'task', outcome, ...(comment && { comment }) };
  remember(instance, { atMs, actor, command, effects });
}

function changeLimit({ id, limit }, { actor, atMs }) {
  const changed = criteria.find((each) => each.id === id);
  const settings = { ...changed.settings, limit };
  Object.assign(changed, { settings, version: changed.version + 1, updatedAt: iso(atMs), updatedBy: actor });
}

export function cancel(instance, { reason, actor, atMs = Date.now() }) {
  for (const task of tasks) if (task.instance === instance.id && task.state !== 'done') task.state = 'cancelled';
  Object.assign(instance, { status: 'cancelled', endedAt: iso(atMs), tokens: [] });
  const effects = [{ type: 'ended', status: 'cancelled', reason }];
  remember(instance, { atMs, actor, command: { type: 'cancel', reason }, effects });
}

function mail({ list, subject, text, state, atMs, instance, error = null, replyTo = [], others = [] }) {
  const to = list === 'quality' ? [] : [`${list}@plant.example`, 'dana@plant.example'];
  const sentAt = state === 'sent' ? iso(atMs + 2_000) : null;
  mails.unshift({
    id: newId('job'),
    list,
    to,
    replyTo,
    subject,
    text,
    letters: [{ language: others.length === 0 ? null : 'en', to, subject, text, html: null }, ...others],
    state,
    error,
    at: iso(atMs),
    sentAt,
    instance: instance.id,
  });
}

const ago = (minutes) => startedAt - minutes * minuteMs;
const lastTask = () => tasks.at(-1);

const evidenceOf = (device, minutes) => [
  firingOf(`${device}.A`, minutes * minuteMs, newId('fir')),
  firingOf(`${device}.B`, (minutes - 1) * minuteMs, newId('fir')),
];

function openDefect(device, { minutes, firedMinutes = minutes, task = {} }) {
  const atMs = ago(minutes);
  const variables = { device, severity: device === 'press-2' ? 'minor' : 'major' };
  const instance = newInstance('equipment-defect', {
    businessKey: device,
    atMs,
    evidence: evidenceOf(device, firedMinutes),
    variables,
  });
  moveTo(instance, 'operator', { atMs, ...task });
  return instance;
}

/** A new alarm on press 1, as if both criteria had just fired. */
export const newDefect = () =>
  openDefect('press-1', {
    minutes: (startedAt - Date.now()) / minuteMs,
    firedMinutes: 13,
    task: { dueAt: iso(Date.now() + 20 * minuteMs) },
  });

function seedDefects() {
  openDefect('oven-1', { minutes: 178 });
  settle(lastTask(), { outcome: 'confirmed' }, { actor: 'dana', atMs: ago(171) });
  const repaired = { outcome: 'repaired', comment: 'Burner 2 was stuck open; valve replaced, test run fine.' };
  settle(lastTask(), repaired, { actor: 'tamar', atMs: ago(96) });

  const wrong = openDefect('press-2', { minutes: 51 });
  const cleaning = 'The sensor was being cleaned; nothing wrong with the press.';
  settle(lastTask(), { outcome: 'rejected', comment: cleaning }, { actor: 'dana', atMs: ago(43) });
  lastTask().dueAt = iso(ago(3));

  const oven = openDefect('oven-1', { minutes: 35, firedMinutes: 178 });
  oven.variables.sinceRepair = { hours: 1, by: 'tamar' };
  const smell = 'Same as this morning, and I can smell it.';
  settle(lastTask(), { outcome: 'confirmed', comment: smell }, { actor: 'igor', atMs: ago(30) });
  Object.assign(lastTask(), { state: 'taken', assignee: 'noa' });

  const press = openDefect('press-1', { minutes: 12, firedMinutes: 13, task: { dueAt: iso(ago(-8)) } });
  const text = [
    `Igor Petrov confirmed a defect on oven-1.\n\n“${smell}”`,
    `Decide here: http://localhost:8080/inbox?task=${lastTask().id}`,
  ].join('\n\n');
  mail({
    list: 'maintenance',
    subject: 'oven-1: defect confirmed',
    text,
    state: 'sent',
    atMs: ago(30),
    instance: oven,
  });
  const review = 'The alarm on press-2 was rejected. An engineer looks at its criteria.';
  mail({
    list: 'shift',
    subject: 'press-2: criteria under review',
    text: review,
    state: 'kept',
    atMs: ago(43),
    instance: wrong,
  });
  const look = 'Vibration and temperature of press-1 passed their limits.\nPlease look at the evidence and decide.';
  mail({
    list: 'shift',
    subject: 'press-1: both criteria fired',
    text: look,
    state: 'queued',
    atMs: ago(1),
    instance: press,
  });
}

function seedBatches() {
  const batch = newInstance('batch-release', {
    businessKey: 'batch-2291',
    atMs: ago(240),
    variables: { batch: 2291, moisture: 18.2, strength: 41.7 },
    actor: 'avi',
  });
  batch.passed.push('sample', 'moisture', 'strength', 'measure');
  remember(batch, {
    atMs: ago(220),
    command: { type: 'settle', job: newId('job'), kind: 'laboratory', outcome: 'done' },
    effects: [{ type: 'completed', token: 3, node: 'strength', outcome: 'done' }],
  });
  moveTo(batch, 'release', { atMs: ago(220), dueAt: iso(ago(-9)) });
  const text = 'The laboratory is done with batch 2291.';
  const error = 'Refused for quality@plant.example (550 5.1.1 no such mailbox)';
  mail({
    list: 'quality',
    subject: 'batch-2291 waits for release',
    text,
    state: 'failed',
    atMs: ago(219),
    instance: batch,
    error,
    replyTo: ['tamar@plant.example'],
    others: [
      {
        language: 'he',
        to: ['noa@plant.example'],
        subject: 'batch-2291 ממתינה לשחרור',
        text: 'המעבדה סיימה עם מנה 2291.',
        html: null,
      },
    ],
  });

  const other = newInstance('batch-release', { businessKey: 'batch-2290', atMs: ago(300), variables: { batch: 2290 } });
  other.passed.push('sample', 'moisture', 'strength', 'measure');
  moveTo(other, 'release', { atMs: ago(280), state: 'taken', assignee: 'avi' });
}

function seedSpareParts() {
  const of = (businessKey, minutes) =>
    newInstance('spare-part', {
      businessKey,
      atMs: ago(minutes),
      variables: { part: businessKey, amount: 1 },
      actor: 'tamar',
    });
  const stuck = of('valve V-12', 130);
  const message = 'The supplier answered 503, five times.';
  const code = 'process.job-failed';
  stuck.tokens = [{ id: 2, node: 'order', scope: 0, waitsFor: 'help', message }];
  remember(stuck, {
    atMs: ago(128),
    command: { type: 'settle', job: newId('job'), kind: 'parts.order', error: message },
    effects: [
      { type: 'moved', token: 2, to: 'order' },
      { type: 'waiting', token: 2, wait: { for: 'help', code, message } },
    ],
  });
  incidents.push({
    instance: stuck.id,
    token: 2,
    node: 'order',
    definition: 'spare-part',
    code,
    message,
    at: iso(ago(128)),
  });

  const waiting = of('bearing 6205', 2_000);
  waiting.passed.push('order');
  waiting.tokens = [{ id: 3, node: 'arrived', scope: 0, waitsFor: 'message', message: 'part.arrived' }];

  cancel(of('belt 1400', 3_100), { reason: 'found one in the store', actor: 'tamar', atMs: ago(3_050) });
}

/** Enough of the past for a second page. */
function seedPast() {
  for (let at = 0; at < 60; at++) {
    const minutes = 1_500 + at * 190;
    openDefect(`press-${(at % 2) + 1}`, { minutes, firedMinutes: 13 + at });
    const isFalse = at % 3 === 0;
    const first = isFalse ? { outcome: 'rejected', comment: 'false alarm' } : { outcome: 'confirmed' };
    settle(lastTask(), first, { actor: at % 2 ? 'dana' : 'igor', atMs: ago(minutes - 20) });
    const second = { outcome: isFalse ? 'changed' : 'repaired' };
    settle(lastTask(), second, { actor: isFalse ? 'avi' : 'tamar', atMs: ago(minutes - 100) });
  }
}

seedPast();
seedSpareParts();
seedBatches();
seedDefects();
instances.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
mails.sort((a, b) => b.at.localeCompare(a.at));
