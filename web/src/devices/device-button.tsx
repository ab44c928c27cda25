/** Opens the form of a device, or of a new one. For engineers. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { DeviceDialog, type DeviceDialogProps } from './device-dialog.tsx';

export function DeviceButton({ device }: Pick<DeviceDialogProps, 'device'>): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [isOpen, setIsOpen] = useState(false);
  if (!hasRole(me, 'engineer')) return null;
  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        {t(device === undefined ? 'deviceForm.new' : 'deviceForm.edit')}
      </Button>
      {isOpen && <DeviceDialog device={device} onClose={() => setIsOpen(false)} />}
    </>
  );
}
