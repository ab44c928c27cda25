/** What the reference does with activities that are done several times, and with those that come in no given order. */
import { type AdHoc, isLeafBody, type Leaf, type Multi, type Repeat } from './blocks.ts';
import { Guard, type Live, type Look, type Path, type Progress, Scope, Waiting } from './reference-scope.ts';

/** The work of an activity: it waits for it, or opens a scope with what is inside. */
function bodyOf(
  look: Look,
  block: Multi | Repeat,
  { guard, path }: { guard: Guard; path: Path },
): { live: Live; waiting?: Waiting } {
  const { body } = block;
  if (isLeafBody(body)) {
    const waiting = new Waiting({ ...body, id: block.id }, guard.scope, path);
    waiting.guard = guard;
    waiting.isGathered = block.kind === 'multi' && block.isGathered;
    return { live: awaitOutcome(look, waiting), waiting };
  }
  const inside = new Scope(look, { path, guard, outer: guard.scope });
  inside.main = look.sequence(body, inside);
  return { live: inside };
}

export function awaitOutcome(look: Look, waiting: Waiting): Live {
  return {
    look: () => {
      if (waiting.outcome !== undefined) return 'done';
      look.waiting.push(waiting);
      return 'running';
    },
  };
}

/** Ends that have been noticed count once, whenever the whole is looked at. */
export function multi(
  look: Look,
  block: Multi,
  { guard, onDone }: { guard: Guard; onDone: (isWhole: boolean) => void },
): Live {
  const { count, sequential, until } = block;
  const alive = new Map<Live, Waiting | undefined>();
  let begun = 0;
  let done = 0;
  let isOver = false;
  const begin = () => {
    begun += 1;
    const path = [...guard.path, { multi: block.id, counter: begun }];
    const { live, waiting } = bodyOf(look, block, { guard, path });
    alive.set(live, waiting);
  };
  const isEnough = (last: Waiting | undefined) => {
    if (typeof until === 'number') return done >= until;
    return until !== undefined && (last?.brought[until] ?? look.isTrue(until));
  };
  const visit = (): Progress => {
    if (isOver) return 'done';
    if (!sequential) while (begun < count) begin();
    else if (alive.size === 0 && begun < count) begin();
    for (const [live, waiting] of alive) {
      if (live.look() === 'running') continue;
      alive.delete(live);
      done += 1;
      if (isEnough(waiting)) {
        isOver = true;
        onDone(done === count);
        // What still ran was found waiting, and no longer is.
        look.again();
        return 'done';
      }
      if (sequential && begun < count) begin();
    }
    if (alive.size > 0) return 'running';
    isOver = true;
    onDone(true);
    return 'done';
  };
  return { look: visit };
}

/** A standard loop. */
export function repeat(look: Look, block: Repeat, guard: Guard): Live {
  const { when, testBefore, maximum = Number.POSITIVE_INFINITY } = block;
  let current: Live | undefined;
  let times = 0;
  const visit = (): Progress => {
    for (;;) {
      if (current === undefined) {
        const isAsked = testBefore || times > 0;
        if (times >= maximum || (isAsked && !look.isTrue(when))) return 'done';
        times += 1;
        current = bodyOf(look, block, { guard, path: guard.path }).live;
      }
      if (current.look() === 'running') return 'running';
      current = undefined;
    }
  };
  let isOver = false;
  return {
    look: () => {
      if (isOver) return 'done';
      isOver = visit() === 'done';
      return isOver ? 'done' : 'running';
    },
  };
}

/** An ad-hoc sub-process: all beside each other, or one after another, until nothing is left or the condition holds. */
export function adHoc(look: Look, block: AdHoc, guard: Guard): Live {
  const inside = new Scope(look, { guard, outer: guard.scope });
  const activityOf = (leaf: Leaf): Live => {
    const activity = new Guard(look, leaf.id, { events: [], scope: inside });
    const waiting = new Waiting(leaf, inside);
    waiting.guard = activity;
    activity.host = awaitOutcome(look, waiting);
    return activity;
  };
  const waitingRows = block.rows.slice();
  const alive = new Map<Live, readonly Leaf[]>();
  const begin = ([first, ...others]: readonly Leaf[] = waitingRows.shift() ?? []) => {
    if (first !== undefined) alive.set(activityOf(first), others);
  };
  const visit = (): Progress => {
    if (!block.sequential) while (waitingRows.length > 0) begin();
    else if (alive.size === 0) begin();
    for (const [live, others] of alive) {
      if (live.look() === 'running') continue;
      alive.delete(live);
      if (block.until !== undefined && look.isTrue(block.until)) {
        look.again();
        return 'done';
      }
      if (others.length > 0) begin(others);
      else if (block.sequential) begin();
    }
    return alive.size > 0 ? 'running' : 'done';
  };
  inside.main = once(visit);
  return inside;
}

/** Does not look again once it is over. */
function once(visit: () => Progress): Live {
  let progress: Progress = 'running';
  return {
    look: () => {
      if (progress === 'running') progress = visit();
      return progress;
    },
  };
}
