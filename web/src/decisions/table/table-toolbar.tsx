/** What can be done with a table as a whole, and with the rule in which the cursor is. */
import { Button, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DecisionTable } from '../../api/decisions.ts';
import { PlusIcon } from '../../app/icons.tsx';
import { useFormat } from '../../i18n/format.ts';
import { type Edit, SIDES } from './table-draft.ts';
import classes from './table-editor.module.css';
import type { Draft } from './use-draft.ts';

const AGGREGATIONS = ['SUM', 'MIN', 'MAX', 'COUNT'] as const satisfies readonly DecisionTable['aggregation'][];
const POLICIES = [
  'UNIQUE',
  'ANY',
  'PRIORITY',
  'FIRST',
  'RULE ORDER',
  'OUTPUT ORDER',
  'COLLECT',
] as const satisfies readonly DecisionTable['hitPolicy'][];

export type TableToolbarProps = {
  readonly draft: Draft;
  /** The rule in which the cursor is, or was last. */
  readonly rule: number | undefined;
  /** The cursor goes to this rule. */
  readonly onRule: (rule: number) => void;
  readonly onColumnAdded: (side: (typeof SIDES)[number]) => void;
};

export function TableToolbar({ draft, rule, onRule, onColumnAdded }: TableToolbarProps): ReactNode {
  const { t } = useTranslation();
  const { table, edit } = draft;
  const count = table.rules.length;
  const here = rule !== undefined && rule < count ? rule : undefined;
  const last = here ?? count - 1;
  const tools: readonly Tool[] = [
    { name: 'add', edit: { do: 'addRule', after: last }, to: last + 1 },
    ...(here === undefined ? [] : toolsAt(here)),
  ];
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('decisions.tools')}>
      <div className={classes.group}>
        {TOOLS.map((name) => {
          const tool = tools.find((each) => each.name === name);
          const isLast = name === 'down' && here === count - 1;
          const isOff = tool === undefined || isLast || (tool.to !== undefined && tool.to < 0);
          return (
            <Button
              key={name}
              variant="default"
              size="compact-sm"
              disabled={isOff}
              onClick={() => {
                if (tool === undefined) return;
                edit(tool.edit);
                if (tool.to !== undefined) onRule(tool.to);
              }}
            >
              {t(`decisions.ruleTools.${name}`)}
            </Button>
          );
        })}
        <span className={classes.here}>{here !== undefined && t('decisions.hereOf', { rule: here + 1, count })}</span>
      </div>
      <div className={classes.group}>
        {SIDES.map((side) => (
          <Button
            key={side}
            variant="default"
            size="compact-sm"
            leftSection={<PlusIcon size={14} />}
            onClick={() => {
              edit({ do: 'addColumn', side });
              onColumnAdded(side);
            }}
          >
            {t(`decisions.sides.${side}`)}
          </Button>
        ))}
      </div>
      <div className={classes.group}>
        <Button variant="default" size="compact-sm" disabled={!draft.canUndo} onClick={draft.undo}>
          {t('decisions.undo')}
        </Button>
        <Button variant="default" size="compact-sm" disabled={!draft.canRedo} onClick={draft.redo}>
          {t('decisions.redo')}
        </Button>
      </div>
    </div>
  );
}

const TOOLS = ['add', 'copy', 'up', 'down', 'remove'] as const;

/** What a tool does, and the rule to which the cursor goes. */
type Tool = { readonly name: (typeof TOOLS)[number]; readonly edit: Edit; readonly to?: number };

const toolsAt = (rule: number): Tool[] => [
  { name: 'copy', edit: { do: 'copyRule', rule }, to: rule + 1 },
  { name: 'up', edit: { do: 'moveRule', rule, by: -1 }, to: rule - 1 },
  { name: 'down', edit: { do: 'moveRule', rule, by: 1 }, to: rule + 1 },
  { name: 'remove', edit: { do: 'removeRule', rule } },
];

/** How many rules may hold, and what becomes of their outputs. */
export function HitPolicy({ draft }: { readonly draft: Draft }): ReactNode {
  const { t } = useTranslation();
  const { table, edit } = draft;
  return (
    <div className={classes.policy}>
      <Select
        size="xs"
        label={t('decisions.hitPolicy')}
        description={t(`decisions.policies.${table.hitPolicy}`)}
        inputWrapperOrder={['label', 'input', 'description']}
        data={[...POLICIES]}
        value={table.hitPolicy}
        allowDeselect={false}
        onChange={(value) => {
          const hitPolicy = POLICIES.find((policy) => policy === value);
          if (hitPolicy !== undefined) edit({ do: 'policy', hitPolicy, aggregation: table.aggregation });
        }}
      />
      {table.hitPolicy === 'COLLECT' && (
        <Select
          size="xs"
          label={t('decisions.aggregation')}
          placeholder={t('decisions.noAggregation')}
          data={[...AGGREGATIONS]}
          value={table.aggregation ?? null}
          clearable
          clearButtonProps={{ 'aria-label': t('clear') }}
          onChange={(value) =>
            edit({ do: 'policy', hitPolicy: 'COLLECT', aggregation: AGGREGATIONS.find((each) => each === value) })
          }
        />
      )}
    </div>
  );
}

/** For whoever may only read. */
export function HitPolicyText({ table }: { readonly table: DecisionTable }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className={classes.policyText}>
      <span className="quiet">{t('decisions.hitPolicy')}:</span>{' '}
      <code>
        {table.hitPolicy} {table.aggregation}
      </code>{' '}
      – {t(`decisions.policies.${table.hitPolicy}`)}{' '}
      <span className="quiet">
        {t('decisions.ruleCount', { count: table.rules.length, written: format.integer(table.rules.length) })}
      </span>
    </p>
  );
}
