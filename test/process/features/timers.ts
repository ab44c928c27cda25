/** Timers and messages: their forms. */
import { deepEqual, throws } from 'node:assert/strict';
import { type Area, isStuck, refused, run, runs, step, waits } from './feature.ts';
import { event, kept, refusedInFile } from './kept.ts';

const wait = (timer: unknown) => [{ id: 't', type: 'catch', timer, next: 'after' }, step('after')];
const beside = (timer: unknown) => [
  step('a', { boundary: [{ id: 't', timer, interrupting: false, next: 'b' }] }),
  step('b'),
];
const times = (instance: ReturnType<typeof run>) => instance.waitsAt.filter((node) => node === 'b').length;

const timing: Area = {
  title: 'Timers',
  features: [
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeDuration',
      json: '`"timer": "PT1H"`',
      name: 'rings after so long',
      prove: () => waits(run(wait('PT1H30M')).advance('90m'), 'after'),
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeDuration of days and months',
      json: '`"timer": "P1D"`, `"P1M"`',
      name: 'counts days and months by the calendar of the plant',
      prove: () => {
        // The night of March 29 has 23 hours in Berlin.
        const now = new Date('2026-03-28T12:00:00+01:00');
        waits(run(wait('P1D'), { now, timeZone: 'Europe/Berlin' }).advance('23h'), 'after');
        waits(run(wait('PT24H'), { now, timeZone: 'Europe/Berlin' }).advance('23h'), 't');
        const month = run(wait('P1M'), { now: new Date('2026-01-31T12:00:00Z') });
        waits(month.advance('27d'), 't');
        waits(month.advance('1d'), 'after');
      },
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeDate',
      json: '`"timer": {"at": "2026-01-05T18:00:00Z"}`',
      name: "rings at an instant; one without an offset is of the plant's time zone",
      prove: () => {
        waits(run(wait({ at: '2026-01-05T07:00:00Z' })).advance('1h'), 'after');
        waits(run(wait({ at: '2026-01-05T07:30:00' }), { timeZone: 'Europe/Berlin' }).advance('30m'), 'after');
      },
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeDate that is past',
      json: '`at`',
      name: 'rings at once',
      prove: () => waits(run(wait({ at: '2020-01-01' })).advance('0s'), 'after'),
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeCycle',
      json: '`"timer": {"every": "R3/PT10M"}`',
      name: 'rings again, so many times',
      prove: () => {
        const started = run(beside({ every: 'R3/PT10M' }));
        deepEqual([times(started.advance('10m')), times(started.advance('10m'))], [1, 2]);
        deepEqual(times(started.advance('1d')), 3);
      },
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeCycle with a start or an end',
      json: '`"R/2026-01-01T06:00:00Z/P1D"`, `"R/PT1H/2026-01-05T08:00:00Z"`',
      name: 'rings from then on, or until then',
      prove: () => {
        deepEqual(times(run(beside({ every: 'R/2026-01-05T08:00:00Z/P1D' })).advance('1d')), 1);
        deepEqual(times(run(beside({ every: 'R/PT1H/2026-01-05T08:00:00Z' })).advance('9d')), 2);
      },
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeCycle as a cron pattern (no BPMN)',
      json: '`"timer": {"every": "0 6 * * MON-FRI"}`',
      name: 'rings by the clock of the plant',
      prove: () => {
        // The clock starts on a Monday at 6.
        deepEqual(times(run(beside({ every: '0 6 * * MON-FRI' })).advance('7d')), 5);
      },
    }),
    runs({
      element: 'timerEventDefinition',
      attribute: 'timeDate, timeDuration, timeCycle as expressions',
      json: '`"timer": "=wait"`, `{"at": "=…"}`, `{"every": "=…"}`',
      name: 'is computed when it is set',
      prove: () => {
        waits(run(wait('=wait'), { variables: { wait: '5m' } }).advance('5m'), 'after');
        isStuck(run(wait('=wait'), { variables: { wait: 5 } }), 't', 'process.condition-failed');
      },
    }),
    refused({
      element: 'timerEventDefinition',
      attribute: 'timeDuration that is none',
      json: '`timer`',
      name: 'is refused',
      rule: 'duration.invalid',
      nodes: wait('soon'),
    }),
    refused({
      element: 'timerEventDefinition',
      attribute: 'timeDate, timeCycle that are none',
      json: '`at`, `every`',
      name: 'is refused',
      rule: 'timer.invalid',
      nodes: wait({ at: 'tomorrow' }),
    }),
    refused({
      element: 'timerEventDefinition',
      attribute: 'timeCycle where only one ring counts',
      json: '`every` in the flow, or interrupting',
      name: 'is refused: it would ring once',
      rule: 'timer.rings-once',
      nodes: wait({ every: 'R3/PT10M' }),
    }),
  ],
};

