/** Every device: where it stands, how its first field runs, when it was last heard of. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Device, listDevices, readSeries } from '../api/measurements.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import classes from './devices.module.css';
import { LastSeen } from './last-seen.tsx';
import { windowOf } from './range.ts';

const SPARKLINE_POINTS = 80;

export function DevicesPage(): ReactNode {
  const { t } = useTranslation();
  const devices = usePages(keys.devices, listDevices);
  return (
    <Page>
      <PageHeader title={t('nav.devices')} />
      <Answer to={devices} lines={6}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('devices.none')}>{t('devices.noneText')}</EmptyState>
          ) : (
            <ul className={classes.devices}>
              {items.map((device) => (
                <li key={device.id}>
                  <DeviceCard device={device} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <LoadMore more={devices.more} />
    </Page>
  );
}

function DeviceCard({ device }: { readonly device: Device }): ReactNode {
  const label = useLabel();
  const { id, name, line, fields, lastSeenAt } = device;
  const [first] = fields;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: id }} className={classes.card}>
      <span className={classes.cardHead}>
        <bdi className={classes.cardName}>{label(name) || id}</bdi>
        <LastSeen at={lastSeenAt} />
      </span>
      <span className={classes.cardAbout}>
        <bdi>{id}</bdi>
        {line && (
          <>
            {' '}
            · <bdi>{line}</bdi>
          </>
        )}
      </span>
      {first && <Course device={device} field={first.name} unit={first.unit} />}
    </Link>
  );
}

type CourseProps = { readonly device: Device; readonly field: string; readonly unit: string | null | undefined };

/** The last hour of the first field. */
function Course({ device, field, unit }: CourseProps): ReactNode {
  const format = useFormat();
  const series = useQuery({
    queryKey: keys.series(device.id, field, 'sparkline'),
    queryFn: ({ signal }) =>
      readSeries({ device: device.id, field, ...windowOf('1h', device.lastSeenAt), points: SPARKLINE_POINTS }, signal),
    enabled: device.lastSeenAt !== null,
  });
  const last = series.data?.points.findLast(([, , max]) => max !== null)?.[2];
  return (
    <span className={classes.course}>
      <Sparkline points={series.data?.points ?? []} />
      <span className={classes.reading}>
        <bdi>{field}</bdi>
        <strong dir="ltr">{typeof last === 'number' ? format.reading(last, unit) : '–'}</strong>
      </span>
    </span>
  );
}
