/** One process, as the core and as the reference see it. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Transition } from '../../src/process/core/advance.ts';
import type { Command } from '../../src/process/core/command.ts';
import type { Definition } from '../../src/process/core/definition.ts';
import type { Process } from './block-arbitraries.ts';
import { processOf } from './block-nodes.ts';
import { type Block, VARIABLES } from './blocks.ts';
import { type Legend, legendOf, type Move, movesOf } from './moves.ts';
import { Reference, type Truth } from './reference.ts';
import { itemsOf, listOf } from './repetition-nodes.ts';
import { define, firingOf, World } from './world.ts';

export type Step = { readonly choice: number; readonly values: readonly boolean[] };

export const step: fc.Arbitrary<Step> = fc.record({
  choice: fc.nat(10_000),
  values: fc.array(fc.boolean(), { minLength: VARIABLES.length, maxLength: VARIABLES.length }),
});

export const truthOf = (values: readonly boolean[]): Truth =>
  Object.fromEntries(VARIABLES.map((name, place) => [name, values[place] === true]));

export type Beginning = { readonly values: readonly boolean[]; readonly startedBy: readonly string[] };

/** Remembers what it was told. */
class Recorder extends World {
  readonly commands: Command[] = [];

  override take(command: Command, target?: Definition): Transition {
    const transition = super.take(command, target);
    this.commands.push(command);
    return transition;
  }
}

export class Pair {
  readonly world: Recorder;
  readonly reference: Reference;
  readonly legend: Legend;

  constructor(process: Process, { values, startedBy }: Beginning) {
    const nodes = processOf(process.blocks, process.handlers);
    this.legend = legendOf(nodes);
    this.world = new Recorder(define(...nodes));
    const firings = startedBy.map((name) => firingOf(name));
    this.world.start({ ...truthOf(values), ...listsOf(process) }, firings);
    this.reference = new Reference(process.blocks, truthOf(values), { startedBy, handlers: process.handlers });
    this.compare();
  }

  get isOver(): boolean {
    return this.world.state.status !== 'active';
  }

  moves(values: readonly boolean[]): Move[] {
    return movesOf(this.reference, this.legend, truthOf(values));
  }

  /** Does one of the things that can happen; answers which. */
  go({ choice, values }: Step): string {
    const moves = this.moves(values);
    const move = moves[choice % moves.length];
    if (move === undefined) return 'nothing';
    const before = JSON.stringify(this.reference.where());
    try {
      move.toWorld(this.world);
      move.toReference();
      this.compare();
    } catch (cause) {
      throw new Error(`${move.name}, at ${before}: ${(cause as Error).message}`, { cause });
    }
    return move.name;
  }

  compare(): void {
    const isOver = this.reference.look();
    expect(whereOthersAct(this.world)).toEqual(this.reference.where());
    expect(this.world.state.status).toBe(isOver ? 'completed' : 'active');
    const variables = this.world.variables() ?? {};
    for (const [name, list] of this.reference.lists) expect(variables[name]).toEqual(list);
  }
}

/** The lists that multi-instances read from variables. */
export function listsOf(process: Process): Readonly<Record<string, readonly number[]>> {
  const lists: Record<string, readonly number[]> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const block = value as Block;
    if (block.kind === 'multi') lists[listOf(block.id)] = itemsOf(block);
    Object.values(block).forEach(visit);
  };
  visit(process);
  return lists;
}

/** Where somebody must do something. Joins wait by themselves, also those that will do so for ever. */
const whereOthersAct = ({ state }: World): string[] =>
  state.tokens
    .filter(({ wait }) => wait.for !== 'join' && wait.for !== 'scope')
    .filter(({ wait }) => wait.for !== 'help' || wait.code !== 'process.deadlock')
    .map(({ node, wait }) => `${node} ${wait.for}`)
    .sort();
