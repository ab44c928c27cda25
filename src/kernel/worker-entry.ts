/**
 * Where a worker thread starts. Node 20 cannot run .ts in a worker, so a module that runs from source starts the
 * compiled twin of its thread: src/a/b.ts → dist/a/b.js. In the built product both are beside each other.
 */
export function workerEntry(from: string, file: string): URL {
  const url = new URL(file, from);
  if (!from.endsWith('.ts')) return new URL(url.href.replace(/\.ts$/, '.js'));
  return new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/').replace(/\.ts$/, '.js'));
}
