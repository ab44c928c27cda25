/**
 * Readings that come as messages of the bus, under the routing key `measurements.<device>`. Any number of servers share
 * them. A message is acked when its rows are stored or in quarantine. One that is no JSON, or neither a reading nor a list,
 * is a dead letter; so is one that the store did not take for so long, and can be replayed then.
 */
import { z } from 'zod';
import { type DefinedService, defineService } from '../../bus/service/define-service.ts';
import { on } from '../../bus/service/rpc.ts';
import { inCalls, type TakeRows } from './in-calls.ts';
import { rowsOfValue } from './message-rows.ts';

const READINGS_SERVICE = 'millrace-readings';
/** The queue of that service. */
export const READINGS_QUEUE = `${READINGS_SERVICE}.events`;
export const READINGS_TOPIC = 'measurements.{device}';
/** Fewer than the broker's own limit, about ten minutes. */
const RETRY = { attempts: 15, firstMs: 500, longestMs: 60_000 };

const readings = z
  .unknown()
  .refine((value) => typeof value === 'object' && value !== null, 'must be a reading or a list of readings')
  .meta({ description: 'A reading {ts, values} or {ts, field: value, …}, or a list of them.' });

/** A reading without a time has that of its message, so that a repeat is the same row. */
export const readingsService = ({ ingest }: { readonly ingest: TakeRows }): DefinedService =>
  defineService(
    READINGS_SERVICE,
    {
      take: on(
        READINGS_TOPIC,
        { body: readings, retry: RETRY, description: 'Stores the readings of a device.' },
        async ({ params: { device }, body, at }) => {
          await inCalls(ingest, rowsOfValue(body, { device, at }), { mode: 'live', actor: 'bus' });
        },
      ),
    },
    { description: 'Takes readings of devices in.' },
  );
