/** Tokens and nodes as somebody chooses among them. */
import { useTranslation } from 'react-i18next';
import type { Definition, Instance } from '../api/processes.ts';
import type { Steps } from '../history/steps.ts';
import { useLabel } from '../ui/label.ts';

export type Choice = { readonly value: string; readonly label: string };

/** Each token with what it waits for; with its number where several stand at one node. */
export function useTokenChoices(instance: Instance, steps: Steps): readonly Choice[] {
  const { t } = useTranslation();
  return instance.tokens.map(({ id, node, waitsFor }) => {
    const isAlone = instance.tokens.filter((token) => token.node === node).length === 1;
    const parts = { node: steps.nameOf(node), what: t(`waits.${waitsFor}`) };
    return { value: String(id), label: isAlone ? t('mend.tokenAt', parts) : t('mend.tokenNumbered', { ...parts, id }) };
  });
}

/** No token can be put at what begins by its event. */
const BY_EVENT = new Set(['start', 'boundary', 'eventSubProcess']);
export const isTarget = ({ type }: Definition['nodes'][number]): boolean => !BY_EVENT.has(type);

export function useNodeChoices(): (nodes: Definition['nodes']) => Choice[] {
  const label = useLabel();
  return (nodes) =>
    nodes.map(({ id, name }) => {
      const words = label(name);
      return { value: id, label: words === '' || words === id ? id : `${words} (${id})` };
    });
}
