/** Loops and multiple instances of an activity. */
import { compact, type Draft, expressionIn, extension, feelIn, flagIn, idIn, integerIn } from './fields.ts';
import type { Reading } from './reading.ts';
import type { Activity } from './words.ts';
import type { Writing } from './writing.ts';
import { attribute, childNamed, element, extend, extensionNamed, type XmlElement } from './xml.ts';

type MultiInstance = NonNullable<Activity['multiInstance']>;
const LOOP = 'standardLoopCharacteristics';
const MULTIPLE = 'multiInstanceLoopCharacteristics';

export function readRepetition(reading: Reading, from: XmlElement): Draft {
  const loop = childNamed(from, LOOP);
  const multiple = childNamed(from, MULTIPLE);
  return compact({
    loop: loop && readLoop(reading, from, loop),
    multiInstance: multiple && readMultiInstance(reading, from, multiple),
  });
}

function readLoop(reading: Reading, at: XmlElement, loop: XmlElement): Draft | undefined {
  const condition = expressionIn(loop, 'loopCondition');
  if (condition === undefined) {
    reading.block(at, 'the loop is kept, not used: it has no condition in FEEL');
    return undefined;
  }
  return compact({
    condition,
    testBefore: flagIn(attribute(loop, 'testBefore')),
    maximum: integerIn(attribute(loop, 'loopMaximum'), 1, 1_000_000),
  });
}

function readMultiInstance(reading: Reading, at: XmlElement, multiple: XmlElement): Draft {
  const own = extensionNamed(multiple, 'millrace:loopCharacteristics');
  const zeebe = extensionNamed(multiple, 'zeebe:loopCharacteristics');
  const of = (name: string): string | undefined =>
    (own && attribute(own, name)) ?? (zeebe && attribute(zeebe, name)) ?? undefined;
  const collection = feelIn(of('inputCollection') ?? attribute(multiple, 'camunda:collection'));
  const cardinality = expressionIn(multiple, 'loopCardinality');
  const [into, element] = [idIn(of('outputCollection')), feelIn(of('outputElement'))];
  const says =
    of('inputCollection') ??
    attribute(multiple, 'camunda:collection') ??
    childNamed(multiple, 'loopDataInputRef') ??
    childNamed(multiple, 'loopCardinality');
  if (collection === undefined && cardinality === undefined && says !== undefined) {
    reading.block(at, 'the multiple instances name neither a list nor a number in FEEL');
  }
  const behavior = attribute(multiple, 'behavior');
  if (behavior !== undefined && behavior !== 'All') {
    reading.block(at, `the events of its instances (behavior="${behavior}") are kept, not thrown`);
  }
  return compact({
    collection,
    cardinality,
    element: idIn(of('inputElement') ?? attribute(multiple, 'camunda:elementVariable')),
    sequential: flagIn(attribute(multiple, 'isSequential')),
    completionCondition: expressionIn(multiple, 'completionCondition'),
    output: into !== undefined && element !== undefined ? { collection: into, element } : undefined,
  });
}

export function writeRepetition(writing: Writing, { loop, multiInstance }: Activity, to: XmlElement): void {
  if (loop !== undefined) {
    const made = element(LOOP, { testBefore: loop.testBefore && 'true', loopMaximum: loop.maximum });
    made.children.push(writing.expression('loopCondition', loop.condition));
    to.children.push(made);
  }
  if (multiInstance !== undefined) to.children.push(multiInstanceElement(writing, multiInstance));
}

function multiInstanceElement(writing: Writing, given: MultiInstance): XmlElement {
  const { dialect } = writing;
  const { collection, element: item, output } = given;
  const made = element(MULTIPLE, { isSequential: given.sequential && 'true' });
  if (given.cardinality !== undefined) made.children.push(writing.expression('loopCardinality', given.cardinality));
  if (given.completionCondition !== undefined) {
    made.children.push(writing.expression('completionCondition', given.completionCondition));
  }
  const isZeebe = dialect === 'zeebe' && collection !== undefined;
  // Camunda 7 takes the name of a variable for its list.
  const isCamunda = dialect === 'camunda' && idIn(collection) !== undefined;
  const sign = isZeebe ? '=' : '';
  if (isCamunda) {
    made.attributes.set('camunda:collection', collection!);
    if (item !== undefined) made.attributes.set('camunda:elementVariable', item);
  }
  extend(
    made,
    ...extension(isZeebe ? 'zeebe:loopCharacteristics' : 'millrace:loopCharacteristics', {
      inputCollection: isCamunda || collection === undefined ? undefined : `${sign}${collection}`,
      inputElement: isCamunda ? undefined : item,
      outputCollection: output?.collection,
      outputElement: output && `${sign}${output.element}`,
    }),
  );
  return made;
}
