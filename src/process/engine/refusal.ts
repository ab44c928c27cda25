/** Whether what failed can succeed when it is tried again: the store was busy or closed, or others were faster each time. */
import { isMillraceError } from '../../kernel/errors.ts';

export const mayPass = (error: unknown): boolean =>
  !isMillraceError(error) || error.status >= 500 || error.code === 'store.conflict';

/** Of failures at several receivers the one to tell of: one that may pass goes first, so that it is tried again. */
export function throwFirst(failures: readonly unknown[]): void {
  if (failures.length > 0) throw failures.find(mayPass) ?? failures[0];
}
