/** `process.migrate`: instances that wait at a task, brought to the next version of their definition by one operation. */

import { systemClock } from '../../src/kernel/clock.ts';
import type { JobId } from '../../src/kernel/ids.ts';
import { note, print } from '../figure.ts';
import { onSqlite, openBenchSpine } from '../process/stores.ts';

const INSTANCES = 50_000;
const AT_ONCE = 1_000;
const LOOK_MS = 20;
const KEY = 'bench-migrate';

const version = (role: string) => ({
  key: KEY,
  nodes: [
    { id: 'start', type: 'start', next: 'ask' },
    { id: 'ask', type: 'userTask', role, next: 'end' },
    { id: 'end', type: 'end' },
  ],
});

export async function migrate(): Promise<void> {
  await onSqlite(async (store) => {
    const spine = await openBenchSpine(store);
    const { definitions, engine, operations } = spine.process;
    await definitions.deploy(version('operator'), 'bench');
    const variables = { text: 'x'.repeat(200) };
    for (let started = 0; started < INSTANCES; started += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => engine.start({ definition: KEY, variables }, 'bench')));
    }
    const to = await definitions.deploy(version('engineer'), 'bench');
    note(`  ${INSTANCES} instances wait at a task`);
    const began = performance.now();
    const deed = { what: 'migrate', version: to.version, nodes: {} } as const;
    const begun = await operations.begin({ deed, filter: { definition: KEY }, dryRun: false }, 'bench');
    let row = begun;
    for (; row.endedAt === null; row = await operations.get(begun.id as JobId)) await systemClock.sleep(LOOK_MS);
    const seconds = (performance.now() - began) / 1_000;
    if (row.done !== INSTANCES) throw new Error(`only ${row.done} of ${INSTANCES} were migrated`);
    print({
      name: 'process.migrate',
      value: INSTANCES / seconds,
      unit: '1/s',
      setup: `sqlite, ${INSTANCES} instances that wait at a task, 200-byte payload, one operation from its begin to its end: counted, then migrated with their tasks, each in the history`,
    });
    await spine.close();
  });
}
