/** Whether a frame hides columns beyond its edges, so that the page can say so. */
import { type RefObject, useEffect, useState } from 'react';

/** Where there is more to see: as the reading direction has it. */
export type MoreColumns = { readonly atStart: boolean; readonly atEnd: boolean };

const NONE: MoreColumns = { atStart: false, atEnd: false };

export function useMoreColumns(frame: RefObject<HTMLElement | null>): MoreColumns {
  const [more, setMore] = useState(NONE);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const look = (): void => {
      // From right to left the way is counted below 0.
      const way = Math.abs(element.scrollLeft);
      const next = { atStart: way > 1, atEnd: way + element.clientWidth < element.scrollWidth - 1 };
      setMore((before) => (before.atStart === next.atStart && before.atEnd === next.atEnd ? before : next));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // The table grows with its columns, the frame does not.
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [frame]);
  return more;
}
