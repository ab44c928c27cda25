/** The story of an instance, oldest first; behind each line the row of the history it was read from. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../api/processes.ts';
import { useFormat } from '../i18n/format.ts';
import { RuledDetail } from './ruled-detail.tsx';
import type { Steps } from './steps.ts';
import { type StoryLine, storyOf } from './story.ts';
import { StorySentence } from './story-sentence.tsx';
import classes from './timeline.module.css';

export type TimelineProps = { readonly entries: readonly HistoryEntry[]; readonly steps: Steps };

export function Timeline({ entries, steps }: TimelineProps): ReactNode {
  const { t } = useTranslation();
  const [showsRows, setShowsRows] = useState(false);
  return (
    <>
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <li key={entry.seq} className={classes.entry}>
            <Entry entry={entry} steps={steps} />
            {showsRows && (
              <pre className={classes.row} dir="ltr">
                {JSON.stringify(entry, null, 2)}
              </pre>
            )}
          </li>
        ))}
      </ol>
      <Button variant="subtle" size="compact-sm" onClick={() => setShowsRows(!showsRows)}>
        {showsRows ? t('story.hideRows') : t('story.showRows')}
      </Button>
    </>
  );
}

function Entry({ entry, steps }: { readonly entry: HistoryEntry; readonly steps: Steps }): ReactNode {
  const format = useFormat();
  const lines = storyOf(entry, steps.typeOf);
  return (
    <>
      <time className={classes.time} dateTime={entry.at} title={format.exact(entry.at)}>
        {format.moment(entry.at)}
      </time>
      <div className={classes.lines}>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a row never change
          <Line key={at} line={line} steps={steps} />
        ))}
      </div>
    </>
  );
}

function Line({ line, steps }: { readonly line: StoryLine; readonly steps: Steps }): ReactNode {
  return (
    <div
      className={classes.line}
      data-kind={line.kind}
      data-outcome={line.kind === 'decided' ? line.outcome : undefined}
    >
      <p>
        <StorySentence line={line} steps={steps} />
      </p>
      {line.kind === 'ruled' && <RuledDetail line={line} />}
      {line.kind === 'decided' && line.comment !== undefined && (
        <blockquote className={classes.quote}>
          <bdi>{line.comment}</bdi>
        </blockquote>
      )}
    </div>
  );
}
