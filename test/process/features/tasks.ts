/** Tasks: what each type of them asks for, and how it ends. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { type Area, compiled, end, isStuck, job, knows, refused, run, runs, step, waits, went } from './feature.ts';
import { kept, serviceTask, userTask } from './kept.ts';

const people: Area = {
  title: 'Tasks for people',
  features: [
    runs({
      element: 'userTask',
      json: '`"type": "userTask"`',
      name: 'waits for a person, and goes on by the outcome that was chosen',
      prove: () => {
        const asked = () => run([step('ask', { next: { good: 'a', bad: 'b' } }), step('a'), step('b')]);
        waits(asked().complete('ask', 'good'), 'a');
        waits(asked().complete('ask', 'bad'), 'b');
        throws(() => asked().complete('ask', 'maybe'), /maybe/);
      },
    }),
    runs({
      element: 'userTask',
      attribute: 'potentialOwner (a role)',
      json: '`role`, or the role of its lane',
      name: 'is offered to people with the role',
      prove: () => {
        const { behaviour } = compiled([step('ask', { role: 'engineer' })]).nodes.get('ask') ?? {};
        equal(behaviour?.type === 'userTask' && behaviour.role, 'engineer');
      },
    }),
    refused({
      element: 'userTask',
      attribute: 'without an owner',
      json: 'no `role`, no lane',
      name: 'is refused: nobody would be offered it',
      rule: 'activity.role-missing',
      nodes: [{ id: 'ask', type: 'userTask' }],
    }),
    refused({
      element: 'userTask',
      attribute: 'a form that is no JSON Schema of variables',
      json: '`form`',
      name: 'is refused',
      rule: 'activity.form',
      nodes: [step('ask', { form: { type: 'array' } })],
    }),
    refused({
      element: 'userTask',
      attribute: 'not for who did something that is no other user task',
      json: '`notBy`',
      name: 'is refused',
      rule: 'activity.not-by',
      nodes: [step('ask', { notBy: ['ask'] })],
    }),
    kept(
      { element: 'userTask', attribute: 'humanPerformer, performer' },
      { node: userTask('', '{{<performer id="p1"/><humanPerformer id="p2"/>}}') },
    ),
    kept({ element: 'userTask', attribute: 'rendering' }, { node: userTask('', '{{<rendering/>}}') }),
    kept(
      { element: 'userTask', attribute: 'implementation' },
      { node: userTask('{{implementation="##unspecified"}}') },
    ),
    runs({
      element: 'manualTask',
      json: '`"type": "manualTask"`',
      name: 'is passed at once: it is done outside of any system',
      prove: () => {
        const done = run([{ id: 'carry', type: 'manualTask', next: 'after' }, step('after')]);
        waits(done, 'after');
        went(done, 'carry');
      },
    }),
    runs({
      element: 'task',
      attribute: 'abstract task',
      json: '`"type": "task"`',
      name: 'is passed at once: it says nothing of what is to be done',
      prove: () => went(run([{ id: 'something', type: 'task', next: 'end' }, end()]), 'something'),
    }),
  ],
};

const work: Area = {
  title: 'Tasks for code',
  features: [
    runs({
      element: 'serviceTask',
      json: '`"type": "job"`, `kind`',
      name: 'waits for a worker, and sets the variables that it brings',
      prove: () => {
        const started = run([job('weigh', { next: 'after' }), step('after')]);
        waits(started, 'weigh');
        waits(started.complete('weigh', 'done', { variables: { grams: 36 } }), 'after');
        knows(started, { grams: 36 });
      },
    }),
    runs({
      element: 'serviceTask',
      attribute: 'a BPMN error from its code',
      json: 'settlement `error`',
      name: 'is caught like an error that the process throws',
      prove: () => {
        const boundary = [{ id: 'empty', error: 'no-oil', next: 'fill' }];
        const failed = run([job('oil', { boundary }), step('fill')]).error('oil', 'no-oil', { litres: 0 });
        waits(failed, 'fill');
        knows(failed, { litres: 0 });
      },
    }),
    runs({
      element: 'serviceTask',
      attribute: 'failed for good',
      json: 'settlement `fail`, `discard`',
      name: 'is an incident that a person tries again',
      prove: () => {
        const failed = run([job('oil')]).fail('oil', 'no pump');
        isStuck(failed, 'oil', 'process.job-failed');
        waits(failed.retry('oil').complete('oil'));
      },
    }),
    refused({
      element: 'serviceTask',
      attribute: 'without a kind of job',
      json: 'no `kind`',
      name: 'is refused: nobody would come for it',
      rule: 'activity.incomplete',
      nodes: [{ id: 'weigh', type: 'job' }],
    }),
    kept(
      { element: 'serviceTask', attribute: 'implementation' },
      { node: serviceTask('{{implementation="##WebService"}}') },
    ),
    kept({ element: 'serviceTask', attribute: 'operationRef' }, { node: serviceTask('{{operationRef="op"}}') }),
    runs({
      element: 'scriptTask',
      attribute: 'script',
      json: '`"type": "scriptTask"`, `script`, `result`',
      name: 'sets a variable to the value of a FEEL expression',
      prove: () => {
        const sum = { id: 'sum', type: 'scriptTask', script: 'price * count', result: 'total', next: 'end' };
        const done = run([sum, end()], { variables: { price: 3, count: 4 } });
        waits(done);
        knows(done, { total: 12 });
      },
    }),
    runs({
      element: 'scriptTask',
      attribute: 'scriptFormat',
      json: '`"type": "scriptTask"`, `kind`',
      name: 'is a job for a worker when its language is not FEEL',
      prove: () => waits(run([{ id: 'sum', type: 'scriptTask', kind: 'python.sum' }]), 'sum'),
    }),
    refused({
      element: 'scriptTask',
      attribute: 'without a script',
      json: 'neither `script` nor `kind`',
      name: 'is refused: it does nothing',
      rule: 'activity.incomplete',
      nodes: [{ id: 'sum', type: 'scriptTask' }],
    }),
    runs({
      element: 'businessRuleTask',
      json: '`"type": "businessRuleTask"`, `rules`, `result`',
      name: 'takes value and outcome of the first rule whose condition holds',
      prove: () => {
        const rules = JSON.parse(
          '[{"when": "size > 10", "then": "\\"L\\"", "outcome": "large"}, {"then": "\\"S\\"", "outcome": "small"}]',
        );
        const next = { large: 'a', small: 'b' };
        const nodes = [{ id: 'rate', type: 'businessRuleTask', rules, result: 'class', next }, step('a'), step('b')];
        const large = run(nodes, { variables: { size: 11 } });
        waits(large, 'a');
        knows(large, { class: 'L' });
        waits(run(nodes, { variables: { size: 1 } }), 'b');
      },
    }),
    runs({
      element: 'businessRuleTask',
      attribute: 'implementation',
      json: '`"type": "businessRuleTask"`, `kind`',
      name: 'is a job for a worker that decides',
      prove: () => waits(run([{ id: 'rate', type: 'businessRuleTask', kind: 'rules.rate' }]), 'rate'),
    }),
    runs({
      element: 'businessRuleTask',
      attribute: 'a decision of its own (DMN)',
      json: '`"type": "businessRuleTask"`, `decision`, `result`',
      name: 'takes the value of the deployed decision of this key, and keeps why it came out so',
      prove: () => {
        const nodes = [{ id: 'rate', type: 'businessRuleTask', decision: 'risk', result: 'risk' }, step('look')];
        const decided = run(nodes, { variables: { amount: 120 }, decisions: [RISK] });
        knows(decided, { risk: 'high' });
        deepEqual(
          decided.history.flatMap((effect) => (effect.type === 'decided' ? [effect.decision] : [])),
          ['risk'],
        );
      },
    }),
  ],
};

const RISK = `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:risk">
  <inputData id="a" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="risk" name="risk"><variable name="risk"/>
    <informationRequirement id="r"><requiredInput href="#a"/></informationRequirement>
    <literalExpression id="e"><text>if amount &gt; 100 then "high" else "low"</text></literalExpression>
  </decision></definitions>`;

const send = { id: 'tell', type: 'sendTask', message: 'ready', next: 'end' };
const receive = { id: 'hear', type: 'receiveTask', message: 'paid', next: 'end' };
const messages: Area = {
  title: 'Tasks for messages',
  features: [
    runs({
      element: 'sendTask',
      attribute: 'messageRef',
      json: '`"type": "sendTask"`, `message`, `correlationKey`, `ttl`, `input`',
      name: 'sends a message with the variables of its mapping, and goes on',
      prove: () => {
        const told = run([{ ...send, correlationKey: 'order', ttl: '5m', input: { size: 'n + 1' } }, end()], {
          variables: { order: 'o-7', n: 1 },
        });
        waits(told);
        const message = { to: 'message', name: 'ready', key: 'o-7', variables: { size: 2 }, ttlMs: 300_000 };
        deepEqual(told.sent, [message]);
      },
    }),
    runs({
      element: 'sendTask',
      attribute: 'implementation',
      json: '`"type": "sendTask"`, `kind`',
      name: 'is a job for a worker that sends it elsewhere',
      prove: () => waits(run([{ id: 'tell', type: 'sendTask', kind: 'erp.tell' }]), 'tell'),
    }),
    kept(
      { element: 'sendTask', attribute: 'operationRef' },
      { root: '<message id="M" name="m"/>', node: '<sendTask id="a" messageRef="M" {{operationRef="op"}}/>' },
    ),
    runs({
      element: 'receiveTask',
      attribute: 'messageRef',
      json: '`"type": "receiveTask"`, `message`, `correlationKey`',
      name: 'waits for a message',
      prove: () => {
        const waiting = run([receive, end()], { businessKey: 'o-7' });
        waits(waiting, 'hear');
        throws(() => waiting.message('paid', {}, 'o-8'), /paid/);
        waits(waiting.message('paid', { sum: 3 }));
        knows(waiting, { sum: 3 });
      },
    }),
    runs({
      element: 'receiveTask',
      attribute: 'instantiate',
      json: '`"instantiate": true`',
      name: 'begins an instance by its message',
      prove: () => {
        const nodes = [{ ...receive, instantiate: true, next: 'after' }, step('after')];
        waits(run(nodes, { at: 'hear' }), 'after');
        deepEqual(
          compiled(nodes).startPoints.map(({ node, trigger }) => [node, trigger?.on]),
          [['hear', 'message']],
        );
      },
    }),
    refused({
      element: 'receiveTask',
      attribute: 'instantiate, in a sub-process',
      json: '`"instantiate": true`',
      name: 'is refused: there is an instance already',
      rule: 'start.instantiate',
      nodes: [{ id: 'sub', type: 'subProcess', nodes: [{ ...receive, instantiate: true }, end()] }],
    }),
    refused({
      element: 'receiveTask',
      attribute: 'without a message',
      json: 'no `message`',
      name: 'is refused: nothing could reach it',
      rule: 'activity.incomplete',
      nodes: [{ id: 'hear', type: 'receiveTask' }],
    }),
    kept(
      { element: 'receiveTask', attribute: 'operationRef, implementation' },
      {
        root: '<message id="M" name="m"/>',
        node: '<receiveTask id="a" messageRef="M" {{operationRef="op" implementation="##unspecified"}}/>',
      },
    ),
  ],
};

export const tasks: readonly Area[] = [people, work, messages];
