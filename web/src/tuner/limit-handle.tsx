/** A limit over a chart that can be dragged up and down, or moved by the keys of a slider. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { type Scale, settled } from './tuned-limit.ts';
import classes from './tuner.module.css';

export type LimitHandleProps = {
  readonly label: string;
  readonly value: number;
  /** The value with its unit. */
  readonly text: string;
  readonly scale: Scale;
  readonly onChange: (value: number) => void;
};

const PAGE_STEPS = 10;

export function LimitHandle({ label, value, text, scale, onChange }: LimitHandleProps): ReactNode {
  const line = useRef<HTMLDivElement>(null);
  const { min, max, step } = scale;
  const top = (max - Math.min(max, Math.max(min, value))) / (max - min);

  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const plot = line.current?.parentElement?.getBoundingClientRect();
    if (plot === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const share = (event.clientY - plot.top) / plot.height;
    onChange(settled(max - share * (max - min), scale));
  };
  const press = (event: KeyboardEvent): void => {
    const next = nextByKey(event.key, value, { step, min, max });
    if (next === undefined) return;
    event.preventDefault();
    onChange(settled(next, scale));
  };
  return (
    <div
      ref={line}
      role="slider"
      tabIndex={0}
      className={classes.handle}
      style={{ top: `${top * 100}%` }}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
      }}
      onPointerMove={drag}
    >
      <span className={classes.grip}>{text}</span>
    </div>
  );
}

function nextByKey(key: string, value: number, { min, max, step }: Scale): number | undefined {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return value + step;
    case 'ArrowDown':
    case 'ArrowLeft':
      return value - step;
    case 'PageUp':
      return value + PAGE_STEPS * step;
    case 'PageDown':
      return value - PAGE_STEPS * step;
    case 'Home':
      return min;
    case 'End':
      return max;
    default:
      return undefined;
  }
}
