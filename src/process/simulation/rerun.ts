/**
 * Runs one instance of the past by another definition, on a virtual clock: it begins with what the past one began with, and
 * each visit to a node is given what the past one was given at the visit of the same number – the last, where there are
 * more – after the same time. Where the past knows nothing, something is guessed, and told. Pure: the same again for the
 * same seed.
 */
import type { Instant } from '../../kernel/clock.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import type { JobId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { type Action, TIMER_KIND } from '../core/action.ts';
import { advance } from '../core/advance.ts';
import type { Command } from '../core/command.ts';
import { type Definition, nodeOf } from '../core/definition.ts';
import type { ProcessState } from '../core/state.ts';
import { commandOf, guessOf } from './giving.ts';
import { type Came, type Passed, type Past, passedIn, type Visit } from './past.ts';
import { type Point, pointsOf, slotOf, timerOf } from './points.ts';

/** Commands that one instance takes; one that needs more goes round in circles. */
export const MAX_COMMANDS = 2_000;
/** Whatever comes without a place in the history comes after what has one. */
const LAST = Number.POSITIVE_INFINITY;

/** By node: what share of its visits ends with an outcome, where the past knows nothing. */
export type Answers = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type RerunOptions = {
  readonly definition: Definition;
  readonly answers: Answers;
  /** How long a node took as a rule. */
  readonly typicalMs: (node: string) => number;
  readonly random: Random;
  readonly timeZone: string;
};

export type Trouble = { readonly node: string; readonly code: string; readonly message: string };
export type Rerun = {
  /** `stuck`: an incident, an answer that is refused, or nothing that could still come. */
  readonly status: 'completed' | 'cancelled' | 'stuck' | 'looped';
  readonly path: readonly Passed[];
  readonly troubles: readonly Trouble[];
  /** Nodes at which something was guessed, each as often as it was. */
  readonly guessed: readonly string[];
  readonly lastedMs: number;
};

type Coming = {
  readonly at: Instant;
  readonly rank: number;
  /** The point it comes to; undefined: to the instance. */
  readonly point?: string;
  readonly isGuess: boolean;
  readonly command: Command;
};
type Times = Pick<Coming, 'at' | 'rank'>;

export const rerun = (past: Past, options: RerunOptions): Rerun => new Run(past, options).toEnd();

class Run {
  readonly #past: Past;
  readonly #options: RerunOptions;
  readonly #coming: Coming[] = [];
  readonly #left: Command[] = [];
  readonly #due = new Map<JobId, Instant>();
  readonly #visited = new Map<string, number>();
  readonly #path: Passed[] = [];
  readonly #troubles: Trouble[] = [];
  readonly #guessed: string[] = [];
  #points = new Map<string, Point>();
  #state: ProcessState | undefined;
  #now: Instant;
  #lastId = 0;
  #commands = 0;

  constructor(past: Past, options: RerunOptions) {
    this.#past = past;
    this.#options = options;
    this.#now = past.startedAt;
  }

  toEnd(): Rerun {
    const { startedAt, apart } = this.#past;
    for (const { afterMs, rank, command } of apart)
      this.#coming.push({ at: startedAt + afterMs, rank, command, isGuess: false });
    const { startPoints } = this.#options.definition;
    const { at, ...start } = this.#past.start;
    const isThere = startPoints.some(({ node }) => node === at);
    this.#give({ ...start, ...(at !== undefined && isThere && { at }) }, '');
    while (this.#state?.status === 'active' && this.#commands < MAX_COMMANDS) {
      const next = this.#next() ?? this.#whatIsWaitedFor();
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      const node = next.point === undefined ? undefined : (this.#points.get(next.point)?.node ?? '');
      if (next.isGuess && node !== undefined) this.#guessed.push(node);
      this.#give(next.command, node);
    }
    return {
      status: this.#status,
      path: this.#path,
      troubles: this.#troubles,
      guessed: this.#guessed,
      lastedMs: this.#now - startedAt,
    };
  }

  get #status(): Rerun['status'] {
    const status = this.#state?.status ?? 'active';
    if (status !== 'active') return status;
    const isLoop = this.#troubles.some(({ code }) => code === 'process.step-budget');
    return isLoop || this.#commands >= MAX_COMMANDS ? 'looped' : 'stuck';
  }

