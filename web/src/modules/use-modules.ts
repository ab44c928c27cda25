/** The kinds of steps that this server has. They change with its restart only, so they are asked for once. */
import '../i18n/engineer-texts.ts';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { listModules, type Module } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { fieldTexts } from './field-texts.ts';

export function useModules() {
  return useQuery({
    queryKey: keys.modules,
    queryFn: ({ signal }) => listModules({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
    select: ({ items }) => items,
  });
}

const named = ['command', 'criterion', 'decision', 'event', 'form', 'http', 'job', 'mail', 'rpc', 'script'] as const;

/** Modules of a plant's own have the title that they bring. */
export function useModuleTitle(): (module: Pick<Module, 'name' | 'title'>) => string {
  const { t } = useTranslation();
  return ({ name, title }) => {
    const known = named.find((each) => each === name);
    return known === undefined ? title : t(`modules.names.${known}`);
  };
}

export type FieldText = { readonly label: string; readonly hint: string };

/** What a field of a step is called, and what to write there; those of a plant's own modules speak for themselves. */
export function useFieldText(): (name: string, schema?: Readonly<Record<string, unknown>>) => FieldText {
  const { t } = useTranslation();
  return useCallback(
    (name, schema = {}) => {
      const known = fieldTexts.find((each) => each === name);
      const own = typeof schema.description === 'string' ? schema.description : '';
      const title = typeof schema.title === 'string' ? schema.title : '';
      if (known === undefined || title !== '') return { label: title || name, hint: own };
      return { label: t(`fields.${known}`), hint: own || t(`fieldHints.${known}`) };
    },
    [t],
  );
}
