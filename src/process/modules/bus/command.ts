/** The module `command`: tells a message service to do something, and goes on when the broker has it. */
import { z } from 'zod';
import { sendCommand } from '../../../bus/tools/call-service.ts';
import { done } from '../../../kernel/settlement.ts';
import { defineModule } from '../module.ts';
import { namesOne, ONE_NAME, settlementOfFailure, targetFields } from './target.ts';

export const commandModule = defineModule({
  name: 'command',
  title: 'Tell a service',
  summary: 'Sends a command to a message service and goes on as soon as the broker has it; nobody answers.',
  config: z.strictObject(targetFields).refine(namesOne, ONE_NAME),
  outcomes: ['done'],
  outcomesFrom: 'outcomes',
  run: async ({ config, key, services: { app }, signal }) => {
    const { outcomes, errors, ...target } = config;
    try {
      await sendCommand(app, { ...target, id: key }, signal);
      return done();
    } catch (failure) {
      return settlementOfFailure(failure, { outcomes, errors });
    }
  },
});
