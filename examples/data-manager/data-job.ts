/** What a data job is asked for with. */
import { z } from 'zod';

export const DataJob = z.object({
  jobId: z.string().min(1).max(100),
  jobType: z.string().min(1).max(100),
  payload: z.record(z.string(), z.unknown()).default({}),
});
export type DataJob = z.output<typeof DataJob>;
