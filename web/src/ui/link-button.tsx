/** A link that looks like a button: it leads to where something is done. */
import { Button } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export type LinkButtonProps = { readonly link: LinkProps; readonly text: string; readonly isMain?: boolean };

export function LinkButton({ link, text, isMain = false }: LinkButtonProps): ReactNode {
  return (
    <Button
      variant={isMain ? 'filled' : 'default'}
      renderRoot={(props: Record<string, unknown>) => <Link {...props} {...link} />}
    >
      {text}
    </Button>
  );
}
