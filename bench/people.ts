/** `npm run bench -- people [part]`: what people wait for; the parts are in people/. */
import { taskLists } from './people/task-lists.ts';

export async function run([only, count]: readonly string[]): Promise<void> {
  if (only === undefined || only.startsWith('tasks')) await taskLists(count === undefined ? undefined : Number(count));
}
