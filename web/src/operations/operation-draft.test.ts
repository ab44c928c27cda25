/** What is asked for when something is done to many instances. */
import { describe, expect, it } from 'vitest';
import { emptyDraft, operationOf } from './operation-draft.ts';

const chosen = { definition: 'repair', status: 'active' } as const;
const added = (name: string, text: string) => ({ name, text, before: undefined, isGone: false });

describe('an operation that is being written', () => {
  it('is nothing yet while something is missing', () => {
    for (const what of ['variables', 'move'] as const) expect(operationOf(emptyDraft(what), chosen)).toBeUndefined();
    expect(operationOf(emptyDraft('migrate'), { status: 'active' })).toBeUndefined();
    expect(operationOf({ ...emptyDraft('move'), from: 'look', to: 'look' }, chosen)).toBeUndefined();
    const wrong = { ...emptyDraft('retry'), variables: [added('limit', 'four')] };
    expect(operationOf(wrong, chosen)).toBeUndefined();
  });

  it('says what is done to which instances', () => {
    expect(operationOf({ ...emptyDraft('suspend'), reason: ' moved ' }, chosen)).toEqual({
      ...{ what: 'suspend', reason: 'moved', filter: chosen },
    });
    expect(operationOf(emptyDraft('retry'), chosen)).toEqual({
      what: 'retry',
      filter: { ...chosen, hasIncident: true },
    });
    const variables = {
      ...emptyDraft('variables'),
      variables: [added('limit', '4')],
      remove: 'note, ,old',
      atNode: 'look',
    };
    expect(operationOf(variables, chosen)).toEqual({
      ...{ what: 'variables', set: { limit: 4 }, remove: ['note', 'old'], filter: { ...chosen, atNode: 'look' } },
    });
    expect(operationOf({ ...emptyDraft('migrate'), version: 2, nodes: { look: 'see' } }, chosen)).toEqual({
      ...{ what: 'migrate', version: 2, nodes: { look: 'see' }, filter: chosen },
    });
  });
});
