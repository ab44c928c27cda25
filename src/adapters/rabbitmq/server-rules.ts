/** What differs between the releases of RabbitMQ that this adapter runs on. */
import { MillraceError } from '../../kernel/errors.ts';

/** What the server says of itself when a connection is made. */
export type ServerProperties = { readonly product?: string | undefined; readonly version?: string | undefined };

export type ServerRules = {
  readonly version: string;
  /**
   * How a message goes back to its queue unstarted. From 4.3 on a nack leaves the count of deliveries as it is, while a
   * reject raises it; before, both raise it.
   */
  readonly giveBackBy: 'reject' | 'nack';
};

/** Quorum queues dead-letter at least once, and their messages expire, from here on. */
const OLDEST = [3, 10] as const;
const NACK_COUNTS_NOT = [4, 3] as const;

/** Throws `bus.unsupported-server`. */
export function rulesOf({ product = '', version = '' }: ServerProperties): ServerRules {
  if (product !== 'RabbitMQ' || !isAtLeast(version, OLDEST)) {
    const found = `${product} ${version}`.trim() || 'a server that does not say what it is';
    throw new MillraceError('bus.unsupported-server', { found, oldest: OLDEST.join('.') });
  }
  return { version, giveBackBy: isAtLeast(version, NACK_COUNTS_NOT) ? 'nack' : 'reject' };
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor = '0', foundMinor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor);
}
