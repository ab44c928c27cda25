/** Who may call a route. */
import { MillraceError } from '../../kernel/errors.ts';
import { ADMINISTRATOR, type Principal } from './principal.ts';

/**
 * public: everybody, signed in or not. signed-in: every person and service. readers: all of them but pure devices, whose
 * tokens lie about in machines. A list: one of these roles; an administrator may do what any role may.
 */
export type Audience = 'public' | 'signed-in' | 'readers' | readonly [string, ...string[]];

/** The role of tokens that machines carry; alone it opens nothing but what names it. */
const DEVICE = 'device';

/** Throws `access.forbidden` when the audience does not hold the caller. */
export function requireAudience(audience: Audience, { roles }: Principal): void {
  if (audience === 'public' || audience === 'signed-in' || roles.includes(ADMINISTRATOR)) return;
  const isIn =
    audience === 'readers' ? roles.some((role) => role !== DEVICE) : roles.some((role) => audience.includes(role));
  if (isIn) return;
  const needed = audience === 'readers' ? 'of a person or a worker' : withAdministrator(audience).join(' or ');
  throw new MillraceError('access.forbidden', { needed, held: [...roles] });
}

/** The audience in words. */
export function audienceText(audience: Audience): string {
  if (audience === 'public') return 'everybody';
  if (audience === 'signed-in') return 'everybody who is signed in';
  if (audience === 'readers') return 'everybody who is signed in, except devices';
  return withAdministrator(audience).join(', ');
}

const withAdministrator = (roles: readonly string[]): string[] => [...new Set([...roles, ADMINISTRATOR])];
