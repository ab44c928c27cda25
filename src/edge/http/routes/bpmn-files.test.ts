/** BPMN 2.0 files over HTTP: deployed, run, and given back. */
import { describe, expect, it } from 'vitest';
import { importBpmn } from '../../../process/bpmn/import-bpmn.ts';
import { type EdgeServer, fingerprint, openEdgeServer } from '../../../testing/edge-server.ts';

const xml = { 'content-type': 'application/xml' };

const small = (attributes = 'isExecutable="true"', inside = '<userTask id="look" name="Look"/>') =>
  `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="check" ${attributes}><laneSet id="l"><lane id="o" name="operator"><flowNodeRef>look</flowNodeRef></lane></laneSet>
  ${inside}</process></definitions>`;

const deploy = (server: EdgeServer, body: string) =>
  server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body, headers: xml });
const shown = (server: EdgeServer, key: string) =>
  server.call({
    method: 'GET',
    url: `/api/v1/definitions/${key}`,
    as: 'operator',
    headers: { accept: 'application/xml' },
  });

/** Two pools that talk, drawn. */
const PAIR = `<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="t">
  <message id="m" name="order"/>
  <collaboration id="c"><participant id="p1" name="Buyer" processRef="buyer"/><participant id="p2" processRef="seller"/>
  <messageFlow id="mf" sourceRef="ask" targetRef="asked"/></collaboration>
  <process id="buyer" isExecutable="true"><sendTask id="ask" messageRef="m"/></process>
  <process id="seller" isExecutable="true"><startEvent id="asked"><messageEventDefinition id="d" messageRef="m"/></startEvent></process>
  <bpmndi:BPMNDiagram id="dia"><bpmndi:BPMNPlane id="pl" bpmnElement="c">
  <bpmndi:BPMNShape id="s1" bpmnElement="ask"><dc:Bounds x="1" y="2" width="100" height="80"/></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>`;

describe('a BPMN file', () => {
  it('is deployed, runs, and comes back with all that was in it', async () => {
    await using server = await openEdgeServer();
    const answer = await deploy(server, small());
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      key: 'check',
      version: 1,
      definitions: [{ key: 'check', version: 1 }],
      notes: [],
    });
    expect((await deploy(server, small())).body.version).toBe(1);
    const started = await server.call({
      method: 'POST',
      url: '/api/v1/instances',
      as: 'operator',
      body: { definition: 'check' },
    });
    expect(started.status).toBe(201);
    const tasks = await server.call({ method: 'GET', url: '/api/v1/tasks', as: 'operator' });
    expect(tasks.body.items).toMatchObject([{ step: 'look', role: 'operator' }]);
    const back = await shown(server, 'check');
    expect(back.headers['content-type']).toMatch(/application\/xml/);
    expect(importBpmn(back.text)).toEqual(importBpmn(small()));
  });

  it('with pools and a diagram gives them back with any of its processes', async () => {
    await using server = await openEdgeServer();
    const answer = await deploy(server, PAIR);
    const both = [
      { key: 'buyer', version: 1 },
      { key: 'seller', version: 1 },
    ];
    expect(answer.body).toMatchObject({ key: 'buyer', version: 1, definitions: both });
    for (const key of ['buyer', 'seller']) {
      const back = importBpmn((await shown(server, key)).text);
      expect(back.definitions.map((each) => each.key).sort()).toEqual(['buyer', 'seller']);
      expect(back.bpmn).toEqual(importBpmn(PAIR).bpmn);
    }
  });

  it('that does not run, or breaks a rule, is refused with the rule and the element, and changes nothing', async () => {
    await using server = await openEdgeServer();
    const before = await fingerprint(server.disk);
    const drawing = await deploy(server, small('isExecutable="false"'));
    expect(drawing.status).toBe(422);
    expect(drawing.body.errors).toMatchObject([{ rule: 'definition.not-executable', element: 'check' }]);
    const broken = await deploy(server, small('isExecutable="true"', '<serviceTask id="look"/>'));
    expect(broken.body).toMatchObject({ code: 'process.invalid-definition', errors: [{ element: 'look' }] });
    const bomb = await deploy(server, `<!DOCTYPE x [<!ENTITY a "aaaa">]>${small()}`);
    expect(bomb.body).toMatchObject({ code: 'bpmn.document-type' });
    expect((await deploy(server, '<not really')).body.code).toMatch(/^bpmn\./);
    expect(await fingerprint(server.disk)).toBe(before);
  });

  it('is made of a definition in JSON, with a diagram', async () => {
    await using server = await openEdgeServer();
    const definition = {
      key: 'repair',
      nodes: [{ id: 'fix', type: 'userTask', role: 'technologist', outcomes: ['repaired'] }],
    };
    await server.call({ method: 'POST', url: '/api/v1/definitions', as: 'engineer', body: definition });
    const { text } = await shown(server, 'repair');
    expect(text).toMatch(/BPMNShape/);
    expect(importBpmn(text).definitions).toEqual([definition]);
  });
});
