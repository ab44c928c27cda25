/** Rules about events: what the one example of each on docs/reference/process-rules.md does not show, and what stays allowed. */
import { describe } from 'vitest';
import {
  caught,
  edge,
  ends,
  handler,
  hold,
  type Json,
  start,
  sub,
  task,
  thrown,
  undo,
  undoing,
} from '../../../test/process/rule-cases.ts';

describe('starts', () => {
  hold([
    ['by message or signal', start({ anyOf: [{ message: 'm' }, { signal: 's' }] })],
    ['by the clock', start({ timer: { every: 'P1D' } })],
    [
      'not yet by the clock or something else',
      start({ anyOf: [{ message: 'm' }, { timer: '1h' }] }),
      's element.unsupported',
    ],
    ['not yet by a time that is computed', start({ timer: { at: '=deadline' } }), 's element.unsupported'],
    ['by command', start({})],
    ['not by escalation', start({ escalation: true }), 's start.trigger'],
    ['not by two things at once', start({ message: 'm', signal: 's' }), 's start.trigger'],
    ['not by a part with nothing', start({ anyOf: [{ message: 'm' }, {}] }), 's start.trigger'],
    ['not by a link among others', start({ anyOf: [{ message: 'm' }, { link: 'l' }] }), 's start.trigger'],
    ['not yet by a condition', start({ condition: 'x > 1' }), 's element.unsupported'],
    ['not yet by all of several', start({ allOf: [{ message: 'm' }, { signal: 's' }] }), 's element.unsupported'],
    [
      'of a sub-process without an event',
      { nodes: [sub('p', [{ id: 's', type: 'start', message: 'm' }])] },
      's start.trigger',
    ],
    ['not twice by one message', { startMessage: 'm', ...start({ message: 'm' }) }, 's event.duplicate'],
    [
      'not twice by one message with different keys',
      {
        nodes: [
          { id: 's', type: 'start', message: 'm', correlationKey: 'a' },
          { id: 'o', type: 'start', message: 'm', correlationKey: 'b' },
        ],
      },
      'o event.duplicate',
    ],
    [
      'not with a flow back to a task that begins instances',
      {
        nodes: [{ id: 'r', type: 'receiveTask', message: 'm', instantiate: true, next: 'a' }, task('a', { next: 'r' })],
      },
      'a start.has-incoming',
    ],
    ['empty', { nodes: [] }, 'k start.missing'],
    [
      'with nothing but events',
      { nodes: [handler('h', { message: 'm' }), sub('p', [handler('i', { message: 'm' })])] },
      'p start.missing',
    ],
    ['with links but no beginning', caught({ link: 'l' }), 'k start.missing', 'c link.never-thrown'],
  ]);
});

describe('boundary events', () => {
  const all = ['message', 'signal', 'error', 'escalation'].map((kind) => ({ id: kind, [kind]: 'x' }));
  hold([
    [
      'of every kind',
      edge(...all, { id: 't', timer: '1h' }, { id: 'c', condition: 'x > 1' }, { id: 'any', error: true }),
    ],
    ['not by link', edge({ id: 'b', link: 'l' }), 'b boundary.trigger'],
    ['not by a timer and a message', edge({ id: 'b', timer: '1h', message: 'm' }), 'b boundary.trigger'],
    ['with errors among others', edge({ id: 'b', anyOf: [{ error: 'x' }, { timer: '1h' }] })],
    [
      'not with errors together with others',
      edge({ id: 'b', allOf: [{ error: 'x' }, { timer: '1h' }] }),
      'b boundary.trigger',
    ],
    [
      'not with a compensation among others',
      edge({ id: 'b', anyOf: [{ compensate: true }, { timer: '1h' }] }),
      'b boundary.trigger',
    ],
    [
      'not beside the activity after an error',
      edge({ id: 'b', anyOf: [{ error: 'x' }, { timer: '1h' }], interrupting: false }),
      'b event.must-interrupt',
    ],
    ['not by cancel at a task', edge({ id: 'b', cancel: true }), 'b cancel.outside-transaction'],
    [
      'twice by one signal',
      edge({ id: 'b', signal: 's' }, { id: 'c', signal: 's', interrupting: false }),
      'c event.duplicate',
    ],
    [
      'twice by one message with its own keys',
      edge({ id: 'b', message: 'm', correlationKey: 'x' }, { id: 'c', message: 'm' }),
    ],
    ['twice by any error', edge({ id: 'b', error: true }, { id: 'c', error: true }), 'c event.duplicate'],
    ['twice in one event', edge({ id: 'b', anyOf: [{ signal: 's' }, { signal: 's' }] }), 'b event.duplicate'],
    ['with two timers', edge({ id: 'b', timer: '1h', interrupting: false }, { id: 'c', timer: '1h' })],
    [
      'with a key without a message',
      edge({ id: 'b', anyOf: [{ message: 'm' }, { timer: '1h', correlationKey: 'x' }] }),
      'b event.without-message',
    ],
  ]);
});

