/** BPMN in its own notation: a definition with the diagram it came with, a file, or a new diagram; deployed as a version. */
import '../i18n/engineer-texts.ts';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readBpmn } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useDefinition } from '../history/steps.ts';
import { Answer } from '../ui/answer.tsx';
import { useLabel } from '../ui/label.ts';
import { OpenFile } from '../ui/open-file.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { BpmnWorkbench } from './bpmn-workbench.tsx';
import { newDiagram } from './new-diagram.ts';

/** What is open: its number tells one file from the next. */
type File = { readonly number: number; readonly xml: string };

export function BpmnPage(): ReactNode {
  const { t } = useTranslation();
  const { from } = useSearch({ from: '/processes/bpmn' });
  const label = useLabel();
  const definition = useDefinition(from ?? '', undefined, from !== undefined);
  const [file, setFile] = useState<File | undefined>(() =>
    from === undefined ? { number: 0, xml: newDiagram('new-process') } : undefined,
  );
  const bpmn = useQuery({
    queryKey: [...keys.definition(from ?? '', definition.data?.version), 'bpmn'],
    queryFn: ({ signal }) => readBpmn(from ?? '', definition.data?.version, signal),
    enabled: from !== undefined && definition.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const mayDeploy = hasRole(usePrincipal(), 'engineer');
  const name = label(definition.data?.name) || (from ?? '');
  return (
    <Page>
      <PageHeader
        title={from === undefined ? t('bpmn.title') : t('bpmn.titleOf', { name })}
        back={
          from === undefined
            ? { to: '/processes', text: t('nav.processes') }
            : { to: '/processes/definitions/$key', params: { key: from }, text: name }
        }
        actions={
          <OpenFile
            accept=".bpmn,.xml,application/xml,text/xml"
            label={t('bpmn.file')}
            button={t('bpmn.upload')}
            onOpen={(xml) => setFile((before) => ({ number: (before?.number ?? 0) + 1, xml }))}
          />
        }
      />
      {file !== undefined ? (
        <BpmnWorkbench key={file.number} xml={file.xml} mayDeploy={mayDeploy} isNew={file.number > 0} />
      ) : (
        <Answer to={{ ...bpmn, error: definition.error ?? bpmn.error }} lines={8}>
          {(xml) => <BpmnWorkbench key={from} xml={xml} mayDeploy={mayDeploy} isNew={false} />}
        </Answer>
      )}
    </Page>
  );
}
