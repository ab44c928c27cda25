/** A process definition as a picture, and – for an instance – where its tokens stand and what they have passed. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition, DefinitionFlow } from '../api/processes.ts';
import { useLabel } from '../ui/label.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import classes from './diagram.module.css';
import { labelPoint, pathOf } from './flow-path.ts';
import { useKindName } from './kind-name.ts';
import { NodeShape, type NodeState } from './node-shape.tsx';
import { labelWidth } from './node-size.ts';
import { draw, type PlacedFlow } from './scopes.ts';

export type Progress = {
  readonly at: ReadonlySet<string>;
  readonly stuck: ReadonlySet<string>;
  readonly passed: ReadonlySet<string>;
  /** Its tokens stand still until somebody lets it go on. */
  readonly isSuspended?: boolean;
};

export type DiagramProps = {
  readonly definition: Pick<Definition, 'nodes' | 'flows'>;
  readonly progress?: Progress;
  /** What the picture shows, as a sentence. */
  readonly summary: string;
  /** Nodes can be clicked. The picture is a short cut: the same must be possible in a list beside it. */
  readonly choosing?: { readonly chosen: ReadonlySet<string>; readonly onChoose: (node: string) => void };
};

const LABEL_HEIGHT = 20;

/** A wide diagram shrinks to its frame, but not below this; then it scrolls. */
const SMALLEST = 0.8;

export function Diagram({ definition, progress, summary, choosing }: DiagramProps): ReactNode {
  const { t } = useTranslation();
  const nameOf = useLabel();
  const kindName = useKindName();
  const { nodes, flows } = definition;
  const outcomeName = useOutcomeName();
  const drawing = draw({ nodes, flows, labelOf: (flow) => labelOf(flow, outcomeName, t('diagram.otherwise')) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields; this frame only scrolls
    <div
      className={classes.frame}
      data-suspended={progress?.isSuspended}
      dir="ltr"
      role="group"
      aria-label={t('diagram.label')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <svg
        className={classes.drawing}
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        style={{ maxWidth: drawing.width, minWidth: drawing.width * SMALLEST }}
        role="img"
        aria-label={summary}
      >
        <defs>
          <Arrowhead id="arrow" className={classes.arrow} />
          <Arrowhead id="arrow-passed" className={classes.arrowPassed} />
        </defs>
        {drawing.nodes
          .filter(({ node }) => node.type === 'subProcess')
          .map((placed) => (
            <NodeShape
              key={placed.id}
              placed={placed}
              state={stateOf(placed.id, progress)}
              name={nameOf(placed.node.name)}
              kind=""
              choice={choiceOf(placed.id, choosing)}
            />
          ))}
        {drawing.flows.map((placed) => (
          <FlowLine
            key={`${placed.flow.from} ${placed.flow.to}`}
            placed={placed}
            isPassed={isPassed(placed.flow, progress)}
          />
        ))}
        {drawing.nodes
          .filter(({ node }) => node.type !== 'subProcess')
          .map((placed) => (
            <NodeShape
              key={placed.id}
              placed={placed}
              state={stateOf(placed.id, progress)}
              name={nameOf(placed.node.name)}
              kind={kindName(placed.node)}
              choice={choiceOf(placed.id, choosing)}
            />
          ))}
      </svg>
    </div>
  );
}

function FlowLine({
  placed,
  isPassed: passed,
}: {
  readonly placed: PlacedFlow;
  readonly isPassed: boolean;
}): ReactNode {
  const { label } = placed;
  const { x, y } = labelPoint(placed);
  const width = labelWidth(label);
  return (
    <g>
      <path
        className={classes.line}
        data-passed={passed}
        d={pathOf(placed)}
        markerEnd={passed ? 'url(#arrow-passed)' : 'url(#arrow)'}
      />
      {label !== '' && (
        <foreignObject x={x - width / 2} y={y - LABEL_HEIGHT / 2} width={width} height={LABEL_HEIGHT}>
          <div className={classes.label} title={label}>
            <bdi>{label}</bdi>
          </div>
        </foreignObject>
      )}
    </g>
  );
}

/** By which answer or condition a flow is taken. */
function labelOf(
  { outcome, when, isDefault }: DefinitionFlow,
  outcomeName: (outcome: string) => string,
  otherwise: string,
): string {
  if (outcome) return outcome.split(' / ').map(outcomeName).join(' / ');
  return when || (isDefault ? otherwise : '');
}

function Arrowhead({ id, className }: { readonly id: string; readonly className: string | undefined }): ReactNode {
  return (
    <marker
      id={id}
      viewBox="0 0 10 10"
      refX={7}
      refY={5}
      markerWidth={10}
      markerHeight={10}
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path className={className} d="M0 1L9 5L0 9z" />
    </marker>
  );
}

const choiceOf = (id: string, choosing: DiagramProps['choosing']) =>
  choosing && { isChosen: choosing.chosen.has(id), onChoose: () => choosing.onChoose(id) };

function stateOf(id: string, progress: Progress | undefined): NodeState {
  if (progress === undefined) return 'plain';
  if (progress.stuck.has(id)) return 'stuck';
  if (progress.at.has(id)) return 'here';
  return progress.passed.has(id) ? 'passed' : 'ahead';
}

/** Best guess from what was passed: the history says by which flow, the picture need not. */
function isPassed({ from, to }: DefinitionFlow, progress: Progress | undefined): boolean {
  if (progress === undefined || !progress.passed.has(from)) return false;
  return progress.passed.has(to) || progress.at.has(to) || progress.stuck.has(to);
}

export function ProgressLegend({ isSuspended = false }: { readonly isSuspended?: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className={classes.legend} data-suspended={isSuspended}>
      <li>
        <Dot className={classes.token} /> {t(isSuspended ? 'diagram.hereSuspended' : 'diagram.here')}
      </li>
      <li>
        <Dot className={classes.passedDot} /> {t('diagram.passed')}
      </li>
      <li>
        <Dot className={classes.token} state="stuck" /> {t('diagram.stuck')}
      </li>
    </ul>
  );
}

function Dot({ className, state }: { readonly className: string | undefined; readonly state?: 'stuck' }): ReactNode {
  return (
    <svg width="14" height="14" aria-hidden="true" focusable="false">
      <circle className={className} data-state={state} cx="7" cy="7" r="6" />
    </svg>
  );
}
