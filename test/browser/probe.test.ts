import { it } from 'vitest';
import { addPress, overheat, setUpPlant } from './plant.ts';
import { startProduct } from './product.ts';

it('probes', async () => {
  await using p = await startProduct();
  await setUpPlant(p.client);
  await addPress(p.client, 'press-1');
  const c = new AbortController();
  const seen = (async () => {
    for await (const e of p.client.events({ topics: [], signal: c.signal })) {
      console.log(JSON.stringify(e));
      if (e.topic.includes('mail')) return;
    }
  })();
  await overheat(p.client, 'press-1');
  await seen;
  c.abort();
  const [i] = (await p.client.instances.list()).items;
  console.log(JSON.stringify(await p.client.instances.history(i!.id), null, 1));
  console.log(JSON.stringify(await p.client.tasks.list(), null, 1));
}, 60000);
