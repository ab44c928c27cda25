/** What an instance has passed. Starts and gateways count as passed once something behind them is reached. */
import type { Definition, Instance } from '../api/processes.ts';
import type { Progress } from './diagram.tsx';
import { shapeOf } from './node-size.ts';

export function progressOf(
  { nodes, flows }: Pick<Definition, 'nodes' | 'flows'>,
  { tokens, passed, suspended }: Pick<Instance, 'tokens' | 'passed' | 'suspended'>,
): Progress {
  const stuck = new Set(tokens.filter(({ waitsFor }) => waitsFor === 'help').map(({ node }) => node));
  const at = new Set(tokens.map(({ node }) => node).filter((id) => !stuck.has(id)));
  const done = new Set(passed);
  const silent = nodes.filter(({ id, type }) => isSilent(type) && !at.has(id) && !stuck.has(id));
  const isReached = (id: string): boolean => done.has(id) || at.has(id) || stuck.has(id);

  for (let found = true; found; ) {
    const next = silent.filter(({ id }) => !done.has(id) && flows.some(({ from, to }) => from === id && isReached(to)));
    for (const { id } of next) done.add(id);
    found = next.length > 0;
  }
  return { at, stuck, passed: done, isSuspended: suspended !== undefined };
}

const isSilent = (type: string): boolean => shapeOf(type) === 'start' || shapeOf(type) === 'gateway';
