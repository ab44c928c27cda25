/** Settings of steps: what is shown, what an entry of the history says, and what a change sends. */
import { describe, expect, it } from 'vitest';
import { changeOf, changesOf, settableSteps } from './settable.ts';

const SOURCE = {
  key: 'repair',
  nodes: [
    { id: 'start', type: 'start' },
    {
      id: 'inner',
      type: 'subProcess',
      nodes: [{ id: 'look', type: 'userTask', role: 'operator', due: '4h' }],
    },
    { id: 'ask', type: 'module', module: 'http', config: { url: 'https://erp.example', timeout: '5s' } },
  ],
};
const SETTABLE = { look: ['role', 'due', 'notify'], ask: ['config'] };

describe('settings of steps', () => {
  it('are shown beside what the definition says, also inside of sub-processes, with who set them last', () => {
    const history = [
      {
        at: '2026-01-03T00:00:00.000Z',
        by: 'prs_2',
        before: { look: { role: 'engineer' } },
        after: { look: { due: '1h', role: 'engineer' } },
      },
      { at: '2026-01-02T00:00:00.000Z', by: 'prs_1', before: {}, after: { look: { role: 'engineer' } } },
    ];
    const settings = {
      steps: { look: { role: 'engineer', due: '1h' }, ask: { config: { timeout: '9s' } } },
      settable: SETTABLE,
    };
    const [look, ask] = settableSteps({ source: SOURCE, settings, history });
    expect(look?.rows).toEqual([
      {
        setting: 'role',
        isConfig: false,
        defined: 'operator',
        set: 'engineer',
        by: { id: 'prs_1', at: '2026-01-02T00:00:00.000Z' },
      },
      {
        setting: 'due',
        isConfig: false,
        defined: '4h',
        set: '1h',
        by: { id: 'prs_2', at: '2026-01-03T00:00:00.000Z' },
      },
      { setting: 'notify', isConfig: false, defined: undefined, set: undefined },
    ]);
    expect(ask?.rows).toMatchObject([
      { setting: 'url', defined: 'https://erp.example', set: undefined },
      { setting: 'timeout', defined: '5s', set: '9s' },
    ]);
  });

  it('are told value by value in the history', () => {
    const entry = {
      before: { ask: { config: { timeout: '9s', url: 'x' } } },
      after: { ask: { config: { url: 'x' } }, look: { role: 'engineer' } },
    };
    expect(changesOf(entry)).toEqual([
      { step: 'ask', setting: 'timeout', before: '9s', after: undefined },
      { step: 'look', setting: 'role', before: undefined, after: 'engineer' },
    ]);
  });

  it('are taken away when they are empty or equal the definition, and else sent as a whole', () => {
    const [look, ask] = settableSteps({ source: SOURCE, settings: { steps: {}, settable: SETTABLE }, history: [] });
    expect(changeOf(look?.rows ?? [], { role: 'operator', due: '2h', notify: undefined })).toEqual({
      role: null,
      due: '2h',
      notify: null,
    });
    expect(changeOf(ask?.rows ?? [], { url: 'https://erp.example', timeout: '7s' })).toEqual({
      config: { timeout: '7s' },
    });
    expect(changeOf(ask?.rows ?? [], { url: 'https://erp.example', timeout: '5s' })).toEqual({ config: null });
  });
});
