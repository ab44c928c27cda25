/** Whether a device still speaks. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';
import { useNow } from '../ui/now.ts';
import { Pill } from '../ui/pill.tsx';

/** A device that was silent for longer is worth a look. */
const FRESH_MS = 60_000;
const QUIET_MS = 15 * 60_000;

export function LastSeen({ at }: { readonly at: string | null }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  if (at === null) return <Pill>{t('devices.never')}</Pill>;
  const ageMs = now - Date.parse(at);
  if (ageMs < FRESH_MS) return <Pill tone="good">{t('devices.live')}</Pill>;
  return (
    <span title={format.exact(at)}>
      <Pill tone={ageMs < QUIET_MS ? 'neutral' : 'warn'}>{t('devices.seen', { at: format.relative(at, now) })}</Pill>
    </span>
  );
}
