/** One node of a diagram: its shape, its name, and what it stands for. */
import { useDirection } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './diagram.module.css';
import { shapeOf } from './node-size.ts';
import type { PlacedNode } from './scopes.ts';

export type NodeState = 'plain' | 'ahead' | 'passed' | 'here' | 'stuck';

export type NodeShapeProps = {
  readonly placed: PlacedNode;
  readonly state: NodeState;
  readonly name: string;
  /** Above the name of a step: its role, or what kind of step it is. */
  readonly kind: string;
  readonly choice?: { readonly isChosen: boolean; readonly onChoose: () => void } | undefined;
};

export function NodeShape({ placed, state, name, kind, choice }: NodeShapeProps): ReactNode {
  const { node, x, y, width, height } = placed;
  const { dir: direction } = useDirection();
  const shape = shapeOf(node.type);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the picture is a short cut for the list beside it
    <g
      className={classes.node}
      data-shape={shape}
      data-state={state}
      data-choosable={choice !== undefined}
      data-chosen={choice?.isChosen}
      onClick={choice?.onChoose}
      data-role={roleOf(placed)}
      transform={`translate(${x} ${y})`}
    >
      {outlineOf(placed)}
      {shape === 'gateway' && <path className={classes.sign} d={gatewaySign(node.type)} />}
      {node.event !== undefined && <path className={classes.sign} d={eventSign(node.event)} />}
      {shape === 'step' && (
        <foreignObject width={width} height={height}>
          <div className={classes.step} dir={direction}>
            <span className={classes.kind}>{kind}</span>
            <bdi className={classes.name}>{name}</bdi>
          </div>
        </foreignObject>
      )}
      {shape === 'scope' && (
        <foreignObject width={width} height={36}>
          <div className={classes.scopeName} dir={direction}>
            <bdi>{name}</bdi>
          </div>
        </foreignObject>
      )}
      {shape !== 'step' && shape !== 'scope' && name !== '' && (
        <foreignObject x={width / 2 - 60} y={height + 3} width={120} height={34}>
          <div className={classes.under}>
            <bdi>{name}</bdi>
          </div>
        </foreignObject>
      )}
      {state !== 'plain' && state !== 'ahead' && (
        <StateBadge state={state} x={shape === 'scope' ? width - 14 : width} />
      )}
    </g>
  );
}

function StateBadge({ state, x }: { readonly state: NodeState; readonly x: number }): ReactNode {
  if (state === 'passed') {
    return (
      <g transform={`translate(${x - 4} 2)`}>
        <circle className={classes.passedDot} r={8} />
        <path className={classes.passedTick} d="M-3.6 .2l2.5 2.6 4.7-5" />
      </g>
    );
  }
  return (
    <g transform={`translate(${x - 4} 3)`}>
      <circle className={classes.pulse} data-state={state} r={9} />
      <circle className={classes.token} data-state={state} r={8} />
      {state === 'stuck' && <path className={classes.stuckSign} d="M0-4.2v4.8M0 3.6v.2" />}
    </g>
  );
}

function outlineOf({ node, width, height }: PlacedNode): ReactNode {
  const middle = width / 2;
  switch (shapeOf(node.type)) {
    case 'gateway':
      return (
        <path
          className={classes.outline}
          d={`M${middle} 0L${width} ${height / 2}L${middle} ${height}L0 ${height / 2}z`}
        />
      );
    case 'start':
    case 'end':
      return <circle className={classes.outline} cx={middle} cy={middle} r={middle} />;
    case 'event':
      return (
        <>
          <circle className={classes.outline} cx={middle} cy={middle} r={middle} />
          <circle className={classes.inner} cx={middle} cy={middle} r={middle - 3.5} />
        </>
      );
    case 'scope':
    case 'step':
      return <rect className={classes.outline} width={width} height={height} rx={10} />;
  }
}

function gatewaySign(type: string): string {
  if (type === 'parallelGateway') return 'M22 12.5v19M12.5 22h19';
  if (type === 'inclusiveGateway') return 'M22 13.5a8.5 8.5 0 1 0 .1 0z';
  if (type === 'eventGateway') return 'M22 14l7.6 5.5-2.9 9h-9.4l-2.9-9zM22 11.5a10.5 10.5 0 1 0 .1 0z';
  if (type === 'complexGateway') return 'M22 12v20M12 22h20M15 15l14 14M29 15l-14 14';
  return 'M16 16l12 12M28 16l-12 12';
}

/** The signs of BPMN, in a circle of 34. */
const eventSigns: Readonly<Record<string, string>> = {
  timer: 'M17 10.5V17l4 2.5M17 7.5a9.5 9.5 0 1 0 .1 0z',
  message: 'M9.5 12h15v10.5h-15zM9.5 12.5l7.5 5.5 7.5-5.5',
  signal: 'M17 9l8 13.5H9z',
  error: 'M10 24l4.5-13 5.5 8.5L25 10l-4.5 13-5.5-8.5z',
  escalation: 'M17 9l6 15-6-6.5-6 6.5z',
  condition: 'M11 9.5h12v15H11zM13 13h8M13 17h8M13 21h8',
  compensation: 'M16.5 11v12L9 17zM25 11v12l-7.5-6z',
  cancel: 'M11 11l12 12M23 11L11 23',
  terminate: 'M17 10.5a6.5 6.5 0 1 0 .1 0z',
  several: 'M17 9l8 6-3 9.5H12L9 15z',
};
const eventSign = (event: string): string => eventSigns[event] ?? '';

const knownRoles = ['operator', 'engineer', 'technologist'];
const roleOf = ({ node }: PlacedNode): string | undefined => {
  if (node.type === 'criterion') return 'criterion';
  if (!node.role) return undefined;
  return knownRoles.includes(node.role) ? node.role : 'other';
};
