/** Every machine at one look: what it does now, how its day went, and what asks for somebody. */
import { Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFleet } from '../analyses/use-fleet.ts';
import type { FleetDevice } from '../api/analyses.ts';
import { DeviceButton } from '../devices/device-button.tsx';
import { DeviceTabs } from '../devices/device-tabs.tsx';
import '../i18n/machine-texts.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import classes from './fleet.module.css';
import { FLEET_ORDERS, type FleetOrder, fleetOrderOf, linesOf, ordered } from './fleet-order.ts';
import { MachineCard } from './machine-card.tsx';

/** Silence is no event, so the overview is looked at again now and then. */
const LOOK_MS = 30_000;

export function FleetPage(): ReactNode {
  const { t } = useTranslation();
  const fleet = useFleet(LOOK_MS);
  return (
    <Page>
      <PageHeader title={t('nav.devices')} actions={<DeviceButton device={undefined} />} />
      <DeviceTabs />
      <Answer to={fleet} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('devices.none')}>{t('devices.noneText')}</EmptyState>
          ) : (
            <Machines devices={items} />
          )
        }
      </Answer>
    </Page>
  );
}

function Machines({ devices }: { readonly devices: readonly FleetDevice[] }): ReactNode {
  const { t } = useTranslation();
  const { line, sort = 'attention' } = useSearch({ from: '/devices' });
  const shown = ordered(devices, { order: sort, line });
  return (
    <>
      <Choices devices={devices} line={line} sort={sort} />
      {shown.length === 0 && <EmptyState title={t('fleet.noneOfLine')} />}
      <ul className={classes.machines}>
        {shown.map((device) => (
          <li key={device.device}>
            <MachineCard machine={device} />
          </li>
        ))}
      </ul>
    </>
  );
}

type ChoicesProps = {
  readonly devices: readonly FleetDevice[];
  readonly line: string | undefined;
  readonly sort: FleetOrder;
};

function Choices({ devices, line, sort }: ChoicesProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const lines = linesOf(devices);
  const put = (part: { line?: string | undefined; sort?: FleetOrder | undefined }): void => {
    const next = { line, sort, ...part };
    void navigate({
      to: '/devices',
      search: {
        ...(next.line !== undefined && { line: next.line }),
        ...(next.sort !== undefined && next.sort !== 'attention' && { sort: next.sort }),
      },
      replace: true,
    });
  };
  return (
    <div className={classes.choices}>
      {(lines.length > 1 || line !== undefined) && (
        <Select
          label={t('devices.line')}
          placeholder={t('fleet.allLines')}
          data={lines}
          value={line ?? null}
          clearable
          onChange={(value) => put({ line: value ?? undefined })}
        />
      )}
      <Select
        label={t('fleet.sort')}
        data={FLEET_ORDERS.map((value) => ({ value, label: t(`fleet.sorts.${value}`) }))}
        value={sort}
        allowDeselect={false}
        onChange={(value) => put({ sort: fleetOrderOf(value) })}
      />
    </div>
  );
}
