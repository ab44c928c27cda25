/** What each reader chooses: light or dark, and the language. Both stay in this browser. */
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, currentLanguage } from '../i18n/i18n.ts';
import { LANGUAGES, type Language } from '../i18n/language.ts';
import { Dropdown, DropdownItem } from '../ui/dropdown.tsx';
import { CheckIcon, LanguageIcon, MoonIcon, SunIcon } from './icons.tsx';

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
  return (
    <Dropdown label={t('shell.language')} buttonLabel={t('shell.language')} button={<LanguageIcon />}>
      {(close) =>
        (Object.keys(LANGUAGES) as Language[]).map((language) => (
          <DropdownItem
            key={language}
            lang={language}
            isPressed={language === chosen}
            onClick={() => {
              close();
              void changeLanguage(language);
            }}
          >
            {LANGUAGES[language].name}
            {language === chosen && <CheckIcon size={16} />}
          </DropdownItem>
        ))
      }
    </Dropdown>
  );
}
