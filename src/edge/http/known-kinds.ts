/** Which kinds work may be brought for from outside: known ones that are not the server's own. */
import { MillraceError } from '../../kernel/errors.ts';
import type { Services } from '../services.ts';

export const KIND_ERRORS = ['job.unknown-kind', 'job.internal-kind'] as const;

/** Throws `job.internal-kind` and `job.unknown-kind`. What another server has just heard of is looked up first. */
export async function requireKinds({ jobs: { kinds } }: Services, names: Iterable<string>): Promise<void> {
  for (const kind of new Set(names)) {
    if (kinds.isInternal(kind)) throw new MillraceError('job.internal-kind', { kind });
    if (kinds.isKnown(kind)) continue;
    await kinds.refresh();
    if (!kinds.isKnown(kind)) throw new MillraceError('job.unknown-kind', { kind });
  }
}
