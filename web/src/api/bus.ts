/** The message bus: services, calls, queues and their dead letters. */
import type {
  BusAnswer,
  BusOperation,
  BusQueue,
  BusReceipt,
  BusService,
  BusState,
  BusTarget,
  DeadLetter,
  DeadLetterChoice,
  DeadLetters,
  SettledLetters,
} from '../../../src/client/wire-bus.ts';
import { read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { BusOperation, BusQueue, BusService, BusState, DeadLetter, DeadLetterChoice, DeadLetters };

/** The server asks every app who is there, and lists all that answered. */
const SERVICES_AT_ONCE = 200;
export const LETTERS_SHOWN = 100;

export const listServices = (page?: PageRequest): Promise<Page<BusService>> =>
  readPage('/bus/services', { limit: SERVICES_AT_ONCE }, page);
export const listQueues = (page?: PageRequest): Promise<Page<BusQueue>> =>
  readPage('/bus/queues', { limit: SERVICES_AT_ONCE }, page);
export const readBusState = (signal?: AbortSignal): Promise<BusState> => read('/bus/state', {}, signal);

export type Asked = BusTarget & { readonly body?: unknown };
export const callOperation = (asked: Asked): Promise<BusAnswer> => write('POST', '/bus/call', asked);
export const sendCommand = (asked: Asked): Promise<BusReceipt> => write('POST', '/bus/send', asked);

export const listDeadLetters = (queue: string, signal?: AbortSignal): Promise<DeadLetters> =>
  read(deadPath(queue), { limit: LETTERS_SHOWN }, signal);
export const replayLetters = (queue: string, choice: DeadLetterChoice): Promise<SettledLetters> =>
  write('POST', `${deadPath(queue)}/replay`, choice);
export const dropLetters = (queue: string, choice: DeadLetterChoice): Promise<SettledLetters> =>
  write('POST', `${deadPath(queue)}/drop`, choice);

const deadPath = (queue: string): string => `/bus/queues/${encodeURIComponent(queue)}/dead`;
