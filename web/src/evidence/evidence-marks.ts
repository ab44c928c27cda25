/** What the chart of an evidence shows beside the readings. */
import type { Anomaly } from '../api/measurements.ts';
import type { Firing } from '../api/processes.ts';
import { edgesOf, type LimitMark, type Marks } from '../charts/marks.ts';
import type { EvidenceGroup } from './evidence-group.ts';
import { anomalyOf, criterionIdOf, detectorOf } from './firing-signal.ts';

/** Criterion id → a limit that is being considered. */
export type Proposals = ReadonlyMap<string, number>;

export function evidenceMarks(
  { firings, field }: EvidenceGroup,
  anomalies: readonly Anomaly[],
  proposals: Proposals,
): Marks {
  const found = anomalies.filter((anomaly) => anomaly.field.split('+').includes(field));
  const limits = firings.flatMap((firing) => limitMarks(firing, found, proposals.get(criterionIdOf(firing))));
  return {
    limits: [
      ...new Map(limits.map((mark) => [`${mark.kind} ${mark.name} ${JSON.stringify(mark.limit)}`, mark])).values(),
    ],
    firings: firings.map(({ at, criterion }) => ({ atMs: Date.parse(at), name: criterion })),
    anomalies: found.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) })),
  };
}

function limitMarks(firing: Firing, anomalies: readonly Anomaly[], proposal: number | undefined): LimitMark[] {
  const { limit, criterion: name } = firing;
  const isScore = detectorOf(firing) !== undefined;
  const toReading = isScore ? readingOfScore(firing, anomalies) : (value: number) => value;
  if (limit === undefined || anomalyOf(firing) !== undefined || toReading === undefined) return [];
  const mark = (kind: LimitMark['kind'], set: typeof limit): LimitMark => {
    return { name, kind, limit: set, lines: edgesOf(set).map(toReading), isScore };
  };
  const isOther = proposal !== undefined && proposal !== limit;
  return [mark('limit', limit), ...(isOther ? [mark('preview', proposal)] : [])];
}

/**
 * A score counts spreads from what the detector expected. Where both are known, a limit of the score is a level of the
 * readings, on the side where the anomaly lay.
 */
function readingOfScore(firing: Firing, anomalies: readonly Anomaly[]): ((score: number) => number) | undefined {
  const detector = detectorOf(firing);
  const anomaly =
    anomalies.find(({ id }) => firing.anomalies?.includes(id)) ?? anomalies.find((each) => each.detector === detector);
  if (anomaly === undefined) return undefined;
  const { expected, sigma, value } = anomaly.evidence;
  const side = value >= expected ? 1 : -1;
  return (score) => expected + side * score * sigma;
}
