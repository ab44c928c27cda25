/** One process definition: its picture, its steps, its versions and its source. */
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '../api/processes.ts';
import { EditActions } from '../composer/engineer-actions.tsx';
import { Diagram } from '../diagram/diagram.tsx';
import { useKindName } from '../diagram/kind-name.ts';
import { shapeOf } from '../diagram/node-size.ts';
import { useDefinition } from '../history/steps.ts';
import { useFormat } from '../i18n/format.ts';
import { SettingsPanel } from '../settings/settings-panel.tsx';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { useLabel } from '../ui/label.ts';
import { Moment } from '../ui/moment.tsx';
import { useOutcomeName } from '../ui/outcome.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { VersionSelect } from '../ui/version-select.tsx';
import classes from './processes.module.css';
import { WhereTimeGoes } from './where-time-goes.tsx';

export function DefinitionPage(): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const { key } = useParams({ from: '/processes/definitions/$key' });
  const { version } = useSearch({ from: '/processes/definitions/$key' });
  const definition = useDefinition(key, version);
  const navigate = useNavigate();
  return (
    <Page>
      <PageHeader
        title={label(definition.data?.name) || key}
        back={{ to: '/processes', text: t('nav.processes') }}
        actions={
          definition.data && (
            <>
              <EditActions definition={definition.data} />
              <VersionSelect
                versions={definition.data.versions}
                version={definition.data.version}
                onChoose={(chosen) =>
                  void navigate({
                    to: '/processes/definitions/$key',
                    params: { key },
                    search: { version: chosen },
                  })
                }
              />
            </>
          )
        }
      >
        <code>
          <bdi>{key}</bdi>
        </code>
        {definition.data && (
          <span>
            {t('processes.deployed')} <Moment at={definition.data.deployedAt} /> ·{' '}
            <PersonName id={definition.data.deployedBy} />
          </span>
        )}
        <Link to="/processes/instances" search={{ definition: key }}>
          {t('processes.toInstances')}
        </Link>
      </PageHeader>
      <Answer to={definition} lines={8}>
        {(data) => (
          <>
            <Picture definition={data} />
            <StepsPanel definition={data} />
            <WhereTimeGoes of={key} version={version} />
            <SettingsPanel definitionKey={key} />
            <details className={classes.source}>
              <summary>{t('processes.source')}</summary>
              <pre dir="ltr">
                {typeof data.source === 'string' ? data.source : JSON.stringify(data.source, null, 2)}
              </pre>
            </details>
          </>
        )}
      </Answer>
    </Page>
  );
}

function Picture({ definition }: { readonly definition: Definition }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const steps = definition.nodes.filter(({ type }) => shapeOf(type) === 'step');
  const summary = t('diagram.definition', {
    name: label(definition.name),
    count: steps.length,
    steps: steps.map(({ name, id }) => label(name) || id).join(', '),
  });
  return (
    <Panel title={t('diagram.title')} isFlush>
      <Diagram definition={definition} summary={summary} />
    </Panel>
  );
}

function StepsPanel({ definition }: { readonly definition: Definition }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const format = useFormat();
  const kindName = useKindName();
  const outcomeName = useOutcomeName();
  const steps = definition.nodes.filter(({ type }) => shapeOf(type) === 'step');
  const columns = [{ name: t('processes.step') }, { name: t('processes.who') }, { name: t('processes.outcomes') }];
  return (
    <Panel title={t('processes.steps')} isFlush>
      <DataTable caption={t('processes.steps')} columns={columns}>
        {steps.map((node) => (
          <tr key={node.id}>
            <td>
              <bdi>{label(node.name) || node.id}</bdi>
            </td>
            <td>{kindName(node)}</td>
            <td>{format.either(node.outcomes.map(outcomeName))}</td>
          </tr>
        ))}
      </DataTable>
    </Panel>
  );
}
