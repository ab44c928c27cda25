/** A line that grows while something long goes on; nothing where nobody watches. */
import type { Output } from './shell.ts';

const WIDTH = 30;
/** Between two drawings. */
const DRAW_MS = 100;

export type ProgressBar = {
  /** `share` is between 0 and 1. */
  show(share: number, text: string): void;
  /** Takes the line away. */
  clear(): void;
};

export function openProgressBar({ write, isTerminal, columns }: Output, now: () => number): ProgressBar {
  if (!isTerminal) return { show: () => {}, clear: () => {} };
  const begun = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show: (share, text) => {
      const at = now();
      if (at - drawnAt < DRAW_MS && share < 1) return;
      drawnAt = at;
      const done = Math.round(Math.min(1, share) * WIDTH);
      const bar = `${'█'.repeat(done)}${'░'.repeat(WIDTH - done)}`;
      const line = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${text}  ${remaining(share, at - begun)}`;
      write(`\r${line.slice(0, Math.max(0, columns - 1))}\u001b[K`);
    },
    clear: () => write('\r\u001b[K'),
  };
}

function remaining(share: number, elapsedMs: number): string {
  if (share <= 0.01 || share >= 1) return '';
  const seconds = Math.ceil((elapsedMs * (1 - share)) / share / 1_000);
  return seconds < 90 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
