/** The durable rows of modules that services do, so that every server on the store knows them, also after a restart. */
import { defineFamily, type RowOf } from '../../../store/family.ts';

/** A row is never deleted: one that was removed says so to steps that still wait for it, and its version goes on counting. */
export const moduleFamily = defineFamily({
  name: 'module',
  columns: {
    name: 'text',
    /** Counts what was registered under the name; a guard on it sees every change. */
    version: 'integer',
    /** The message service that does its steps. */
    service: 'text',
    /** JSON of ModuleForm. */
    form: 'text',
    registeredAt: 'integer',
    registeredBy: 'text',
    /** When its service last said that it is there; null: never. */
    heardAt: 'integer?',
    removedAt: 'integer?',
    removedBy: 'text?',
  },
  key: ['name'],
});
export type ModuleRow = RowOf<typeof moduleFamily>;
