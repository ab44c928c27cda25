/** The diagram of an instance: which steps it has passed and where its tokens stand. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition, Instance } from '../api/processes.ts';
import { Diagram, ProgressLegend } from '../diagram/diagram.tsx';
import { shapeOf } from '../diagram/node-size.ts';
import { progressOf } from '../diagram/progress.ts';
import { useFormat } from '../i18n/format.ts';
import { useLabel } from '../ui/label.ts';
import { Panel } from '../ui/panel.tsx';

export type InstancePictureProps = { readonly definition: Definition; readonly instance: Instance };

export function InstancePicture({ definition, instance }: InstancePictureProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const progress = useMemo(() => progressOf(definition, instance), [definition, instance]);
  const names = (ids: ReadonlySet<string>): string => {
    const steps = definition.nodes.filter(({ id, type }) => ids.has(id) && shapeOf(type) === 'step');
    return steps.length === 0 ? t('diagram.nothing') : format.list(steps.map(({ id, name }) => label(name) || id));
  };
  const summary = t('diagram.instance', {
    passed: names(progress.passed),
    at: names(new Set([...progress.at, ...progress.stuck])),
  });
  return (
    <Panel title={t('diagram.where')} isFlush>
      <Diagram definition={definition} progress={progress} summary={summary} />
      <ProgressLegend isSuspended={instance.suspended !== undefined} />
    </Panel>
  );
}
