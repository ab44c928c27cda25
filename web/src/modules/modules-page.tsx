/** The kinds of steps that processes are built of: those of the language, and this server's modules. */
import '../i18n/engineer-texts.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Module } from '../api/definitions.ts';
import { ProcessTabs } from '../processes/process-tabs.tsx';
import { Answer } from '../ui/answer.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Pill } from '../ui/pill.tsx';
import classes from './modules.module.css';
import { useModules, useModuleTitle } from './use-modules.ts';

export function ModulesPage(): ReactNode {
  const { t } = useTranslation();
  const modules = useModules();
  return (
    <Page>
      <PageHeader title={t('modules.title')} />
      <ProcessTabs />
      <p className="quiet">{t('modules.intro')}</p>
      <Answer to={modules} lines={8}>
        {(items) => (
          <ul className={classes.cards}>
            {items.map((module) => (
              <li key={module.name}>
                <ModuleCard module={module} />
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  );
}

function ModuleCard({ module }: { readonly module: Module }): ReactNode {
  const { t } = useTranslation();
  const titleOf = useModuleTitle();
  const { name, summary, doneBy } = module;
  return (
    <Link to="/processes/modules/$name" params={{ name }} className={classes.card}>
      <span className={classes.head}>
        <bdi className={classes.name}>{titleOf(module)}</bdi>
        <code className="quiet small">
          <bdi>{name}</bdi>
        </code>
      </span>
      <bdi className={classes.about}>{summary}</bdi>
      <span>
        <Pill>{t(`modules.doneByWhom.${doneBy}`)}</Pill>
      </span>
    </Link>
  );
}
