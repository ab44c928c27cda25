/**
 * A view is a question that the database keeps under a name, for people and programs that read its tables by SQL. It is
 * declared as data by the domain that owns the tables it asks; each SQL adapter writes it in its dialect when a store is
 * opened. Millrace itself asks no view. Stores without SQL have none.
 */
import type { Area, Family } from './family.ts';

/** Text stands as it is; a table, and an instant out of an expression in milliseconds, are written by the adapter. */
export type ViewPart = string | { readonly table: string } | { readonly instant: string };
export type ViewSql = readonly ViewPart[];

export type View = {
  /** snake_case; no table has it. */
  readonly name: string;
  /** All tables that it asks are of this area. */
  readonly area: Area;
  readonly sql: ViewSql;
};

export type ViewDialect = {
  readonly table: (name: string) => string;
  /** An instant as the database's tools read it, from an expression in milliseconds since 1970; null stays null. */
  readonly instant: (milliseconds: string) => string;
};

/** SQL with tables, instants and other SQL in it; what is inserted as text is SQL as well. */
export function sql(texts: TemplateStringsArray, ...inserted: readonly (ViewPart | ViewSql)[]): ViewSql {
  return texts.flatMap((text, place): ViewPart[] => {
    const part = inserted[place] ?? '';
    return [text, ...(isSql(part) ? part : [part])];
  });
}

export const table = ({ name }: Pick<Family, 'name'>): ViewPart => ({ table: name });
export const instant = (milliseconds: string): ViewPart => ({ instant: milliseconds });
/** One after the other, with this between them. */
export const joined = (all: readonly ViewSql[], between: string): ViewSql =>
  all.flatMap((one, place) => (place === 0 ? one : [between, ...one]));

export function viewSql({ sql: parts }: View, dialect: ViewDialect): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'table' in part ? dialect.table(part.table) : dialect.instant(part.instant);
    })
    .join('');
}

const isSql = (part: ViewPart | ViewSql): part is ViewSql => Array.isArray(part);
