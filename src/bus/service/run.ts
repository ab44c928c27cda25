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
import type { Due } from './deadlines.ts';
import type { Dispatched } from './dispatch.ts';
import type { Performer } from './perform.ts';

type Parts = Pick<Run, 'message' | 'delivery' | 'performer' | 'texts' | 'deadline'>;

export class Run implements Due {
  readonly message: Message;
  readonly delivery: Delivery;
  readonly performer: Performer;
  /** Parameters that came with the path. */
  readonly texts: Dispatched['texts'];
  readonly cancellation = new Cancellation();
  /** Until when its caller waits, or its attempt may last; a stream that sends gets more time. */
  deadline: Instant;
  /** Where it stands among those that run. */
  place = -1;
  isConcluded = false;
  readonly #onLate: (run: Run) => void;

  constructor({ message, delivery, performer, texts, deadline }: Parts, onLate: (run: Run) => void) {
    this.message = message;
    this.delivery = delivery;
    this.performer = performer;
    this.texts = texts;
    this.deadline = deadline;
    this.#onLate = onLate;
  }

  onLate(): void {
    if (!this.isConcluded) this.#onLate(this);
  }

  /** Whether this conclusion is the first. */
  conclude(): boolean {
    const isFirst = !this.isConcluded;
    this.isConcluded = true;
    return isFirst;
  }
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown };
