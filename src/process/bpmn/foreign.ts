/** Words of Camunda 7 and 8 that have no meaning here: kept, and said. */
import type { Reading } from './reading.ts';
import { elementsOf, extensionsOf, type XmlElement } from './xml.ts';

const FOREIGN = /^(?:zeebe|camunda):/;

/** What is read, or noted where it is read. */
const KNOWN: ReadonlySet<string> = new Set([
  'zeebe:ioMapping',
  'zeebe:taskDefinition',
  'zeebe:assignmentDefinition',
  'zeebe:taskSchedule',
  'zeebe:priorityDefinition',
  'zeebe:script',
  'zeebe:calledDecision',
  'zeebe:calledElement',
  'zeebe:loopCharacteristics',
  'zeebe:subscription',
  'zeebe:adHoc',
  'zeebe:userTask',
  'zeebe:modelerTemplate',
  'zeebe:modelerTemplateVersion',
  'zeebe:modelerTemplateIcon',
  'camunda:inputOutput',
  'camunda:topic',
  'camunda:type',
  'camunda:taskPriority',
  'camunda:candidateGroups',
  'camunda:dueDate',
  'camunda:priority',
  'camunda:resultVariable',
  'camunda:decisionRef',
  'camunda:calledElementVersion',
  'camunda:calledElementBinding',
  'camunda:collection',
  'camunda:elementVariable',
]);

/** An attribute of a called element that still is of no use. */
export function noteForeign(reading: Reading, at: XmlElement): void {
  const loops = elementsOf(at).filter(({ name }) => name.endsWith('LoopCharacteristics'));
  for (const one of [at, ...loops]) {
    const names = [...one.attributes.keys(), ...extensionsOf(one).map(({ name }) => name)];
    for (const name of new Set(names)) {
      if (FOREIGN.test(name) && !KNOWN.has(name)) reading.note(at, `${name} is kept, not used`);
    }
  }
}
