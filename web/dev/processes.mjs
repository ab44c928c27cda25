/** The made-up processes of the development server: three definitions, cases in every state, and a tiny engine. */
import { criteria, firingOf, iso, minuteMs, startedAt } from './plant.mjs';

const node = (id, type, name, more = {}) => ({ id, type, name, outcomes: [], ...more });
const flow = (from, to, more = {}) => ({ from, to, isDefault: false, ...more });
const person = (role, outcomes, more = {}) => ({ role, outcomes, ...more });

const defectNodes = [
  node('start', 'start', { en: 'Both criteria fire', he: 'שני הקריטריונים מופעלים' }),
  node('fork', 'parallelGateway', ''),
  node('criterion-a', 'criterion', { en: 'Criterion A', he: 'קריטריון א' }, { outcomes: ['fired', 'expired'] }),
  node('criterion-b', 'criterion', { en: 'Criterion B', he: 'קריטריון ב' }, { outcomes: ['fired', 'expired'] }),
  node('join', 'parallelGateway', ''),
  node(
    'operator',
    'userTask',
    { en: 'Judge the alarm', he: 'שיפוט ההתראה' },
    person('operator', ['confirmed', 'rejected']),
  ),
  node(
    'technologist',
    'userTask',
    { en: 'Repair the machine', he: 'תיקון המכונה' },
    person('technologist', ['repaired', 'no-defect-found']),
  ),
  node(
    'engineer',
    'userTask',
    { en: 'Correct the criteria', he: 'תיקון הקריטריונים' },
    person('engineer', ['changed']),
  ),
  node('tell-shift', 'mail', { en: 'Tell the shift', he: 'עדכון המשמרת' }, { outcomes: ['done'] }),
  node('end', 'end', { en: 'Settled', he: 'הוכרע' }),
];
const defectFlows = [
  flow('start', 'fork'),
  flow('fork', 'criterion-a'),
  flow('fork', 'criterion-b'),
  flow('criterion-a', 'join', { outcome: 'fired' }),
  flow('criterion-b', 'join', { outcome: 'fired' }),
  flow('join', 'operator'),
  flow('operator', 'technologist', { outcome: 'confirmed' }),
  flow('operator', 'engineer', { outcome: 'rejected' }),
  flow('technologist', 'tell-shift'),
  flow('engineer', 'end'),
  flow('tell-shift', 'end'),
];

const releaseNodes = [
  node('start', 'start', 'Batch arrives'),
  node('sample', 'job', 'Take a sample', { outcomes: ['done'] }),
  node('measure', 'subProcess', 'Laboratory'),
  node('in-start', 'start', '', { parent: 'measure' }),
  node('moisture', 'job', 'Measure the moisture', { parent: 'measure', outcomes: ['done'] }),
  node('strength', 'job', 'Measure the strength', { parent: 'measure', outcomes: ['done'] }),
  node('in-end', 'end', '', { parent: 'measure' }),
  node('good', 'exclusiveGateway', 'Good enough?'),
  node('release', 'userTask', 'Release the batch', person('engineer', ['approved', 'rejected'])),
  node('too-late', 'boundary', '4 h', { attachedTo: 'release' }),
  node('remind', 'mail', 'Remind the engineer', { outcomes: ['done'] }),
  node('wait', 'timerCatch', 'Dry for 2 h'),
  node('released', 'end', 'Released'),
];
const releaseFlows = [
  flow('start', 'sample'),
  flow('sample', 'measure'),
  flow('in-start', 'moisture'),
  flow('moisture', 'strength'),
  flow('strength', 'in-end'),
  flow('measure', 'good'),
  flow('good', 'release', { when: 'moisture < 19' }),
  flow('good', 'wait', { isDefault: true }),
  flow('wait', 'sample'),
  flow('release', 'released', { outcome: 'approved' }),
  flow('release', 'wait', { outcome: 'rejected' }),
  flow('too-late', 'remind'),
];

const sparePartNodes = [
  node('start', 'start', 'Part requested'),
  node('order', 'job', 'Order the part', { outcomes: ['done', 'not-available'] }),
  node('arrived', 'messageCatch', 'Part arrived'),
  node('install', 'userTask', 'Install the part', person('technologist', ['done'])),
  node('end', 'end', ''),
];
const sparePartFlows = [
  flow('start', 'order'),
  flow('order', 'arrived', { outcome: 'done' }),
  flow('order', 'end', { outcome: 'not-available' }),
  flow('arrived', 'install'),
  flow('install', 'end'),
];

