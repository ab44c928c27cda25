/**
 * The module `http`: one request to another system. Statuses become outcomes or errors as the step says; without a word
 * about it a server that is in trouble is asked again, and a refusal is an incident.
 */
import { z } from 'zod';
import { discard, done, error, fail, type Settlement } from '../../../kernel/settlement.ts';
import { name, timeout } from '../fields.ts';
import { defineModule, type ModuleContext } from '../module.ts';
import { variableOf } from '../secrets.ts';
import { type Exchanged, exchange, type Outgoing } from './exchange.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';

const MAX_BYTES = 1_000_000;
/** Statuses by which a server says that it may go well later. */
const LATER = new Set([408, 425, 429]);
/** Of an answer in an incident. */
const MAX_SHOWN = 200;
/** Headers that belong to the connection, or to us. */
const OWN_HEADERS = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*)$/i;

const scalar = z.union([z.string().max(4_000), z.number(), z.boolean()]);
const status = z.string().regex(/^[1-5](\d\d|xx)$/, 'must be a status such as "404", or a class such as "4xx"');
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'is no name of a header')
  .refine((header) => !OWN_HEADERS.test(header), 'is a header of the connection; leave it out');

const config = z
  .strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    url: z.string().max(4_000).refine(isUrl, 'must be a URL that begins with http:// or https://, without a password'),
    query: z.record(z.string(), scalar).exactOptional().describe('Added to the URL, encoded.'),
    headers: z.record(headerName, z.string().max(4_000)).exactOptional(),
    body: z.json().exactOptional().describe('A text goes as it is, anything else as JSON.'),
    outcomes: z
      .record(status, name)
      .exactOptional()
      .describe('Outcomes by status or class: {"404": "missing", "4xx": "refused"}. Any other 2xx is done.'),
    errors: z.record(status, name).exactOptional().describe('BPMN errors by status or class.'),
    result: name.exactOptional().describe('The variable that gets the body of the answer.'),
    status: name.exactOptional().describe('The variable that gets the status of the answer.'),
    timeout: timeout('10m')
      .default(30_000)
      .describe('For the whole exchange, redirects included; default "30s".')
      .meta({ default: '30s' }),
    maxBytes: z.int().min(1).max(5_000_000).default(MAX_BYTES).describe('An answer with more is refused.'),
    redirects: z.int().min(0).max(10).default(3).describe('How many redirects are followed.'),
    secret: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,49}$/, 'must be lower-case letters, digits and hyphens')
      .exactOptional()
      .describe('The name of a secret of the environment; the request is signed with it.'),
  })
  .refine(({ method, body }) => body === undefined || !['GET', 'HEAD'].includes(method), {
    path: ['body'],
    message: 'does not go with GET or HEAD',
  });
type Config = z.output<typeof config>;

export const httpModule = defineModule({
  name: 'http',
  title: 'HTTP request',
  summary:
    'Sends a request to another system; the answer’s status decides the outcome, its body can become a variable.',
  config,
  outcomes: ['done'],
  outcomesFrom: 'outcomes',
  run: async (context) => {
    const outgoing = requestOf(context);
    if (typeof outgoing === 'string') return discard(outgoing);
    const { timeout: ms, maxBytes, redirects } = context.config;
    const timedOut = AbortSignal.timeout(ms);
    const signal = AbortSignal.any([context.signal, timedOut]);
    const answer = await exchange(outgoing, { maxBytes, redirects }, { network: context.services.network, signal });
    const what = `${outgoing.method} ${outgoing.url.origin}${outgoing.url.pathname}`;
    if (timedOut.aborted && answer.kind === 'unreachable') return fail(`${what} took longer than ${ms / 1_000} s.`);
    return settlementOf(answer, context.config, what);
  },
});

/** A text says why there can be none. */
function requestOf({ config, key, services }: ModuleContext<Config>): Outgoing | string {
  const { method, headers = {}, query = {}, secret } = config;
  const url = new URL(config.url);
  for (const [field, value] of Object.entries(query)) url.searchParams.set(field, String(value));
  url.hash = '';
  const { body: said } = config;
  const body = said === undefined || typeof said === 'string' ? said : JSON.stringify(said);
  const own: Record<string, string> = { 'user-agent': 'millrace', accept: 'application/json, */*;q=0.8' };
  own['accept-encoding'] = 'identity';
  own['idempotency-key'] = key;
  if (body !== undefined)
    own['content-type'] = typeof said === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  if (secret !== undefined) {
    const value = services.secrets.get(variableOf(secret));
    if (value === undefined) {
      return `There is no secret "${secret}": set ${variableOf(secret)} in the server's environment, restart it, then retry.`;
    }
    own[SIGNATURE_HEADER] = signatureOf(body ?? '', value, services.now());
  }
  const given = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]);
  return { method, url, headers: { ...own, ...Object.fromEntries(given) }, body };
}

function settlementOf(answer: Exchanged, config: Config, what: string): Settlement {
  if (answer.kind === 'unreachable') return fail(`${what} failed: ${answer.reason}`);
  if (answer.kind === 'refused') return discard(`${what} was given up: ${answer.reason}`);
  const { status, body } = answer;
  const output = {
    ...(config.result !== undefined && { [config.result]: contentOf(answer) }),
    ...(config.status !== undefined && { [config.status]: status }),
  };
  const outcome = byStatus(config.outcomes, status);
  if (outcome !== undefined) return done(outcome, output);
  const said = `${what} was answered with ${status}${body === '' ? '' : `: ${body.slice(0, MAX_SHOWN)}`}`;
  const code = byStatus(config.errors, status);
  if (code !== undefined) return error(code, { message: said, output });
  if (status >= 200 && status < 300) return done('done', output);
  return status >= 500 || LATER.has(status) ? fail(said) : discard(said);
}

/** The status itself goes before its class. */
const byStatus = (names: Readonly<Record<string, string>> = {}, status: number): string | undefined =>
  names[String(status)] ?? names[`${Math.floor(status / 100)}xx`];

/** What calls itself JSON and is none is a text. */
function contentOf({ type, body }: Extract<Exchanged, { kind: 'answered' }>): unknown {
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
