/** Decisions over HTTP: deployed, looked at, asked, changed, and asked by a process. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';

const file = readFileSync(
  fileURLToPath(new URL('../../../../examples/decisions/handling.dmn', import.meta.url)),
  'utf8',
);
const xml = { 'content-type': 'application/xml' };
const input = { severity: 'minor', value: 130, limit: 100 };

const deploy = (server: EdgeServer, body: string, query = '') =>
  server.call({ method: 'POST', url: `/api/v1/definitions${query}`, as: 'engineer', body, headers: xml });
const ask = (server: EdgeServer, body: object, key = 'handling') =>
  server.call({ method: 'POST', url: `/api/v1/decisions/${key}/evaluate`, as: 'operator', body });

async function openDeployed(): Promise<EdgeServer> {
  const server = await openEdgeServer();
  await deploy(server, file);
  return server;
}

describe('a DMN file', () => {
  it('is deployed by its root, numbered as a whole, and the same again changes nothing', async () => {
    await using server = await openEdgeServer();
    const answer = {
      key: 'handling-model',
      version: 1,
      definitions: [
        { key: 'excess', version: 1 },
        { key: 'handling', version: 1 },
      ],
    };
    expect(await deploy(server, file, '?dryRun=true')).toMatchObject({ status: 201, body: answer });
    expect((await ask(server, { input })).body).toMatchObject({ code: 'decision.unknown' });
    expect(await deploy(server, file)).toMatchObject({ status: 201, body: answer });
    expect((await deploy(server, file)).body).toEqual(answer);
    expect((await deploy(server, file.replace('&gt;= 0.2', '&gt;= 0.4'))).body).toMatchObject({ version: 2 });
    const { body } = await server.call({ method: 'GET', url: '/api/v1/decisions/handling', as: 'operator' });
    expect(body.versions).toMatchObject([{ version: 2 }, { version: 1 }]);
  });

  it('with problems is refused with the rule, the element and the line of each', async () => {
    await using server = await openEdgeServer();
    const wrong = file.replace('(value - limit) / limit', '(value - limit / limit');
    const { status, body } = await deploy(server, wrong);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'decision.invalid-model' });
    expect(body.errors).toMatchObject([{ rule: 'feel', element: 'e1', line: 10 }]);
    expect((await deploy(server, '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">')).body.code).toBe(
      'dmn.malformed',
    );
  });

  it('deployed at the same moment as another takes no key from it, and all that have keys of their own are deployed', async () => {
    await using server = await openEdgeServer();
    const other = file.replaceAll('handling-model', 'other-model').replaceAll('urn:millrace:handling', 'urn:other');
    const both = await Promise.all([deploy(server, file), deploy(server, other)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body.code).toBe('decision.key-taken');
    const own = (name: string) =>
      other
        .replaceAll(/ id="(other-model|handling|excess)"/g, ` id="$1-${name}"`)
        .replaceAll(/#(handling|excess)/g, `#$1-${name}`);
    const apart = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => deploy(server, own(name))));
    expect(new Set(apart.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('with what may not be meant so is deployed, and the answer says what', async () => {
    await using server = await openEdgeServer();
    const odd = file.replace('(value - limit) / limit', 'value / (limit + surcharge)');
    const { status, body } = await deploy(server, odd);
    expect(status).toBe(201);
    const note = { element: 'e1', rule: 'unknown-name', line: 10, message: expect.stringContaining('surcharge') };
    expect(body.notes).toMatchObject([note]);
    expect((await ask(server, { input }, 'excess')).body).toMatchObject({ value: null });
  });

  it('is deployed over the version that it was made of, and over no other', async () => {
    await using server = await openEdgeServer();
    const changed = { status: 409, code: 'decision.changed' };
    const next = file.replace('&gt;= 0.2', '&gt;= 0.4');
    const answerOf = async (body: string, query: string) => {
      const { status, body: answer } = await deploy(server, body, query);
      return { status, ...(answer.code === undefined ? { version: answer.version } : { code: answer.code }) };
    };
    expect(await answerOf(file, '?basedOn=1')).toEqual(changed);
    expect(await answerOf(file, '?basedOn=0&dryRun=true')).toEqual({ status: 201, version: 1 });
    expect(await answerOf(file, '?basedOn=0')).toEqual({ status: 201, version: 1 });
    expect(await answerOf(next, '?basedOn=0')).toEqual(changed);
    expect(await answerOf(next, '?basedOn=0&dryRun=true')).toEqual(changed);
    expect(await answerOf(next, '?basedOn=1')).toEqual({ status: 201, version: 2 });
    expect(await answerOf(file, '?basedOn=1')).toEqual(changed);
    expect((await deploy(server, file, '?basedOn=-1')).status).toBe(422);
  });

  it('cannot take a decision of another model', async () => {
    await using server = await openDeployed();
    const { status, body } = await deploy(server, file.replace('id="handling-model"', 'id="other"'));
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'decision.key-taken' });
  });
});

describe('a decision', () => {
  it('is listed and shown with what it takes, what it requires, and its table', async () => {
    await using server = await openDeployed();
    const { body: page } = await server.call({ method: 'GET', url: '/api/v1/decisions', as: 'operator' });
    expect(page.items).toMatchObject([
      { key: 'excess', kind: 'decision', model: 'handling-model', modelName: 'Handling of defects', version: 1 },
      { key: 'handling' },
    ]);
    const { body } = await server.call({ method: 'GET', url: '/api/v1/decisions/handling', as: 'operator' });
    expect(body).toMatchObject({
      question: 'Who handles a defect, and how soon?',
      requires: [{ key: 'excess', name: 'excess' }],
      table: {
        hitPolicy: 'FIRST',
        inputs: [{ label: 'Severity', expression: 'severity', type: 'string' }, { expression: 'excess' }],
        outputs: [{ name: 'role' }, { name: 'minutes' }],
        annotations: ['Why'],
      },
    });
    expect(new Set((body.inputs as { name: string }[]).map(({ name }) => name))).toEqual(
      new Set(['severity', 'value', 'limit']),
    );
    const { text } = await server.call({
      method: 'GET',
      url: '/api/v1/decisions/handling',
      as: 'operator',
      headers: { accept: 'application/xml' },
    });
    expect(text).toBe(file);
  });

  it('answers, and tells which rules fired and which cell of the others did not hold', async () => {
    await using server = await openDeployed();
    expect((await ask(server, { input })).body).toEqual({ value: { role: 'engineer', minutes: 30 }, version: 1 });
    const { body } = await ask(server, { input, trace: true });
    expect(body.decisions).toMatchObject([
      { id: 'excess', value: 0.3, inputs: { value: 130, limit: 100 } },
      {
        id: 'handling',
        tables: [{ fired: [{ rule: 2, id: 'far', annotations: ['Far beyond the limit'] }], failedAt: [1, 0, null] }],
      },
    ]);
  });

  it('says why something is null', async () => {
    await using server = await openDeployed();
    const { body } = await ask(server, { input: { value: 130, limit: 0 }, trace: true }, 'excess');
    expect(body).toMatchObject({ value: null, notes: [{ reason: 'a division by zero', line: 1 }] });
  });

  it('of an earlier version can still be asked', async () => {
    await using server = await openDeployed();
    await deploy(server, file.replace('&gt;= 0.2', '&gt;= 0.4'));
    expect((await ask(server, { input })).body).toMatchObject({ value: { role: 'operator' }, version: 2 });
    expect((await ask(server, { input, version: 1 })).body).toMatchObject({ value: { role: 'engineer' }, version: 1 });
    expect((await ask(server, { input, version: 9 })).body).toMatchObject({ code: 'decision.unknown' });
  });
});

describe('the table of a decision', () => {
  type Table = {
    rules: { id: string; inputs: string[]; outputs: string[]; annotations: string[]; description?: string }[];
  };
  const tableOf = async (server: EdgeServer): Promise<Table> => {
    const { body } = await server.call({ method: 'GET', url: '/api/v1/decisions/handling', as: 'engineer' });
    return body.table as Table;
  };
  const change = (server: EdgeServer, body: object, as: 'engineer' | 'operator' = 'engineer') =>
    server.call({ method: 'PUT', url: '/api/v1/decisions/handling/table', as, body });

  it('shows what rules are described by, and keeps it', async () => {
    await using server = await openEdgeServer();
    await deploy(server, file.replace('<rule id="far">', '<rule id="far"><description>Since 2024</description>'));
    const table = await tableOf(server);
    expect(table.rules.map(({ description }) => description)).toEqual([undefined, 'Since 2024', undefined]);
    const [stop, far, other] = table.rules as [Table['rules'][number], Table['rules'][number], Table['rules'][number]];
    const moved = [{ ...stop, description: 'New' }, other, far];
    expect((await change(server, { table: { ...table, rules: moved }, basedOn: 1 })).status).toBe(200);
    expect((await tableOf(server)).rules.map(({ description }) => description)).toEqual([
      'New',
      undefined,
      'Since 2024',
    ]);
  });

  it('is asked as a draft, and then deployed as the next version with the rest of the file as it was', async () => {
    await using server = await openDeployed();
    const table = await tableOf(server);
    const [, far] = table.rules;
    if (far !== undefined) far.inputs[1] = '>= 0.4';
    expect((await ask(server, { input, table })).body).toEqual({
      value: { role: 'operator', minutes: 60 },
      version: 1,
    });
    expect((await ask(server, { input })).body).toMatchObject({ value: { role: 'engineer' } });
    expect(await change(server, { table, basedOn: 1 })).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await ask(server, { input })).body).toMatchObject({ value: { role: 'operator' }, version: 2 });
    const { text } = await server.call({
      method: 'GET',
      url: '/api/v1/decisions/handling',
      as: 'operator',
      headers: { accept: 'application/xml' },
    });
    expect(text).toBe(file.replace('&gt;= 0.2', '&gt;= 0.4'));
  });

  it('may be as large as a file may hold', async () => {
    await using server = await openDeployed();
    const table = await tableOf(server);
    const note = 'x'.repeat(600);
    const rules = Array.from({ length: 2_000 }, () => ({
      id: '',
      inputs: ['-', '-'],
      outputs: ['1'],
      annotations: [note],
    }));
    const large = { table: { ...table, annotations: ['why'], rules } };
    expect(JSON.stringify(large).length).toBeGreaterThan(1_200_000);
    expect((await change(server, { ...large, basedOn: 9 })).body.code).toBe('decision.changed');
    expect((await ask(server, { input, ...large })).status).toBe(200);
  });

  it('of a draft with mistakes is asked as far as it goes, and told what is wrong with it', async () => {
    await using server = await openDeployed();
    const table = await tableOf(server);
    const [first] = table.rules;
    if (first !== undefined) first.inputs[0] = '"critical';
    const { status, body } = await ask(server, { input, table });
    expect({ status, value: body.value }).toEqual({ status: 200, value: { role: 'engineer', minutes: 30 } });
    expect(body.problems).toMatchObject([{ rule: 'feel', element: 'stop' }]);
    expect((await ask(server, { input })).body).not.toHaveProperty('problems');
  });

  it('is not changed by who looks at an old version, who may not, or with what is wrong', async () => {
    await using server = await openDeployed();
    const table = await tableOf(server);
    await deploy(server, file.replace('&gt;= 0.2', '&gt;= 0.4'));
    expect((await change(server, { table, basedOn: 1 })).body).toMatchObject({ code: 'decision.changed' });
    expect((await change(server, { table, basedOn: 2 }, 'operator')).status).toBe(403);
    const [first] = table.rules;
    if (first !== undefined) first.inputs[0] = '"critical';
    expect((await change(server, { table, basedOn: 2 })).body).toMatchObject({
      code: 'decision.invalid-model',
      errors: [{ rule: 'feel' }],
    });
    expect((await ask(server, { input })).body).toMatchObject({ version: 2 });
  });

  it('is looked through for overlaps and gaps', async () => {
    await using server = await openDeployed();
    const table = await tableOf(server);
    const analyse = async (body: object) =>
      (await server.call({ method: 'POST', url: '/api/v1/decisions/handling/analysis', as: 'operator', body })).body;
    expect(await analyse({})).toMatchObject({ gaps: [], notAnalysed: [], isComplete: true });
    const withoutLast = { ...table, rules: table.rules.slice(0, 2) };
    const { overlaps, gaps } = await analyse({ table: withoutLast });
    expect(overlaps).toMatchObject([{ rules: [1, 2], region: ['"critical"', '>= 0.2'] }]);
    expect(gaps).toHaveLength(1);
  });
});

describe('a business rule task', () => {
  const process = {
    key: 'repair',
    nodes: [
      { id: 'who', type: 'businessRuleTask', decision: 'handling', result: 'handling' },
      { id: 'look', type: 'userTask', role: 'operator' },
    ],
  };

  it('cannot ask a decision that is not deployed', async () => {
    await using server = await openEdgeServer();
    const { status, body } = await server.call({
      method: 'POST',
      url: '/api/v1/definitions',
      as: 'engineer',
      body: process,
    });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ rule: 'decision.unknown', element: 'who' }]);
  });

  it('asks the newest version, and the history keeps which one it was and why it came out so', async () => {
    await using server = await openDeployed();
    const engineer = { method: 'POST', as: 'engineer' } as const;
    await server.call({ ...engineer, url: '/api/v1/definitions', body: process });
    const run = async () => {
      const { body } = await server.call({
        ...engineer,
        url: '/api/v1/instances',
        body: { definition: 'repair', variables: input },
      });
      const [instance, history] = await Promise.all(
        ['', '/history'].map((tail) =>
          server.call({ method: 'GET', url: `/api/v1/instances/${body.id}${tail}`, as: 'operator' }),
        ),
      );
      return { instance: instance?.body, history: JSON.stringify(history?.body) };
    };
    const first = await run();
    expect(JSON.stringify(first.instance)).toContain('"role":"engineer"');
    expect(first.history).toContain('"decision":"handling","version":1');
    expect(first.history).toContain('Far beyond the limit');
    await deploy(server, file.replace('&gt;= 0.2', '&gt;= 0.4'));
    const second = await run();
    expect(JSON.stringify(second.instance)).toContain('"role":"operator"');
    expect(second.history).toContain('"decision":"handling","version":2');
  });
});
