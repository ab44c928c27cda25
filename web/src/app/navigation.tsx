/** The sections of the user interface; a new one is a line in this list. */
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listTasks } from '../api/tasks.ts';
import { useFormat } from '../i18n/format.ts';
import {
  DecisionIcon,
  DeviceIcon,
  type Icon,
  InboxIcon,
  MailIcon,
  PeopleIcon,
  ProcessIcon,
  ServiceIcon,
} from './icons.tsx';
import classes from './navigation.module.css';
import { hasRole, usePrincipal } from './principal.ts';

type Section = {
  readonly to: NonNullable<LinkProps['to']>;
  readonly text: 'inbox' | 'processes' | 'decisions' | 'devices' | 'services' | 'mails' | 'access';
  readonly icon: Icon;
  readonly roles?: readonly string[];
  /** Where else this section is. */
  readonly also?: readonly string[];
};

const sections: readonly Section[] = [
  { to: '/inbox', text: 'inbox', icon: InboxIcon },
  { to: '/processes', text: 'processes', icon: ProcessIcon },
  { to: '/decisions', text: 'decisions', icon: DecisionIcon, also: ['/new-decision'] },
  { to: '/devices', text: 'devices', icon: DeviceIcon, also: ['/analyses', '/quarantine'] },
  { to: '/services', text: 'services', icon: ServiceIcon },
  { to: '/mails', text: 'mails', icon: MailIcon },
  { to: '/access', text: 'access', icon: PeopleIcon, roles: ['engineer'] },
];

const HERE = { className: `${classes.link} ${classes.active}`, 'aria-current': 'page' } as const;

export function Navigation({ onNavigate }: { readonly onNavigate?: () => void }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const { pathname } = useLocation();
  return (
    <nav aria-label={t('shell.navigation')}>
      <ul className={classes.list}>
        {sections
          .filter(({ roles }) => roles === undefined || roles.some((role) => hasRole(me, role)))
          .map(({ to, text, icon: SectionIcon, also = [] }) => (
            <li key={to}>
              <Link
                to={to}
                className={classes.link}
                activeProps={{ className: classes.active }}
                {...(also.includes(pathname) && HERE)}
                {...(onNavigate && { onClick: onNavigate })}
              >
                <SectionIcon size={20} />
                <span className={classes.text}>{t(`nav.${text}`)}</span>
                {text === 'inbox' && <OpenTasks />}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** How many tasks wait for me, from the same answer that the inbox shows. */
function OpenTasks(): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const isAsked = usePrincipal().roles.length > 0;
  const count = useQuery({
    queryKey: [...keys.allTasks, 'count'],
    queryFn: ({ signal }) => listTasks({}, { signal }),
    enabled: isAsked,
    select: ({ items, next }) => ({ open: items.length, isMore: next !== null }),
  });
  if (count.data === undefined || count.data.open === 0) return null;
  const { open, isMore } = count.data;
  return (
    <span className={classes.count}>
      <span aria-hidden="true">
        {format.integer(open)}
        {isMore && '+'}
      </span>
      <span className="visually-hidden">{t('nav.openTasks', { count: open })}</span>
    </span>
  );
}
