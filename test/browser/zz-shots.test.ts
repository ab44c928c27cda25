import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { addPress, overheat, setUpPlant } from './plant.ts';
import { addMachines } from './machines.ts';
import { startProduct } from './product.ts';
import { launchBrowser, Reader } from './reader.ts';
it('serves', { timeout: 3_600_000 }, async () => {
  const product = await startProduct();
  const { client } = product;
  await setUpPlant(client);
  const end = Date.now();
  await addMachines(client, end);
  await addPress(client, 'press-1');
  await overheat(client, 'press-1');
  const browser = await launchBrowser();
  const reader = await Reader.open(browser, { url: product.url, language: 'en', cookies: [], viewport: { width: 1360, height: 900 } });
  await reader.page.goto(product.signInLink);
  await reader.page.locator('h1').first().waitFor();
  const cookies = await reader.context.cookies();
  await new Promise((r) => setTimeout(r, 1500));
  const task = (await client.tasks.list()).items[0];
  if (task) { await client.tasks.take(task.id); await client.tasks.complete(task.id, { outcome: 'confirmed' }); }
  writeFileSync('/tmp/pages-server.json', JSON.stringify({ url: product.url, cookies }));
  await new Promise((r) => setTimeout(r, 3_500_000));
});
