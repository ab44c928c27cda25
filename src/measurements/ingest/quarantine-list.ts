/** What is in quarantine, for people who look after devices. */
import type { Store } from '../../store/store.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import { type QuarantineCode, type QuarantineRow, quarantineFamily } from './quarantine.ts';

export type Quarantined = Omit<QuarantineRow, 'code'> & { readonly code: QuarantineCode };

export interface Quarantine {
  /** Latest first; of one device, or refused for one reason, when it is given. */
  list(
    request?: PageRequest & { readonly device?: string | undefined; readonly code?: QuarantineCode | undefined },
  ): Promise<Page<Quarantined>>;
}

export const openQuarantine = ({ store }: { readonly store: Store }): Quarantine => ({
  list: async ({ device, code, ...request } = {}) => {
    const query = pageQuery(request, 2);
    const where = { ...(device !== undefined && { device }), ...(code !== undefined && { code }) };
    const rows = await store.select(quarantineFamily, { ...query, where, order: ['-receivedAt', '-id'] });
    const item = (row: QuarantineRow): Quarantined => ({ ...row, code: row.code as QuarantineCode });
    return pageOf(rows, { limit: query.limit, place: ({ receivedAt, id }) => [receivedAt, id], item });
  },
});
