/** Nobody answers: what a service is, and how the first one is started. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readBusState } from '../api/bus.ts';
import { keys } from '../api/keys.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import classes from './services.module.css';

/** A whole program: it says hello to whoever calls. */
const PROGRAM = `import { defineService, openBroker, rpc, startApp } from 'millrace';

const greeter = defineService('greeter', {
  hello: rpc('hello/{name}', {}, (call) => \`Hello \${call.params.name}\`),
});
const broker = await openBroker('amqp://user:password@host:5672');
await startApp({ broker, services: [greeter] });`;

export function NoServices(): ReactNode {
  const { t } = useTranslation();
  const state = useQuery({ queryKey: keys.busState, queryFn: ({ signal }) => readBusState(signal) });
  const isInMemory = state.data?.broker === 'memory';
  return (
    <div className={classes.start}>
      <EmptyState title={t('services.none')}>
        <p>{t('services.noneText')}</p>
        {isInMemory && <p className={classes.inMemory}>{t('services.inMemory')}</p>}
      </EmptyState>
      <section className={classes.schema} aria-label={t('services.example')}>
        <h2>{t('services.example')}</h2>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={classes.code} dir="ltr" tabIndex={0}>
          {PROGRAM}
        </pre>
      </section>
    </div>
  );
}
