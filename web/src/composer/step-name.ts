/** What a step is called while it is composed, and what kind of step it is. */
import { useTranslation } from 'react-i18next';
import { useKindName } from '../diagram/kind-name.ts';
import { shapeOf } from '../diagram/node-size.ts';
import { useLabel } from '../ui/label.ts';
import type { Step } from './draft.ts';

/** Its name; start and end, which rarely have one, by what they are. */
export function useStepName(): (step: Step) => string {
  const label = useLabel();
  const stepKind = useStepKind();
  return (step) => label(step.name as never) || (shapeOf(step.type) === 'step' ? step.id : stepKind(step));
}

export function useStepKind(): (step: Step) => string {
  const { t } = useTranslation();
  const kindName = useKindName();
  return (step) => {
    const { id, type, role, module } = step;
    const known = (['start', 'end', 'exclusiveGateway', 'parallelGateway', 'catch'] as const).find(
      (one) => one === type,
    );
    if (known !== undefined) return t(`composer.types.${known}`);
    const asked = {
      ...(typeof role === 'string' && role !== '' && { role }),
      ...(typeof module === 'string' && { module }),
    };
    return kindName({ id, type, name: '', outcomes: [], ...asked });
  };
}
