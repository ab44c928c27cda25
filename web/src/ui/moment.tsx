/** A point in time: how long ago, or when; the exact time is one hover away. */
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useNow } from './now.ts';

/** The page's clock is a few seconds old; what has just happened is "now", not in the future. */
export function Ago({ at }: { readonly at: string }): ReactNode {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.relative(at, Math.max(now, Date.parse(at)))}
    </time>
  );
}

export function Moment({ at }: { readonly at: string }): ReactNode {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.moment(at, now)}
    </time>
  );
}
