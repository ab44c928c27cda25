/** Who calls, as the edge sees it. */
import { MillraceError } from '../../kernel/errors.ts';
import type { Audience } from './route.ts';

export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly roles: readonly string[];
};

export const ADMINISTRATOR = 'administrator';
/** The role of tokens that machines carry; alone it opens nothing but what names it. */
const DEVICE = 'device';

/** A call of a public route without credentials. */
export const NOBODY: Principal = { id: 'nobody', name: '', kind: 'service', roles: [] };
/** Whoever calls while MILLRACE_AUTH is off. */
export const LOCAL: Principal = {
  id: 'local',
  name: 'Local user',
  kind: 'person',
  roles: [ADMINISTRATOR, 'operator', 'engineer', 'technologist'],
};

/** Throws `request.wrong-role` when the audience does not hold the caller. */
export function requireAudience(audience: Audience, { roles }: Principal): void {
  if (audience === 'public' || audience === 'signed-in' || roles.includes(ADMINISTRATOR)) return;
  const isIn =
    audience === 'readers' ? roles.some((role) => role !== DEVICE) : roles.some((role) => audience.includes(role));
  if (isIn) return;
  const needed =
    audience === 'readers' ? 'of a person or worker' : [...new Set([...audience, ADMINISTRATOR])].join(', ');
  throw new MillraceError('request.wrong-role', { needed, held: roles.length === 0 ? 'none' : roles.join(', ') });
}
