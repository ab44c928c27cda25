/** What the service takes and answers. */
import { z } from 'zod';

export const Start = z.object({
  device: z.string().min(1).max(100),
  everyMs: z.int().min(1).max(60_000).default(1_000),
});
export const Stopped = z.object({ collectionId: z.string(), samples: z.int() });
export const CollectionState = z.object({
  collectionId: z.string(),
  device: z.string(),
  everyMs: z.int(),
  samples: z.int(),
  state: z.enum(['running', 'stopped']),
});
export type CollectionState = z.output<typeof CollectionState>;
export const Wanted = z.object({ last: z.int().min(0).default(10), follow: z.boolean().default(false) });
export type Sample = { readonly seq: number; readonly at: number; readonly value: number };
