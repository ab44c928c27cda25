/**
 * A second opinion on what a process does: it interprets the tree of blocks directly, has no tokens, joins or effects,
 * and looks at everything again after each change. Slow and obvious, to be compared with `advance`.
 */
import type { Block, Event, Leaf } from './blocks.ts';

type Truth = Readonly<Record<string, boolean>>;
/** dead: its token ended inside, so nothing follows. */
type Progress = 'running' | 'done' | 'dead';

/** Something that is under way and may have come to its end whenever it is looked at. */
type Live = { readonly look: () => Progress };

export class Waiting {
  readonly leaf: Leaf;
  readonly events: readonly Event[];
  /** Timers that are spent: each rings once. */
  readonly rung = new Set<Event>();
  outcome: string | undefined;
  isStuck = false;

  constructor(leaf: Leaf, events: readonly Event[] = []) {
    this.leaf = leaf;
    this.events = events;
  }
}

/** A sub-process under way, or the process itself: its blocks, and what runs beside them. */
class Scope {
  readonly sides: Live[] = [];
  main: Live | undefined;

  look(): Progress {
    const all = [this.main, ...this.sides].map((live) => live?.look());
    return all.includes('running') ? 'running' : 'done';
  }
}

type Guarded = {
  readonly events: readonly Event[];
  readonly rung: Set<Event>;
  readonly trigger: (event: Event) => void;
};

export class Reference {
  truth: Truth;
  readonly #top = new Scope();
  /** Looking collects what waits and what is guarded by boundary events. */
  waiting: Waiting[] = [];
  guarded: Guarded[] = [];
  #startedBy: readonly string[];

  constructor(blocks: readonly Block[], truth: Truth, startedBy: readonly string[]) {
    this.truth = truth;
    this.#startedBy = startedBy;
    this.#top.main = this.#sequence(blocks, this.#top);
    this.look();
    this.#startedBy = [];
  }

  /** Lets everything go on that can; answers whether it is all over. */
  look(): boolean {
    this.waiting = [];
    this.guarded = [];
    return this.#top.look() !== 'running';
  }

  where(): string[] {
    return this.waiting.map(({ leaf, isStuck }) => `${leaf.id} ${isStuck ? 'help' : leaf.kind}`).sort();
  }

  #sequence(blocks: readonly Block[], scope: Scope): Live {
    const [first, ...rest] = blocks;
    if (first === undefined) return { look: () => 'done' };
    const head = this.#begin(first, scope);
    let tail: Live | undefined;
    return {
      look: () => {
        if (tail !== undefined) return tail.look();
        const progress = head.look();
        if (progress !== 'done') return progress;
        tail = this.#sequence(rest, scope);
        return tail.look();
      },
    };
  }

  #begin(block: Block, scope: Scope): Live {
    switch (block.kind) {
      case 'parallel': {
        const all = block.branches.map((branch) => this.#sequence(branch, scope));
        // Where one has died the others wait for ever, unless all have.
        return { look: () => unanimous(all.map((live) => live.look())) };
      }
      case 'exclusive': {
        const chosen = block.branches.find(({ when }, at) => this.truth[when] || at === block.branches.length - 1);
        return this.#sequence(chosen?.blocks ?? [], scope);
      }
      case 'inclusive': {
        const held = block.branches.slice(0, -1).filter(({ when }) => this.truth[when]);
        const all = (held.length > 0 ? held : block.branches.slice(-1)).map((branch) =>
          this.#sequence(branch.blocks, scope),
        );
        return {
          look: () => {
            const seen = all.map((live) => live.look());
            if (seen.includes('running')) return 'running';
            return seen.includes('done') ? 'done' : 'dead';
          },
        };
      }
      case 'decision': {
        const task = new Waiting({ id: block.id, kind: 'task' });
        const after = () => this.#sequence(block.branches[Number(task.outcome?.slice(1))] ?? [], scope);
        return this.#then(this.#await(task), after);
      }
      case 'loop': {
        const round = (): Live => {
          const task = new Waiting({ id: block.id, kind: 'task' });
          const asked = this.#then(this.#sequence(block.body, scope), () => this.#await(task));
          return this.#then(asked, () => (task.outcome === 'again' ? round() : { look: () => 'done' }));
        };
        return round();
      }
      case 'sub': {
        const inner = new Scope();
        inner.main = this.#sequence(block.body, inner);
        return this.#guard(inner, { events: block.events, rung: new Set(), scope });
      }
      case 'guarded': {
        const task = new Waiting(block.host, block.events);
        return this.#guard(this.#await(task), { events: block.events, rung: task.rung, scope });
      }
      case 'death': {
        const progress = this.truth[block.when] ? 'dead' : 'done';
        return { look: () => progress };
      }
      default:
        return this.#await(new Waiting(block));
    }
  }

  #await(waiting: Waiting): Live {
    const { leaf } = waiting;
    if (leaf.kind === 'criterion' && this.#startedBy.includes(leaf.criterion)) waiting.outcome = 'fired';
    return {
      look: () => {
        if (waiting.outcome !== undefined) return 'done';
        this.waiting.push(waiting);
        return 'running';
      },
    };
  }

  #then(first: Live, begin: () => Live): Live {
    let second: Live | undefined;
    return {
      look: () => {
        if (second !== undefined) return second.look();
        const progress = first.look();
        if (progress !== 'done') return progress;
        second = begin();
        return second.look();
      },
    };
  }

  #guard(host: Live, { events, rung, scope }: { events: readonly Event[]; rung: Set<Event>; scope: Scope }): Live {
    let instead: Live | undefined;
    const trigger = (event: Event) => {
      const path = this.#sequence(event.then, scope);
      if (event.interrupting) instead = path;
      else scope.sides.push(path);
      if (event.by === 'timer') rung.add(event);
    };
    return {
      look: () => {
        if (instead !== undefined) return instead.look();
        const progress = host.look();
        if (progress === 'running') this.guarded.push({ events, rung, trigger });
        return progress;
      },
    };
  }
}

const unanimous = ([first = 'done', ...others]: readonly Progress[]): Progress =>
  others.every((seen) => seen === first) ? first : 'running';
