/** The readings behind a decision, one chart for each field that was looked at. */
import { type ReactNode, useMemo } from 'react';
import type { Firing } from '../api/processes.ts';
import classes from './evidence.module.css';
import { EvidenceChart } from './evidence-chart.tsx';
import { groupEvidence } from './evidence-group.ts';
import type { Proposals } from './evidence-marks.ts';

export type EvidenceChartsProps = { readonly evidence: readonly Firing[]; readonly proposals?: Proposals };

const noProposals: Proposals = new Map();

export function EvidenceCharts({ evidence, proposals = noProposals }: EvidenceChartsProps): ReactNode {
  const groups = useMemo(() => groupEvidence(evidence), [evidence]);
  return (
    <div className={classes.charts}>
      {groups.map((group) => (
        <EvidenceChart key={`${group.device} ${group.field}`} group={group} proposals={proposals} />
      ))}
    </div>
  );
}