const version = (number, daysAgo, by) => ({
  version: number,
  deployedAt: iso(startedAt - daysAgo * 86_400_000),
  deployedBy: by,
});
export const definitions = [
  {
    key: 'equipment-defect',
    name: { en: 'Equipment defect', he: 'תקלת ציוד' },
    nodes: defectNodes,
    flows: defectFlows,
    versions: [version(3, 6, 'avi'), version(2, 31, 'avi'), version(1, 64, 'noa')],
  },
  {
    key: 'batch-release',
    name: 'Release of a batch',
    nodes: releaseNodes,
    flows: releaseFlows,
    versions: [version(1, 20, 'noa')],
  },
  {
    key: 'spare-part',
    name: 'Spare part',
    nodes: sparePartNodes,
    flows: sparePartFlows,
    versions: [version(2, 2, 'avi'), version(1, 48, 'avi')],
  },
];

export const instances = [];
export const tasks = [];
export const incidents = [];
export const mails = [];
let serial = 0;
const letters = '0123456789abcdefghjkmnpqrstvwxyz';
export const newId = (kind) =>
  `${kind}_${(++serial).toString().padStart(4, '0')}${[7, 3, 12, 28, 5, 19, 24].map((each) => letters[(each + serial) % 32]).join('')}`;

const definitionOf = (key) => definitions.find((each) => each.key === key);
const nodeOf = (instance, id) => definitionOf(instance.definition).nodes.find((each) => each.id === id);

function addHistory(instance, atMs, actor, command, effects) {
  instance.history.push({ seq: instance.history.length, at: iso(atMs), actor, command, effects });
}

export function newInstance(key, { businessKey, atMs, evidence = [], variables = {}, actor = null }) {
  const definition = definitionOf(key);
  const instance = {
    id: newId('ins'),
    definition: key,
    version: definition.versions[0].version,
    name: definition.name,
    businessKey,
    status: 'active',
    startedAt: iso(atMs),
    endedAt: null,
    tokens: [],
    variables,
    evidence,
    passed: [],
    history: [],
  };
  instances.unshift(instance);
  const firings = evidence.map(({ id, criterionId, device, at }) => ({
    id,
    criterion: `Criterion ${criterionId.split('.')[1]}`,
    device,
    at,
  }));
  const fired =
    evidence.length > 0
      ? ['criterion-a', 'criterion-b'].map((each) => ({ type: 'completed', token: 1, node: each, outcome: 'fired' }))
      : [];
  if (fired.length > 0) instance.passed.push('start', 'fork', 'criterion-a', 'criterion-b', 'join');
  addHistory(instance, atMs, actor, { type: 'start', businessKey, variables, ...(firings.length > 0 && { firings }) }, [
    { type: 'started', businessKey, variables },
    ...fired,
  ]);
  return instance;
}

export function moveTo(instance, nodeId, atMs, more = {}) {
  const to = nodeOf(instance, nodeId);
  const token = { id: instance.history.length + 1, node: nodeId, scope: 0, waitsFor: 'job', ...more };
  if (to.type === 'userTask') {
    const task = {
      id: newId('job'),
      name: to.name,
      definition: instance.definition,
      step: nodeId,
      instance: instance.id,
      businessKey: instance.businessKey,
      role: to.role,
      assignee: null,
      state: 'offered',
      outcomes: to.outcomes,
      commentOn: to.outcomes.filter((each) => each === 'rejected' || each === 'no-defect-found'),
      dueAt: null,
      createdAt: iso(atMs),
      outcome: null,
      comment: null,
      settledAt: null,
      settledBy: null,
      ...more.task,
    };
    tasks.push(task);
    Object.assign(token, { waitsFor: 'task', task: task.id });
  }
  instance.tokens = [token];
  return instance;
}

