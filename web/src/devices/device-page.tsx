/** One machine over the time that is chosen. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Device, readDevice } from '../api/measurements.ts';
import '../i18n/machine-texts.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Pill } from '../ui/pill.tsx';
import { DeviceButton } from './device-button.tsx';
import { isNumeric } from './field-role.ts';
import { LastSeen } from './last-seen.tsx';
import { MachineBody } from './machine-body.tsx';
import { useShownTime } from './shown-time.ts';
import { TimeToolbar } from './time-toolbar.tsx';
import { useZoom } from './zoom.ts';

export function DevicePage(): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const { deviceId } = useParams({ from: '/devices/$deviceId' });
  const device = useQuery({ queryKey: keys.device(deviceId), queryFn: ({ signal }) => readDevice(deviceId, signal) });
  return (
    <Page>
      <PageHeader
        title={label(device.data?.name) || deviceId}
        back={{ to: '/devices', text: t('nav.devices') }}
        actions={device.data && <DeviceButton device={device.data} />}
        beside={device.data && <LastSeen at={device.data.lastReadingAt} />}
      >
        <code>
          <bdi>{deviceId}</bdi>
        </code>
        {device.data && <About device={device.data} />}
      </PageHeader>
      <Answer to={device} lines={10}>
        {(data) => <Machine device={data} />}
      </Answer>
    </Page>
  );
}

function About({ device: { line, service, idealCycle, simulated } }: { readonly device: Device }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {line && (
        <span title={t('devices.line')}>
          <bdi>{line}</bdi>
        </span>
      )}
      {service !== null && (
        <span>
          {t('machine.service')} <bdi>{service}</bdi>
        </span>
      )}
      {idealCycle && (
        <span>
          {t('devices.idealCycle')} <bdi>{idealCycle}</bdi>
        </span>
      )}
      {simulated && <Pill tone="warn">{t('devices.simulated')}</Pill>}
    </>
  );
}

function Machine({ device }: { readonly device: Device }): ReactNode {
  const { t } = useTranslation();
  const shown = useShownTime(device);
  const zoom = useZoom();
  if (!device.fields.some(isNumeric)) return <EmptyState title={t('devices.noFields')} />;
  return (
    <>
      <TimeToolbar device={device} window={shown.data?.window} zoom={zoom} />
      <Answer to={shown} lines={10}>
        {(data) => <MachineBody device={device} shown={data} zoom={zoom} />}
      </Answer>
    </>
  );
}
