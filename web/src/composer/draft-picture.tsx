/** The picture of what is composed, drawn anew at each change. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Module } from '../api/definitions.ts';
import { Diagram } from '../diagram/diagram.tsx';
import { shapeOf } from '../diagram/node-size.ts';
import { useLabel } from '../ui/label.ts';
import { Panel } from '../ui/panel.tsx';
import type { Draft } from './draft.ts';
import { graphOf } from './draft-graph.ts';

export type DraftPictureProps = { readonly draft: Draft; readonly modules: readonly Module[] };

export function DraftPicture({ draft, modules }: DraftPictureProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const graph = useMemo(() => graphOf(draft, modules), [draft, modules]);
  const steps = graph.nodes.filter(({ type }) => shapeOf(type) === 'step');
  const summary = t('diagram.definition', {
    name: draft.key,
    count: steps.length,
    steps: steps.map(({ name, id }) => label(name) || id).join(', '),
  });
  return (
    <Panel title={t('diagram.title')} isFlush>
      <Diagram definition={graph} summary={summary} />
    </Panel>
  );
}
