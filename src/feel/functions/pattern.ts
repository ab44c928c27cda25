/**
 * Regular expressions of FEEL (those of XPath, https://www.w3.org/TR/xpath-functions-31/#regex-syntax), matched in
 * linear time: RE2 has no backtracking, so no pattern takes longer than its length times that of the text.
 */
import { RE2JS } from 're2js';

export type Pattern = {
  readonly test: (text: string) => boolean;
  /** null if the replacement is none. */
  readonly replace: (text: string, replacement: string) => string | null;
  readonly split: (text: string) => string[];
};

/** Longer patterns have no answer. */
export const MAX_PATTERN_LENGTH = 1_000;

const FLAGS = /^[smixq]*$/;
/** `$3` or `$12`, `\$`, `\\`; anything else with either sign is no replacement. */
const REPLACEMENT = /^(?:[^$\\]|\$\d+|\\[$\\])*$/;

/** null if the pattern or its flags are none. */
export function compilePattern(pattern: string, flags: string): Pattern | null {
  if (pattern.length > MAX_PATTERN_LENGTH || !FLAGS.test(flags)) return null;
  const isLiteral = flags.includes('q');
  try {
    const compiled = RE2JS.compile(isLiteral ? RE2JS.quote(pattern) : pattern, flagsOf(flags));
    return {
      test: (text) => compiled.matcher(text).find(),
      replace: (text, replacement) => {
        if (compiled.matcher('').find()) return null; // it would match between all characters
        if (isLiteral) return compiled.matcher(text).replaceAll(RE2JS.quoteReplacement(replacement));
        return REPLACEMENT.test(replacement) ? compiled.matcher(text).replaceAll(replacement) : null;
      },
      split: (text) => compiled.split(text, -1),
    };
  } catch {
    return null;
  }
}

function flagsOf(flags: string): number {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  return bits;
}
