/** `npm run bench -- people [part]`: what people wait for, and those who mend what they work on; the parts are in people/. */
import { analytics } from './people/analytics.ts';
import { migrate } from './people/migrate.ts';
import { taskLists } from './people/task-lists.ts';

export async function run([only, count]: readonly string[]): Promise<void> {
  if (only === undefined || only.startsWith('tasks')) await taskLists(count === undefined ? undefined : Number(count));
  if (only === undefined || only === 'migrate') await migrate();
  if (only === undefined || only === 'analytics') await analytics(count === undefined ? undefined : Number(count));
}
