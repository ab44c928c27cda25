/**
 * A second opinion on what a process does: it interprets the tree of blocks directly, has no tokens, joins or effects,
 * and looks at everything again after each change. Slow and obvious, to be compared with `advance`.
 */
import { type Block, type Event, flagOf, type Way } from './blocks.ts';
import { adHoc, awaitOutcome, multi, repeat } from './reference-repetition.ts';
import {
  type Armed,
  at,
  type Choice,
  catcherOf,
  Guard,
  inTurn,
  type Live,
  type Look,
  type Progress,
  Scope,
  undoing,
  Waiting,
} from './reference-scope.ts';
import { itemsOf, yieldOf } from './repetition-nodes.ts';

export type Truth = Readonly<Record<string, boolean>>;

type Of<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

const MAX_ROUNDS = 1_000;

export class Reference {
  truth: Truth;
  readonly #top: Scope;
  /** Looking collects what waits, the events that can happen, and the gateways where one of several events is awaited. */
  waiting: Waiting[] = [];
  armed: Armed[] = [];
  choices: Choice[] = [];
  /** Lists that multi-instances have left. */
  readonly lists = new Map<string, readonly number[]>();
  #thrown: (() => void)[] = [];
  #isNew = false;
  #startedBy: readonly string[];
  readonly #look: Look;

