/** Lists come in pages: items and the cursor of the next page. */
import type { Page } from '../../../src/client/wire.ts';
import { type Query, read } from './http.ts';

export type { Page };

export const PAGE_SIZE = 50;

export type PageRequest = { readonly cursor?: string | undefined; readonly signal?: AbortSignal };

export function readPage<T>(path: string, query: Query, { cursor, signal }: PageRequest = {}): Promise<Page<T>> {
  return read<Page<T>>(path, { limit: PAGE_SIZE, ...query, cursor }, signal);
}
