/** What is chosen in the graph, by keyboard: its name, and its id, which is the key of a decision. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DraftField } from '../../ui/draft-field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { isKey } from '../create/decision-key.ts';
import classes from '../decisions.module.css';
import type { ChosenElement as Chosen, DmnEditor } from '../diagram/dmn-modeler.ts';

export type ChosenElementProps = {
  readonly chosen: Chosen | undefined;
  readonly editor: { readonly current: DmnEditor | undefined };
};

const NAMED: ReadonlySet<string> = new Set(['Decision', 'InputData', 'BusinessKnowledgeModel', 'KnowledgeSource']);

export function ChosenElement({ chosen, editor }: ChosenElementProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel title={t('decisions.chosen')} beside={chosen !== undefined && <code className="quiet">{chosen.type}</code>}>
      {chosen === undefined || !NAMED.has(chosen.type) ? (
        <p className="quiet">{t('decisions.chooseHint')}</p>
      ) : (
        <Fields key={chosen.id} chosen={chosen} editor={editor} />
      )}
    </Panel>
  );
}

type FieldsProps = ChosenElementProps & { readonly chosen: Chosen };

function Fields({ chosen: { id, name }, editor }: FieldsProps): ReactNode {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState<string>();
  const rekey = (next: string): void => {
    if (!isKey(next)) setWrong(t('decisions.keyForm'));
    else if (editor.current?.changeId(next) === false) setWrong(t('decisions.idTaken', { id: next }));
    else setWrong(undefined);
  };
  return (
    <div className={classes.head}>
      <DraftField label={t('decisions.elementName')} value={name} onCommit={(next) => editor.current?.rename(next)} />
      <DraftField label={t('decisions.key')} value={id} error={wrong} onCommit={rekey} />
    </div>
  );
}
