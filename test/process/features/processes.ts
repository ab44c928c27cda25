/** The process itself, its data, lanes and expressions, and what stands around a process. */
import { deepEqual, equal } from 'node:assert/strict';
import { type Area, compiled, end, isStuck, knows, refused, run, runs, step, waits } from './feature.ts';
import { kept } from './kept.ts';

const lane = (more: object = {}) => ({ lanes: [{ id: 'l', name: 'Press shop', nodes: ['a'], ...more }] });
const unowned = [{ id: 'a', type: 'userTask' }];
const roleOf = (rest: object) => {
  const behaviour = compiled(unowned, rest as Readonly<Record<string, unknown>>).nodes.get('a')?.behaviour;
  return behaviour?.type === 'userTask' ? behaviour.role : undefined;
};

const head: Area = {
  title: 'Processes',
  features: [
    runs({
      element: 'process',
      attribute: 'id, name',
      json: '`key`, `name`',
      name: 'is started by its key',
      prove: () => {
        const { key, name } = compiled([step('a')], { key: 'repair', name: 'Repair' });
        deepEqual([key, name], ['repair', 'Repair']);
      },
    }),
    runs({
      element: 'process',
      attribute: 'isExecutable = true',
      json: 'the default',
      name: 'can be deployed',
      prove: () => waits(run([step('a')]), 'a'),
    }),
    refused({
      element: 'process',
      attribute: 'isExecutable = false',
      json: '`"executable": false`',
      name: 'is a drawing; deploying it is refused',
      rule: 'definition.not-executable',
      rest: { executable: false },
      nodes: [step('a')],
    }),
    runs({
      element: 'process',
      attribute: 'that has ended',
      json: 'no token left',
      name: 'is completed when no token is left',
      prove: () =>
        waits(
          run([step('a'), step('b')])
            .complete('b')
            .complete('a'),
        ),
    }),
    refused({
      element: 'flowNode',
      attribute: 'that no flow reaches',
      json: '`next`',
      name: 'is refused: it could never run',
      rule: 'node.unreachable',
      nodes: [{ id: 's', type: 'start', next: 'a' }, step('a'), step('b', { next: 'a' })],
    }),
    refused({
      element: 'flowElement',
      attribute: 'id that stands twice',
      json: '`id`',
      name: 'is refused',
      rule: 'node.duplicate-id',
      nodes: [step('a'), step('a')],
    }),
    kept(
      { element: 'process', attribute: 'processType, isClosed' },
      { process: '{{processType="Private" isClosed="true"}}' },
    ),
    kept(
      { element: 'process', attribute: 'supports, definitionalCollaborationRef' },
      { process: '{{definitionalCollaborationRef="C"}}', inside: '{{<supports>q</supports>}}' },
    ),
    kept({ element: 'process', attribute: 'auditing, monitoring' }, { inside: '{{<auditing/><monitoring/>}}' }),
    kept(
      {
        element: 'process, flowElement',
        attribute: 'documentation',
        json: '`documentation`',
        name: 'is for people',
      },
      { inside: '{{<documentation>Why</documentation>}}' },
    ),
    kept(
      { element: 'process, flowElement', attribute: 'extensionElements' },
      { inside: '{{<extensionElements><x:note xmlns:x="urn:x">n</x:note></extensionElements>}}' },
    ),
    kept(
      {
        element: 'collaboration',
        attribute: 'participant, messageFlow',
        name: 'is a drawing: messages are sent by events and tasks',
      },
      {
        root: '{{<collaboration id="C"><participant id="P" name="Plant" processRef="p"/><messageFlow id="mf" sourceRef="P" targetRef="P"/></collaboration>}}',
      },
    ),
    kept(
      { element: 'textAnnotation, group, association, category' },
      {
        root: '{{<category id="c" name="C"><categoryValue id="cv" value="v"/></category>}}',
        inside:
          '{{<textAnnotation id="ta"><text>n</text></textAnnotation><association id="as" sourceRef="a" targetRef="ta"/><group id="g" categoryValueRef="cv"/>}}',
      },
    ),
    kept(
      { element: 'BPMNDiagram', attribute: 'shapes and edges', name: 'is shown, and changes nothing that runs' },
      {
        after:
          '{{<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="bd"><di:BPMNPlane id="bp" bpmnElement="p"><di:BPMNShape id="bs" bpmnElement="a"><dc:Bounds x="1" y="2" width="100" height="80"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>}}',
      },
    ),
  ],
};

