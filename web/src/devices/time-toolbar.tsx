/** Chooses the stretch of time of a machine's page: by name, by its ends, or step by step. */
import { ActionIcon, Button, SegmentedControl, TextInput } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeWindow } from '../api/analyses.ts';
import type { Device } from '../api/measurements.ts';
import { Dropdown } from '../ui/dropdown.tsx';
import { fromLocalTime, toLocalTime } from '../ui/local-time.ts';
import { DEFAULT_RANGE, ownWindowOf, RANGES, type Range, shifted, stretched } from './range.ts';
import { useLastShift } from './shown-time.ts';
import classes from './time-toolbar.module.css';
import type { Zoom } from './zoom.ts';

const HALF = 0.5;
const TWICE = 2;

export type TimeToolbarProps = {
  readonly device: Device;
  readonly window: TimeWindow | undefined;
  readonly zoom: Zoom;
};

export function TimeToolbar({ device, window, zoom }: TimeToolbarProps): ReactNode {
  const { t } = useTranslation();
  return (
    <search className={classes.toolbar} aria-label={t('time.toolbar')}>
      <RangePicker device={device} zoom={zoom} />
      <OwnRange window={window} zoom={zoom} />
      {window !== undefined && <Steps window={window} zoom={zoom} />}
      <span className="quiet small">{t('time.hint')}</span>
    </search>
  );
}

function RangePicker({ device, zoom }: { readonly device: Device; readonly zoom: Zoom }): ReactNode {
  const { t } = useTranslation();
  const search = useSearch({ from: '/devices/$deviceId' });
  const shift = useLastShift(device);
  const hasShifts = (shift.data ?? null) !== null || search.range === 'shift';
  const offered = RANGES.filter((range) => range !== 'shift' || hasShifts);
  const isOwn = ownWindowOf(search) !== undefined;
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('devices.range')}
      value={isOwn ? '' : (search.range ?? DEFAULT_RANGE)}
      data={offered.map((value) => ({ value, label: t(`time.ranges.${value}`) }))}
      onChange={(value) => zoom.choose(value as Range)}
    />
  );
}

function OwnRange({ window, zoom }: { readonly window: TimeWindow | undefined; readonly zoom: Zoom }): ReactNode {
  const { t } = useTranslation();
  return (
    <Dropdown label={t('time.own')} button={<span className={classes.own}>{t('time.own')}</span>}>
      {(close) => (
        <OwnForm
          window={window}
          onShow={(next) => {
            zoom.to(next);
            close();
          }}
        />
      )}
    </Dropdown>
  );
}

type OwnFormProps = { readonly window: TimeWindow | undefined; readonly onShow: (window: TimeWindow) => void };

function OwnForm({ window, onShow }: OwnFormProps): ReactNode {
  const { t } = useTranslation();
  const local = (atMs: number | undefined): string =>
    atMs === undefined ? '' : toLocalTime(new Date(atMs).toISOString());
  const [from, setFrom] = useState(() => local(window?.fromMs));
  const [to, setTo] = useState(() => local(window?.toMs));
  const next = ownWindowOf({ from: fromLocalTime(from), to: fromLocalTime(to) });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (next !== undefined) onShow(next);
      }}
    >
      <TextInput
        type="datetime-local"
        label={t('analyses.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={t('analyses.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" disabled={next === undefined}>
        {t('time.show')}
      </Button>
    </form>
  );
}

/** Time runs from left to right in every language, and so do these. */
function Steps({ window, zoom }: { readonly window: TimeWindow; readonly zoom: Zoom }): ReactNode {
  const { t } = useTranslation();
  const steps = [
    { name: t('time.earlier'), sign: <path d="M15 5l-7 7 7 7" />, next: shifted(window, -HALF) },
    { name: t('time.wider'), sign: <path d="M6 12h12" />, next: stretched(window, TWICE) },
    { name: t('time.closer'), sign: <path d="M6 12h12M12 6v12" />, next: stretched(window, HALF) },
    { name: t('time.later'), sign: <path d="M9 5l7 7-7 7" />, next: shifted(window, HALF) },
  ];
  return (
    <div className={classes.steps} dir="ltr">
      {steps.map(({ name, sign, next }) => (
        <ActionIcon key={name} variant="default" size="md" aria-label={name} title={name} onClick={() => zoom.to(next)}>
          <svg
            width="16"
            height="16"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            aria-hidden="true"
          >
            {sign}
          </svg>
        </ActionIcon>
      ))}
      {zoom.isZoomed && (
        <Button variant="default" size="compact-sm" onClick={zoom.back}>
          {t('time.back')}
        </Button>
      )}
    </div>
  );
}
