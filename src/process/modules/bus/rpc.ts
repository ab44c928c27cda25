/** The module `rpc`: asks a message service and waits for its answer. */
import { z } from 'zod';
import { callService } from '../../../bus/tools/call-service.ts';
import { done } from '../../../kernel/settlement.ts';
import { name, timeout } from '../fields.ts';
import { defineModule } from '../module.ts';
import { namesOne, ONE_NAME, settlementOfFailure, targetFields } from './target.ts';

export const rpcModule = defineModule({
  name: 'rpc',
  title: 'Ask a service',
  summary: 'Calls an operation of a message service and waits for the answer, which can become a variable.',
  config: z
    .strictObject({
      ...targetFields,
      result: name.exactOptional().describe('The variable that gets the answer.'),
      timeout: timeout('60s').default(10_000).describe('How long the answer may take; default "10s".'),
    })
    .refine(namesOne, ONE_NAME),
  outcomes: ['done'],
  outcomesFrom: 'outcomes',
  run: async ({ config, key, services: { app, now }, signal }) => {
    const { result, timeout: timeoutMs, outcomes, errors, ...target } = config;
    try {
      const answer = await callService(app, { ...target, timeoutMs, id: key, signal }, now);
      return done('done', result === undefined ? {} : { [result]: answer.result ?? null });
    } catch (failure) {
      return settlementOfFailure(failure, { outcomes, errors });
    }
  },
});
