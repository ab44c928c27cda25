/** The frame around every page: header, what kind of plant this is, navigation, and the page itself. */
import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { AlertIcon, FlaskIcon, MenuIcon } from './icons.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { MillraceMark } from './millrace-mark.tsx';
import { Navigation } from './navigation.tsx';
import { LanguageMenu, SchemeSwitch } from './preferences.tsx';
import { usePrincipal } from './principal.ts';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

export function Shell(): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [menuIsOpen, menu] = useDisclosure(false);
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <ActionIcon
            className={classes.burger ?? ''}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('shell.openMenu')}
            onClick={menu.open}
          >
            <MenuIcon size={22} />
          </ActionIcon>
          <Link to="/inbox" className={classes.brand}>
            <MillraceMark />
            <span>Millrace</span>
          </Link>
          <div className={classes.spacer} />
          <LiveIndicator />
          <LanguageMenu />
          <SchemeSwitch />
          <UserMenu />
        </div>
        {me.simulated && (
          <p className={classes.banner}>
            <FlaskIcon size={16} />
            <span>{t('shell.simulated')}</span>
          </p>
        )}
        {me.auth === 'off' && (
          <p className={classes.banner}>
            <AlertIcon size={16} />
            <span>{t('shell.authOff')}</span>
          </p>
        )}
      </header>
      <div className={classes.side}>
        <Navigation />
        <footer className={classes.version}>
          <bdi>Millrace {me.version}</bdi>
        </footer>
      </div>
      <SideDrawer title="Millrace" isOpen={menuIsOpen} onClose={menu.close}>
        <Navigation onNavigate={menu.close} />
      </SideDrawer>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}