export function settle(task, { outcome, comment, variables }, actor, atMs = Date.now()) {
  const instance = instances.find(({ id }) => id === task.instance);
  Object.assign(task, { state: 'done', outcome, comment: comment ?? null, settledAt: iso(atMs), settledBy: actor });
  instance.passed.push(task.step);
  instance.tokens = [];
  if (variables?.criteria) {
    instance.variables = { ...instance.variables, criteria: variables.criteria };
    for (const { id, limit } of variables.criteria) {
      const changed = criteria.find((each) => each.id === id);
      Object.assign(changed, {
        settings: { ...changed.settings, limit },
        version: changed.version + 1,
        updatedAt: iso(atMs),
        updatedBy: actor,
      });
    }
  }
  const effects = [{ type: 'completed', token: 4, node: task.step, outcome }];
  const next = { confirmed: 'technologist', rejected: 'engineer' }[outcome];
  const isDefect = instance.definition === 'equipment-defect';
  if (isDefect && next) moveTo(instance, next, atMs);
  else {
    if (isDefect && task.step === 'technologist') {
      instance.passed.push('tell-shift');
      effects.push({ type: 'completed', token: 5, node: 'tell-shift', outcome: 'done' });
      mail(
        'shift',
        `${instance.businessKey}: repaired`,
        `The defect on ${instance.businessKey} is settled.\n\n${comment ?? ''}`,
        'kept',
        { atMs, instance },
      );
    }
    instance.passed.push('end');
    Object.assign(instance, { status: 'completed', endedAt: iso(atMs) });
    effects.push({ type: 'ended', status: 'completed' });
  }
  addHistory(
    instance,
    atMs,
    actor,
    { type: 'settle', job: task.id, kind: 'userTask', result: { kind: 'done', outcome, comment } },
    effects,
  );
}

export function cancel(instance, reason, actor, atMs = Date.now()) {
  for (const task of tasks) if (task.instance === instance.id && task.state !== 'done') task.state = 'cancelled';
  Object.assign(instance, { status: 'cancelled', endedAt: iso(atMs), tokens: [] });
  addHistory(instance, atMs, actor, { type: 'cancel', reason }, [{ type: 'ended', status: 'cancelled', reason }]);
}

function mail(list, subject, text, state, { atMs, instance, error = null }) {
  const to = list === 'quality' ? [] : [`${list}@plant.example`, 'dana@plant.example'];
  mails.unshift({
    id: newId('mai'),
    list,
    to,
    subject,
    text,
    state,
    error,
    at: iso(atMs),
    sentAt: state === 'sent' ? iso(atMs + 2_000) : null,
    instance: instance?.id ?? null,
  });
}

const ago = (minutes) => startedAt - minutes * minuteMs;
const due = (minutes) => ({ task: { dueAt: iso(startedAt + minutes * minuteMs) } });

export const evidenceOf = (device, minutes) => [
  firingOf(`${device}.A`, minutes * minuteMs, newId('fir')),
  firingOf(`${device}.B`, (minutes - 1) * minuteMs, newId('fir')),
];

/** A new alarm on press 1, as if both criteria had just fired. */
export function newDefect(atMs = Date.now()) {
  const instance = newInstance('equipment-defect', {
    businessKey: 'press-1',
    atMs,
    evidence: evidenceOf('press-1', 13),
    variables: { device: 'press-1', severity: 'major' },
  });
  return moveTo(instance, 'operator', atMs, { task: { dueAt: iso(atMs + 20 * minuteMs) } });
}

