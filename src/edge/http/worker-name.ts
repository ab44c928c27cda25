/** Who holds a job: the name that a worker gives itself, and whose token it has. */
import { z } from 'zod';
import type { Principal } from './principal.ts';

export const workerName = z
  .string()
  .max(200)
  .regex(/^[\w.:/+-]+$/, 'has letters, digits and . _ : / + - only')
  .describe('The same in all calls of one worker process, and of no other.');

export const workerOf = (name: string, principal: Principal): string => `${name}@${principal.id}`;
