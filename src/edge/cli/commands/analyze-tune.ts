/** The command that proposes thresholds from labels, and sets them. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Client } from '../../../client/client.ts';
import type { ThresholdMeasure, ThresholdProposal } from '../../../client/wire-analyses.ts';
import { addLeaf } from '../leaf.ts';
import { isWanted } from '../question.ts';
import type { Shell } from '../shell.ts';
import { numberText, table } from '../table.ts';

export function addTuneCommand(analyze: Command, shell: Shell): void {
  addLeaf(analyze, shell, {
    name: 'tune',
    about: 'Proposes thresholds of detectors and limits of criteria, from what people made of anomalies.',
    flags: [
      { flags: '--device <id>', about: 'of one device (default: of all)' },
      { flags: '--criterion <id>', about: 'of this criterion alone' },
      { flags: '--from <time>', about: 'from then on; ISO 8601 (default: 30 days before the end)' },
      { flags: '--to <time>', about: 'until just before then (default: the last reading)' },
      { flags: '--apply', about: 'sets what is better, after a question for each' },
      { flags: '--yes', about: 'with --apply: asks nothing' },
    ],
    options: z.object({
      device: z.string().exactOptional(),
      criterion: z.string().exactOptional(),
      from: z.string().exactOptional(),
      to: z.string().exactOptional(),
      apply: z.boolean().default(false),
      yes: z.boolean().default(false),
    }),
    examples: [
      'analyze tune',
      'analyze tune --device press-1 --from 2026-05-01T00:00:00Z --json',
      'analyze tune --criterion press-1.A --apply',
    ],
    run: async ({ options: { apply, yes, ...request } }) => {
      const client = shell.client();
      const { proposals } = await client.analyses.tune(request);
      const shown = table(proposals, COLUMNS, { empty: 'No anomaly has a label.', width: shell.out.columns });
      if (!apply) return { json: { proposals }, text: [shown, ...notesOf(proposals)].join('\n') };
      const applied: Applicable[] = [];
      for (const proposal of proposals.filter(isApplicable))
        if (yes || (await isWanted(shell, questionOf(proposal)))) {
          await set(client, proposal);
          applied.push(proposal);
        }
      const done = applied.map((one) => `${nameOf(one)} is set to ${numberText(one.proposed.threshold)}.`);
      const text = [shown, ...notesOf(proposals), ...(done.length === 0 ? ['Nothing was set.'] : done)].join('\n');
      return { json: { proposals, applied: applied.map(nameOf) }, text };
    },
  });
}

type Applicable = ThresholdProposal & { readonly proposed: ThresholdMeasure };

const isApplicable = (proposal: ThresholdProposal): proposal is Applicable =>
  proposal.proposed !== null && proposal.isSettable;

/** A new version of the criterion, or of the device's settings; both are in the audit. */
async function set(client: Client, { criterion, device, field, detector, proposed }: Applicable): Promise<void> {
  const { threshold } = proposed;
  if (criterion !== null) {
    await client.criteria.change(criterion, { limit: threshold });
    return;
  }
  const { fields } = await client.devices.get(device);
  const changed = fields.map((one) =>
    one.name === field ? { ...one, thresholds: { ...one.thresholds, [detector ?? '']: threshold } } : one,
  );
  await client.devices.change(device, { fields: changed });
}

const nameOf = ({ criterion, device, field, detector }: ThresholdProposal): string =>
  criterion ?? `${detector} of ${device}.${field}`;

const questionOf = (proposal: Applicable): string =>
  `Set ${nameOf(proposal)} from ${numberText(proposal.now?.threshold ?? null)} to ${numberText(proposal.proposed.threshold)}?`;

const share = (estimate: ThresholdMeasure['precision']): string => {
  if (estimate === null) return '–';
  const percent = (value: number) => Math.round(value * 100);
  return `${percent(estimate.value)} % (${percent(estimate.low)}–${percent(estimate.high)})`;
};
const both =
  (text: (measure: ThresholdMeasure) => string) =>
  ({ now, proposed }: ThresholdProposal) => {
    if (now === null) return '–';
    return proposed === null ? text(now) : `${text(now)} → ${text(proposed)}`;
  };

const WORDS: Readonly<Record<ThresholdProposal['status'], string>> = {
  better: 'better',
  'as-good': 'nothing is better',
  'too-few-labels': 'too few labels',
  'too-many-readings': 'too many readings',
};

const COLUMNS = [
  { title: 'what', value: nameOf },
  {
    title: 'labels',
    value: ({ labels }: ThresholdProposal) => `${labels.confirmed} confirmed, ${labels.rejected} rejected`,
  },
  { title: 'threshold', value: both(({ threshold }) => numberText(threshold)) },
  { title: 'precision', value: both(({ precision }) => share(precision)) },
  { title: 'recall', value: both(({ recall }) => share(recall)) },
  { title: 'alarms', value: both(({ alarms }) => String(alarms)) },
  {
    title: 'proposal',
    value: ({ status, isSettable }: ThresholdProposal) =>
      status === 'better' && !isSettable ? 'better; set it in the service' : WORDS[status],
  },
];

function notesOf(proposals: readonly ThresholdProposal[]): string[] {
  const has = (status: ThresholdProposal['status']) => proposals.some((proposal) => proposal.status === status);
  return [
    ...(proposals.some(({ now }) => now !== null)
      ? ['In brackets: where the true share lies in 95 of 100 cases, as far as so few labels tell.']
      : []),
    ...(has('too-few-labels') ? ['Too few labels: it takes 10, and 3 each of confirmed and rejected.'] : []),
    ...(has('too-many-readings') ? ['Too many readings to judge: name a shorter stretch with --from and --to.'] : []),
  ];
}
