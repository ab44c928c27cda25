/** Knows how many mails there must be: one for every task whose step names a recipient list. */
import type { Client } from '../client/client.ts';
import { everyItem } from '../client/pages.ts';
import type { Task } from '../client/wire-process.ts';

type Step = Pick<Task, 'definition' | 'step'>;

export class MailWatch {
  readonly #client: Client;
  readonly #notifying = new Map<string, boolean>();
  #expected = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async expectFor(step: Step): Promise<void> {
    const name = `${step.definition} ${step.step}`;
    const notifies = this.#notifying.get(name) ?? (await this.#notifies(step));
    this.#notifying.set(name, notifies);
    if (notifies) this.#expected += 1;
  }

  /** How many mails there are, as soon as all have been made and none is under way. */
  async settled(): Promise<number | undefined> {
    let settled = 0;
    for await (const { state } of everyItem((page) => this.#client.mails({ ...page, limit: 200 }))) {
      if (state !== 'queued') settled += 1;
    }
    return settled < this.#expected ? undefined : settled;
  }

  async #notifies({ definition, step }: Step): Promise<boolean> {
    const { source } = await this.#client.definitions.get(definition);
    const { nodes = [] } = source as { readonly nodes?: readonly { readonly id: string; readonly notify?: string }[] };
    return nodes.some(({ id, notify }) => id === step && notify !== undefined);
  }
}
