/** Every family of rows there is: what the stores make tables of. */
import { accessFamilies } from '../access/open-access.ts';
import { idempotencyFamily } from '../edge/http/idempotency.ts';
import { jobFamilies } from '../jobs/families.ts';
import { measurementFamilies } from '../measurements/families.ts';
import { decisionFamily, decisionModelFamily } from '../process/decisions/families.ts';
import { processFamilies } from '../process/engine/families.ts';
import { mailFamily } from '../process/modules/mail/mail.ts';
import { moduleFamily } from '../process/modules/served/module-family.ts';
import { electionFamily } from '../store/election.ts';
import type { Family } from '../store/family.ts';
import { measurementFeed, plantFeed } from '../store/feed.ts';
import { inbox, measurementOutbox, plantOutbox } from '../store/outbox.ts';
import { alertFamily } from './alerts/alert.ts';
import { checkReportFamily } from './alerts/start-alerts.ts';
import { serverFamily } from './server-roll.ts';

export const families: readonly Family[] = [
  ...processFamilies,
  decisionModelFamily,
  decisionFamily,
  ...accessFamilies,
  ...measurementFamilies,
  mailFamily,
  moduleFamily,
  ...jobFamilies,
  idempotencyFamily,
  electionFamily,
  serverFamily,
  alertFamily,
  checkReportFamily,
  inbox,
  plantOutbox,
  measurementOutbox,
  plantFeed,
  measurementFeed,
];