function seed() {
  const old = newInstance('equipment-defect', {
    businessKey: 'oven-1',
    atMs: ago(178),
    evidence: evidenceOf('oven-1', 178),
    variables: { device: 'oven-1', severity: 'major' },
  });
  moveTo(old, 'operator', ago(178));
  settle(tasks.at(-1), { outcome: 'confirmed' }, 'dana', ago(171));
  settle(
    tasks.at(-1),
    { outcome: 'repaired', comment: 'Burner 2 was stuck open; valve replaced, test run fine.' },
    'tamar',
    ago(96),
  );

  const wrong = newInstance('equipment-defect', {
    businessKey: 'press-2',
    atMs: ago(51),
    evidence: evidenceOf('press-2', 51),
    variables: { device: 'press-2', severity: 'minor' },
  });
  moveTo(wrong, 'operator', ago(51));
  settle(
    tasks.at(-1),
    { outcome: 'rejected', comment: 'The sensor was being cleaned; nothing wrong with the press.' },
    'dana',
    ago(43),
  );
  tasks.at(-1).dueAt = iso(ago(3));

  const oven = newInstance('equipment-defect', {
    businessKey: 'oven-1',
    atMs: ago(35),
    evidence: evidenceOf('oven-1', 178),
    variables: { device: 'oven-1', severity: 'major', sinceRepair: { hours: 1, by: 'tamar' } },
  });
  moveTo(oven, 'operator', ago(35));
  settle(tasks.at(-1), { outcome: 'confirmed', comment: 'Same as this morning, and I can smell it.' }, 'igor', ago(30));
  Object.assign(tasks.at(-1), { state: 'taken', assignee: 'noa' });

  newDefect(ago(12));

  const batch = newInstance('batch-release', {
    businessKey: 'batch-2291',
    atMs: ago(240),
    variables: { batch: 2291, moisture: 18.2, strength: 41.7 },
    actor: 'avi',
  });
  batch.passed.push('sample', 'moisture', 'strength', 'measure');
  addHistory(
    batch,
    ago(220),
    null,
    { type: 'settle', job: 'job_x', kind: 'laboratory', result: { kind: 'done', outcome: 'done' } },
    [{ type: 'completed', token: 3, node: 'strength', outcome: 'done' }],
  );
  moveTo(batch, 'release', ago(220), due(9));

  const other = newInstance('batch-release', {
    businessKey: 'batch-2290',
    atMs: ago(300),
    variables: { batch: 2290, moisture: 18.9 },
  });
  other.passed.push('sample', 'moisture', 'strength', 'measure');
  moveTo(other, 'release', ago(280));
  Object.assign(tasks.at(-1), { state: 'taken', assignee: 'avi' });

  const stuck = newInstance('spare-part', {
    businessKey: 'valve V-12',
    atMs: ago(130),
    variables: { part: 'V-12', amount: 1 },
    actor: 'tamar',
  });
  stuck.tokens = [{ id: 2, node: 'order', scope: 0, waitsFor: 'help' }];
  addHistory(
    stuck,
    ago(128),
    null,
    {
      type: 'settle',
      job: 'job_y',
      kind: 'parts.order',
      result: { kind: 'failed', message: 'supplier answered 503, five times' },
    },
    [
      { type: 'moved', token: 2, to: 'order' },
      {
        type: 'waiting',
        token: 2,
        wait: { for: 'help', code: 'process.job-failed', message: 'The supplier answered 503, five times.' },
      },
    ],
  );
  incidents.push({
    instance: stuck.id,
    token: 2,
    node: 'order',
    definition: 'spare-part',
    code: 'process.job-failed',
    message: 'The supplier answered 503, five times.',
    at: iso(ago(128)),
  });

  const waiting = newInstance('spare-part', {
    businessKey: 'bearing 6205',
    atMs: ago(2_000),
    variables: { part: '6205', amount: 4 },
    actor: 'tamar',
  });
  waiting.passed.push('order');
  waiting.tokens = [{ id: 3, node: 'arrived', scope: 0, waitsFor: 'message', message: 'part.arrived' }];

  const gone = newInstance('spare-part', {
    businessKey: 'belt 1400',
    atMs: ago(3_100),
    variables: { part: 'belt 1400' },
    actor: 'tamar',
  });
  cancel(gone, 'found one in the store', 'tamar', ago(3_050));

  for (let at = 0; at < 60; at++) {
    const done = newInstance('equipment-defect', {
      businessKey: `press-${(at % 2) + 1}`,
      atMs: ago(1_500 + at * 190),
      evidence: evidenceOf(`press-${(at % 2) + 1}`, 13 + at),
      variables: { device: `press-${(at % 2) + 1}` },
    });
    moveTo(done, 'operator', ago(1_495 + at * 190));
    settle(
      tasks.at(-1),
      { outcome: at % 3 ? 'confirmed' : 'rejected', comment: at % 3 ? undefined : 'false alarm' },
      at % 2 ? 'dana' : 'igor',
      ago(1_480 + at * 190),
    );
    settle(tasks.at(-1), { outcome: at % 3 ? 'repaired' : 'changed' }, at % 3 ? 'tamar' : 'avi', ago(1_400 + at * 190));
  }
  instances.sort((a, b) => b.startedAt.localeCompare(a.startedAt));

  mail(
    'maintenance',
    'oven-1: defect confirmed',
    'Igor Petrov confirmed a defect on oven-1.\n\n“Same as this morning, and I can smell it.”\n\nOpen the task in Millrace to see the measurements.',
    'sent',
    { atMs: ago(30), instance: oven },
  );
  mail(
    'shift',
    'press-2: criteria under review',
    'The alarm on press-2 was rejected. An engineer looks at its criteria.',
    'kept',
    { atMs: ago(43), instance: wrong },
  );
  mail('quality', 'batch-2291 waits for release', 'The laboratory is done with batch 2291.', 'failed', {
    atMs: ago(219),
    instance: batch,
    error: '550 5.1.1 no such mailbox',
  });
  mail(
    'shift',
    'press-1: both criteria fired',
    'Vibration and temperature of press-1 passed their limits.\nPlease look at the evidence and decide.',
    'queued',
    { atMs: ago(0.2), instance: instances[0] },
  );
  mails.sort((a, b) => b.at.localeCompare(a.at));
}
seed();
