/**
 * The loads of `process.chain` (ten exclusive gateways in a row) and, called with `activities`, of `process.activities` (an equipment
 * defect of four activities, each told from outside that it is done) in bpmn-engine: an engine for each instance as its
 * documentation has it, the diagram parsed only once. Everything stays in memory and nothing is kept. Answers with one JSON line.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import * as elements from 'bpmn-elements';
import { Engine } from 'bpmn-engine';
import BpmnModdle from 'bpmn-moddle';
import toContext, { TypeResolver } from 'moddle-context-serializer';

const load = process.argv[2] ?? 'chain';
const STEPS = load === 'chain' ? 10 : 4;
const SECONDS = 4;
const WARM_UP_MS = 1_500;
const variables = { text: 'x'.repeat(180) };
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

const chain = () => {
  const places = ['start', ...Array.from({ length: STEPS }, (_, at) => `step-${at + 1}`), 'end'];
  const flows = places.slice(1).map((place, at) => flow(places[at], place));
  const gateways = places.slice(1, -1).map((place) => `<exclusiveGateway id="${place}"/>`);
  return `<startEvent id="start"/>${gateways.join('')}<endEvent id="end"/>${flows.join('')}`;
};
/** As examples/equipment-defect has it. */
const defect = () => `<startEvent id="start"/><userTask id="criterion-a"/><userTask id="criterion-b"/>
    <parallelGateway id="both"/><userTask id="operator"/><exclusiveGateway id="decision" default="decision-technologist"/>
    <userTask id="engineer"/><userTask id="technologist"/><endEvent id="end"/>
    ${flow('start', 'criterion-a')}${flow('start', 'criterion-b')}${flow('criterion-a', 'both')}${flow('criterion-b', 'both')}
    ${flow('both', 'operator')}${flow('operator', 'decision')}${flow('decision', 'technologist')}
    ${flow('decision', 'engineer', `<conditionExpression xsi:type="tFormalExpression">\${environment.output.operator.isRejected}</conditionExpression>`)}
    ${flow('engineer', 'end')}${flow('technologist', 'end')}`;
const flow = (from, to, inside = '') =>
  `<sequenceFlow id="${from}-${to}" sourceRef="${from}" targetRef="${to}">${inside}</sequenceFlow>`;

const diagram = `<?xml version="1.0" encoding="UTF-8"?>
<definitions id="bench" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  targetNamespace="https://millrace.example/bench">
  <process id="process" isExecutable="true">
    ${load === 'chain' ? chain() : defect()}
  </process>
</definitions>`;
const sourceContext = toContext(await new BpmnModdle().fromXML(diagram), TypeResolver({ ...elements }));

let serial = 0;

async function oneInstance() {
  serial += 1;
  const engine = new Engine({ sourceContext });
  const ended = engine.waitFor('end');
  const listener = new EventEmitter();
  const isRejected = serial % 10 === 0;
  listener.on('activity.wait', (activity) => activity.signal({ isRejected, note: 'seen' }));
  await engine.execute({ variables, listener });
  await ended;
}

async function instancesPerSecond(durationMs) {
  const began = performance.now();
  let instances = 0;
  while (performance.now() - began < durationMs) {
    await oneInstance();
    instances += 1;
  }
  return instances / ((performance.now() - began) / 1_000);
}

await instancesPerSecond(WARM_UP_MS);
const value = STEPS * (await instancesPerSecond(SECONDS * 1_000));
const what = load === 'chain' ? 'the same chain' : 'the same activities, one instance at a time';
const setup = `bpmn-engine ${dependencies['bpmn-engine']}, ${what}, in memory only, nothing durable, no history, ${SECONDS} s`;
process.stdout.write(`${JSON.stringify({ value, setup })}\n`);
