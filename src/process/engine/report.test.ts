/** What a scrape and the log say of processes: counts by definition, and one line for each decision that matters. */
import { describe, expect, it } from 'vitest';
import { families } from '../../app/families.ts';
import { openSpine } from '../../app/spine.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { formatInstanceId, formatJobId, type InstanceId } from '../../kernel/ids.ts';
import { createLog, type LogLevel } from '../../kernel/log.ts';
import { Metrics } from '../../kernel/metrics.ts';
import { seededRandom } from '../../kernel/random.ts';
import { discard, done, type Settlement } from '../../kernel/settlement.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';

const dana = { id: 'dana', roles: ['operator'] };
/** A person looks, then a program works. */
const REPAIR = {
  key: 'repair',
  nodes: [
    { id: 'look', type: 'userTask', role: 'operator', next: { broken: 'mend', fine: 'over' } },
    { id: 'mend', type: 'job', kind: 'press.mend', next: 'over' },
    { id: 'over', type: 'end' },
  ],
};

async function open({ disk = new ModelDisk(), level = 'info' as LogLevel } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = openModelStore({ disk, families, clock });
  const metrics = new Metrics();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level, write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const spine = await openSpine({ store, clock, random: seededRandom(1), log, metrics, worker: 'test' });
  const { process, tasks, jobs } = spine;
  await process.definitions.deploy(REPAIR, 'eli');
  return {
    ...spine,
    lines,
    scrape: (prefix: string) =>
      metrics
        .text()
        .split('\n')
        .filter((line) => line.startsWith(prefix)),
    start: () => process.engine.start({ definition: 'repair', businessKey: 'press-1' }, 'olga'),
    look: async (outcome: string) => {
      const [task] = await tasks.list({ role: 'operator', limit: 1 });
      if (task === undefined) throw new Error('no task is offered');
      await tasks.complete(task.id as Parameters<typeof tasks.complete>[0], dana, { outcome });
      return task.id as Parameters<typeof formatJobId>[0];
    },
    mend: async (settlement: Settlement) => {
      const [job] = await jobs.claim({ kinds: ['press.mend'], limit: 1, worker: 'mender' });
      if (job === undefined) throw new Error('no job is ready');
      await jobs.settle('mender', [{ id: job.id, epoch: job.epoch, settlement }]);
    },
    async [Symbol.asyncDispose]() {
      await spine.close();
      await store.close();
    },
  };
}

describe('the metrics of processes', () => {
  it('count instances, activities and tasks, by definition', async () => {
    await using app = await open();
    await app.start();
    await app.look('broken');
    await app.mend(done());
    const second = await app.start();
    await app.process.engine.command(second, { type: 'cancel', reason: 'a mistake' }, 'olga');
    await app.start();
    expect(app.scrape('millrace_instances_started')).toEqual([
      'millrace_instances_started_total{definition="repair"} 3',
    ]);
    expect(app.scrape('millrace_instances_ended')).toEqual([
      'millrace_instances_ended_total{definition="repair",status="completed"} 1',
      'millrace_instances_ended_total{definition="repair",status="cancelled"} 1',
    ]);
    expect(app.scrape('millrace_activities_completed')).toEqual([
      'millrace_activities_completed_total{definition="repair"} 2',
    ]);
    expect(app.scrape('millrace_tasks_completed')).toEqual([
      'millrace_tasks_completed_total{definition="repair",outcome="broken"} 1',
    ]);
    expect(app.scrape('millrace_instances_in_memory')).toEqual(['millrace_instances_in_memory 1']);
  });

  it('count incidents that were raised, and show those that are open – after a restart too', async () => {
    const disk = new ModelDisk();
    let id: InstanceId;
    {
      await using app = await open({ disk });
      id = await app.start();
      await app.look('broken');
      await app.mend(discard('no such press'));
      expect(app.scrape('millrace_incidents')).toEqual([
        'millrace_incidents_raised_total{code="process.job-failed",definition="repair"} 1',
        'millrace_incidents_open 1',
      ]);
    }
    await using app = await open({ disk });
    expect(app.scrape('millrace_incidents')).toEqual(['millrace_incidents_open 1']);
    const [incident] = await app.process.queries.incidents({ limit: 1 });
    await app.process.engine.command(id, { type: 'retry', token: incident?.token ?? 0 }, 'olga');
    expect(app.scrape('millrace_incidents')).toEqual(['millrace_incidents_open 0']);
  });

  it('count a command that found its instance changed by another server', async () => {
    const disk = new ModelDisk();
    await using first = await open({ disk });
    await using second = await open({ disk });
    const id = await first.start();
    await second.process.engine.state(id);
    await second.look('broken');
    await first.process.engine.command(id, { type: 'cancel' }, 'olga');
    expect(first.scrape('millrace_instance_conflicts')).toEqual([
      'millrace_instance_conflicts_total{definition="repair"} 1',
    ]);
    expect(second.scrape('millrace_instance_conflicts')).toEqual([]);
  });
});

describe('the log of processes', () => {
  it('has one line for the start, each task and the end of an instance', async () => {
    await using app = await open();
    const instance = formatInstanceId(await app.start());
    const task = formatJobId(await app.look('fine'));
    const about = { level: 'info', instance, definition: 'repair', version: 1, businessKey: 'press-1' };
    expect(app.lines).toMatchObject([
      { ...about, actor: 'olga', msg: 'a process instance was started' },
      { ...about, task, outcome: 'fine', actor: 'dana', msg: 'a task was completed' },
      { ...about, status: 'completed', actor: 'dana', msg: 'a process instance ended' },
    ]);
  });

  it('has one line for an incident, and one for the job that raised it', async () => {
    await using app = await open({ level: 'warn' });
    const instance = formatInstanceId(await app.start());
    await app.look('broken');
    await app.mend(discard('no such press'));
    expect(app.lines).toMatchObject([
      {
        instance,
        node: 'mend',
        code: 'process.job-failed',
        reason: 'no such press',
        msg: 'a process instance is stuck; it waits for a person to help',
      },
      { kind: 'press.mend', reason: 'no such press' },
    ]);
  });

  it('has lines for activities only where everything is to be seen', async () => {
    await using app = await open({ level: 'debug' });
    await app.start();
    await app.look('fine');
    expect(app.lines.filter(({ level }) => level === 'debug')).toMatchObject([
      { activity: 'look', outcome: 'fine', msg: 'an activity was completed' },
    ]);
  });
});
