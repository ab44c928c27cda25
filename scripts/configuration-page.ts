/**
 * docs/reference/configuration.md, made from the settings that the server reads. `npx tsx scripts/configuration-page.ts`
 * writes it; a test holds the page and the settings together.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Setting, settings } from '../src/app/settings.ts';

export const configurationPagePath = fileURLToPath(new URL('../docs/reference/configuration.md', import.meta.url));

const head = `# Configuration

Millrace is configured by the variables below. They are read once, when the server or a command starts, and checked as a
whole: every problem is in one message, [\`config.invalid\`](errors.md#configinvalid), and nothing starts. Values that may hold
secrets are not repeated in it. This page is made from \`src/app/settings.ts\`; \`.env.example\`
shows how each is written.

Where a value comes from, the first that has it:

1. the environment;
2. the file \`.env\` in the working directory, in a clone beside \`package.json\`;
3. the JSON file that \`MILLRACE_CONFIG\` names, an object of names and values; other names than those below and
   [\`environments\`](#environments) are refused;
4. the default.

A variable that is set to nothing counts as not set.
`;

const tail = `
## Rules

- \`MILLRACE_HOST\` is loopback by default: only programs on the same machine reach the server. The links in mails and for
  signing in are made of this address, so name the machine as people reach it rather than \`0.0.0.0\`.
- The server speaks HTTP. Where others can listen on the way, put a proxy with TLS in front.
- \`MILLRACE_AUTH=off\` is refused unless \`MILLRACE_HOST\` is loopback. The server then also refuses calls under any other name
  than its loopback's: [\`request.foreign-host\`](errors.md#requestforeign-host).
- \`MILLRACE_DATA\` is relative to the working directory. With PostgreSQL it holds \`server.json\` only; see
  [store.md](store.md#files).
- \`MILLRACE_STORE=postgres://…\` needs a user who may create a schema. The tables are made at the first start, in the schema
  \`millrace\`.
- \`MILLRACE_BROKER\` is \`memory\` or the URL of a server, such as \`amqp://user:password@host:5672/vhost\` for RabbitMQ; a
  [broker](broker.md) outside outlives the server. Servers with stores of their own that share a broker need different
  virtual hosts or different \`MILLRACE_BROKER_PREFIX\`es, or each would take the messages of the other.
- \`MILLRACE_NAME\` tells servers apart that share a PostgreSQL; each needs its own, and a directory of its own. The guide has
  [several servers](../guide/operating.md#several-servers).
- \`MILLRACE_PUBLIC_URL\` is what people type: the address of the proxy where there is one. Servers that take no calls need it for
  the links in their mails.
- \`MILLRACE_REDIS\` shows the queue to \`redis-cli\` and to programs that read Redis: [jobs.md](jobs.md#redis). It is not the broker,
  though it may be the same server; \`MILLRACE_BROKER_PREFIX\` stands before its keys too.
- Times without an offset are read in \`MILLRACE_TIME_ZONE\`, never in the machine's zone.
- Commands read \`MILLRACE_URL\` and \`MILLRACE_TOKEN\`. Without them they talk to the server that runs on \`MILLRACE_DATA\`.

## Environments

\`millrace bus\`, \`queues\`, \`dead\`, \`call\`, \`send\` and \`topology\` reach a broker directly, without a server, when
\`--env\` names it. The file that \`MILLRACE_CONFIG\` names says where each is:

\`\`\`json
{
  "environments": {
    "staging": {
      "broker": "amqp://user:password@staging:5672",
      "prefix": "north.",
      "management": "http://staging:15672"
    }
  }
}
\`\`\`

\`broker\` is a URL as in \`MILLRACE_BROKER\`, \`prefix\` is that environment's \`MILLRACE_BROKER_PREFIX\` and may be left out.
\`management\` is where the HTTP API of RabbitMQ's management plugin is, by default port 15672 of the same host; user and
password are those of \`broker\` unless it has its own. The file holds passwords: let nobody but its owner read it.

Limits such as the size of a body or the rows of a call are constants with names. Each page of the reference lists its own;
none of them is a setting in this release.
`;

/** The page as it should be. */
export function configurationPage(all: readonly Setting[]): string {
  const rows = all.map((setting) => {
    const purpose = setting.purpose.replaceAll('|', '\\|');
    return `| \`${setting.name}\` | ${defaultOf(setting)} | ${purpose} |`;
  });
  return `${head}\n| variable | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n${tail}`;
}

function defaultOf({ schema }: Setting): string {
  const parsed = schema.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? `\`${String(parsed.data)}\`` : 'not set';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(configurationPagePath, configurationPage(Object.values(settings)));
}
