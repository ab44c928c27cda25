/** Everything a decision rests on: the charts, and the figures under them. */
import { type ReactNode, useMemo } from 'react';
import type { Firing } from '../api/measurements.ts';
import classes from './evidence.module.css';
import { EvidenceChart } from './evidence-chart.tsx';
import { groupEvidence } from './evidence-group.ts';

export type EvidenceChartsProps = {
  readonly evidence: readonly Firing[];
  readonly proposals?: ReadonlyMap<string, number>;
};

export function EvidenceCharts({ evidence, proposals }: EvidenceChartsProps): ReactNode {
  const groups = useMemo(() => groupEvidence(evidence), [evidence]);
  return (
    <div className={classes.charts}>
      {groups.map((group) => (
        <EvidenceChart key={`${group.device} ${group.field}`} group={group} {...(proposals && { proposals })} />
      ))}
    </div>
  );
}