const data: Area = {
  title: 'Data',
  features: [
    runs({
      element: 'dataObject, property',
      attribute: 'of the process',
      json: '`data`',
      name: 'is a variable of the instance, null at first',
      prove: () => knows(run([step('a')], { rest: { data: [{ name: 'n' }] } }), { n: null }),
    }),
    runs({
      element: 'dataObject, property',
      attribute: 'with a first value (dataState, assignment)',
      json: '`value`',
      name: 'has the value of an expression; what the start brings goes before it',
      prove: () => {
        const rest = { data: [{ name: 'n', value: '1 + 1' }] };
        knows(run([step('a')], { rest }), { n: 2 });
        knows(run([step('a')], { rest, variables: { n: 5 } }), { n: 5 });
      },
    }),
    runs({
      element: 'dataObject, property',
      attribute: 'of a sub-process',
      json: '`data` of the sub-process',
      name: 'exists only as long as it does, and hides one of the same name around it',
      prove: () => {
        const sub = { id: 'sub', type: 'subProcess', data: [{ name: 'n', value: '1' }], nodes: [step('a')], next: 'b' };
        const started = run([sub, step('b')], { variables: { n: 9 } });
        equal(started.variablesAt('a').n, 1);
        started.complete('a', 'done', { variables: { n: 2, m: 3 } });
        deepEqual(started.variables, { n: 9, m: 3 });
      },
    }),
    runs({
      element: 'dataObject, property',
      attribute: 'whose value cannot be computed',
      json: '`value`',
      name: 'is an incident of its sub-process',
      prove: () => {
        const value = 'for i in 1..100000 return for j in 1..100000 return i';
        isStuck(
          run([{ id: 'sub', type: 'subProcess', data: [{ name: 'n', value }], nodes: [step('a')] }]),
          'sub',
          'process.condition-failed',
        );
      },
    }),
    refused({
      element: 'dataObject, property',
      attribute: 'two of one name',
      json: '`data`',
      name: 'is refused',
      rule: 'data.duplicate-name',
      rest: { data: [{ name: 'n' }, { name: 'n' }] },
      nodes: [step('a')],
    }),
    refused({
      element: 'dataObject, property',
      attribute: 'searchable as two types',
      json: '`searchable`',
      name: 'is refused',
      rule: 'data.searchable',
      rest: { data: [{ name: 'n', searchable: 'number' }] },
      nodes: [{ id: 'sub', type: 'subProcess', data: [{ name: 'n', searchable: 'string' }], nodes: [step('a')] }],
    }),
    runs({
      element: 'dataAssociation',
      attribute: 'assignment, transformation',
      json: '`input`, `output`',
      name: 'is an expression for each variable',
      prove: () => {
        const mapped = run([step('a', { input: { x: 'n + 1' }, output: { y: 'x * 2' }, next: 'end' }), end()], {
          variables: { n: 1 },
        });
        deepEqual(mapped.complete('a').variables, { n: 1, y: 4 });
      },
    }),
    kept(
      { element: 'dataObject', attribute: 'isCollection, itemSubjectRef, dataState' },
      {
        inside:
          '<dataObject id="D" name="n" {{isCollection="true" itemSubjectRef="I"}}>{{<dataState name="new"/>}}</dataObject>',
      },
    ),
    kept(
      { element: 'dataObjectReference, dataStore, dataStoreReference' },
      {
        root: '{{<dataStore id="DS" name="ds"/>}}',
        inside:
          '<dataObject id="D" name="n"/>{{<dataObjectReference id="dr" dataObjectRef="D"/><dataStoreReference id="dsr" dataStoreRef="DS"/>}}',
      },
    ),
    kept(
      {
        element: 'itemDefinition',
        attribute: 'structureRef, isCollection, itemKind',
        name: 'is not checked: variables are JSON',
      },
      { root: '{{<itemDefinition id="I" structureRef="x" isCollection="true" itemKind="Physical"/>}}' },
    ),
    kept(
      { element: 'interface, operation, endPoint' },
      {
        root: '{{<interface id="if" name="IF"><operation id="op" name="o"><inMessageRef>M</inMessageRef></operation></interface><endPoint id="ep"/>}}',
      },
    ),
    kept(
      { element: 'resource, resourceParameter' },
      { root: '{{<resource id="R" name="r"><resourceParameter id="rp" name="x"/></resource>}}' },
    ),
    runs({
      element: 'expression, formalExpression',
      attribute: 'language = FEEL',
      json: 'every expression',
      name: 'is FEEL',
      prove: () =>
        waits(
          run([step('a', { next: [{ to: 'b', when: 'every n in [1, 2] satisfies n > 0' }] }), step('b')]).complete('a'),
          'b',
        ),
    }),
    refused({
      element: 'expression, formalExpression',
      attribute: 'another language',
      json: 'every expression',
      name: 'is refused when it is no FEEL',
      rule: 'condition.syntax',
      nodes: [step('a', { next: [{ to: 'b', when: '#{n > 1}' }] }), step('b')],
    }),
  ],
};

const lanes: Area = {
  title: 'Lanes',
  features: [
    runs({
      element: 'lane',
      attribute: 'flowNodeRef',
      json: '`lanes`, `nodes`, `role`',
      name: 'gives its role to the user tasks in it that name none',
      prove: () => {
        equal(roleOf(lane({ role: 'operator' })), 'operator');
        equal(compiled([step('a', { role: 'engineer' })], lane()).nodes.get('a')?.behaviour.type, 'userTask');
      },
    }),
    runs({
      element: 'lane',
      attribute: 'name',
      json: '`name`',
      name: 'is the role when no other is given',
      prove: () => equal(roleOf(lane()), 'Press shop'),
    }),
    runs({
      element: 'lane',
      attribute: 'childLaneSet',
      json: '`lanes` in a lane',
      name: 'counts from the inside outwards',
      prove: () => equal(roleOf(lane({ lanes: [{ id: 'm', role: 'setter', nodes: ['a'] }] })), 'setter'),
    }),
    refused({
      element: 'lane',
      attribute: 'flowNodeRef of a node in two lanes',
      json: '`nodes`',
      name: 'is refused',
      rule: 'lane.several',
      rest: {
        lanes: [
          { id: 'l', nodes: ['a'] },
          { id: 'm', nodes: ['a'] },
        ],
      },
      nodes: [step('a')],
    }),
    refused({
      element: 'lane',
      attribute: 'flowNodeRef that does not exist',
      json: '`nodes`',
      name: 'is refused',
      rule: 'lane.unknown-node',
      rest: lane({ nodes: ['x'] }),
      nodes: [step('a')],
    }),
    kept(
      { element: 'lane', attribute: 'partitionElement, partitionElementRef' },
      {
        inside:
          '<laneSet id="ls"><lane id="l" {{partitionElementRef="x"}}><flowNodeRef>a</flowNodeRef></lane></laneSet>',
      },
    ),
  ],
};

export const processes: readonly Area[] = [head, data, lanes];
