/** The OpenAPI document as a page that a person can read: one static text, made once, without scripts or foreign parts. */
import type { OpenApi, Operation } from './openapi.ts';

type Schema = Readonly<Record<string, unknown>>;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #1971c2; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
nav ul { columns: 3 14rem; padding: 0; list-style: none; }
a { color: var(--accent); }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem 1rem; margin: 1rem 0; }
h3 { font-size: 1rem; overflow-wrap: anywhere; }
h3 code { font-size: 1rem; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; border-radius: .375rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
.method { display: inline-block; min-width: 4.5em; font-weight: 700; }
`;

export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const areas = api.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const contents = areas.map(({ name }) => `<li><a href="#${slug(name)}">${escapeHtml(name)}</a></li>`).join('');
  const sections = areas.map(
    ({ name, operations: own }) =>
      `<section id="${slug(name)}"><h2>${escapeHtml(name)}</h2>${own.map(article).join('')}</section>`,
  );
  return page(
    'Millrace API',
    `<style>${STYLE}</style><h1>Millrace API</h1>
<p>Version ${escapeHtml(String(api.info.version))}. Everything is JSON; times are ISO 8601 in UTC, durations text such as <code>30s</code>.
Programs send <code>Authorization: Bearer mlr_…</code>. A refused call answers <code>application/problem+json</code> with a stable <code>code</code>.
For machines: <a href="/openapi.json">openapi.json</a>.</p>
<nav aria-label="Areas"><ul>${contents}</ul></nav><main>${sections.join('')}</main>`,
  );
}

/** A page in the plain style of this server. `body` is HTML. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>`;

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function article({
  path,
  method,
  operation,
}: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}): string {
  const { summary, description, parameters, requestBody, responses } = operation;
  const [status = '', answer = {}] = Object.entries(responses)[0] ?? [];
  return `<article id="${escapeHtml(operation.operationId)}"><h3><span class="method">${method}</span> <code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)} ${escapeHtml(description)}</p>
${parameters.length === 0 ? '' : table(parameters)}
${requestBody === undefined ? '' : `<h4>Body</h4>${shapeOf(requestBody)}`}
<h4>Answer ${escapeHtml(status)}</h4>${shapeOf(answer)}${refusals(responses)}</article>`;
}

function refusals(responses: Operation['responses']): string {
  const codes = Object.entries(responses)
    .slice(1)
    .filter(([status]) => status !== 'default');
  if (codes.length === 0) return '';
  return `<p>Refused with ${codes.map(([status, { description }]) => `${status} <code>${escapeHtml(String(description))}</code>`).join('; ')}.</p>`;
}

function table(parameters: readonly Schema[]): string {
  const rows = parameters.map(({ name, in: place, required, description = '', schema }) => {
    const need = required === true ? '' : ', optional';
    return `<tr><td><code>${escapeHtml(String(name))}</code></td><td>${escapeHtml(String(place))}${need}</td><td><code>${escapeHtml(outline(schema as Schema, ''))}</code></td><td>${escapeHtml(String(description))}</td></tr>`;
  });
  return `<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function shapeOf({ content, description }: Schema): string {
  const first = Object.entries((content ?? {}) as Record<string, { schema: Schema }>)[0];
  if (first === undefined) return `<p>${escapeHtml(String(description ?? 'Nothing.'))}</p>`;
  const { schema } = first[1];
  const types = Object.keys(content as object).join(', ');
  const remark = typeof schema.description === 'string' ? ` ${escapeHtml(schema.description)}` : '';
  return `<p><code>${escapeHtml(types)}</code>${remark}</p><pre>${escapeHtml(outline(schema, ''))}</pre>`;
}

/** A JSON Schema as the shape that people write in a message: `{ name: string, limit?: number }`. */
function outline(schema: Schema, indent: string): string {
  const {
    type,
    properties,
    items,
    prefixItems,
    anyOf,
    oneOf,
    enum: values,
    const: constant,
    additionalProperties,
  } = schema;
  const choices = (anyOf ?? oneOf) as readonly Schema[] | undefined;
  if (choices !== undefined) return choices.map((choice) => outline(choice, indent)).join(' | ');
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(prefixItems)) return `[${prefixItems.map((item: Schema) => outline(item, indent)).join(', ')}]`;
  if (type === 'array') return `[${outline((items ?? {}) as Schema, indent)}, …]`;
  if (properties !== undefined) return objectOutline(schema, indent);
  if (type === 'object') return `{ [name]: ${outline((additionalProperties ?? {}) as Schema, indent)} }`;
  return Array.isArray(type) ? type.join(' | ') : String(type ?? 'any JSON');
}

function objectOutline({ properties, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties as Record<string, Schema>).map(([name, value]) => {
    const isNeeded = (required as readonly string[]).includes(name);
    const remark = typeof value.description === 'string' ? `   // ${value.description}` : '';
    return `${inner}${name}${isNeeded ? '' : '?'}: ${outline(value, inner)}${remark}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

const slug = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
