/** Every process definition, newest version, with how many instances of it are open. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type DefinitionSummary, listDefinitions } from '../api/processes.ts';
import { NewProcessActions } from '../composer/engineer-actions.tsx';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { ProcessTabs } from './process-tabs.tsx';

export function DefinitionsPage(): ReactNode {
  const { t } = useTranslation();
  const definitions = usePages(keys.definitions, listDefinitions);
  const columns = [
    { name: t('processes.name') },
    { name: t('processes.version'), isNumber: true },
    { name: t('processes.steps'), isNumber: true },
    { name: t('processes.open'), isNumber: true },
    { name: t('processes.deployed') },
  ];
  return (
    <Page>
      <PageHeader title={t('nav.processes')} actions={<NewProcessActions />} />
      <ProcessTabs />
      <Panel title={t('processes.definitions')} isFlush>
        <Answer to={definitions}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('processes.none')}>
                {t('processes.noneText')} <code dir="ltr">millrace deploy file.json</code>
              </EmptyState>
            ) : (
              <DataTable caption={t('processes.definitions')} columns={columns}>
                {items.map((definition) => (
                  <DefinitionRow key={definition.key} definition={definition} />
                ))}
              </DataTable>
            )
          }
        </Answer>
        <LoadMore more={definitions.more} />
      </Panel>
    </Page>
  );
}

function DefinitionRow({ definition }: { readonly definition: DefinitionSummary }): ReactNode {
  const label = useLabel();
  const format = useFormat();
  const { key, version, name, steps, active, deployedAt, deployedBy } = definition;
  return (
    <tr>
      <td>
        <Link to="/processes/definitions/$key" params={{ key }}>
          <bdi>{label(name) || key}</bdi>
        </Link>
        <br />
        <code className="quiet">
          <bdi>{key}</bdi>
        </code>
      </td>
      <td data-number>{version}</td>
      <td data-number>{format.integer(steps)}</td>
      <td data-number>
        <Link to="/processes/instances" search={{ definition: key, status: 'active' }}>
          {format.integer(active)}
        </Link>
      </td>
      <td>
        <Moment at={deployedAt} />
        <br />
        <span className="quiet small">
          <PersonName id={deployedBy} />
        </span>
      </td>
    </tr>
  );
}
