/** What an operator does to instances while they run, as it travels. */
import type { Variables } from './wire.ts';

/** Variables of one scope: those to set, each as a whole, and those to take away. */
export type VariableChange = { set?: Variables; remove?: string[]; scope?: number };
export type Move = { token: number; to: string };
/** To a version, by default the newest; `nodes`: what has another name there. */
export type MigrationRequest = { version?: number; nodes?: Record<string, string>; dryRun?: boolean };
export type MigrationAnswer = {
  from: number;
  to: number;
  tokens: {
    token: number;
    from: string;
    to: string;
    waitsFor: string;
    /** Events that listen beside it from then on, and those that listen no more. */
    armed: string[];
    disarmed: string[];
  }[];
  problems: { node: string; problem: string }[];
};
/** What is stuck counts as done; without an outcome, with its first. */
export type Resolution = { outcome?: string; variables?: Variables; comment?: string };
