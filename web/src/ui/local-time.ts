/** Times as a browser's own field writes them: in its time zone, to the minute. */

/** "2026-05-04T12:30"; empty for none. */
export function toLocalTime(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Null for an empty field. */
export const fromLocalTime = (text: string): string | null => (text === '' ? null : new Date(text).toISOString());
