/** Guards: a failed one rejects its unit and no other; they see what was committed before, also in the same batch. */
import assert from 'node:assert/strict';
import type { CommitVerdict } from '../../store/unit.ts';
import { add, isAbsent, isEqual, put, remove, set } from '../../store/unit.ts';
import { aMachine, commitOne, guarded, machine, openEmpty, output, type StoreCase, unit } from './parts.ts';

const countOf = (verdicts: readonly (readonly CommitVerdict[])[], verdict: CommitVerdict): number =>
  verdicts.flat().filter((one) => one === verdict).length;

export const guardCases: readonly StoreCase[] = [
  {
    name: 'rejects only the unit whose guard fails',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1 }))));
      const verdicts = await opened.store.commit([
        guarded([isAbsent(machine, [2])], put(machine, aMachine({ id: 2 }))),
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, state: 'overwritten' }))),
        guarded([isEqual(machine, [1], ['version', 1])], set(machine, [1], { version: 2 })),
        guarded([isEqual(machine, [1], ['version', 9])], set(machine, [1], { version: 10 })),
        unit(put(machine, aMachine({ id: 3 }))),
      ]);
      assert.deepEqual(verdicts, ['ok', 'conflict', 'ok', 'conflict', 'ok']);
      assert.deepEqual(await opened.store.select(machine, { limit: 10 }), [
        aMachine({ id: 1, version: 2 }),
        aMachine({ id: 2 }),
        aMachine({ id: 3 }),
      ]);
    },
  },
  {
    name: 'checks every guard of a unit',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1 })), put(machine, aMachine({ id: 2 }))));
      const first = isEqual(machine, [1], ['version', 1]);
      const state = (value: string) => isEqual(machine, [1], ['state', value]);
      const verdicts = await opened.store.commit([
        guarded([first, state('ready'), isEqual(machine, [2], ['version', 2])]),
        guarded([first, state('busy'), isEqual(machine, [2], ['version', 1])]),
        guarded([first, state('ready'), isEqual(machine, [2], ['version', 1]), isAbsent(output, ['x', 1])]),
      ]);
      assert.deepEqual(verdicts, ['conflict', 'conflict', 'ok']);
    },
  },
  {
    name: 'compares text, real and null columns in guards',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1, state: "O'Neil", weight: 0.1, order: null }))));
      const verdicts = await opened.store.commit([
        guarded([isEqual(machine, [1], ['state', "O'Neil"])]),
        guarded([isEqual(machine, [1], ['state', "o'neil"])]),
        guarded([isEqual(machine, [1], ['weight', 0.1])]),
        guarded([isEqual(machine, [1], ['weight', 0.2])]),
        guarded([isEqual(machine, [1], ['order', null])]),
        guarded([isEqual(machine, [1], ['order', ''])]),
        guarded([isEqual(machine, [1], ['state', ''])]),
        guarded([isEqual(machine, [2], ['order', null])]),
      ]);
      assert.deepEqual(verdicts, ['ok', 'conflict', 'ok', 'conflict', 'ok', 'conflict', 'conflict', 'conflict']);
    },
  },
  {
    name: 'lets guards see the earlier units of the same call',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const version = (value: number) => isEqual(machine, [1], ['version', value]);
      const verdicts = await opened.store.commit([
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, version: 1 }))),
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, version: 100 }))),
        guarded([version(1)], set(machine, [1], { version: 2 })),
        guarded([version(1)], set(machine, [1], { version: 200 })),
        guarded([version(2)], set(machine, [1], { order: 'not the guarded column' })),
        guarded([version(2)], remove(machine, [1])),
        guarded([version(2)], set(machine, [1], { version: 3 })),
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, version: 4 }))),
        guarded([version(4)]),
        guarded([isAbsent(output, ['press', 1])], add(output, ['press', 1], { good: 2 })),
        guarded([isEqual(output, ['press', 1], ['good', 2])], add(output, ['press', 1], { good: 3 })),
        guarded([isEqual(output, ['press', 1], ['good', 5]), isEqual(output, ['press', 1], ['bad', 0])]),
        guarded([isAbsent(output, ['press', 1])]),
      ]);
      assert.deepEqual(verdicts, [
        'ok',
        'conflict',
        'ok',
        'conflict',
        'ok',
        'ok',
        'conflict',
        'ok',
        'ok',
        'ok',
        'ok',
        'ok',
        'conflict',
      ]);
      assert.deepEqual(await opened.store.get(machine, [1]), aMachine({ id: 1, version: 4 }));
      assert.equal((await opened.store.get(output, ['press', 1]))?.good, 5);
    },
  },
  {
    name: 'does not let guards see the writes of a rejected unit',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const verdicts = await opened.store.commit([
        guarded([isEqual(machine, [7], ['version', 1])], put(machine, aMachine({ id: 1 }))),
        guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, state: 'second' }))),
        guarded([isEqual(machine, [1], ['state', 'second'])]),
      ]);
      assert.deepEqual(verdicts, ['conflict', 'ok', 'ok']);
    },
  },
  {
    name: 'lets guards see the calls that were made before, without waiting for their answers',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const chain = Array.from({ length: 100 }, (_, version) =>
        opened.store.commit([
          version === 0
            ? guarded([isAbsent(machine, [1])], put(machine, aMachine({ id: 1, version: 0 })))
            : guarded([isEqual(machine, [1], ['version', version - 1])], set(machine, [1], { version })),
        ]),
      );
      assert.equal(countOf(await Promise.all(chain), 'ok'), 100);
      assert.equal((await opened.store.get(machine, [1]))?.version, 99);
    },
  },
  {
    name: 'lets one of many win who race to be the first, per key',
    run: async (open) => {
      await using opened = await openEmpty(open);
      const racers = Array.from({ length: 120 }, (_, racer) =>
        opened.store.commit([
          guarded([isAbsent(machine, [racer % 4])], put(machine, aMachine({ id: racer % 4, version: racer }))),
        ]),
      );
      const verdicts = await Promise.all(racers);
      assert.equal(countOf(verdicts, 'ok'), 4);
      const rows = await opened.store.select(machine, { limit: 10 });
      assert.deepEqual(
        rows.map(({ version }) => verdicts[version]),
        [['ok'], ['ok'], ['ok'], ['ok']],
      );
    },
  },
  {
    name: 'lets one of many win who race to move a row from one version to the next',
    run: async (open) => {
      await using opened = await openEmpty(open);
      await commitOne(opened.store, unit(put(machine, aMachine({ id: 1, version: 0 }))));
      for (let version = 0; version < 5; version++) {
        const racers = Array.from({ length: 40 }, () =>
          opened.store.commit([
            guarded([isEqual(machine, [1], ['version', version])], set(machine, [1], { version: version + 1 })),
          ]),
        );
        assert.equal(countOf(await Promise.all(racers), 'ok'), 1);
      }
      assert.equal((await opened.store.get(machine, [1]))?.version, 5);
    },
  },
];
