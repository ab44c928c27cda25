/** Passwords that people read once and type once: 100 random bits in letters and digits that are not mistaken for each other. */
import { timingSafeEqual } from 'node:crypto';
import { hashOf, type RandomBytes } from './secret.ts';

/** Crockford's: without i, l, o and u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 20;
const GROUP = 5;

/** For example 7k3mq-0x9ta-c4vwn-h2d8e. With that much chance in it a plain hash cannot be guessed back. */
export function newOneTimePassword(randomBytes: RandomBytes): string {
  const characters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return characters.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? characters;
}

/** Of what was typed: capitals, spaces and hyphens do not matter, nor an O for a zero. */
export function passwordHashOf(typed: string): string {
  const characters = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  return hashOf(characters);
}

/** Takes the same time wherever they differ. */
export function isPassword(typed: string, hash: string): boolean {
  const [left, right] = [Buffer.from(passwordHashOf(typed)), Buffer.from(hash)];
  return left.length === right.length && timingSafeEqual(left, right);
}
