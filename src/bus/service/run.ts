/**
 * One message in the hands of its service.
 *
 * Waiting: the broker has handed it over, and its queue or operation has no room yet. Running: its handler has been called.
 * Concluded, by what comes first: the handler ends, or its time is over and its signal aborts; what the handler does after
 * that changes nothing. A run that still waits when the app stops is given back, and nobody will know that it was here.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Delivery, Message } from '../broker.ts';
import { Cancellation } from './cancellation.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import type { Dispatched } from './dispatch.ts';
import type { Performer } from './perform.ts';

type Parts = Pick<Run, 'message' | 'delivery' | 'performer' | 'texts'>;

export class Run {
  readonly message: Message;
  readonly delivery: Delivery;
  readonly performer: Performer;
  /** Parameters that came with the path. */
  readonly texts: Dispatched['texts'];
  readonly cancellation = new Cancellation();
  isConcluded = false;
  readonly #deadlines: Deadlines;
  #deadline: Instant;
  #timer: Deadline | undefined;
  #onLate: (() => void) | undefined;

  /** `deadline`: until when its caller waits; undefined: nobody does. */
  constructor({ message, delivery, performer, texts }: Parts, deadlines: Deadlines, deadline: Instant) {
    this.message = message;
    this.delivery = delivery;
    this.performer = performer;
    this.texts = texts;
    this.#deadlines = deadlines;
    this.#deadline = deadline;
  }

  get deadline(): Instant {
    return this.#deadline;
  }

  /** Calls `onLate` at the deadline. */
  watch(onLate: () => void): void {
    this.#onLate = onLate;
    this.#timer = this.#deadlines.add(this.#deadline, onLate);
  }

  /** Gives it time until then: a stream has sent an item. */
  renew(deadline: Instant): void {
    this.#deadline = deadline;
    this.#timer?.cancel();
    if (this.#onLate !== undefined && !this.isConcluded) this.#timer = this.#deadlines.add(deadline, this.#onLate);
  }

  /** Whether this conclusion is the first. */
  conclude(): boolean {
    this.#timer?.cancel();
    if (this.isConcluded) return false;
    this.isConcluded = true;
    return true;
  }
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown };
