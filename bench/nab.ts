/** How well anomalies are found in the series of NAB: `npm run bench -- nab [planted]`. */
import { print } from './figure.ts';
import { nabFigures, notePlanted } from './measurements/nab.ts';

export async function run([part]: readonly string[] = []): Promise<void> {
  if (part === 'planted') notePlanted();
  else for (const figure of nabFigures()) print(figure);
}
