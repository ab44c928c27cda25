/** A real server on empty data with sign-in on: what somebody gets who starts Millrace for the first time. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { type Environment, ServerProcess } from '../server-process.ts';

export type Product = AsyncDisposable & {
  readonly url: string;
  /** As it was printed at the start. */
  readonly signInLink: string;
  /** With the token that the server leaves for the command line. */
  readonly client: Client;
};

/** A call that is not answered fails by its name, and not by the time of the test around it. */
const fetchSoon: typeof fetch = async (input, init) => {
  const late = AbortSignal.timeout(60_000);
  const signal = init?.signal ? AbortSignal.any([init.signal, late]) : late;
  return fetch(input, { ...init, signal }).catch((error: unknown) => {
    throw late.aborted ? new Error(`no answer to ${init?.method ?? 'GET'} ${String(input)}`) : error;
  });
};

const SIGN_IN_LINK = /http\S+\/sign-in\?code=\S+/;

export async function startProduct(environment: Environment = {}): Promise<Product> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  const server = new ServerProcess({ data, environment });
  const stop = async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await server.start();
    const [signInLink] = await vi.waitFor(() => SIGN_IN_LINK.exec(server.output) ?? Promise.reject(server.output));
    const { url, token } = server;
    return { url, signInLink, client: createClient({ url, token, fetch: fetchSoon }), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
