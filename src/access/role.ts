/** What a principal may do. People are operators, engineers, technologists or administrators; services are workers or devices; a plant adds roles of its own by naming them. */
import { MillraceError } from '../kernel/errors.ts';
import { isPlainName } from '../kernel/recipient-name.ts';

export const PEOPLE_ROLES = ['operator', 'engineer', 'technologist', 'administrator'] as const;
export const MAX_ROLES = 20;

/** Throws `access.invalid-role`. */
export function requireRoles(roles: readonly string[]): readonly string[] {
  const wrong = roles.find((role) => !isPlainName(role));
  if (wrong !== undefined || roles.length > MAX_ROLES)
    throw new MillraceError('access.invalid-role', { role: wrong ?? `${roles.length} roles` });
  return [...new Set(roles)];
}
