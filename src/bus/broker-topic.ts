/** Topics: which routing keys a pattern means. */

/** Whether the key matches. `*` stands for exactly one word, `#` for any number of words, also none. */
export function matchesTopic(pattern: string, routingKey: string): boolean {
  const wanted = pattern.split('.');
  const words = routingKey.split('.');
  let place = 0;
  let word = 0;
  let hash = -1; // the last # passed, and the first word that it does not yet cover
  let covered = 0;
  while (word < words.length) {
    if (wanted[place] === '#') {
      hash = place++;
      covered = word;
    } else if (wanted[place] === '*' || wanted[place] === words[word]) {
      place++;
      word++;
    } else if (hash >= 0) {
      place = hash + 1;
      word = ++covered;
    } else return false;
  }
  while (wanted[place] === '#') place++;
  return place === wanted.length;
}

/** Every word is `*`, `#`, or has neither in it. */
export const isTopicPattern = (pattern: string): boolean =>
  pattern !== '' && pattern.split('.').every((word) => /^(?:[*#]|[^*#]*)$/.test(word));
