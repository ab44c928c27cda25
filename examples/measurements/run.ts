/**
 * Ten short ways to use measurements: `npm run example -- measurements`. They talk to the server that MILLRACE_URL and
 * MILLRACE_TOKEN (an administrator's) name, or to one that this starts and stops. Each file is one of them.
 */
import { onServer, say } from '../on-a-server.ts';
import { anomalies } from './anomalies.ts';
import { customService } from './custom-service.ts';
import { dayQuality } from './day-quality.ts';
import { importFile } from './import.ts';
import { ingest } from './ingest.ts';
import { lateRows } from './late-rows.ts';
import { processDevice } from './process-device.ts';
import { runDate } from './run-date.ts';
import { runRange } from './run-range.ts';
import { shiftKpis } from './shift-kpis.ts';

const EXAMPLES = [
  ...[ingest, importFile, runDate, runRange, processDevice],
  ...[shiftKpis, dayQuality, anomalies, customService, lateRows],
];

await onServer(async (client, _, server) => {
  for (const [place, example] of EXAMPLES.entries()) say(`${place + 1}. ${await example(client, server)}`);
});
