/** A defect goes through a whole server; a scrape and the log say what happened, once. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLog } from '../kernel/log.ts';
import { type EdgeRole, type EdgeServer, openEdgeServer } from '../testing/edge-server.ts';

const DEFECT: unknown = JSON.parse(
  readFileSync(new URL('../../examples/equipment-defect/process.json', import.meta.url), 'utf8'),
);
const firing = (criterion: string) => ({ id: criterion, criterion, device: 'press-1', at: 0, evidence: { value: 99 } });

async function settle(server: EdgeServer, as: EdgeRole, outcome: string) {
  const { body } = await server.call({ method: 'GET', url: '/api/v1/tasks', as });
  const [task] = body.items as { id: string }[];
  const url = `/api/v1/tasks/${task?.id}/complete`;
  expect((await server.call({ method: 'POST', url, as, body: { outcome } })).status).toBe(200);
}

async function defect(server: EdgeServer) {
  const { process, access } = server.services;
  for (const list of ['operators', 'technologists']) {
    await access.recipients.create(list, [{ kind: 'address', value: `${list}@plant.example` }], 'eli');
  }
  await process.definitions.deploy(DEFECT, 'eli');
  for (const criterion of ['A', 'B']) await process.firings.take(firing(criterion));
  await settle(server, 'operator', 'confirmed');
  await settle(server, 'technologist', 'repaired');
  await server.clock.advance(1_000);
}

const scrape = async (server: EdgeServer): Promise<string[]> =>
  (await server.call({ method: 'GET', url: '/metrics', as: 'operator' })).text.split('\n');

describe('a defect that went through', () => {
  it('is seen in a scrape: its instance, activities, tasks, jobs and mails', async () => {
    await using server = await openEdgeServer();
    await defect(server);
    const lines = await scrape(server);
    expect(lines).toEqual(
      expect.arrayContaining([
        'millrace_instances_started_total{definition="equipment-defect"} 1',
        'millrace_instances_ended_total{definition="equipment-defect",status="completed"} 1',
        'millrace_activities_completed_total{definition="equipment-defect"} 4',
        'millrace_tasks_completed_total{definition="equipment-defect",outcome="confirmed"} 1',
        'millrace_tasks_completed_total{definition="equipment-defect",outcome="repaired"} 1',
        'millrace_jobs_settled_total{kind="mail",state="done"} 2',
        'millrace_mails_total{state="kept"} 2',
        'millrace_jobs_running{kind="mail"} 0',
        'millrace_incidents_open 0',
        'millrace_instances_in_memory 0',
        'millrace_outbox_messages{outbox="outbox",state="publishing"} 0',
      ]),
    );
  });

  it('names no device and no id in a label', async () => {
    await using server = await openEdgeServer();
    await defect(server);
    const labels = (await scrape(server)).filter((line) => !line.startsWith('#') && !line.includes('millrace_http'));
    expect(labels.filter((line) => /press-1|(?:ins|job)_/.test(line))).toEqual([]);
  });

  it('leaves one line in the log for each decision that matters', async () => {
    const said: string[] = [];
    const log = createLog({
      level: 'info',
      write: (line) => void said.push((JSON.parse(line) as { msg: string }).msg),
    });
    await using server = await openEdgeServer({ log });
    await defect(server);
    expect(said.filter((line) => /process instance|task/.test(line))).toEqual([
      'a process instance was started',
      'a task was completed',
      'a task was completed',
      'a process instance ended',
    ]);
  });
});
