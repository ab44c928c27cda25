/** Every change of who may what is an entry of the feed: by whom, what, before and after – never a secret. */
import { plantFeed } from '../store/feed.ts';
import { append, type Write } from '../store/unit.ts';

export function audit({
  topic,
  subject,
  at,
  actor,
  body,
}: {
  readonly topic: string;
  readonly subject: string;
  readonly at: number;
  readonly actor: string;
  readonly body: object;
}): Write {
  return append(plantFeed, {
    topic: `millrace.access.${topic}`,
    subject,
    at,
    actor,
    body: JSON.stringify({ v: 1, ...body }),
  });
}
