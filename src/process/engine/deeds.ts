/** What an operation does to one instance: the commands that are given to it, and which refusals mean that there is nothing to do. */
import { isMillraceError } from '../../kernel/errors.ts';
import type { Command } from '../core/command.ts';
import type { ProcessState } from '../core/state.ts';
import type { Deed } from './operation.ts';

/** `mark` tells the commands to one instance apart. */
export type Order = { readonly mark: string; readonly command: Command };

export function ordersOf(deed: Deed, version: number, state: ProcessState): readonly Order[] {
  const once = (command: Command): Order[] => [{ mark: '', command }];
  switch (deed.what) {
    case 'suspend':
    case 'cancel': {
      const { what: type, ...why } = deed;
      return once({ type, ...why });
    }
    case 'resume':
      return once({ type: 'resume' });
    case 'variables': {
      const { what: type, ...change } = deed;
      return once({ type, ...change });
    }
    case 'retry': {
      const { what: type, ...change } = deed;
      const stuck = state.tokens.filter(({ wait }) => wait.for === 'help').map(({ id }) => id);
      const beside = (state.failures ?? []).map(({ id }) => id);
      return [...stuck, ...beside].map((token) => ({ mark: String(token), command: { type, token, ...change } }));
    }
    case 'move': {
      const { what: type, from, to } = deed;
      const there = state.tokens.filter(({ node }) => node === from);
      return there.map(({ id: token }) => ({ mark: String(token), command: { type, token, to } }));
    }
    case 'migrate': {
      const { what: type, ...migration } = deed;
      return version === deed.version ? [] : once({ type, ...migration });
    }
    default:
      return deed satisfies never;
  }
}

const NOTHING_TO_DO = {
  suspend: 'process.suspended',
  resume: 'process.not-suspended',
  retry: 'process.no-incident',
  move: 'process.unknown-token',
  cancel: 'process.not-active',
  variables: 'process.not-active',
  migrate: 'process.not-active',
} as const satisfies Record<Deed['what'], string>;

/** Whether it is so already, or over. */
export const isSkipped = ({ what }: Deed, error: unknown): boolean =>
  isMillraceError(error, NOTHING_TO_DO[what]) ||
  isMillraceError(error, 'process.not-active') ||
  isMillraceError(error, 'process.unknown-instance');
