/** What the built-in tests look at where readings come over a subscription. */
import type { Check } from '../../kernel/check.ts';
import type { SubscriptionState } from './subscription-port.ts';

/** `state` is undefined in a server that leaves the subscription to another one. */
export const mqttCheck = (state: () => SubscriptionState | undefined): Check => ({
  path: 'measurements/mqtt',
  purpose: 'The server that readings come from is reached.',
  intervalMs: 10_000,
  timeoutMs: 5_000,
  run: async () => {
    const now = state();
    if (now === undefined) return { verdict: 'pass', reason: 'Another server of this plant takes these readings in.' };
    const { isConnected, problem, reconnects } = now;
    return isConnected
      ? { verdict: 'pass', reason: `Subscribed, connected anew ${reconnects} times.` }
      : { verdict: 'fail', reason: `It cannot be reached and is tried again${problem ? `: ${problem}` : ''}.` };
  },
});
