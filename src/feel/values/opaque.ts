/** What all values are that are neither JSON nor numbers, so that one look tells them from contexts: times, ranges, functions. */
export abstract class Opaque {}
