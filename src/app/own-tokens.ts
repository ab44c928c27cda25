/**
 * Tokens that a server makes for what belongs to it: the command line of its machine, the simulated plant. Each says in its
 * name whose it is. It is revoked at the stop; what a killed server leaves is revoked when one of its name starts, and runs
 * out by itself otherwise.
 */
import type { Credentials } from '../access/credentials.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';

export const OWN_TOKEN_MS = 24 * 3_600_000;
const RENEW_MS = 3_600_000;
const SYSTEM = 'system';

export type OwnTokenParts = {
  readonly credentials: Credentials;
  readonly store: Pick<Store, 'now'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Who uses it. */
  readonly user: 'command line' | 'demo plant';
  /** The server's. */
  readonly name: string;
};

export async function openOwnToken(parts: OwnTokenParts): Promise<Service & { readonly token: string }> {
  const { credentials, store, clock, log, user, name } = parts;
  await revokeLeftBehind(parts);
  const { token, id } = await credentials.createToken(
    { name: tokenName(user, name), roles: ['administrator'], expiresAt: store.now() + OWN_TOKEN_MS },
    SYSTEM,
  );
  const renewing = startLoop({
    round: async (signal) => {
      await clock.sleep(RENEW_MS, signal);
      if (!signal.aborted) await credentials.prolongToken(id, store.now() + OWN_TOKEN_MS);
    },
    onError: (error) => log.error({ err: error, user }, 'a token of this server could not be prolonged'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({ token }, async () => {
    await renewing.close();
    await credentials.revokeToken(id, SYSTEM);
  });
}

const tokenName = (user: string, name: string): string => `${user} of ${name}`;

/** Of an earlier server of this name that was killed. Releases before named them by their user only. */
async function revokeLeftBehind({ credentials, user, name }: OwnTokenParts): Promise<void> {
  for (const token of await credentials.tokens()) {
    const isLeft = token.name === tokenName(user, name) || token.name === user;
    if (token.createdBy === SYSTEM && isLeft) await credentials.revokeToken(token.id, SYSTEM);
  }
}
