/** The parameters of a route such as `jobs/{jobId:int}/configure`, and what somebody has typed for them. */

export type RouteParam = { readonly name: string; readonly isWhole: boolean };

export const paramsOf = (route: string): RouteParam[] =>
  Array.from(route.matchAll(/\{([A-Za-z_]\w*)(?::(int))?\}/g), ([, name = '', type]) => ({
    name,
    isWhole: type === 'int',
  }));

export const isRightFor = ({ isWhole }: RouteParam, text: string): boolean =>
  isWhole ? /^-?\d{1,15}$/.test(text.trim()) : text !== '';

export function paramValues(
  params: readonly RouteParam[],
  texts: Readonly<Record<string, string>>,
): Record<string, string | number> {
  return Object.fromEntries(
    params.map(({ name, isWhole }) => [name, isWhole ? Number(texts[name]) : (texts[name] ?? '')]),
  );
}
