/** For each node that is not in the other version: what it is there. */
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '../api/processes.ts';
import classes from './mending.module.css';
import type { NodeMap } from './node-map.ts';
import { useNodeChoices } from './token-names.ts';

export type NodeMapFieldsProps = {
  readonly map: NodeMap;
  readonly there: Definition;
  readonly nameOf: (id: string) => string;
  readonly onChange: (map: NodeMap) => void;
};

export function NodeMapFields({ map, there, nameOf, onChange }: NodeMapFieldsProps): ReactNode {
  const { t } = useTranslation();
  const nodeChoices = useNodeChoices();
  const ids = Object.keys(map);
  if (ids.length === 0) return null;
  return (
    <section className={classes.form} aria-label={t('mend.mapTitle')}>
      <div>
        <h3>{t('mend.mapTitle')}</h3>
        <p className="quiet small">{t('mend.mapText')}</p>
      </div>
      <div className={classes.pair}>
        {ids.map((id) => (
          <Select
            key={id}
            label={t('mend.mapOf', { node: nameOf(id) })}
            placeholder={t('mend.chooseNode')}
            data={nodeChoices(there.nodes)}
            value={map[id] ?? null}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('clear') }}
            onChange={(next) => onChange({ ...map, [id]: next ?? undefined })}
          />
        ))}
      </div>
    </section>
  );
}
