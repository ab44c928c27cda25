/**
 * Which topics carry readings, and of which device: `millrace/measurements/{device}`. Levels stand between slashes, one of
 * them is `{device}`; `+` stands for any level, `#` at the end for any number of them (MQTT 3.1.1, section 4.7).
 */

export const DEFAULT_TOPIC = 'millrace/measurements/{device}';
const DEVICE_LEVEL = '{device}';
/** As MQTT has it, in bytes of UTF-8. */
const MAX_TOPIC_BYTES = 65_535;

export type Topic = {
  /** What is subscribed to. */
  readonly filter: string;
  /** Whom a topic that matches the filter is about. */
  readonly deviceIn: (topic: string) => string;
};

/** Undefined: it cannot be subscribed to, or names no device. */
export function parseTopic(text: string): Topic | undefined {
  const levels = text.split('/');
  const place = levels.indexOf(DEVICE_LEVEL);
  const others = levels.filter((_, at) => at !== place);
  const isPlain = (level: string, at: number) =>
    /^[^+#{}\0]*$/.test(level) || level === '+' || (level === '#' && at === others.length - 1 && place < others.length);
  if (place === -1 || !others.every(isPlain) || Buffer.byteLength(text) > MAX_TOPIC_BYTES) return undefined;
  return {
    filter: levels.map((level) => (level === DEVICE_LEVEL ? '+' : level)).join('/'),
    deviceIn: (topic) => topic.split('/')[place] ?? '',
  };
}
