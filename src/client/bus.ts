/** The message bus of a server: who serves, calls and commands, queues and their dead letters. */
import type { Http } from './http.ts';
import type { Once } from './instances.ts';
import type { Page, PageRequest } from './wire.ts';
import type {
  AnalyzerTrial,
  BusAnswer,
  BusCall,
  BusCommand,
  BusEvent,
  BusQueue,
  BusReceipt,
  BusService,
  BusState,
  BusTest,
  DeadLetterChoice,
  DeadLetters,
  SettledLetters,
  TopologyChanges,
  TopologyPlan,
} from './wire-bus.ts';

export type Bus = {
  services(request?: PageRequest): Promise<Page<BusService>>;
  /** Waits for the answer of the service; its refusal comes as an error with the code that the service gave. */
  call(call: BusCall, once?: Once): Promise<BusAnswer>;
  /** A command: resolves when the broker has it. */
  send(command: BusCommand, once?: Once): Promise<BusReceipt>;
  emit(event: BusEvent, once?: Once): Promise<BusReceipt>;
  queues(request?: PageRequest): Promise<Page<BusQueue>>;
  deadLetters(queue: string, request?: { limit?: number }): Promise<DeadLetters>;
  /** Back into the queue, as if they were new. */
  replay(queue: string, choice: DeadLetterChoice): Promise<SettledLetters>;
  /** Gone for good. */
  drop(queue: string, choice: DeadLetterChoice): Promise<SettledLetters>;
  state(): Promise<BusState>;
  /** Sends a few messages to a queue of their own. */
  test(): Promise<BusTest>;
  /** Sends each command that an analyzer takes, once; a live one carries them out. */
  sendAnalyzerCommands(): Promise<AnalyzerTrial>;
  planTopology(): Promise<TopologyPlan>;
  applyTopology(): Promise<TopologyChanges>;
  /** The services that answer at the moment, as an AsyncAPI 3.0 document. */
  asyncApi(): Promise<{ readonly asyncapi: string } & Readonly<Record<string, unknown>>>;
};

export const busOf = (http: Http): Bus => ({
  services: (query) => http.json({ method: 'GET', path: '/api/v1/bus/services', ...(query && { query }) }),
  call: (body, once) => http.json({ method: 'POST', path: '/api/v1/bus/call', body, ...once }),
  send: (body, once) => http.json({ method: 'POST', path: '/api/v1/bus/send', body, ...once }),
  emit: (body, once) => http.json({ method: 'POST', path: '/api/v1/bus/events', body, ...once }),
  queues: (query) => http.json({ method: 'GET', path: '/api/v1/bus/queues', ...(query && { query }) }),
  deadLetters: (queue, query) => http.json({ method: 'GET', path: deadPath(queue), ...(query && { query }) }),
  replay: (queue, body) => http.json({ method: 'POST', path: `${deadPath(queue)}/replay`, body }),
  drop: (queue, body) => http.json({ method: 'POST', path: `${deadPath(queue)}/drop`, body }),
  state: () => http.json({ method: 'GET', path: '/api/v1/bus/state' }),
  test: () => http.json({ method: 'POST', path: '/api/v1/bus/test' }),
  sendAnalyzerCommands: () => http.json({ method: 'POST', path: '/api/v1/bus/analyzer-commands' }),
  planTopology: () => http.json({ method: 'POST', path: '/api/v1/bus/topology/plan', isRepeatable: true }),
  applyTopology: () => http.json({ method: 'POST', path: '/api/v1/bus/topology/apply' }),
  asyncApi: () => http.json({ method: 'GET', path: '/asyncapi.json' }),
});

const deadPath = (queue: string): string => `/api/v1/bus/queues/${encodeURIComponent(queue)}/dead`;
