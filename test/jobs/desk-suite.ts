/**
 * What every desk must do, as a list of named cases; the docstrings of src/jobs/desk.ts are the promises, this is the
 * proof. Behind each desk is a queue that the case can look at and fill; time stands still until the case moves it.
 */
import { claimCases } from './desk-suite/claiming.ts';
import type { DeskCase } from './desk-suite/parts.ts';
import { settleCases } from './desk-suite/settling.ts';
import { workerCases } from './desk-suite/workers.ts';

export type { DeskWorld, OpenDeskWorld } from './desk-suite/parts.ts';

export const deskSuite: readonly DeskCase[] = [...claimCases, ...settleCases, ...workerCases];
