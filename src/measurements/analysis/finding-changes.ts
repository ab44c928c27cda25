/**
 * Findings of a run as anomalies. Their ids follow from device, service, signal, detector and start, so that a run that
 * finds the same again changes nothing and starts nothing twice. One that is no longer found stays, marked as revised:
 * somebody may have acted on it.
 */
import { hash } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';
import { measurementFeed } from '../../store/feed.ts';
import { measurementOutbox, send } from '../../store/outbox.ts';
import { append, put, set, type Write } from '../../store/unit.ts';
import { type AnomalyRow, anomalyFamily } from '../anomaly/anomaly.ts';
import type { Finding } from '../watch/finding.ts';
import { isNews } from './seen.ts';

export const ANOMALY_OPENED = 'millrace.measurements.anomaly.opened';

export type FindingsOf = {
  readonly device: string;
  readonly service: string;
  /** The run, for the mark of what is no longer found. */
  readonly run: number;
  readonly actor: string;
  readonly now: Instant;
  /** Up to here readings came with an import of the past: what is found in them is not told to the plant. */
  readonly quietTo: Instant;
  readonly nextId: () => number;
};

export const findingId = (
  { device, service }: Pick<FindingsOf, 'device' | 'service'>,
  { field, detector, from }: Pick<Finding, 'field' | 'detector' | 'from'>,
): string => `ano_${hash('sha256', JSON.stringify([device, service, field, detector, from]), 'hex').slice(0, 20)}`;

/** `stored` are the anomalies that the findings are to replace. Answers the writes, and how many are new. */
export function findingChanges(
  of: FindingsOf,
  stored: readonly AnomalyRow[],
  findings: readonly Finding[],
): { readonly writes: Write[]; readonly opened: number } {
  const old = new Map(stored.map((row) => [row.id, row]));
  const writes: Write[] = [];
  let opened = 0;
  for (const finding of findings) {
    const id = findingId(of, finding);
    const before = old.get(id);
    old.delete(id);
    const extent = extentOf(finding);
    if (before === undefined) {
      opened += 1;
      writes.push(...openingWrites(of, id, finding));
    } else if (before.revisedBy !== null || !isSame(before, extent))
      writes.push(set(anomalyFamily, [id], { ...extent, revisedBy: null }));
  }
  for (const { id, revisedBy } of old.values())
    if (revisedBy === null) writes.push(set(anomalyFamily, [id], { revisedBy: of.run, isOpen: 0 }));
  return { writes, opened };
}

function openingWrites(
  { device, service, actor, now, quietTo, nextId }: FindingsOf,
  id: string,
  finding: Finding,
): Write[] {
  const { field, detector, from } = finding;
  const extent = extentOf(finding);
  const body = { v: 1, anomaly: id, device, service, field, detector, from };
  const writes = [
    put(anomalyFamily, {
      ...{ id, device, service, field, detector, from, ...extent },
      ...{ revisedBy: null, label: null, labelledBy: null, labelledAt: null },
    }),
    append(measurementFeed, { topic: ANOMALY_OPENED, subject: id, at: now, actor, body: JSON.stringify(body) }),
  ];
  if (isNews(finding, { quietTo, now })) {
    const message = { ...body, id: nextId(), severity: finding.severity, score: finding.score, to: finding.to };
    writes.push(send(measurementOutbox, { id: message.id, routingKey: ANOMALY_OPENED, body: message, at: now }));
  }
  return writes;
}

type Extent = Pick<AnomalyRow, 'to' | 'isOpen' | 'score' | 'severity' | 'evidence'>;

const extentOf = ({ to, isOpen, score, severity, evidence }: Finding): Extent => ({
  to,
  isOpen: isOpen ? 1 : 0,
  score,
  severity,
  evidence: JSON.stringify({ v: 1, ...evidence }),
});

const isSame = (row: AnomalyRow, extent: Extent): boolean =>
  Object.entries(extent).every(([column, value]) => row[column as keyof Extent] === value);
