/**
 * The load of `process.chain` in bpmn-engine: ten exclusive gateways in a row, an engine for each instance as its documentation has
 * it, the diagram parsed only once. Everything stays in memory and nothing is kept. Answers with one JSON line.
 */
import { readFileSync } from 'node:fs';
import * as elements from 'bpmn-elements';
import { Engine } from 'bpmn-engine';
import BpmnModdle from 'bpmn-moddle';
import toContext, { TypeResolver } from 'moddle-context-serializer';

const STEPS = 10;
const SECONDS = 4;
const WARM_UP_MS = 1_500;
const variables = { text: 'x'.repeat(180) };
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

const places = ['start', ...Array.from({ length: STEPS }, (_, at) => `step-${at + 1}`), 'end'];
const flows = places
  .slice(1)
  .map((place, at) => `<sequenceFlow id="to-${place}" sourceRef="${places[at]}" targetRef="${place}"/>`);
const gateways = places.slice(1, -1).map((place) => `<exclusiveGateway id="${place}"/>`);
const diagram = `<?xml version="1.0" encoding="UTF-8"?>
<definitions id="chain" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="https://millrace.example/chain">
  <process id="process" isExecutable="true">
    <startEvent id="start"/>${gateways.join('')}<endEvent id="end"/>${flows.join('')}
  </process>
</definitions>`;
const sourceContext = toContext(await new BpmnModdle().fromXML(diagram), TypeResolver({ ...elements }));

async function oneInstance() {
  const engine = new Engine({ sourceContext });
  const ended = engine.waitFor('end');
  await engine.execute({ variables });
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
const setup = `bpmn-engine ${dependencies['bpmn-engine']}, in memory only, nothing durable, no history, ${SECONDS} s`;
process.stdout.write(`${JSON.stringify({ value, setup })}\n`);
