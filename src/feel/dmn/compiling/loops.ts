/**
 * Boxed filters and iterators. They run as the loops of FEEL do, by an expression that calls the boxed parts as
 * functions: `source[match(item)]`, `for element in source return body(element)`.
 */

import { nothing } from '../../evaluation/frame.ts';
import { compileFormula } from '../../formula.ts';
import { ANY, nameOf } from '../../values/types.ts';
import { isContext, type Value } from '../../values/value.ts';
import type { Boxed, FilterBox, Identified, LoopBox } from '../model.ts';
import { type CompileBoxed, functionOf } from './functions.ts';
import { type Logic, type Site, scopeOver, seeing } from './logic.ts';

const filtering = compileFormula('source[match(item)]', { names: ['source', 'match'] });

const BODY = {
  for: 'return body(element)',
  some: 'satisfies body(element)',
  every: 'satisfies body(element)',
} as const;
const loops = {
  for: compileFormula(`for element in source ${BODY.for}`, { names: ['source', 'body'] }),
  some: compileFormula(`some element in source ${BODY.some}`, { names: ['source', 'body'] }),
  every: compileFormula(`every element in source ${BODY.every}`, { names: ['source', 'body'] }),
};
const withPartial = compileFormula('for element in source return body(element, partial)', {
  names: ['source', 'body'],
});

const anything = (...names: readonly string[]) => names.map((name) => ({ name, type: ANY }));

/**
 * `item` is the element; its entries have names of their own. The match has to be a boolean (DMN 1.5, 10.2.1.9): null counts
 * as false, and anything else makes the whole null.
 */
export function compileFilter({ source, match, ...at }: FilterBox, site: Site, compile: CompileBoxed): Logic {
  const list = compile(source, at, site);
  const test = compile(match, at, { ...seeing(site, ['item', undefined]), isOpen: true });
  return (variables, frame) => {
    let wrong: Value = null;
    const accepts: Logic = (scope, inner) => {
      const element = (scope.item ?? null) as Value;
      const verdict = test(isContext(element) ? { ...scopeOver(scope, inner), ...element } : scope, inner);
      if (verdict === null || typeof verdict === 'boolean') return verdict;
      wrong ??= verdict;
      return false;
    };
    const parts = { name: '', parameters: anything('item'), result: ANY };
    const callable = functionOf({ ...parts, body: accepts, variables: () => variables });
    const kept = filtering.run({ source: list(variables, frame), match: callable }, frame);
    return wrong === null ? kept : nothing(frame, 0, () => `the match of a filter is no boolean but ${nameOf(wrong)}`);
  };
}

export function compileLoop(
  { verb, iterator, source, body, ...at }: LoopBox,
  site: Site,
  compile: CompileBoxed,
): Logic {
  if (iterator === '') site.report(at, 'missing-name', 'The iterator has no name.');
  const elements = compileSource(source, at, { site, compile });
  const readsPartial = verb === 'for' && JSON.stringify(body ?? '').includes('partial');
  const names = readsPartial ? [iterator, 'partial'] : [iterator];
  const round = compile(body, at, seeing(site, ...names.map((name) => [name, undefined] as const)));
  const formula = readsPartial ? withPartial : loops[verb];
  return (variables, frame) => {
    const parts = { name: '', parameters: anything(...names), result: ANY };
    const callable = functionOf({ ...parts, body: round, variables: () => variables });
    return formula.run({ source: elements(variables, frame), body: callable }, frame);
  };
}

/** `1..10` is no expression by itself, yet may stand here: it counts, up or down. */
function compileSource(
  source: Boxed | undefined,
  at: Identified,
  { site, compile }: { readonly site: Site; readonly compile: CompileBoxed },
): Logic {
  if (source?.kind === 'literal' && isCount(source.text)) {
    return compile({ ...source, text: `for element in ${source.text} return element` }, at, site);
  }
  return compile(source, at, site);
}

/** Two dots outside of brackets and strings. */
function isCount(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[({]|[\])}]|\.\./g)) {
    if (token === '..' && depth === 0) return true;
    if ('[({'.includes(token)) depth += 1;
    else if ('])}'.includes(token)) depth -= 1;
  }
  return false;
}
