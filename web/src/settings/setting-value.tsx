/** The value of a setting: a text as it is, anything else as JSON. */
import type { ReactNode } from 'react';

export function SettingValue({ value }: { readonly value: unknown }): ReactNode {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'string') return <bdi>{value}</bdi>;
  return (
    <code>
      <bdi>{JSON.stringify(value)}</bdi>
    </code>
  );
}
