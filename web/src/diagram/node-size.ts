/** The shapes of a diagram and their sizes: circles for events, diamonds for gateways, boxes for steps. */

export type Shape = 'start' | 'end' | 'event' | 'gateway' | 'step' | 'scope';

const scopes = ['subProcess', 'transaction', 'adHocSubProcess', 'eventSubProcess'];

export function shapeOf(type: string): Shape {
  if (type === 'start' || type === 'end') return type;
  if (type === 'boundary' || type === 'catch' || type === 'throw') return 'event';
  if (type.endsWith('Gateway')) return 'gateway';
  return scopes.includes(type) ? 'scope' : 'step';
}

const sizes: Readonly<Record<Shape, { readonly width: number; readonly height: number }>> = {
  start: { width: 34, height: 34 },
  end: { width: 34, height: 34 },
  event: { width: 34, height: 34 },
  gateway: { width: 44, height: 44 },
  step: { width: 158, height: 60 },
  scope: { width: 158, height: 60 },
};

export const sizeOf = (type: string): { readonly width: number; readonly height: number } => sizes[shapeOf(type)];

const LETTER = 6.4;
const WIDEST_LABEL = 150;

/** About how wide a flow's label is; a longer one is cut off. */
export const labelWidth = (label: string): number =>
  label === '' ? 0 : Math.min(WIDEST_LABEL, label.length * LETTER + 14);
