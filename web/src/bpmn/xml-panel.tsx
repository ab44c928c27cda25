/** The XML of a BPMN file. What is written here is what the diagram shows when it is opened again. */
import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import fieldClasses from '../fields/fields.module.css';
import { Panel } from '../ui/panel.tsx';

export type XmlPanelProps = { readonly xml: string; readonly onChange: (xml: string) => void };

export function XmlPanel({ xml, onChange }: XmlPanelProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel title="XML">
      <Textarea
        className={fieldClasses.code ?? ''}
        aria-label={t('bpmn.xml')}
        description={t('bpmn.xmlHint')}
        dir="ltr"
        autosize
        minRows={16}
        maxRows={36}
        spellCheck={false}
        value={xml}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Panel>
  );
}
