/** The language of definitions as a JSON Schema: editors complete and check by it while a definition is written. */
import { z } from 'zod';
import { definitionSource } from './source.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

let made: JsonSchema | undefined;

/** JSON Schema, draft 2020-12. It says what can be written; what can run is for the rules of a deployment to say. */
export function definitionJsonSchema(): JsonSchema {
  made ??= {
    $id: 'urn:millrace:definition',
    title: 'Millrace process definition',
    ...z.toJSONSchema(definitionSource, { io: 'input' }),
  };
  return made;
}
