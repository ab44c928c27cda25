/** What definitions need to know of modules: what one takes, and what it can end with. What it does is not their matter. */

export type ConfigProblem = {
  /** Where in the configuration: `headers.accept`; empty for the whole. */
  readonly path: string;
  readonly message: string;
};

export type ModuleFace = {
  /** What a step of this configuration can end with. */
  readonly outcomes: (config: unknown) => readonly string[];
  /** What is wrong with a configuration, as far as that is known before its expressions are evaluated. */
  readonly problems: (config: unknown) => readonly ConfigProblem[];
};

/** By name. */
export type ModuleFaces = {
  readonly get: (name: string) => ModuleFace | undefined;
  /** Reads those that were registered at another server. */
  readonly refresh?: () => Promise<void>;
};

/** The kind of the jobs that do the steps of a module. */
export const moduleKind = (name: string): string => `module.${name}`;
