/**
 * Lets answers wait until the disk has what they speak of, while the next batch is already being worked out. One sync
 * at a time, and each covers everything that was written before it began: so the slower the disk, the more commits share a
 * sync, and the processor never waits for it.
 *
 * SQLite itself is told not to sync its log at each commit (`synchronous = NORMAL`). What it then promises – a power cut
 * leaves a prefix of the commits, never half of one – is all that is needed, because nobody is told of a commit, and no read
 * answers from it, before the log has been synced here.
 */
export class SyncQueue {
  readonly #sync: () => Promise<void>;
  #running: Promise<void> | undefined;
  /** The sync that begins when the running one has ended. */
  #next: Promise<void> | undefined;
  #failure: unknown;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /**
   * Resolves when everything written so far is on the disk. Once a sync has failed nobody knows what the disk has, and the
   * system may have dropped what it could not write: from then on this rejects.
   */
  synced(): Promise<void> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<void> {
    await this.#running?.catch(() => {}); // whoever waits for it has been told
    this.#running = this.#next;
    this.#next = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#sync();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