const message = (more: object) => [{ id: 'm', type: 'catch', message: 'paid', ...more, next: 'after' }, step('after')];
const correlation: Area = {
  title: 'Messages, signals and correlation',
  features: [
    runs({
      element: 'message',
      attribute: 'name',
      json: '`message`',
      name: 'is known by its name',
      prove: () => {
        const started = run(message({}));
        throws(() => started.message('unpaid'), /unpaid/);
        waits(started.message('paid'), 'after');
      },
    }),
    runs({
      element: 'correlationProperty, correlationKey, correlationSubscription',
      json: '`correlationKey`',
      name: 'is one expression, whose value is computed when the event begins to wait',
      prove: () => {
        const started = run(message({ correlationKey: 'order.id' }), { variables: { order: { id: 'o-7' } } });
        throws(() => started.message('paid', {}, 'o-8'), /o-8/);
        waits(started.message('paid', {}, 'o-7'), 'after');
      },
    }),
    runs({
      element: 'correlationKey',
      attribute: 'left out',
      json: 'no `correlationKey`',
      name: 'is the business key',
      prove: () => waits(run(message({}), { businessKey: 'b-1' }).message('paid', {}, 'b-1'), 'after'),
    }),
    runs({
      element: 'correlationKey',
      attribute: 'that is no text and no number',
      json: '`correlationKey`',
      name: 'is an incident',
      prove: () => isStuck(run(message({ correlationKey: 'nothing' })), 'm', 'process.condition-failed'),
    }),
    refused({
      element: 'correlationKey',
      attribute: 'without a message',
      json: '`correlationKey`, `ttl`',
      name: 'is refused',
      rule: 'event.without-message',
      nodes: [{ id: 's', type: 'catch', signal: 'x', correlationKey: 'n' }],
    }),
    kept(
      { element: 'correlationPropertyRetrievalExpression' },
      {
        root: '{{<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="M"><messagePath>x</messagePath></correlationPropertyRetrievalExpression></correlationProperty>}}',
      },
    ),
    kept(
      { element: 'message', attribute: 'itemRef' },
      { root: '<message id="M" name="m" {{itemRef="I"}}/>', node: '<sendTask id="a" messageRef="M"/>' },
    ),
    kept(
      { element: 'signal', attribute: 'structureRef' },
      { root: '<signal id="S" name="s" {{structureRef="I"}}/>', node: event('<signalEventDefinition signalRef="S"/>') },
    ),
    kept(
      { element: 'error, escalation', attribute: 'structureRef; name beside the code' },
      {
        root: '<escalation id="E" escalationCode="e" {{name="late" structureRef="I"}}/>',
        node: event('<escalationEventDefinition escalationRef="E"/>'),
      },
    ),
    kept(
      { element: 'messageEventDefinition', attribute: 'operationRef' },
      {
        root: '<message id="M" name="m"/>',
        node: event(
          '<messageEventDefinition messageRef="M">{{<operationRef>op</operationRef>}}</messageEventDefinition>',
        ),
      },
    ),
    refusedInFile(
      {
        element: 'compensateEventDefinition',
        attribute: 'waitForCompletion = false',
        name: 'is refused in a file that is to run: a throwing event waits until all is undone',
      },
      { node: event('<compensateEventDefinition {{waitForCompletion="false"}}/>') },
    ),
    kept(
      {
        element: 'linkEventDefinition',
        attribute: 'source, target',
        name: 'is not read: links find each other by name',
      },
      {
        node: event('<linkEventDefinition name="L">{{<target>b</target>}}</linkEventDefinition>'),
        inside: '<intermediateCatchEvent id="b"><linkEventDefinition name="L"/></intermediateCatchEvent>',
      },
    ),
  ],
};

export const timers: readonly Area[] = [timing, correlation];
