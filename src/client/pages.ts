/** Walks a list to its end, page by page. */
import type { Page, PageRequest } from './wire.ts';

/** Every item of a list: `for await (const instance of everyItem((page) => millrace.instances.list(page))) …` */
export async function* everyItem<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T, void, undefined> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<T> = await list(cursor === undefined ? {} : { cursor });
    yield* page.items;
    cursor = page.next;
  }
}
