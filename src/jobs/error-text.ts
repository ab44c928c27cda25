/**
 * What is stored and shown of a failure: its first line, without what nobody outside should read – passwords in
 * addresses, tokens, paths of the machine, the stack – and short enough that no failure fails at being stored.
 */
import { MAX_ERROR_LENGTH } from './job.ts';

export function errorText(text: string): string {
  const [first = ''] = text.trimStart().split(/\r?\n\s*at\s|\r?\n\s*\r?\n/, 1);
  let shown = first;
  for (const [pattern, instead] of HIDDEN) shown = shown.replace(pattern, instead);
  return shown.slice(0, MAX_ERROR_LENGTH).replace(UNSTORABLE, '\ufffd');
}

const HIDDEN: readonly (readonly [RegExp, string])[] = [
  /** scheme://user:password@host */
  [/(:\/\/)[^\s/@]+@/g, '$1***@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***'],
  /** password=…, "apiKey": "…" */
  [
    /((?:password|passphrase|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)s?["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&)}]+)/gi,
    '$1***',
  ],
  /** Of a file in a folder only its name is left; an address of the web keeps its path. */
  [/(?:file:\/\/)?(?<![\w:/.])\/(?:[\w.@+~-]+\/)+(?=[\w.@+~-]+)/g, ''],
  [/\b[A-Za-z]:\\(?:[^\\\s:]+\\)+/g, ''],
];
/** What no store takes: NUL and half characters. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
