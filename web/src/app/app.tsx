/** Everything the pages stand on: look, direction, cached answers, messages, routes. */
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { isLanguage, LANGUAGES } from '../i18n/language.ts';
import { createQueryClient } from './query-client.ts';
import { createAppRouter } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

const queryClient = createQueryClient();
const router = createAppRouter();

export function App(): ReactNode {
  return (
    <DirectionProvider>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <DirectionFollowsLanguage />
          <Messages />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}

/** Where lists end, not where decisions are made: a message must not cover the buttons it talks about. */
function Messages(): ReactNode {
  const { dir } = useDirection();
  return <Notifications position={dir === 'rtl' ? 'bottom-right' : 'bottom-left'} limit={4} />;
}

function DirectionFollowsLanguage(): null {
  const { i18n } = useTranslation();
  const { setDirection } = useDirection();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const { direction } = LANGUAGES[language];

  useEffect(() => {
    document.documentElement.lang = language;
    setDirection(direction);
  }, [language, direction, setDirection]);
  return null;
}
