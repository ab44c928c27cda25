/** Who acts: a person of the plant, or a service. Every history row names one. */
import { defineFamily, type RowOf } from '../store/family.ts';

export type Principal = {
  /** Short and readable, for example dana; unique for ever. */
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly name: string;
  readonly email: string | null;
  /** In which mails are written to this person; null: nobody has said. */
  readonly language: string | null;
  readonly roles: readonly string[];
};

export const personFamily = defineFamily({
  name: 'person',
  columns: {
    id: 'text',
    name: 'text',
    email: 'text?',
    language: 'text?',
    /** JSON list. */
    roles: 'text',
    stamp: 'integer',
    updatedAt: 'integer',
  },
  key: ['id'],
});
export type PersonRow = RowOf<typeof personFamily>;

export const personOf = ({ id, name, email, language, roles }: PersonRow): Principal => ({
  id,
  kind: 'person',
  name,
  email,
  language,
  roles: JSON.parse(roles) as string[],
});
