/** Secrets by name, as the environment has them: definitions name them, and nothing else of them leaves the process. */

export type Secrets = ReadonlyMap<string, string>;

const PREFIX = 'MILLRACE_SECRET_';

/** The variable that holds a secret: `erp-key` is MILLRACE_SECRET_ERP_KEY. */
export const variableOf = (secret: string): string => `${PREFIX}${secret.toUpperCase().replaceAll('-', '_')}`;

/** All secrets of an environment, by the variable. */
export const secretsIn = (environment: Readonly<Record<string, string>>): Secrets =>
  new Map(Object.entries(environment).filter(([name]) => name.startsWith(PREFIX)));
