/** What is watched on a device, and whether it fires now. Engineers change it here; nothing has to be deployed. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Criterion, type Device, isCombination } from '../api/measurements.ts';
import type { Page } from '../api/page.ts';
import { EditIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useFormat } from '../i18n/format.ts';
import { tunedOf } from '../tuner/tuned.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Ago } from '../ui/moment.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { Pill } from '../ui/pill.tsx';
import { CriterionDialog } from './criterion-dialog.tsx';
import { CriterionRule, unitOfCriterion } from './criterion-rule.tsx';
import classes from './devices.module.css';

export type CriterionListProps = {
  readonly device: Device;
  readonly criteria: {
    readonly data: Page<Criterion> | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
};

export function CriterionList({ device, criteria }: CriterionListProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [editedId, setEditedId] = useState<string>();
  const edited = criteria.data?.items.find(({ id }) => id === editedId);
  const mayEdit = hasRole(me, 'engineer');
  const columns = [
    { name: t('firing.criterion') },
    { name: t('criterion.rule') },
    { name: t('criterion.state') },
    { name: t('criterion.changed') },
    ...(mayEdit ? [{ name: t('criterion.edit'), isHidden: true }] : []),
  ];
  return (
    <Panel title={t('criterion.title')} isFlush>
      <Answer to={criteria}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('criterion.none')}>{t('criterion.noneText')}</EmptyState>
          ) : (
            <DataTable caption={t('criterion.title')} columns={columns}>
              {items.map((criterion) => (
                <CriterionRow
                  key={criterion.id}
                  criterion={criterion}
                  device={device}
                  {...(mayEdit && { onEdit: () => setEditedId(criterion.id) })}
                />
              ))}
            </DataTable>
          )
        }
      </Answer>
      {edited && (
        <CriterionDialog
          key={edited.id}
          criterion={edited}
          unit={unitOfCriterion(device, edited)}
          isTried={isCombination(edited.settings) || tunedOf(device, edited) !== undefined}
          onClose={() => setEditedId(undefined)}
        />
      )}
    </Panel>
  );
}

type CriterionRowProps = { readonly criterion: Criterion; readonly device: Device; readonly onEdit?: () => void };

function CriterionRow({ criterion, device, onEdit }: CriterionRowProps): ReactNode {
  const { t } = useTranslation();
  const { name, updatedAt, updatedBy, version } = criterion;
  return (
    <tr>
      <td>
        <bdi>{name}</bdi>
      </td>
      <td>
        <CriterionRule criterion={criterion} unit={unitOfCriterion(device, criterion)} />
      </td>
      <td>
        <CriterionState criterion={criterion} unit={unitOfCriterion(device, criterion)} />
      </td>
      <td>
        <Ago at={updatedAt} />
        <br />
        <span className="quiet small">
          <PersonName id={updatedBy} /> {t('processes.v', { version })}
        </span>
      </td>
      {onEdit && (
        <td className={classes.rowActions}>
          {tunedOf(device, criterion) !== undefined && (
            <Button
              variant="default"
              size="xs"
              aria-label={t('tuner.tuneNamed', { name })}
              renderRoot={(props: Record<string, unknown>) => (
                <Link
                  {...props}
                  to="/devices/$deviceId/tune/$criterion"
                  params={{ deviceId: device.id, criterion: name }}
                />
              )}
            >
              {t('tuner.tune')}
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<EditIcon size={15} />}
            aria-label={t('criterion.editNamed', { name: name })}
            onClick={onEdit}
          >
            {t('criterion.edit')}
          </Button>
        </td>
      )}
    </tr>
  );
}

function CriterionState({
  criterion,
  unit,
}: {
  readonly criterion: Criterion;
  readonly unit: string | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { settings, state } = criterion;
  if (!settings.enabled) return <Pill>{t('criterion.off')}</Pill>;
  return (
    <>
      {state.active ? <Pill tone="bad">{t('criterion.firing')}</Pill> : <Pill tone="good">{t('criterion.calm')}</Pill>}
      {state.value !== null && (
        <>
          <br />
          <span className="quiet small" dir="ltr">
            {format.reading(state.value, unit)}
          </span>
        </>
      )}
    </>
  );
}
