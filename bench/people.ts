/** People, and those who mend what they work on. */
import { migrate } from './people/migrate.ts';

const figures: Readonly<Record<string, () => Promise<void>>> = { migrate };

/** All figures, or the one that is named. */
export async function run([name]: readonly string[]): Promise<void> {
  for (const [key, measure] of Object.entries(figures)) if (name === undefined || name === key) await measure();
}
