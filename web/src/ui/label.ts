/** Names in the reader's language, for components. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type Label, localise } from '../api/label.ts';

export function useLabel(): (label: Label | undefined) => string {
  const { i18n } = useTranslation();
  return useCallback((label) => localise(label, i18n.language), [i18n.language]);
}
