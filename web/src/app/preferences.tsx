/** What each reader chooses: light or dark, and the language. Both stay in this browser. */
import { ActionIcon, Popover, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, currentLanguage } from '../i18n/i18n.ts';
import { LANGUAGES, type Language } from '../i18n/language.ts';
import { CheckIcon, LanguageIcon, MoonIcon, SunIcon } from './icons.tsx';
import classes from './menu.module.css';

export function SchemeSwitch(): ReactNode {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const label = scheme === 'dark' ? t('shell.toLight') : t('shell.toDark');
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
    >
      {scheme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}

export function LanguageMenu(): ReactNode {
  const { t } = useTranslation();
  const chosen = currentLanguage();
  const [isOpen, menu] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={(open) => (open ? menu.open() : menu.close())} position="bottom-end" trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('shell.language')}
          title={t('shell.language')}
          onClick={menu.toggle}
        >
          <LanguageIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={t('shell.language')}>
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <UnstyledButton
            key={language}
            className={classes.item ?? ''}
            lang={language}
            aria-pressed={language === chosen}
            onClick={() => {
              menu.close();
              void changeLanguage(language);
            }}
          >
            {LANGUAGES[language].name}
            {language === chosen && <CheckIcon size={16} />}
          </UnstyledButton>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
