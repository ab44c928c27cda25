/** Every message service that answers at the moment: what it is, how many serve it, how busy it is. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BusService } from '../api/bus.ts';
import { Answer } from '../ui/answer.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Pill } from '../ui/pill.tsx';
import { NoServices } from './no-services.tsx';
import classes from './services.module.css';
import { ServicesTabs } from './services-tabs.tsx';
import { useServices } from './use-services.ts';

export function ServicesPage(): ReactNode {
  const { t } = useTranslation();
  const services = useServices();
  return (
    <Page>
      <PageHeader title={t('nav.services')} actions={<DocumentLink />} />
      <ServicesTabs />
      <Answer to={services}>
        {(items) =>
          items.length === 0 ? (
            <NoServices />
          ) : (
            <ul className={classes.cards}>
              {items.map((service) => (
                <li key={service.name}>
                  <ServiceCard service={service} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  );
}

function DocumentLink(): ReactNode {
  const { t } = useTranslation();
  return (
    <a href="/asyncapi.json" download="asyncapi.json">
      {t('services.document')}
    </a>
  );
}

function ServiceCard({ service }: { readonly service: BusService }): ReactNode {
  const { t } = useTranslation();
  const { name, description, instances, operations, queues } = service;
  const running = queues.reduce((sum, queue) => sum + queue.running, 0);
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <Link to="/services/named/$service" params={{ service: name }} className={classes.card}>
      <span className={classes.cardHead}>
        <span className={classes.cardName}>
          <bdi>{name}</bdi>
        </span>
        <span className="quiet small">{t('services.instances', { count: instances })}</span>
      </span>
      {description && (
        <span className={classes.about}>
          <bdi>{description}</bdi>
        </span>
      )}
      <span className={classes.pills}>
        <Pill>{t('services.operationCount', { count: operations.length })}</Pill>
        {running > 0 && <Pill tone="accent">{t('services.running', { count: running })}</Pill>}
        {waiting > 0 && <Pill tone="warn">{t('services.waiting', { count: waiting })}</Pill>}
      </span>
    </Link>
  );
}
