/** Of a long table only the rules in sight are drawn, and some around them. */
import { type RefObject, useEffect, useState } from 'react';

/** Every rule is as high as the next one; the style sheet says the same. */
export const RULE_HEIGHT_PX = 36;
/** Up to here all rules are drawn. */
const DRAWN_WHOLE = 120;
/** Rules around those in sight, and how finely the stretch moves. */
const AROUND = 20;
const STEP = 10;

export type Stretch = { readonly from: number; readonly to: number };

/** Which rules, from 0, without `to`. */
export function useVisibleRules(frame: RefObject<HTMLElement | null>, count: number): Stretch {
  const [stretch, setStretch] = useState<Stretch>({ from: 0, to: DRAWN_WHOLE });
  const isLong = count > DRAWN_WHOLE;
  useEffect(() => {
    const element = frame.current;
    if (element === null || !isLong) return;
    const look = (): void => {
      const next = stretchAt(element.scrollTop, element.clientHeight);
      setStretch((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [frame, isLong]);
  if (!isLong) return { from: 0, to: count };
  const to = Math.min(stretch.to, count);
  return { from: Math.min(stretch.from, Math.max(0, to - AROUND)), to };
}

export function stretchAt(scrollTop: number, height: number): Stretch {
  const first = Math.floor(scrollTop / RULE_HEIGHT_PX / STEP) * STEP;
  const shown = Math.ceil(height / RULE_HEIGHT_PX / STEP) * STEP;
  return { from: Math.max(0, first - AROUND), to: first + shown + AROUND + STEP };
}
