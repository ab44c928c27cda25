/** The desk of a server somewhere, over HTTP: what `millrace worker --url` works at. The server need not be there yet. */
import { deskOver } from '../client/desk.ts';
import type { Desk } from '../jobs/desk.ts';
import { type Service, service } from '../kernel/lifecycle.ts';

export type HttpDeskOptions = {
  readonly url: string;
  /** With the role worker; undefined where the server asks for none. */
  readonly token?: string | undefined;
};

/** Closing it ends claims that wait; what is under way beside them ends by itself. */
export async function openHttpDesk({ url, token }: HttpDeskOptions): Promise<Desk & Service> {
  const closing = new AbortController();
  const desk = deskOver({ url, ...(token !== undefined && { token }) });
  const open: Desk = {
    ...desk,
    claim: (claim, signal) =>
      desk.claim(claim, signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])),
  };
  return service(open, async () => closing.abort());
}
