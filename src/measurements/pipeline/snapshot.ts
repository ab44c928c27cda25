/** A state as text and back: JSON, which also keeps "not a number", so that a restored state is the same to the last bit. */

const NOT_A_NUMBER = '\u0000NaN';

export const freeze = (state: unknown): string =>
  JSON.stringify(state, (_, value: unknown) =>
    typeof value === 'number' && Number.isNaN(value) ? NOT_A_NUMBER : value,
  );

export const thaw = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) => (value === NOT_A_NUMBER ? Number.NaN : value));
