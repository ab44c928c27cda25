/** A point in time: how long ago, or when; the exact time is one hover away. */
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useNow } from './now.ts';

export function Ago({ at }: { readonly at: string }): ReactNode {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.relative(at, now)}
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
