/** Processes that call, tell and signal each other, undo what they did and begin by the clock: what the simulated plant runs beside its defects. */

const WORK = 'sim.work';
const UNDO = 'sim.undo';
export const TALK_KINDS = [WORK, UNDO] as const;
/** How often the clock starts `sim.clock`, and the round bell of `sim.rounds` rings at most. */
export const CLOCK_STARTS = 5;
export const MAX_RINGS = 3;

const job = (id: string, next?: unknown, rest = {}) => ({
  ...{ id, type: 'job', kind: WORK, maxAttempts: 100, ...rest },
  ...(next !== undefined && { next }),
});
const start = (next: unknown, rest = {}) => ({ id: 'start', type: 'start', next, ...rest });

/** Calls a part and asks for a price beside it; goes on when both have answered. */
const order = {
  key: 'sim.order',
  data: [{ name: 'lates', value: '0' }],
  nodes: [
    start(['part', 'ask']),
    {
      ...{ id: 'part', type: 'callActivity', process: 'sim.part', next: 'merge' },
      input: { roll: 'roll', number: 'number' },
      output: { made: 'made' },
      boundary: [
        { id: 'broken', error: 'BROKEN', next: 'scrap' },
        { id: 'late', escalation: 'LATE', interrupting: false, next: 'note' },
        { id: 'slow', timer: 'PT2M', next: 'scrap' },
      ],
    },
    { id: 'note', type: 'scriptTask', script: 'lates + 1', result: 'lates' },
    { id: 'scrap', type: 'task', next: 'merge' },
    { id: 'merge', type: 'exclusiveGateway', next: 'joined' },
    {
      id: 'ask',
      type: 'sendTask',
      message: 'sim.ask',
      correlationKey: 'number',
      input: { n: 'number' },
      next: 'price',
    },
    { id: 'price', type: 'receiveTask', message: 'sim.reply', correlationKey: 'number', next: 'joined' },
    { id: 'joined', type: 'parallelGateway', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

/** May cry that it is late, may break by its roll or by its work; some call another of their kind. */
const part = {
  key: 'sim.part',
  nodes: [
    start('kind'),
    {
      ...{ id: 'kind', type: 'exclusiveGateway' },
      next: [
        { to: 'cry', when: 'roll < 0.4' },
        { to: 'made', when: 'roll > 0.9' },
        { to: 'inner', when: 'roll > 0.75' },
        { to: 'work', default: true },
      ],
    },
    { id: 'cry', type: 'throw', escalation: 'LATE', next: 'hurry' },
    {
      ...{ id: 'hurry', type: 'exclusiveGateway' },
      next: [
        { to: 'made', when: 'roll < 0.2' },
        { to: 'work', default: true },
      ],
    },
    {
      ...{ id: 'inner', type: 'callActivity', process: 'sim.part', next: 'made' },
      ...{ input: { roll: 'roll - 0.6', number: 'number' }, output: { inside: 'made' } },
    },
    job('work', 'made'),
    { id: 'made', type: 'scriptTask', script: 'number', result: 'made', next: 'fate' },
    {
      ...{ id: 'fate', type: 'exclusiveGateway' },
      next: [
        { to: 'fault', when: 'roll > 0.95' },
        { to: 'end', default: true },
      ],
    },
    { id: 'fault', type: 'end', error: 'BROKEN' },
    { id: 'end', type: 'end' },
  ],
};

const answerer = {
  key: 'sim.answerer',
  nodes: [
    start('think', { message: 'sim.ask' }),
    job('think', 'reply'),
    { id: 'reply', type: 'throw', message: 'sim.reply', input: { price: 'n' }, next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

/** Hears every signal until it is stopped, and writes it down. */
const listener = {
  key: 'sim.listener',
  data: [{ name: 'heard', value: '[]' }],
  nodes: [
    start('wait'),
    { id: 'wait', type: 'receiveTask', message: 'sim.stop', next: 'end' },
    { id: 'end', type: 'end' },
    {
      ...{ id: 'ears', type: 'eventSubProcess' },
      nodes: [
        { id: 'horn', type: 'start', signal: 'sim.horn', interrupting: false, output: { now: 'horn' }, next: 'write' },
        { id: 'write', type: 'scriptTask', script: 'append(heard, now)', result: 'heard' },
      ],
    },
  ],
};
const horner = { key: 'sim.horner', nodes: [start('work', { signal: 'sim.horn' }), job('work')] };
/** Waits for one signal, on one of two ways, and goes on once. */
const sleeper = {
  key: 'sim.sleeper',
  nodes: [
    start('either'),
    { id: 'either', type: 'eventGateway', next: ['woken', 'bored'] },
    { id: 'woken', type: 'catch', signal: 'sim.horn', next: 'end' },
    { id: 'bored', type: 'catch', timer: 'PT1M', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

const booking = (key: string, multiInstance: object) => ({
  key,
  nodes: [
    start('book'),
    {
      ...{ id: 'book', type: 'transaction', next: 'regret' },
      boundary: [{ id: 'cancelled', cancel: true, next: 'end' }],
      nodes: [
        job('each', 'choose', {
          multiInstance: { ...multiInstance, output: { collection: 'results', element: 'loopCounter' } },
          boundary: [
            { id: 'undoEach', compensate: true, next: 'undo' },
            { id: 'broke', error: 'BROKEN', next: 'giveUp' },
          ],
        }),
        job('undo', undefined, { kind: UNDO, forCompensation: true }),
        {
          id: 'choose',
          type: 'exclusiveGateway',
          next: [
            { to: 'giveUp', when: 'roll > 0.5' },
            { to: 'booked', default: true },
          ],
        },
        { id: 'giveUp', type: 'end', cancel: true },
        { id: 'booked', type: 'end' },
      ],
    },
    {
      id: 'regret',
      type: 'exclusiveGateway',
      next: [
        { to: 'undoAll', when: 'roll > 0.25' },
        { to: 'end', default: true },
      ],
    },
    { id: 'undoAll', type: 'throw', compensate: true, next: 'end' },
    { id: 'end', type: 'end' },
  ],
});

/** Calls several parts at once, and is content with two. */
const crowd = {
  key: 'sim.crowd',
  nodes: [
    start('parts'),
    {
      ...{ id: 'parts', type: 'callActivity', process: 'sim.part', next: 'end' },
      input: { roll: '(loopCounter - 1) / 5', number: '"part"' },
      multiInstance: {
        cardinality: '5',
        output: { collection: 'made', element: 'made' },
        completionCondition: 'numberOfCompletedInstances >= 4',
      },
      boundary: [{ id: 'broken', error: true, next: 'end' }],
    },
    { id: 'end', type: 'end' },
  ],
};

const rounds = {
  key: 'sim.rounds',
  data: [{ name: 'rings', value: '0' }],
  nodes: [
    start('look'),
    {
      ...{ id: 'look', type: 'userTask', role: 'operator', next: 'end' },
      boundary: [{ id: 'bell', timer: { every: `R${MAX_RINGS}/PT10S` }, interrupting: false, next: 'ring' }],
    },
    { id: 'ring', type: 'scriptTask', script: 'rings + 1', result: 'rings' },
    { id: 'end', type: 'end' },
  ],
};
const clock = {
  key: 'sim.clock',
  nodes: [start('work', { timer: { every: `R${CLOCK_STARTS}/PT20S` } }), job('work')],
};

export const TALK_DEFINITIONS: readonly object[] = [
  ...[part, order, answerer, listener, horner, sleeper, crowd, rounds, clock],
  booking('sim.booking', { cardinality: '3' }),
  booking('sim.queue', { collection: '[3, 1, 2]', sequential: true }),
];
export const isTalk = (definition: string): boolean => definition.startsWith('sim.');
