/**
 * What every broker must do, as a list of named cases; the docstrings of src/bus/broker.ts are the promises, this is the
 * proof. Run it over an adapter of your own: `for (const { name, run } of brokerConformance) test(name, () => run(open))`.
 */
import { addressingCases } from './broker-conformance/addressing.ts';
import { consumingCases } from './broker-conformance/consuming.ts';
import { deadLetterCases } from './broker-conformance/dead-letters.ts';
import type { BrokerCase } from './broker-conformance/parts.ts';
import { publishingCases } from './broker-conformance/publishing.ts';
import { routingCases } from './broker-conformance/routing.ts';
import { serviceCases } from './broker-conformance/services.ts';
import { waitingCases } from './broker-conformance/waiting.ts';

export const brokerConformance: readonly BrokerCase[] = [
  ...routingCases,
  ...consumingCases,
  ...deadLetterCases,
  ...publishingCases,
  ...addressingCases,
  ...waitingCases,
  ...serviceCases,
];
