/**
 * Two services, two scopes. Each has its queue (`tasks.commands`, `models.commands`): as many processes as one likes share
 * the work of one of them, and the other does not notice.
 */
import { type Cmd, command, plainText, service } from '../../src/index.ts';

export type Say = (line: string) => void;

@service('tasks', { concurrency: 4 })
export class TaskService {
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  /** What is returned goes to the topic of `to`: whoever wants it listens there. */
  @command('another_method/{one}/{more}', { to: 'tasks.another_method.done' })
  async anotherMethod(m: Cmd<'another_method/{one}/{more}'>) {
    const { one, more } = m.params;
    this.#say(`tasks: another_method with one="${one}", more="${more}"`);
    return { one, more };
  }
}

@service('models', { concurrency: 1 })
export class ModelService {
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  @command('train_model/{model_id:int}', { body: plainText, to: 'models.{model_id}.trained' })
  async trainModel(m: Cmd<'train_model/{model_id:int}', typeof plainText>) {
    this.#say(`models: train_model with model_id=${m.params.model_id} on "${m.body}"`);
    return { model: m.params.model_id, letters: m.body.length };
  }
}
