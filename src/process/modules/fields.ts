/** Parts that the configurations of several modules have. */
import { z } from 'zod';
import { parseDuration } from '../../kernel/duration.ts';

export const name = z.string().regex(/^[A-Za-z_][\w.-]{0,99}$/, 'must be a name of letters, digits, "_", "." and "-"');

/** "30s" → milliseconds. */
export const timeout = (longest: string) =>
  z
    .string()
    .max(40)
    .transform((text, context): number => {
      try {
        const ms = parseDuration(text);
        if (ms > 0 && ms <= parseDuration(longest)) return ms;
      } catch {
        // said below
      }
      context.addIssue({ code: 'custom', message: `must be a duration up to ${longest}, such as "30s"` });
      return z.NEVER;
    });
