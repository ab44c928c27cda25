/** Millrace's sign: a mill wheel over running water. */
import type { ReactNode } from 'react';

export function MillraceMark({ size = 28 }: { readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#13667f" />
      <g fill="none" stroke="#fff" strokeWidth={2.4} strokeLinecap="round" strokeLinejoin="round">
        <circle cx="16" cy="13" r="6.2" />
        <path d="M16 4.6v5M16 16.4v5M7.6 13h5M19.4 13h5" />
        <path d="M5 25.5c2.4-2 4.8-2 7.2 0s4.8 2 7.2 0 4.8-2 7.4 0" />
      </g>
    </svg>
  );
}
