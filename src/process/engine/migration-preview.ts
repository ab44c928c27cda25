/** What a migration would do to one instance, without doing it. */
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import type { NextId } from '../../kernel/ids.ts';
import { advance } from '../core/advance.ts';
import type { Definition } from '../core/definition.ts';
import type { MigrationProblem } from '../core/migration-plan.ts';
import type { ProcessState, Token, Wait } from '../core/state.ts';

/** What becomes of one token: where it goes on, what it still waits for, and what listens beside it from then on or no more. */
export type TokenPreview = {
  readonly token: number;
  readonly from: string;
  readonly to: string;
  readonly waitsFor: Wait['for'];
  readonly armed: readonly string[];
  readonly disarmed: readonly string[];
};
export type MigrationPreview = {
  readonly tokens: readonly TokenPreview[];
  readonly problems: readonly MigrationProblem[];
};

export type Migrated = {
  readonly definition: Definition;
  readonly state: ProcessState;
  readonly target: Definition;
  readonly nodes: Readonly<Record<string, string>>;
};
type At = { readonly now: Instant; readonly nextId: NextId; readonly timeZone: string };

export function previewOf({ definition, state, target, nodes }: Migrated, at: At): MigrationPreview {
  const command = { type: 'migrate', version: target.version, nodes } as const;
  try {
    const after = advance(definition, state, { ...at, command, target }).state;
    const tokens = state.tokens.flatMap((before) => {
      const token = after.tokens.find(({ id }) => id === before.id);
      return token === undefined ? [] : [tokenPreview(before, token)];
    });
    return { tokens, problems: [] };
  } catch (error) {
    if (!isMillraceError(error, 'process.cannot-migrate')) throw error;
    const errors = error.details.errors as readonly { readonly element: string; readonly message: string }[];
    return { tokens: [], problems: errors.map(({ element: node, message: problem }) => ({ node, problem })) };
  }
}

function tokenPreview(before: Token, after: Token): TokenPreview {
  // What is kept has kept its job, its name and key; what is new has others, or is one more.
  const listensAs = ({ node: _, ...listening }: NonNullable<Token['armed']>[number]) => JSON.stringify(listening);
  const then = (before.armed ?? []).map((each) => ({ node: each.node, as: listensAs(each) }));
  const now = (after.armed ?? []).map((each) => ({ node: each.node, as: listensAs(each) }));
  const without = (list: typeof then, other: typeof then) =>
    list.filter(({ as }) => !other.some((each) => each.as === as)).map(({ node }) => node);
  return {
    token: before.id,
    from: before.node,
    to: after.node,
    waitsFor: after.wait.for,
    armed: without(now, then),
    disarmed: without(then, now),
  };
}
