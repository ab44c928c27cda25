/** One operation: its kind and route in a line; opened, what it takes and gives, and a try. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BusOperation } from '../api/bus.ts';
import { ForwardIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Facts } from '../ui/facts.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';
import { schemaOutline } from './schema-outline.ts';
import classes from './services.module.css';
import { TryDialog } from './try-dialog.tsx';

export type OperationRowProps = { readonly service: string; readonly operation: BusOperation };

const TONES: Readonly<Record<BusOperation['kind'], Tone>> = { rpc: 'accent', command: 'warn', event: 'neutral' };

export function OperationRow({ service, operation }: OperationRowProps): ReactNode {
  const { t } = useTranslation();
  const [isTrying, setIsTrying] = useState(false);
  const { name, kind, route, description } = operation;
  return (
    <details className={classes.operation}>
      <summary>
        <span className={classes.chevron}>
          <ForwardIcon size={16} />
        </span>
        <bdi className={classes.operationName}>{name}</bdi>
        <Pill tone={TONES[kind]}>{t(`services.kinds.${kind}`)}</Pill>
        <code className={classes.route}>
          <bdi>{route}</bdi>
        </code>
      </summary>
      <div className={classes.operationBody}>
        {description && (
          <p className={classes.about}>
            <bdi>{description}</bdi>
          </p>
        )}
        <OperationFacts operation={operation} />
        <div className={classes.schemas}>
          <SchemaBox title={t('services.body')} schema={operation.body} isText={operation.isText} />
          {kind === 'rpc' && <SchemaBox title={t('services.result')} schema={operation.result} isText={false} />}
        </div>
        {kind !== 'event' && <TryButton operation={operation} onTry={() => setIsTrying(true)} />}
        {isTrying && <TryDialog service={service} operation={operation} onClose={() => setIsTrying(false)} />}
      </div>
    </details>
  );
}

function TryButton({
  operation: { name },
  onTry,
}: {
  readonly operation: BusOperation;
  readonly onTry: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  if (!['engineer', 'worker'].some((role) => hasRole(me, role)))
    return <p className="quiet">{t('services.tryNotYou')}</p>;
  return (
    <div>
      <Button variant="default" size="xs" aria-label={t('services.tryNamed', { name })} onClick={onTry}>
        {t('services.try')}
      </Button>
    </div>
  );
}

function OperationFacts({ operation }: { readonly operation: BusOperation }): ReactNode {
  const { t } = useTranslation();
  const { kind, queue, to, idempotent, timeout, attempts } = operation;
  const rows = [
    { name: t('services.queue'), value: <bdi>{queue}</bdi> },
    ...(to === null ? [] : [{ name: t('services.to'), value: <bdi>{to}</bdi> }]),
    ...(timeout === null ? [] : [{ name: t('services.timeout'), value: <bdi>{timeout}</bdi> }]),
    ...(attempts === null ? [] : [{ name: t('services.attempts'), value: attempts }]),
    ...(kind === 'rpc' && idempotent ? [{ name: t('services.repeatable'), value: t('services.yes') }] : []),
  ];
  return <Facts rows={rows} />;
}

type SchemaBoxProps = { readonly title: string; readonly schema: unknown; readonly isText: boolean };

function SchemaBox({ title, schema, isText }: SchemaBoxProps): ReactNode {
  const { t } = useTranslation();
  const isSaid = isText || schema !== null;
  return (
    <div className={classes.schema}>
      <h3>{title}</h3>
      {isSaid ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre className={classes.code} dir="ltr" tabIndex={0}>
          {isText ? 'text/plain' : schemaOutline(schema)}
        </pre>
      ) : (
        <p className="quiet">{t('services.notSaid')}</p>
      )}
    </div>
  );
}
