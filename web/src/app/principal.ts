/** Who is signed in, for every component inside the shell. */
import { createContext, useContext } from 'react';
import type { Me } from '../api/access.ts';

export const PrincipalContext = createContext<Me | null>(null);

export function usePrincipal(): Me {
  const me = useContext(PrincipalContext);
  if (me === null) throw new Error('usePrincipal outside of the signed-in part of the user interface');
  return me;
}

/** An administrator may do what any role may. */
export const hasRole = (me: Pick<Me, 'roles'>, role: string): boolean =>
  me.roles.includes(role) || me.roles.includes('administrator');