  constructor(
    blocks: readonly Block[],
    truth: Truth,
    { startedBy = [], handlers = [] }: { startedBy?: readonly string[]; handlers?: readonly Event[] } = {},
  ) {
    this.truth = truth;
    this.#startedBy = startedBy;
    const whole = this;
    this.#look = {
      get waiting() {
        return whole.waiting;
      },
      get armed() {
        return whole.armed;
      },
      get choices() {
        return whole.choices;
      },
      get thrown() {
        return whole.#thrown;
      },
      again: () => {
        whole.#isNew = true;
      },
      isTrue: (variable) => whole.truth[variable] === true,
      sequence: (sequence, scope) => whole.#sequence(sequence, scope),
    };
    this.#top = new Scope(this.#look, { handlers });
    this.#top.main = this.#sequence(blocks, this.#top);
    this.look();
    this.#startedBy = [];
  }

  /** Lets everything go on that can; answers whether it is all over. What was thrown is dealt with, and all looked at again. */
  look(): boolean {
    for (let rounds = 0; ; rounds++) {
      if (rounds > MAX_ROUNDS) throw new Error('the reference does not come to rest');
      this.waiting = [];
      this.armed = [];
      this.choices = [];
      this.#thrown = [];
      this.#isNew = false;
      const progress = this.#top.look();
      const [first] = this.#thrown;
      if (first === undefined && !this.#isNew) return progress !== 'running';
      first?.();
    }
  }

  /** Whether the process itself was taken over by one of its event sub-processes. */
  get isInterrupted(): boolean {
    return this.#top.isInterrupted;
  }

  where(): string[] {
    const kinds: Record<string, string> = { receive: 'message' };
    return [
      ...this.waiting.map(({ leaf, isStuck }) => `${leaf.id} ${isStuck ? 'help' : (kinds[leaf.kind] ?? leaf.kind)}`),
      ...this.choices.map(({ id }) => `${id} event`),
    ].sort();
  }

  set(variables: Truth): void {
    this.truth = { ...this.truth, ...variables };
  }

  /** The job of an activity ended with an error; who catches it goes on, or else it is stuck. */
  fail(waiting: Waiting, code: string): void {
    const catcher = catcherOf('error', code, waiting);
    if (catcher === undefined) waiting.isStuck = true;
    else catcher.trigger();
  }

  retry(waiting: Waiting): void {
    waiting.isStuck = false;
    waiting.restart?.();
  }

  #sequence(blocks: readonly Block[], scope: Scope): Live {
    const [first, ...rest] = blocks;
    if (first === undefined) return at('done');
    return inTurn(this.#begin(first, scope), () => this.#sequence(rest, scope));
  }

  #begin(block: Block, scope: Scope): Live {
    return this.#beginFlow(block, scope) ?? this.#beginActivity(block, scope) ?? this.#beginEvent(block, scope);
  }

  #all(branches: readonly (readonly Block[])[], scope: Scope): Live[] {
    return branches.map((branch) => this.#sequence(branch, scope));
  }

  #beginFlow(block: Block, scope: Scope): Live | undefined {
    switch (block.kind) {
      case 'parallel': {
        const all = this.#all(block.branches, scope);
        // Where one has died the others wait for ever, unless all have.
        return { look: () => unanimous(all.map((live) => live.look())) };
      }
      case 'links':
      case 'rules':
      case 'exclusive': {
        const chosen = block.branches.find(
          ({ when }, place) => this.truth[when] || place === block.branches.length - 1,
        );
        return this.#sequence(chosen?.blocks ?? [], scope);
      }
      case 'inclusive': {
        const held = block.branches.slice(0, -1).filter(({ when }) => this.truth[when]);
        const chosen = held.length > 0 ? held : block.branches.slice(-1);
        const all = this.#all(
          chosen.map(({ blocks }) => blocks),
          scope,
        );
        return { look: () => lenient(all.map((live) => live.look())) };
      }
      case 'loop': {
        const round = (): Live => {
          const task = new Waiting({ id: block.id, kind: 'task' }, scope);
          const asked = inTurn(this.#sequence(block.body, scope), () => this.#await(task));
          return inTurn(asked, () => (task.outcome === 'again' ? round() : at('done')));
        };
        return round();
      }
      case 'complex':
        return this.#complex(block, scope);
      case 'quantity': {
        const all = this.#all(block.branches, scope);
        const gathered: Live = { look: () => unanimous(all.map((live) => live.look())) };
        return inTurn(gathered, () => this.#await(new Waiting(block.host, scope)));
      }
      case 'death':
        return at(this.truth[block.when] ? 'dead' : 'done');
      case 'race':
        return this.#race(block, scope);
      default:
        return undefined;
    }
  }

  #complex({ branches, needed }: Of<'complex'>, scope: Scope): Live {
    const all = this.#all(branches, scope);
    let isPast = false;
    return {
      look: () => {
        if (isPast) return 'done';
        const seen = all.map((live) => live.look());
        const arrived = seen.filter((progress) => progress === 'done').length;
        if (arrived >= needed) {
          isPast = true;
          // Those that come later find the gateway gone on already, and end there.
          scope.sides.push(...all.filter((_, place) => seen[place] === 'running'));
          return 'done';
        }
        return seen.includes('running') || arrived > 0 ? 'running' : 'dead';
      },
    };
  }

  #race({ id, ways }: Of<'race'>, scope: Scope): Live {
    let chosen: Live | undefined;
    const choose = ({ blocks }: Way) => {
      chosen = this.#sequence(blocks, scope);
    };
    return {
      look: () => {
        const met =
          chosen === undefined && ways.find(({ by, id: way }) => by === 'condition' && this.truth[flagOf(way)]);
        if (met) choose(met);
        if (chosen !== undefined) return chosen.look();
        this.choices.push({ id, path: scope.path, ways, choose });
        return 'running';
      },
    };
  }

  #beginActivity(block: Block, scope: Scope): Live | undefined {
    const guard = (events: readonly Event[] = [], id = block.id) => new Guard(this.#look, id, { events, scope });
    switch (block.kind) {
      case 'decision': {
        const task = new Waiting({ id: block.id, kind: 'task' }, scope);
        const after = () => this.#sequence(block.branches[Number(task.outcome?.slice(1))] ?? [], scope);
        return inTurn(this.#await(task), after);
      }
      case 'sub':
      case 'transaction':
        return this.#sub(block, guard(block.events));
      case 'guarded':
      case 'undoable': {
        const activity = guard(block.kind === 'guarded' ? block.events : [], block.host.id);
        const waiting = new Waiting(block.host, scope);
        waiting.guard = activity;
        waiting.restart = () => activity.restart();
        activity.host = this.#await(waiting);
        if (block.kind === 'undoable') activity.undo = () => this.#await(new Waiting(block.handler, scope));
        return activity;
      }
      case 'multi': {
        const activity = guard(block.events);
        activity.host = multi(this.#look, block, {
          guard: activity,
          onDone: (isWhole) => this.#yield(block, scope, isWhole),
        });
        return activity;
      }
      case 'repeat': {
        const activity = guard(block.events);
        activity.host = repeat(this.#look, block, activity);
        return activity;
      }
      case 'adhoc': {
        const activity = guard(block.events);
        activity.host = adHoc(this.#look, block, activity);
        return activity;
      }
      case 'pass':
        return at('done');
      case 'script':
        return this.truth[block.of] ? at('done') : this.#sequence(block.blocks, scope);
      case 'mapped': {
        const waiting = new Waiting({ id: block.id, kind: 'job' }, scope);
        waiting.mapped = block.of;
        const before = this.truth[block.of];
        const after = () => (before && waiting.outcome === 'true' ? this.#sequence(block.blocks, scope) : at('done'));
        return inTurn(this.#await(waiting), after);
      }
      default:
        return undefined;
    }
  }

  /** Only lists of which nothing is missing are compared, and not those of several at once. */
  #yield(block: Of<'multi'>, scope: Scope, isWhole: boolean): void {
    const list = itemsOf(block).map((item) => item + 1);
    if (isWhole && block.isGathered && scope.path.length === 0) this.lists.set(yieldOf(block.id), list);
    else this.lists.delete(yieldOf(block.id));
  }

  #sub(block: Of<'sub' | 'transaction'>, activity: Guard): Live {
    const handlers = block.kind === 'sub' ? block.handlers : [];
    const inside = new Scope(this.#look, { guard: activity, outer: activity.scope, handlers });
    inside.main = this.#sequence(block.body, inside);
    activity.host = inside;
    const own = block.kind === 'sub' ? block.undo : undefined;
    activity.undo = () => {
      if (own === undefined) return undoing(inside.done.splice(0));
      const body = new Scope(this.#look, { outer: activity.scope });
      body.main = this.#sequence(own, body);
      return body;
    };
    return activity;
  }

  #beginEvent(block: Block, scope: Scope): Live {
    switch (block.kind) {
      case 'throw': {
        const { what, code, ends } = block;
        return this.#throwing(block.id, scope, (event) => {
          const catcher = catcherOf(what, code, { scope });
          catcher?.trigger();
          if (catcher === undefined && what === 'error') event.stick();
          else event.become(ends || what === 'error' ? 'dead' : 'done');
        });
      }
      case 'terminate':
        return this.#throwing(block.id, scope, () => scope.end());
      case 'cancel':
        return this.#throwing(block.id, scope, () => scope.guard?.cancel(scope));
      case 'undo': {
        const { ends, target } = block;
        const suits = ({ id }: { readonly id: string }) => target === true || id === target;
        return this.#throwing(block.id, scope, (event) => {
          const chosen = scope.done.filter(suits);
          scope.done = scope.done.filter((one) => !suits(one));
          event.become(inTurn(undoing(chosen), () => at(ends ? 'dead' : 'done')));
        });
      }
      default:
        return this.#await(new Waiting(block as Waiting['leaf'], scope));
    }
  }

  /** A task that ends with "go" or "throw"; what is thrown is dealt with when everything has been looked at. */
  #throwing(id: string, scope: Scope, act: (event: Throwing) => void): Live {
    const task = new Waiting({ id, kind: 'task' }, scope);
    const stuck = new Waiting({ id: `${id}.throw`, kind: 'throw' }, scope);
    let now: Live | undefined;
    const event: Throwing = {
      become: (next) => {
        now = typeof next === 'string' ? at(next) : next;
      },
      // At an end event, from where no way leads on: whoever waits for tokens that may still come does not wait for it.
      stick: () => {
        scope.sides.push({
          look: () => {
            stuck.isStuck = true;
            this.waiting.push(stuck);
            return 'running';
          },
        });
        now = at('dead');
      },
    };
    const thrown: Live = {
      look: () => {
        if (now !== undefined) return now.look();
        this.#thrown.push(() => act(event));
        return 'running';
      },
    };
    return inTurn(this.#await(task), () => (task.outcome === 'throw' ? thrown : at('done')));
  }

  #await(waiting: Waiting): Live {
    const { leaf } = waiting;
    if (leaf.kind === 'criterion' && this.#startedBy.includes(leaf.criterion)) waiting.outcome = 'fired';
    if (leaf.kind !== 'condition') return awaitOutcome(this.#look, waiting);
    const waits = awaitOutcome(this.#look, waiting);
    return {
      look: () => {
        if (this.truth[leaf.when]) waiting.outcome = 'done';
        return waits.look();
      },
    };
  }
}

type Throwing = { readonly become: (next: Progress | Live) => void; readonly stick: () => void };

const unanimous = ([first = 'done', ...others]: readonly Progress[]): Progress =>
  others.every((seen) => seen === first) ? first : 'running';

function lenient(seen: readonly Progress[]): Progress {
  if (seen.includes('running')) return 'running';
  return seen.includes('done') ? 'done' : 'dead';
}
