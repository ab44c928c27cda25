/** Every deployed decision, by name, and the way to deploy more. */
import '../i18n/decision-texts.ts';
import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DecisionSummary, listDecisions } from '../api/decisions.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Moment } from '../ui/moment.tsx';
import { OpenFile } from '../ui/open-file.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './decisions.module.css';
import { ImportPanel } from './import/import-panel.tsx';
import { type ChosenFile, useDroppedFile } from './import/use-dropped-file.ts';
import { SAMPLE_FILE } from './sample-file.ts';
import { useDeploy } from './use-deploy.ts';

export function DecisionsPage(): ReactNode {
  const { t } = useTranslation();
  const decisions = usePages([...keys.decisions, 'list'], listDecisions);
  const sample = useDeploy();
  const mayDeploy = hasRole(usePrincipal(), 'engineer');
  const [file, setFile] = useState<ChosenFile & { readonly number: number }>();
  const choose = (chosen: ChosenFile): void => setFile((before) => ({ ...chosen, number: (before?.number ?? 0) + 1 }));
  const isOver = useDroppedFile(mayDeploy ? choose : undefined);
  return (
    <Page>
      <PageHeader title={t('nav.decisions')} actions={mayDeploy && <Actions onOpen={choose} />} />
      {isOver && <p className={classes.drop}>{t('decisions.drop')}</p>}
      {file !== undefined && (
        <ImportPanel key={file.number} file={file} deployed={decisions.data ?? []} onClose={() => setFile(undefined)} />
      )}
      {sample.isError && <ProblemPanel error={sample.error} />}
      <Panel title={t('decisions.deployed')} isFlush>
        <Answer to={decisions}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('decisions.none')}>
                <div className={classes.sample}>
                  <p>{t('decisions.noneText')}</p>
                  {mayDeploy && (
                    <Button
                      variant="light"
                      loading={sample.isPending}
                      onClick={() => sample.mutate({ xml: SAMPLE_FILE })}
                    >
                      {t('decisions.deploySample')}
                    </Button>
                  )}
                </div>
              </EmptyState>
            ) : (
              <DecisionTable items={items} />
            )
          }
        </Answer>
        <LoadMore more={decisions.more} />
      </Panel>
    </Page>
  );
}

function Actions({ onOpen }: { readonly onOpen: (file: ChosenFile) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <LinkButton isMain link={{ to: '/new-decision' }} text={t('decisions.new')} />
      <OpenFile
        accept=".dmn,.xml,application/xml,text/xml"
        label={t('decisions.file')}
        button={t('decisions.import')}
        onOpen={(xml, name) => onOpen({ xml, name })}
      />
    </>
  );
}

function DecisionTable({ items }: { readonly items: readonly DecisionSummary[] }): ReactNode {
  const { t } = useTranslation();
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase().split(/\s+/);
  const found = items.filter(({ name, key, modelName, model }) => {
    const text = `${name} ${key} ${modelName} ${model}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const columns = [
    { name: t('decisions.name') },
    { name: t('decisions.model') },
    { name: t('processes.version'), isNumber: true },
    { name: t('processes.deployed') },
  ];
  return (
    <>
      <div className={classes.search}>
        <TextInput
          type="search"
          aria-label={t('decisions.search')}
          placeholder={t('decisions.search')}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      </div>
      {found.length === 0 ? (
        <EmptyState title={t('decisions.noneFound')} />
      ) : (
        <DataTable caption={t('decisions.deployed')} columns={columns}>
          {found.map((decision) => (
            <DecisionRow key={decision.key} decision={decision} />
          ))}
        </DataTable>
      )}
    </>
  );
}

function DecisionRow({ decision }: { readonly decision: DecisionSummary }): ReactNode {
  const { t } = useTranslation();
  const { key, name, kind, model, modelName, version, deployedAt, deployedBy } = decision;
  return (
    <tr>
      <td>
        <Link to="/decisions/$key" params={{ key }}>
          <bdi>{name || key}</bdi>
        </Link>
        <br />
        <code className="quiet">
          <bdi>{key}</bdi>
        </code>
        {kind === 'service' && <span className="quiet small"> · {t('decisions.service')}</span>}
      </td>
      <td>
        <bdi>{modelName || model}</bdi>
      </td>
      <td data-number>{version}</td>
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
