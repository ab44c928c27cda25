/** Who calls, as the edge sees it. */

export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly roles: readonly string[];
};

export const ADMINISTRATOR = 'administrator';

/** A call of a public route without credentials. */
export const NOBODY: Principal = { id: 'nobody', name: '', kind: 'service', roles: [] };
/** Whoever calls while MILLRACE_AUTH is off. */
export const LOCAL: Principal = {
  id: 'local',
  name: 'Local user',
  kind: 'person',
  roles: [ADMINISTRATOR, 'operator', 'engineer', 'technologist'],
};
