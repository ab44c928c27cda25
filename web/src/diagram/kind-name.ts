/** What kind of step a node is, in a word; a person's step is named by the role. */
import { useTranslation } from 'react-i18next';
import type { DefinitionNode } from '../api/processes.ts';
import { useRoleName } from '../ui/role.tsx';

const known = [
  'criterion',
  'mail',
  'job',
  'http',
  'rpc',
  'command',
  'event',
  'decision',
  'form',
  'task',
  'manualTask',
  'userTask',
  'scriptTask',
  'businessRuleTask',
  'sendTask',
  'receiveTask',
  'callActivity',
] as const;

export function useKindName(): (node: DefinitionNode) => string {
  const { t } = useTranslation();
  const roleName = useRoleName();
  return ({ type, role, module }) => {
    if (role) return roleName(role);
    const kind = known.find((each) => each === (module ?? type));
    return kind === undefined ? (module ?? type) : t(`kind.${kind}`);
  };
}
