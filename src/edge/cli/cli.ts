/**
 * The command line. Every command but `serve`, `migrate`, `worker`, `decide` and `demo` is a client of the API: of a running server, or of the
 * store itself when none runs. With `--env` commands about the bus open the broker of an environment instead. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
import { Command, CommanderError } from 'commander';
import { ServiceError } from '../../bus/service/service-error.ts';
import { isClientError } from '../../client/client-error.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import type { Service } from '../../kernel/lifecycle.ts';
import { addAccessCommands } from './commands/access.ts';
import { addAccountCommands } from './commands/accounts.ts';
import { addAnalyticsCommand } from './commands/analytics.ts';
import { addAnalyzeCommands } from './commands/analyze.ts';
import { addBusCommands } from './commands/bus.ts';
import { addComposeCommand } from './commands/compose.ts';
import { addDeadLetterCommands } from './commands/dead-letters.ts';
import { addDecideCommand } from './commands/decide.ts';
import { addDeviceCommands } from './commands/devices.ts';
import { addDocumentCommands } from './commands/documents.ts';
import { addImportCommands } from './commands/import.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addKindCommands } from './commands/kinds.ts';
import { addModuleCommands } from './commands/modules.ts';
import { addOperationCommands } from './commands/operations.ts';
import { addProcessCommands } from './commands/processes.ts';
import { addQuarantineCommands } from './commands/quarantine.ts';
import { addScheduleCommands } from './commands/schedules.ts';
import { addServerCommands, type ServerCommands } from './commands/server.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addSimulationCommands } from './commands/simulations.ts';
import { addTaskCommands } from './commands/tasks.ts';
import { addWorkerCommands, type WorkerCommands } from './commands/worker.ts';
import { connect, type LocalApi } from './connect.ts';
import { ReportedFailure } from './leaf.ts';
import type { BusDesk, CliSettings, Output, Shell } from './shell.ts';

export type CliParts = ServerCommands &
  WorkerCommands & {
    /** Read when a command needs the server, so that --help works whatever the configuration is. */
    readonly settings: () => CliSettings;
    readonly version: string;
    /** The API for when no server runs; undefined where there is no store. */
    readonly local?: () => LocalApi | undefined;
    /** Opens the broker of an environment. Throws `config.unknown-environment`. */
    readonly environment?: (name: string) => Promise<BusDesk & Service>;
    readonly out?: Output;
    readonly err?: Output;
    readonly fetch?: typeof fetch;
  };

const ON_THE_STORE = 'No server runs: this was done on the store itself. Jobs and mails wait for the next server.\n';
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs one command line, without the names of node and script. Resolves to the exit code; never exits by itself. */
export async function runCli(argv: readonly string[], parts: CliParts): Promise<number> {
  const out = parts.out ?? outputOf(process.stdout);
  const err = parts.err ?? outputOf(process.stderr);
  let client: ReturnType<Shell['client']> | undefined;
  let local: LocalApi | undefined;
  const opened: Service[] = [];
  const shell: Shell = {
    out,
    err,
    client: () => {
      local ??= parts.local?.();
      client ??= connect(parts.settings(), { fetch: parts.fetch, local });
      return client;
    },
    timeZone: () => parts.settings().timeZone ?? 'UTC',
    bus: async (name) => {
      if (name === undefined) return { bus: shell.client().bus };
      if (parts.environment === undefined) throw new MillraceError('config.unknown-environment', { name });
      const desk = await parts.environment(name);
      opened.push(desk);
      return desk;
    },
  };
  const isJson = argv.includes('--json');
  try {
    await buildProgram(shell, parts).parseAsync([...argv], { from: 'user' });
    if (local?.isOpen() === true && !isJson) err.write(ON_THE_STORE);
    return 0;
  } catch (error) {
    if (error instanceof ReportedFailure) return EXIT_FAILED;
    return failed(error, err, isJson);
  } finally {
    for (const desk of opened) await desk.close();
    await local?.close();
  }
}

/** Every command, for running and for its documentation. */
export function buildProgram(
  shell: Shell,
  parts: ServerCommands & WorkerCommands & { readonly version: string },
): Command {
  const program = new Command('millrace');
  program
    .description('Runs the processes of a plant.')
    .version(parts.version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: shell.out.write,
      writeErr: shell.err.write,
      getOutHelpWidth: () => helpWidth(shell.out),
      getErrHelpWidth: () => helpWidth(shell.err),
    })
    .showHelpAfterError('(add --help for options and examples)');
  addServerCommands(program, shell, parts);
  addWorkerCommands(program, shell, parts);
  addProcessCommands(program, shell);
  addOperationCommands(program, shell);
  addComposeCommand(program, shell);
  addAnalyticsCommand(program, shell);
  addDecideCommand(program, shell);
  addModuleCommands(program, shell);
  addSettingsCommands(program, shell);
  addJobCommands(program, shell);
  addKindCommands(program, shell);
  addScheduleCommands(program, shell);
  addTaskCommands(program, shell);
  addDeviceCommands(program, shell);
  addAnalyzeCommands(program, shell);
  addSimulationCommands(program, shell);
  addImportCommands(program, shell);
  addQuarantineCommands(program, shell);
  addBusCommands(program, shell);
  addDeadLetterCommands(program, shell);
  addAccessCommands(program, shell);
  addAccountCommands(program, shell);
  addDocumentCommands(program, shell);
  return program;
}

/** Prints what went wrong and what to do; a usage error was printed by commander already. */
function failed(error: unknown, { write }: Output, isJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const isKnown = isClientError(error) || isMillraceError(error);
  const isOfService = error instanceof ServiceError;
  const code = isKnown || isOfService ? error.code : 'internal.unexpected';
  const message = messageOf(error);
  const action = isKnown ? error.action : '';
  if (isJson)
    write(
      `${JSON.stringify(isClientError(error) ? error.problem : { code, detail: message, action, ...(isOfService && { data: error.data }) })}\n`,
    );
  else write(`error: ${headline(error)}\n${problemLines(error)}${action === '' ? '' : `${action}\n`}(${code})\n`);
  return code === 'cli.usage' ? EXIT_USAGE : EXIT_FAILED;
}

/** What went wrong, without the problems that are listed below it. */
function headline(error: unknown): string {
  const message = messageOf(error);
  const summary = isClientError(error) && error.problem.errors !== undefined ? error.problem.summary : undefined;
  if (typeof summary !== 'string' || !message.endsWith(summary)) return message;
  return message.slice(0, -summary.length).trimEnd();
}

/** The problems of a refused definition or request, one a line. */
function problemLines(error: unknown): string {
  const problems = isClientError(error) ? (error.problem.errors ?? []) : [];
  return problems
    .map((problem) =>
      'rule' in problem
        ? `  ${problem.element}: ${problem.message} [${problem.rule}]\n`
        : `  ${problem.path}: ${problem.message}\n`,
    )
    .join('');
}

const COLUMNS = 120;
const helpWidth = ({ columns }: Output): number => (Number.isFinite(columns) ? columns : COLUMNS);

/** Some terminals say that they have 0 columns; a file or a pipe has no edge to cut lines at. */
const outputOf = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => void stream.write(text),
  isTerminal: stream.isTTY === true,
  columns: stream.isTTY === true ? stream.columns || COLUMNS : Number.POSITIVE_INFINITY,
});