  /** The first that still has somewhere to go. */
  #next(): Coming | undefined {
    for (;;) {
      let first = 0;
      for (const [place, each] of this.#coming.entries()) if (isBefore(each, this.#coming[first])) first = place;
      const [next] = this.#coming.splice(first, 1);
      if (next?.point === undefined || this.#points.has(next.point)) return next;
    }
  }

  /** Nothing comes any more: what is waited for happens. */
  #whatIsWaitedFor(): Coming | undefined {
    for (const [id, point] of this.#points) {
      const command = guessOf(point, this.#guessing);
      if (!point.isAwaited || point.kind === 'work' || command === undefined) continue;
      const at = this.#now + this.#options.typicalMs(point.node);
      return { at, rank: LAST, point: id, isGuess: true, command };
    }
    return undefined;
  }

  get #guessing() {
    return {
      ...this.#options,
      businessKey: this.#past.start.businessKey,
      now: this.#now,
      id: String(this.#lastId + 1),
    };
  }

  /** What comes to the instance as a whole may find nobody who waits for it; what comes to a node was expected there. */
  #give(command: Command, node: string | undefined): void {
    this.#commands += 1;
    try {
      this.#take(command);
      // What is left for a commit of its own comes right after it.
      for (let next = this.#left.shift(); next !== undefined; next = this.#left.shift()) this.#take(next);
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      if (node !== undefined) this.#troubles.push({ node, code: error.code, message: error.message });
    }
    this.#look();
  }

  #take(command: Command): void {
    const { definition, timeZone } = this.#options;
    const moment = { now: this.#now, timeZone, nextId: () => ++this.#lastId };
    const { state, effects, actions } = advance(definition, this.#state, { command, ...moment });
    // What is stored is read again as JSON.
    this.#state = JSON.parse(JSON.stringify(state)) as ProcessState;
    this.#path.push(...passedIn(effects, definition));
    for (const action of actions) this.#note(action);
  }

  #note(action: Action): void {
    if (action.type === 'createJob' && action.kind === TIMER_KIND && action.dueAt !== undefined)
      this.#due.set(action.job, action.dueAt);
    if (action.type === 'raiseIncident') {
      const { node, code, message } = action;
      this.#troubles.push({ node, code, message });
    }
    if (action.type === 'deliver' && action.delivery.to === 'self') this.#left.push(action.delivery.command);
  }

  #look(): void {
    const points = new Map(pointsOf(this.#state ?? { tokens: [], scopes: [] }).map((point) => [point.id, point]));
    const before = this.#points;
    this.#points = points;
    for (const point of points.values()) if (!before.has(point.id)) this.#plan(point);
  }

  #plan(point: Point): void {
    const slot = slotOf(point);
    const number = this.#visited.get(slot) ?? 0;
    this.#visited.set(slot, number + 1);
    const visits = this.#past.visits.get(slot) ?? [];
    const visit = visits[number];
    if (point.kind === 'timer') return this.#planRing(point, visit);
    const isRepeatable = point.isAwaited && point.kind !== 'help';
    const last = isRepeatable ? visits.findLast(({ came }) => came.length > 0) : undefined;
    const came = visit?.came ?? last?.came ?? [];
    for (const each of came) this.#expect(point, each, visit === undefined ? LAST : each.rank);
    if (point.kind === 'work' && came.length === 0) this.#expectGuess(point, visit?.lastedMs ?? 0);
  }

  /** A timer that is set as it was rings when it rang, not a moment before. */
  #planRing(point: Point, visit: Visit | undefined): void {
    const { listening } = point;
    if (listening?.for !== 'timer') return;
    const due = this.#due.get(listening.job) ?? this.#now;
    const set = timerOf(this.#options.definition, point);
    const isSame = set !== undefined && set === timerOf(this.#past.definition, point);
    const [ring] = visit?.came ?? [];
    const times: Times =
      isSame && ring !== undefined
        ? { at: this.#now + ring.afterMs, rank: ring.rank }
        : { at: isSame && visit !== undefined ? Math.max(due, this.#now + visit.lastedMs) : due, rank: LAST };
    const result = { kind: 'done', outcome: 'done' } as const;
    const command: Command = { type: 'settle', job: listening.job, kind: TIMER_KIND, result };
    this.#coming.push({ ...times, point: point.id, isGuess: false, command });
  }

  #expect(point: Point, { afterMs, given }: Came, rank: number): void {
    const { definition } = this.#options;
    const command = commandOf(point, given);
    const outcome = command?.type === 'settle' && command.result.kind === 'done' ? command.result.outcome : undefined;
    const isKnown = outcome === undefined || nodeOf(definition, point.node).outcomes.includes(outcome);
    const guess = isKnown ? undefined : guessOf(point, this.#guessing);
    const coming = guess ?? command;
    if (coming === undefined) return;
    const at = this.#now + afterMs;
    this.#coming.push({ at, rank, point: point.id, isGuess: guess !== undefined, command: coming });
  }

  /** In the past nothing came in `lastedMs`, if it was there at all: something took over, and may do so again. */
  #expectGuess(point: Point, lastedMs: number): void {
    const command = guessOf(point, this.#guessing);
    if (command === undefined) return;
    const at = this.#now + Math.max(lastedMs, this.#options.typicalMs(point.node));
    this.#coming.push({ at, rank: LAST, point: point.id, isGuess: true, command });
  }
}

const isBefore = (one: Times, other: Times | undefined): boolean =>
  other === undefined || one.at < other.at || (one.at === other.at && one.rank < other.rank);
