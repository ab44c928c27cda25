/** The module `event`: tells everybody who listens to a topic. */
import { z } from 'zod';
import { done } from '../../../kernel/settlement.ts';
import { defineModule } from '../module.ts';
import { settlementOfFailure } from './target.ts';

/** Events of the server itself say what happened in it; a step cannot make that up. */
const OWN_TOPICS = /^millrace(\.|$)/;

export const eventModule = defineModule({
  name: 'event',
  title: 'Publish an event',
  summary: 'Publishes an event under a topic; whoever listens hears it, and nobody answers.',
  config: z.strictObject({
    topic: z
      .string()
      .max(200)
      .regex(/^[\w-]+(\.[\w-]+)*$/, 'must be words with dots between, such as "plant.repair.finished"')
      .refine((topic) => !OWN_TOPICS.test(topic), 'must not begin with "millrace", which is the server’s own'),
    body: z.json().exactOptional(),
  }),
  outcomes: ['done'],
  run: async ({ config: { topic, body = null }, key, services: { app } }) => {
    try {
      await app.emit(topic, { id: key, body } as Parameters<typeof app.emit>[1]);
      return done();
    } catch (failure) {
      return settlementOfFailure(failure, {});
    }
  },
});
