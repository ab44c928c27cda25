/**
 * Where things are under way in the reference: a scope – the process, a sub-process, the body of an event sub-process –
 * and a guard, which is an activity with its boundary events.
 */
import type { Block, Event, Leaf, Way } from './blocks.ts';
import { flagOf } from './blocks.ts';

/** dead: its token ended inside, so nothing follows. */
export type Progress = 'running' | 'done' | 'dead';

/** Something that is under way and may have come to its end whenever it is looked at. */
export type Live = { readonly look: () => Progress };

/** Which iteration of which multi-instance: the numbers of those around, from the outermost. */
export type Path = readonly { readonly multi: string; readonly counter: number }[];

export const at = (progress: Progress): Live => ({ look: () => progress });

/** First the one, then what begins when it is done. */
export function inTurn(first: Live, begin: () => Live): Live {
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

/** One thing that waits to be done from outside. */
export class Waiting {
  readonly leaf: Leaf | { readonly id: string; readonly kind: 'throw' };
  readonly path: Path;
  /** The activity that it is the work of; its boundary events are asked first. */
  guard: Guard | undefined;
  /** What begins anew with it when it was stuck. */
  restart: (() => void) | undefined;
  readonly scope: Scope;
  outcome: string | undefined;
  isStuck = false;
  /** Of what a job brings only this is read, and nothing is set outside. */
  mapped: string | undefined;
  /** An iteration of which something is gathered: what it brings stays with it. */
  isGathered = false;
  brought: Readonly<Record<string, boolean>> = {};

  constructor(leaf: Waiting['leaf'], scope: Scope, path: Path = scope.path) {
    this.leaf = leaf;
    this.scope = scope;
    this.path = path;
  }
}

/** An event gateway at which a token waits. */
export type Choice = {
  readonly id: string;
  readonly path: Path;
  readonly ways: readonly Way[];
  choose: (way: Way) => void;
};

/** An event that can happen now, boundary or event sub-process. */
export type Armed = {
  readonly event: Event;
  readonly path: Path;
  /** The activity, or the scope, that it belongs to. */
  readonly owner: Guard | Scope;
  readonly trigger: () => void;
};

/** What looking finds, and what scopes and guards need of the whole. */
export type Look = {
  readonly waiting: Waiting[];
  readonly armed: Armed[];
  readonly choices: Choice[];
  /** What was thrown and is still to be dealt with. */
  readonly thrown: (() => void)[];
  /** Something new is under way that was not looked at yet. */
  readonly again: () => void;
  readonly isTrue: (variable: string) => boolean;
  readonly sequence: (blocks: readonly Block[], scope: Scope) => Live;
};

/** Events of one owner: which have happened, and what their conditions were. */
class Watch {
  readonly #rung = new Set<Event>();
  readonly #held = new Set<Event>();

  /** Those that have to be waited for; conditions that have become true happen at once. */
  watch(events: readonly Event[], look: Look, trigger: (event: Event) => boolean): readonly Event[] {
    for (const event of events) {
      if (event.by !== 'condition') continue;
      const holds = look.isTrue(flagOf(event.id));
      const isNews = holds && !this.#held.has(event);
      if (holds) this.#held.add(event);
      else this.#held.delete(event);
      if (isNews && trigger(event)) return [];
    }
    return events.filter((event) => isWaitedFor(event) && !this.#rung.has(event));
  }

  rang(event: Event): void {
    if (event.by === 'timer') this.#rung.add(event);
  }

  /** The activity begins anew. */
  clear(): void {
    this.#rung.clear();
    this.#held.clear();
  }
}

const isWaitedFor = ({ by }: Event) => by === 'timer' || by === 'message' || by === 'signal';

export type Undoable = { readonly id: string; readonly undo: () => Live };

export class Scope implements Live {
  readonly path: Path;
  /** The activity that this is the inside of. */
  readonly guard: Guard | undefined;
  /** The scope around it: that of the activity, or of the event sub-process. */
  readonly outer: Scope | undefined;
  readonly handlers: readonly Event[];
  main: Live | undefined;
  /** What runs beside: paths of boundary events that do not interrupt, bodies of event sub-processes. */
  sides: Live[] = [];
  isInterrupted = false;
  isOver = false;
  /** What is done and can be undone, in this order. */
  done: Undoable[] = [];
  readonly #look: Look;
  readonly #watch = new Watch();

  constructor(
    look: Look,
    place: { path?: Path; guard?: Guard | undefined; outer?: Scope | undefined; handlers?: readonly Event[] } = {},
  ) {
    this.#look = look;
    this.path = place.path ?? place.outer?.path ?? [];
    this.guard = place.guard;
    this.outer = place.outer;
    this.handlers = place.handlers ?? [];
  }

  look(): Progress {
    if (this.isOver) return 'done';
    const waited = this.isInterrupted
      ? []
      : this.#watch.watch(this.handlers, this.#look, (event) => {
          this.begin(event);
          return event.interrupting;
        });
    const sides = this.sides.length;
    const all = [this.main, ...this.sides].map((live) => live?.look());
    if (this.sides.length > sides) {
      this.#look.again();
      return 'running';
    }
    if (!all.includes('running')) {
      this.isOver = true;
      return 'done';
    }
    for (const event of waited) {
      this.#look.armed.push({ event, path: this.path, owner: this, trigger: () => this.begin(event) });
    }
    return 'running';
  }

  /** An event sub-process begins. */
  begin(event: Event): void {
    const body = new Scope(this.#look, { outer: this });
    body.main = this.#look.sequence(event.follows, body);
    if (event.interrupting) {
      this.isInterrupted = true;
      this.main = undefined;
      this.sides = [];
    }
    this.sides.push(body);
    this.#watch.rang(event);
  }

  end(): void {
    this.isOver = true;
    this.main = undefined;
    this.sides = [];
  }
}

export class Guard implements Live {
  readonly id: string;
  readonly events: readonly Event[];
  /** In which its paths go on. */
  readonly scope: Scope;
  readonly path: Path;
  /** What undoes it, once it is done. */
  undo: (() => Live) | undefined;
  host: Live = at('running');
  #instead: Live | undefined;
  #isDone = false;
  readonly #look: Look;
  readonly #watch = new Watch();

  constructor(look: Look, id: string, { events, scope }: { events: readonly Event[]; scope: Scope }) {
    this.#look = look;
    this.id = id;
    this.events = events;
    this.scope = scope;
    this.path = scope.path;
  }

  look(): Progress {
    if (this.#instead !== undefined) return this.#instead.look();
    const waited = this.#watch.watch(this.events, this.#look, (event) => {
      this.trigger(event);
      return event.interrupting;
    });
    if (this.#instead !== undefined) return (this.#instead as Live).look();
    const progress = this.host.look();
    if (progress === 'running') {
      for (const event of waited) {
        this.#look.armed.push({ event, path: this.path, owner: this, trigger: () => this.trigger(event) });
      }
    } else if (!this.#isDone) {
      this.#isDone = true;
      if (this.undo !== undefined) this.scope.done.push({ id: this.id, undo: this.undo });
    }
    return progress;
  }

  trigger(event: Event): void {
    const path = this.#look.sequence(event.follows, this.scope);
    if (event.interrupting) this.#instead = path;
    else this.scope.sides.push(path);
    this.#watch.rang(event);
  }

  /** Undoes what was done inside, and then goes on from the cancel event. */
  cancel(inside: Scope): void {
    const undone = undoing(inside.done.splice(0));
    const event = this.events.find(({ by }) => by === 'cancel');
    this.#instead = inTurn(undone, () => this.#look.sequence(event?.follows ?? [], this.scope));
  }

  /** Its work was stuck and begins anew. */
  restart(): void {
    this.#watch.clear();
  }
}

/** Undoes them one after the other, the last first. */
export function undoing(done: readonly Undoable[]): Live {
  const last = done.at(-1);
  return last === undefined ? at('done') : inTurn(last.undo(), () => undoing(done.slice(0, -1)));
}

/** Who catches what is thrown: the activity first, the event sub-processes around, the activity around those, outwards. */
export function catcherOf(
  what: 'error' | 'escalation',
  code: string,
  from: { readonly guard?: Guard | undefined; readonly scope: Scope },
): { readonly interrupting: boolean; readonly trigger: () => void } | undefined {
  const matches = (event: Event) => event.by === what && (event.code === true || event.code === code);
  let { guard, scope } = from;
  for (;;) {
    const host = guard;
    const event = host?.events.find(matches);
    if (host !== undefined && event !== undefined)
      return { interrupting: event.interrupting, trigger: () => host.trigger(event) };
    const around = scope;
    const handler = around.isInterrupted ? undefined : around.handlers.find(matches);
    if (handler !== undefined) return { interrupting: handler.interrupting, trigger: () => around.begin(handler) };
    guard = around.guard;
    const outer = around.guard?.scope ?? around.outer;
    if (outer === undefined) return undefined;
    scope = outer;
  }
}
