/** The variables of a task or an instance: plain values as they are, structures as JSON. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type FactRow, Facts } from './facts.tsx';
import { Panel } from './panel.tsx';
import classes from './variable-facts.module.css';

export type VariableFactsProps = { readonly variables: Readonly<Record<string, unknown>> };

/** The firings an instance rests on are a variable too; they are shown as charts and figures. */
const EVIDENCE = 'evidence';

/** Nothing at all when there are none. */
export function VariableFacts({ variables }: VariableFactsProps): ReactNode {
  const { t } = useTranslation();
  const rows = Object.entries(variables)
    .filter(([name]) => name !== EVIDENCE)
    .map(([name, value]): FactRow => ({ name, value: shown(value) }));
  if (rows.length === 0) return null;
  return (
    <Panel title={t('variables')}>
      <Facts rows={rows} />
    </Panel>
  );
}

function shown(value: unknown): ReactNode {
  if (value === null) return '–';
  if (typeof value === 'object') {
    const text = JSON.stringify(value, null, 2);
    return (
      <details className={classes.structure}>
        <summary>
          <code>{JSON.stringify(value).slice(0, 60)}</code>
        </summary>
        <pre dir="ltr">{text}</pre>
      </details>
    );
  }
  return <bdi>{String(value)}</bdi>;
}
