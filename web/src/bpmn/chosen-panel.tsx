/** What is chosen in the diagram, by keyboard: its name, its id where that is the key of the process, and our own attributes. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldText } from '../modules/use-modules.ts';
import { DraftField } from '../ui/draft-field.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './bpmn.module.css';
import type { BpmnEditor, Chosen } from './modeler.ts';

export type ChosenPanelProps = {
  readonly chosen: Chosen | undefined;
  readonly editor: { readonly current: BpmnEditor | undefined };
};

export function ChosenPanel({ chosen, editor }: ChosenPanelProps): ReactNode {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  return (
    <Panel title={chosen?.isProcess === false ? t('bpmn.chosen') : t('composer.process')}>
      {chosen === undefined ? (
        <p className="quiet">{t('bpmn.chooseHint')}</p>
      ) : (
        <div className={classes.form} key={chosen.id}>
          <p className="quiet small">
            <code>
              <bdi>{chosen.type.replace('bpmn:', '')}</bdi>
            </code>{' '}
            – {t('bpmn.chooseHint')}
          </p>
          {chosen.isProcess && (
            <DraftField
              label={t('composer.key')}
              value={chosen.id}
              onCommit={(id) => id !== '' && editor.current?.changeId(id)}
            />
          )}
          <DraftField
            label={t('composer.name')}
            value={chosen.name}
            onCommit={(name) => editor.current?.rename(name)}
          />
          {Object.entries(chosen.attributes).map(([name, value]) => (
            <DraftField
              key={name}
              label={fieldText(name).label}
              value={value}
              onCommit={(next) => editor.current?.set(name, next)}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}
