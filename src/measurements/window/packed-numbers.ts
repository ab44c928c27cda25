/** Doubles as base-64 text, little end first on every machine: exact, and quick to write into a snapshot. */

export function packNumbers(numbers: Float64Array): string {
  const bytes = Buffer.alloc(numbers.length * 8);
  for (let place = 0; place < numbers.length; place++) bytes.writeDoubleLE(numbers[place] as number, place * 8);
  return bytes.toString('base64');
}

export function unpackNumbers(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  const numbers = new Float64Array(bytes.length / 8);
  for (let place = 0; place < numbers.length; place++) numbers[place] = bytes.readDoubleLE(place * 8);
  return numbers;
}
