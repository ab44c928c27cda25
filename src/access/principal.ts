/** Who acts: a person of the plant, or a service. Every history row names one. */
import { defineFamily, type RowOf } from '../store/family.ts';

export type Principal = {
  /** Short and readable, for example dana; unique for ever. */
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly string[];
};

export const personFamily = defineFamily({
  name: 'person',
  columns: {
    id: 'text',
    name: 'text',
    email: 'text?',
    /** JSON list. */
    roles: 'text',
    stamp: 'integer',
    updatedAt: 'integer',
  },
  key: ['id'],
});
export type PersonRow = RowOf<typeof personFamily>;

export const personOf = ({ id, name, email, roles }: PersonRow): Principal => ({
  id,
  kind: 'person',
  name,
  email,
  roles: JSON.parse(roles) as string[],
});
