/** Deploys a DMN file; what is wrong with it is kept for whoever shows it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deployDmn } from '../api/decisions.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';

type File = { readonly xml: string; readonly basedOn?: number };

export function useDeploy() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ xml, basedOn }: File) => deployDmn(xml, basedOn),
    meta: { showsOwnErrors: true },
    onSuccess: async ({ key, version }) => {
      toastDone(t('decisions.modelDeployed', { key, version }));
      await client.invalidateQueries({ queryKey: keys.decisions });
    },
  });
}
