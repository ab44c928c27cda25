/** What the server of a broker says of itself, beside what clients see. */
import type { Instant } from '../../kernel/clock.ts';

export type ServerQueue = {
  readonly name: string;
  /** Its type: classic, quorum, stream. */
  readonly type: string;
  readonly messages: number;
  readonly consumers: number;
  /** When the message that waits longest was made; undefined where the server does not know. */
  readonly oldestAt?: Instant;
  /** Messages a second that come in and that are handed out. */
  readonly inRate: number;
  readonly outRate: number;
};

export type ServerReport = {
  readonly product: string;
  readonly version: string;
  readonly node: string;
  readonly virtualHost: string;
  readonly exchanges: readonly { readonly name: string; readonly type: string }[];
  readonly bindings: readonly { readonly from: string; readonly to: string; readonly key: string }[];
  readonly queues: readonly ServerQueue[];
  readonly connections: readonly {
    readonly name: string;
    readonly user: string;
    readonly peer: string;
    readonly state: string;
    readonly channels: number;
  }[];
  /** Messages a second, of the whole virtual host. */
  readonly rates: { readonly published: number; readonly delivered: number; readonly acked: number };
};

/** `absent`: nobody answers there, and why. */
export type ServerInspection =
  | { readonly url: string; readonly report: ServerReport }
  | { readonly url: string; readonly absent: string };