describe('events in the flow', () => {
  hold([
    ['catch all of several', caught({ allOf: [{ message: 'm' }, { timer: '1h' }, { condition: 'x > 1' }] })],
    ['do not catch errors', caught({ error: 'x' }), 'c catch.trigger'],
    ['do not wait for nothing', caught({}), 'c catch.trigger'],
    ['do not catch one signal twice', caught({ anyOf: [{ signal: 's' }, { signal: 's' }] }), 'c event.duplicate'],
    ['throw nothing', thrown({})],
    ['throw several', thrown({ allOf: [{ message: 'm', ttl: '1h' }, { signal: 's' }, { escalation: 'x' }] })],
    ['do not terminate', thrown({ terminate: true }), 't throw.result'],
    ['do not throw two things outside of allOf', thrown({ signal: 's', message: 'm' }), 't throw.result'],
    ['do not throw links with others', thrown({ allOf: [{ signal: 's' }, { link: 'l' }] }), 't throw.result'],
    ['do not compensate twice', thrown({ allOf: [{ compensate: true }, { compensate: true }] }), 't event.conflict'],
    ['do not keep what is no message', thrown({ signal: 's', ttl: '1h' }), 't event.without-message'],
    ['keep messages for a while that can be read', thrown({ message: 'm', ttl: 'a while' }), 't duration.invalid'],
    ['choose variables for what is sent', ends({ error: 'x', input: { a: '1' } })],
    [
      'do not choose variables for compensation',
      { nodes: [task('a', { boundary: [{ id: 'b', compensate: true, next: 'u', output: { a: '1' } }] }), undo()] },
      'b event.unused-mapping',
    ],
    ['end with several', ends({ allOf: [{ message: 'm' }, { terminate: true }] })],
    [
      'cancel inside a transaction alone',
      { nodes: [sub('p', [{ id: 'e', type: 'end', cancel: true }])] },
      'e cancel.outside-transaction',
    ],
    [
      'cancel what goes on from there',
      {
        nodes: [
          {
            ...sub('p', [{ id: 'e', type: 'end', allOf: [{ cancel: true }, { message: 'm' }] }]),
            type: 'transaction',
            boundary: [{ id: 'b', anyOf: [{ cancel: true }, { error: true }] }],
          },
        ],
      },
    ],
  ]);
});

describe('event sub-processes', () => {
  const with_ = (...handlers: Json[]): Json => ({ nodes: [task('a'), ...handlers] });
  const two = { id: 'h', type: 'eventSubProcess', nodes: ['x', 'y'].map((id) => ({ id, type: 'start', signal: id })) };
  hold([
    ['begin by an error', with_(handler('h', { error: true }))],
    ['begin beside the rest', with_(handler('h', { escalation: 'x', interrupting: false }))],
    [
      'end the rest after an error',
      with_(handler('h', { error: 'x', interrupting: false })),
      'h.start event.must-interrupt',
    ],
    ['have no second start', with_(two), 'h event-sub-process.start'],
    ['are not empty', with_({ id: 'h', type: 'eventSubProcess', nodes: [] }), 'h event-sub-process.start'],
    ['do not begin by cancel', with_(handler('h', { cancel: true })), 'h.start start.trigger'],
    ['differ', with_(handler('h', { error: 'x' }), handler('i', { error: 'x' })), 'i.start event.duplicate'],
    ['repeat beside the rest', with_(handler('h', { timer: { every: 'P1D' }, interrupting: false }))],
    ['do not repeat instead of the rest', with_(handler('h', { timer: { every: 'P1D' } })), 'h.start timer.rings-once'],
    ['undo a sub-process', { nodes: [sub('p', [task('a'), handler('h', { compensate: true })])] }],
    ['do not undo everything', with_(handler('h', { compensate: true })), 'h element.unsupported'],
    [
      'are undone in one way',
      {
        nodes: [
          sub('p', [task('a'), handler('h', { compensate: true })], {
            boundary: [{ id: 'b', compensate: true, next: 'u' }],
          }),
          undo(),
        ],
      },
      'b event.duplicate',
    ],
  ]);
});

describe('compensation', () => {
  hold([
    ['by an activity beside', undoing('u', undo())],
    ['by a flow with an id', undoing([{ to: 'u', id: 'f' }], undo())],
    [
      'not by several',
      undoing(['u', 'v'], undo(), { ...undo(), id: 'v' }),
      'b compensation.handler',
      'v compensation.unused-handler',
    ],
    ['not by choice', undoing([{ to: 'u', when: 'x' }], undo()), 'b compensation.handler'],
    ['not by outcome', undoing({ done: 'u' }, undo()), 'b compensation.handler'],
    ['not by nobody', undoing('nobody'), 'b compensation.handler'],
    ['not by an ordinary activity', undoing('o', task('o')), 'b compensation.handler'],
    ['not by one elsewhere', undoing('u', sub('p', [task('o'), undo()])), 'b compensation.handler'],
    ['not in the flow', undoing('u', task('o', { next: 'u' }), undo()), 'u compensation.handler-flows'],
    [
      'of an activity by its id',
      { nodes: [...(undoing('u', undo()).nodes as Json[]), { id: 't', type: 'throw', compensate: 'a' }] },
    ],
    [
      'of an activity around',
      { nodes: [...(undoing('u', undo()).nodes as Json[]), sub('p', [{ id: 't', type: 'end', compensate: 'a' }])] },
    ],
    [
      'of a sub-process in which something can be undone',
      {
        nodes: [
          sub('p', [sub('q', undoing('u', undo()).nodes as Json[])], { next: 't' }),
          { id: 't', type: 'throw', compensate: 'p' },
        ],
      },
    ],
    [
      'not of an activity inside another sub-process',
      {
        nodes: [
          sub('p', undoing('u', undo()).nodes as Json[], { next: 't' }),
          { id: 't', type: 'throw', compensate: 'a' },
        ],
      },
      't compensation.unknown-activity',
    ],
  ]);
});

describe('links', () => {
  const jump = { id: 't', type: 'throw', link: 'l' };
  const land = { id: 'c', type: 'catch', link: 'l', next: 'a' };
  hold([
    ['lead on', { nodes: [jump, { ...jump, id: 'o' }, land, task('a')] }],
    [
      'stay in their scope',
      { nodes: [jump, sub('p', [task('b'), { ...land, next: 'b2' }, task('b2')])] },
      't link.unknown-target',
      'c link.never-thrown',
    ],
  ]);
});
