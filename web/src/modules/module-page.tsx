/** One kind of step: what it does, what it takes, what it ends with, how it is written, and which processes use it. */
import '../i18n/engineer-texts.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Module } from '../api/definitions.ts';
import { isRecord } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { listManyDefinitions } from '../api/processes.ts';
import { schemaOutline } from '../services/schema-outline.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { useLabel } from '../ui/label.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { exampleOf } from './example-step.ts';
import classes from './modules.module.css';
import { useFieldText, useModules, useModuleTitle } from './use-modules.ts';

export function ModulePage(): ReactNode {
  const { t } = useTranslation();
  const titleOf = useModuleTitle();
  const { name } = useParams({ from: '/processes/modules/$name' });
  const modules = useModules();
  const found = modules.data?.find((module) => module.name === name);
  return (
    <Page>
      <PageHeader
        title={found === undefined ? name : titleOf(found)}
        back={{ to: '/processes/modules', text: t('modules.title') }}
      />
      <Answer to={modules} lines={8}>
        {() => (found === undefined ? <EmptyState title={t('modules.unknown', { name })} /> : <About module={found} />)}
      </Answer>
    </Page>
  );
}

function About({ module }: { readonly module: Module }): ReactNode {
  const { t } = useTranslation();
  const outcomeName = useOutcomeName();
  const { name, summary, type, doneBy, outcomes, outcomesFrom, onLost } = module;
  const more = outcomesFrom === null ? '' : ` – ${t('modules.moreOutcomes', { field: outcomesFrom })}`;
  const rows = [
    { name: t('modules.name'), value: <code>{name}</code> },
    { name: t('modules.written'), value: <code dir="ltr">{type === 'module' ? `module: ${name}` : type}</code> },
    { name: t('modules.doneBy'), value: t(`modules.doneByWhom.${doneBy}`) },
    ...(onLost === null ? [] : [{ name: t('modules.onLost'), value: t(`modules.lost.${onLost}`) }]),
    { name: t('modules.outcomes'), value: `${outcomes.map(outcomeName).join(', ')}${more}` },
  ];
  return (
    <>
      <p>
        <bdi>{summary}</bdi>
      </p>
      <Facts rows={rows} />
      <FieldsPanel module={module} />
      <Panel title={t('modules.example')}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={classes.code} dir="ltr" tabIndex={0}>
          {JSON.stringify(exampleOf(module), null, 2)}
        </pre>
      </Panel>
      <UsesPanel name={name} />
    </>
  );
}

function FieldsPanel({ module: { config } }: { readonly module: Module }): ReactNode {
  const { t } = useTranslation();
  const fieldText = useFieldText();
  const properties = Object.entries(isRecord(config.properties) ? config.properties : {});
  const required = Array.isArray(config.required) ? config.required : [];
  const columns = [{ name: t('modules.field') }, { name: t('modules.form') }, { name: t('modules.about') }];
  return (
    <Panel title={t('modules.fields')} isFlush>
      {properties.length === 0 ? (
        <EmptyState title={t('modules.noFields')} />
      ) : (
        <DataTable caption={t('modules.fields')} columns={columns}>
          {properties.map(([field, schema]) => {
            const known = isRecord(schema) ? schema : {};
            const { label, hint } = fieldText(field, known);
            return (
              <tr key={field}>
                <td>
                  <code>{field}</code>
                  <br />
                  {required.includes(field) && <span className="quiet small">{t('modules.required')}</span>}
                  {known.default !== undefined && (
                    <span className="quiet small">
                      {t('modules.standard', { value: JSON.stringify(known.default) })}
                    </span>
                  )}
                </td>
                <td>
                  <pre className={classes.form} dir="ltr">
                    {schemaOutline({ ...known, description: undefined })}
                  </pre>
                </td>
                <td>
                  <bdi>{label}</bdi>
                  {hint !== '' && (
                    <>
                      <br />
                      <bdi className="quiet small">{hint}</bdi>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </DataTable>
      )}
    </Panel>
  );
}

function UsesPanel({ name }: { readonly name: string }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const users = useQuery({
    queryKey: [...keys.definitions, 'all'],
    queryFn: ({ signal }) => listManyDefinitions({ signal }),
    select: ({ items }) => items.filter(({ uses }) => uses.includes(name)),
  });
  return (
    <Panel title={t('modules.usedBy')}>
      <Answer to={users} lines={1}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">{t('modules.unused')}</p>
          ) : (
            <ul className={classes.used}>
              {items.map(({ key, name: title }) => (
                <li key={key}>
                  <Link to="/processes/definitions/$key" params={{ key }}>
                    <bdi>{label(title) || key}</bdi>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
