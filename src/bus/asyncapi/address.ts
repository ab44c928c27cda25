/** Where an operation is asked: its routing key as AsyncAPI writes it, `focus.jobs.{jobId}.configure`, and its parameters. */
import type { OperationDescription } from '../service/description.ts';

export type Address = { readonly text: string; readonly params: readonly RouteParam[] };
export type RouteParam = { readonly name: string; readonly isWhole: boolean };

const PARAM = /^\{([A-Za-z_]\w*)(?::(int))?\}$/;

/** Of a call or command the service comes first; an event's topic is its address. */
export function addressOf(service: string, { kind, route }: Pick<OperationDescription, 'kind' | 'route'>): Address {
  const { text, params } = addressIn(route, kind === 'event' ? '.' : '/');
  return { text: kind === 'event' ? text : `${word(service)}.${text}`, params };
}

/** Of a route or a topic. */
export function addressIn(route: string, separator: '/' | '.'): Address {
  const params = new Map<string, RouteParam>();
  const words = route.split(separator).map((segment) => {
    const [, name, type] = PARAM.exec(segment) ?? [];
    if (name === undefined) return word(segment);
    params.set(name, { name, isWhole: type === 'int' });
    return `{${name}}`;
  });
  return { text: words.join('.'), params: [...params.values()] };
}

/** No operation of ours has other characters in its routing key; what another program says of itself may have. */
const word = (text: string): string => text.replace(/[^\w-]/g, '_');
