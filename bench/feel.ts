/** How fast expressions and decisions are: `npm run bench -- feel`. */
import { conditionFigures } from './feel/conditions.ts';
import { tableFigure } from './feel/table.ts';
import { print } from './figure.ts';

export async function run(): Promise<void> {
  for (const figure of await conditionFigures()) print(figure);
  print(await tableFigure());
}
