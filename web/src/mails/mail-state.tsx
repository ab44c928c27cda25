/** What became of a mail, in a word; the reader explains it in a sentence. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailState } from '../api/mails.ts';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Readonly<Record<MailState, Tone>> = { queued: 'accent', sent: 'good', kept: 'neutral', failed: 'bad' };

export function MailStatePill({ state }: { readonly state: MailState }): ReactNode {
  const { t } = useTranslation();
  return <Pill tone={tones[state]}>{t(`mailState.${state}`)}</Pill>;
}
