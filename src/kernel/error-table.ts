/**
 * The one table of errors: code → HTTP status, sentence, and what to do.
 * `{name}` is filled from the error's details; a part in `[…]` is left out when a detail it names is absent or null.
 * docs/reference/errors.md has one heading per code; a check holds both together.
 */
type Entry = { readonly status: number; readonly message: string; readonly action: string };

const define = <Table extends Record<string, Entry>>(table: Table): Table => table;

export const errorTable = define({
  'internal.unexpected': {
    status: 500,
    message: 'Something went wrong inside Millrace.',
    action: 'Nothing was changed. Look for this trace in the log; if it happens again, report it with the log lines.',
  },
  'id.malformed': {
    status: 400,
    message: '"{text}" is not the id of a {kind}.',
    action: 'Use an id as the API printed it, for example {example}.',
  },
  'duration.malformed': {
    status: 400,
    message: '"{text}" is not a duration.',
    action: 'Write a number with a unit, such as "500ms", "30s", "5m", "2h", "1d", or ISO 8601, such as "PT30S".',
  },
  'request.malformed': {
    status: 400,
    message: 'The request cannot be read: {problem}',
    action: 'Nothing was changed. Send the body as its content type says, and a well-formed address.',
  },
  'request.invalid': {
    status: 422,
    message: 'The request has {count} problem(s): {summary}',
    action: 'Nothing was changed. Correct the parts that `errors` names; /docs describes every route.',
  },
  'request.not-found': {
    status: 404,
    message: 'There is nothing at {method} {path}.',
    action: '/docs lists every route.',
  },
  'request.method-not-allowed': {
    status: 405,
    message: '{path} does not take {method}.',
    action: 'Use one of: {allowed}.',
  },
  'request.too-large': {
    status: 413,
    message: 'The body is larger than the {limit} bytes that this route takes.',
    action: 'Nothing was changed. Send it in smaller parts.',
  },
  'request.unsupported-media-type': {
    status: 415,
    message: 'This route does not take a body of type "{given}".',
    action: 'Send one of: {accepted}.',
  },
  'request.rate-limited': {
    status: 429,
    message: 'Too many requests; {perSecond} a second are taken from one caller.',
    action: 'Nothing was changed. Wait as long as the header Retry-After says, then try again.',
  },
  'request.cross-site': {
    status: 403,
    message: 'This request comes from another site, or lacks what proves that it does not: {reason}.',
    action: 'A page of this server sends the header "X-Millrace: 1" with every change; a program sends a bearer token.',
  },
  'request.idempotency-mismatch': {
    status: 422,
    message: 'The Idempotency-Key "{key}" was used before with another body.',
    action: 'Nothing was changed. Use a new key for a new request.',
  },
  'request.in-progress': {
    status: 409,
    message: 'A request with the Idempotency-Key "{key}" is being worked on.',
    action: 'Repeat it in a moment with the same key; the answer will be that of the first.',
  },
  'request.too-many-listeners': {
    status: 503,
    message: 'Already {limit} clients listen to live events.',
    action: 'Close pages that are not needed, or look again later.',
  },
  'request.foreign-host': {
    status: 421,
    message: 'Without sign-in this server answers only to its loopback name, not to "{host}".',
    action: 'Use http://localhost with the port of the server, or run it with MILLRACE_AUTH=on.',
  },
  'bpmn.malformed': {
    status: 422,
    message: 'The file is no well-formed XML: line {line}: {problem}.',
    action: 'Nothing was changed. Export the model again with the tool that made it.',
  },
  'bpmn.document-type': {
    status: 422,
    message: 'The file has a document type or entities of its own (line {line}), which are not read.',
    action: 'Nothing was changed. Remove "<!DOCTYPE …>"; BPMN needs none.',
  },
  'bpmn.too-large': {
    status: 413,
    message: 'The file has more than {limit} {what}.',
    action: 'Nothing was changed. Split the model into several files.',
  },
  'bpmn.not-bpmn': {
    status: 422,
    message: 'The file is no BPMN 2.0: it begins with {found}.[ {hint}.]',
    action: 'Nothing was changed. Export the model as BPMN 2.0 XML.',
  },
  'bpmn.duplicate-id': {
    status: 422,
    message: 'Two elements have the id "{id}".',
    action: 'Nothing was changed. Give each element of the model an id of its own.',
  },
  'bpmn.broken-reference': {
    status: 422,
    message: '{element} refers to "{target}" ({attribute}), which is not in the file.',
    action: 'Nothing was changed. Draw that connection again, or remove it.',
  },
  'bpmn.unsafe-name': {
    status: 422,
    message: '"{name}" cannot be the id or name of an element.',
    action: 'Nothing was changed. Rename the element.',
  },
  'bpmn.unreadable-rest': {
    status: 422,
    message: 'What "bpmn" keeps[ of {element}] cannot be written as BPMN: {problem}.',
    action: 'Remove the field "bpmn" of that element, or put back what the import gave.',
  },
  'dmn.malformed': {
    status: 422,
    message: 'The file is no well-formed XML: line {line}: {problem}.',
    action: 'Nothing was changed. Export the model again with the tool that made it.',
  },
  'dmn.document-type': {
    status: 422,
    message: 'The file has a document type or entities of its own (line {line}), which are not read.',
    action: 'Nothing was changed. Remove "<!DOCTYPE …>"; DMN needs none.',
  },
  'dmn.too-large': {
    status: 413,
    message: 'The file has more than {limit} {what}.',
    action: 'Nothing was changed. Split the model into several files that import each other.',
  },
  'dmn.not-dmn': {
    status: 422,
    message: 'The file is no DMN 1.1 to 1.5: it begins with {found}.',
    action: 'Nothing was changed. Export the model as DMN 1.3 or later.',
  },
  'dmn.duplicate-id': {
    status: 422,
    message: 'Two elements have the id "{id}", the second in line {line}.',
    action: 'Nothing was changed. Give each element of the model an id of its own.',
  },
  'dmn.unknown-decision': {
    status: 404,
    message: 'The model has no decision, service or function "{wanted}"; it has: {known}.',
    action: 'Name one of them, by its name or id.',
  },
  'dmn.unknown-table': {
    status: 404,
    message: 'The model has no decision table "{wanted}".',
    action: 'Name a decision table by its id, or by the decision whose logic it is.',
  },
  'cli.usage': {
    status: 422,
    message: '{problem}',
    action: 'Add --help to the command for its options and examples.',
  },
  'cli.job-failed': {
    status: 500,
    message: 'The job {job} did not come to an end: {reason}',
    action: 'See "millrace jobs show {job}"; of analyses also "millrace analyze runs --status failed".',
  },
  'cli.no-server': {
    status: 503,
    message: 'No Millrace server was found: there is no {file}.',
    action: 'Start one with: millrace serve – or name one that runs elsewhere in MILLRACE_URL and MILLRACE_TOKEN.',
  },
  'cli.unreadable-file': {
    status: 422,
    message: 'The file {file} cannot be read: {reason}',
    action: 'Check its name, its rights and its form.',
  },
  'cli.import-interrupted': {
    status: 503,
    message: 'The import broke off behind row {row} of the file: {reason}',
    action: 'What was sent is stored. Go on with the same command and --skip {row}.',
  },
  'config.invalid': {
    status: 500,
    message: 'The configuration has {count} problem(s):\n{problems}',
    action: 'Correct the named variables and start again; .env.example lists every one with its default.',
  },
  'config.memory-broker-is-single-process': {
    status: 500,
    message: 'Another Millrace process ({holder}) already uses {data}, and {reason}.',
    action:
      'Stop the other process, or give both the same PostgreSQL (MILLRACE_STORE) and the same RabbitMQ or Redis (MILLRACE_BROKER).',
  },
  'config.name-in-use': {
    status: 500,
    message: 'Another Millrace process on the database has the name {name}.',
    action: 'Give each its own MILLRACE_NAME, or none: then each makes one up.',
  },
  'config.cannot-listen': {
    status: 500,
    message: 'The server cannot listen on {host}, port {port}: {reason}.',
    action: 'Stop what uses the port, or choose another with PORT (0 takes any that is free) and MILLRACE_HOST.',
  },
  'config.unusable-data': {
    status: 500,
    message: 'The data directory {data} cannot be used: {reason}.',
    action: 'Name a directory in MILLRACE_DATA that may be made and written by the user the server runs as.',
  },
  'config.unknown-broker': {
    status: 400,
    message: 'The broker "{url}" is of a kind that Millrace does not know.',
    action: 'Use "memory", or a URL that begins with amqp:// or amqps://.',
  },
  'config.unknown-environment': {
    status: 422,
    message: 'There is no environment "{name}"[; there are {known}].',
    action: 'Name it, with the URL of its broker, under "environments" in the JSON file MILLRACE_CONFIG.',
  },
  'config.driver-missing': {
    status: 500,
    message: 'The package "{name}" is needed for {purpose} and is not installed.',
    action: 'Run: npm install {name}',
  },
  'store.conflict': {
    status: 409,
    message: 'The {subject} was changed by someone else at the same moment, {attempts} times in a row.',
    action: 'Nothing was changed by this call. Try again.',
  },
  'store.closed': {
    status: 503,
    message: 'The store is closed.',
    action: 'The server is stopping. Try again when it is back.',
  },
  'store.write-failed': {
    status: 503,
    message: 'The store could not write: {reason}',
    action: 'Nothing of this call was stored. Check free disk space and the database, then try again.',
  },
  'store.newer-schema': {
    status: 500,
    message: 'The store was written by a newer release (schema {found}; this release knows {known}).',
    action: 'Start the newer release again, or restore a backup that this release wrote.',
  },
  'store.view-in-use': {
    status: 500,
    message: 'The view {view} has other columns in this release, and something of yours is built on it: {users}',
    action: 'Drop what is built on the view, start, and make it again on the new columns.',
  },
  'store.invalid-value': {
    status: 422,
    message: 'The text for "{column}" of {family} holds a NUL or half of a character, which cannot be stored.',
    action: 'Nothing was changed. Remove the character with code 0, or the broken one, and send it again.',
  },
  'store.query-too-slow': {
    status: 503,
    message: 'The query took longer than {limitMs} ms and was given up.',
    action: 'Ask for less: a smaller limit, a shorter time, or a condition on an indexed field.',
  },
  'store.read-failed': {
    status: 503,
    message: 'The store could not read: {reason}',
    action: 'Check the database, then try again.',
  },
  'store.unreachable': {
    status: 503,
    message: 'The store could not be opened[ ({file})]: {reason}',
    action:
      'Check the files in MILLRACE_DATA; or that the database runs and MILLRACE_STORE names it with a user who may create tables.',
  },
  'store.cursor-malformed': {
    status: 400,
    message: '"{cursor}" is no place in a log.',
    action: 'Go on from a cursor as the store gave it, or from the beginning.',
  },
  'store.overloaded': {
    status: 503,
    message: 'The store has {waiting} writes waiting; no more are taken.',
    action: 'Nothing of this call was stored. Try again in a moment.',
  },
  'bus.closed': {
    status: 503,
    message: 'The broker is closed.',
    action: 'The server is stopping. Try again when it is back.',
  },
  'bus.queue-full': {
    status: 503,
    message: 'The queue {queue} is full, and {waiting} publishers already wait for room.',
    action: 'Nothing was published. Look at what keeps the consumers of this queue, then try again.',
  },
  'bus.invalid-message': {
    status: 400,
    message: 'The message {id} cannot be published: {problem}',
    action: 'Correct the message; nothing was published.',
  },
  'bus.not-json': {
    status: 400,
    message: 'The body of message {id} is not JSON; it begins with "{start}".',
    action: 'Send JSON, or plain text where the route declares it.',
  },
  'bus.not-text': {
    status: 400,
    message: 'The body of message {id} is not UTF-8.',
    action: 'Send text in UTF-8; put other bytes into base64.',
  },
  'bus.message-too-large': {
    status: 413,
    message: 'The body of message {id} takes {bytes} bytes; a message may carry {limit}.',
    action: 'Nothing was published. Store large data elsewhere and send a reference.',
  },
  'bus.invalid-subscription': {
    status: 400,
    message: 'The subscription to queue "{queue}" is wrong: {problem}',
    action: 'Correct the subscription; nothing was subscribed.',
  },
  'bus.queue-differs': {
    status: 409,
    message: 'The queue {queue} exists with {setting} {existing}, not {wanted}.',
    action: 'Use the same settings wherever this queue is subscribed to, or give the new queue another name.',
  },
  'bus.unknown-queue': {
    status: 404,
    message: 'There is no queue "{queue}".',
    action: 'millrace queues lists the queues that exist.',
  },
  'bus.unknown-letter': {
    status: 404,
    message: 'Among the dead letters of {queue} that can be listed there is none with the id "{id}".',
    action: 'millrace dead ls {queue} lists them; it may have been replayed or dropped.',
  },
  'bus.invalid-route': {
    status: 400,
    message: 'The route "{template}" is wrong: {problem}',
    action: 'Correct the route; nothing was started.',
  },
  'bus.invalid-service': {
    status: 400,
    message: 'The service "{service}" is wrong: {problem}',
    action: 'Correct the service; nothing was started.',
  },
  'bus.no-such-service': {
    status: 404,
    message: 'Nobody serves {operation} of {service}.',
    action: 'Start the service, or correct the name; millrace bus inspect lists who is there.',
  },
  'bus.unknown-route': {
    status: 404,
    message: 'The service {service} has no route "{route}".',
    action: 'Correct the route; millrace bus inspect --json lists those it has.',
  },
  'bus.invalid-body': {
    status: 422,
    message: 'The body for {operation} of {service} is wrong: {problems}',
    action: 'Correct the body; nothing was carried out.',
  },
  'bus.invalid-params': {
    status: 422,
    message: 'The parameter {name} of "{template}" must be {expected}, not {found}.',
    action: 'Give every parameter of the route as it declares them.',
  },
  'bus.invalid-result': {
    status: 500,
    message: 'The result of {operation} of {service} is not what it promises: {problems}',
    action: 'Report it to whoever keeps the service; the handler was carried out.',
  },
  'bus.handler-failed': {
    status: 500,
    message: '{operation} of {service} failed.',
    action: 'The log of the service has the cause under message {id}.',
  },
  'bus.call-timeout': {
    status: 504,
    message: '{operation} of {service} gave no answer within {timeoutMs} ms.',
    action: 'It may still have been carried out. Look whether the service runs and keeps up.',
  },
  'bus.call-cancelled': {
    status: 408,
    message: 'The call to {operation} of {service} was given up: {reason}',
    action: 'It may still have been carried out.',
  },
  'bus.connection-lost': {
    status: 503,
    message: 'The connection to the broker broke while {operation} of {service} was under way.',
    action:
      'It may have been carried out. Call again if that does no harm; idempotent operations are called again by themselves.',
  },
  'bus.interrupted': {
    status: 409,
    message: '{operation} of {service} was under way when its server ended.',
    action: 'It may have been carried out in part. Look before you call again.',
  },
  'bus.stopping': {
    status: 503,
    message: 'The app is stopping; {operation} of {service} was not called.',
    action: 'Call again when it is back.',
  },
  'bus.invalid-metric': {
    status: 422,
    message: 'A metric of "{measurement}" cannot be published: {problem}',
    action: 'Nothing of this call was published. Correct the metric.',
  },
  'bus.invalid-command': {
    status: 422,
    message: 'The command "{command}" cannot be sent: {problem}',
    action: 'Nothing was sent. Correct the command; docs/reference/analyzer-commands.md lists what each one takes.',
  },
  'bus.nobody-listens': {
    status: 503,
    message: 'Nobody listens to "{key}" on the exchange {exchange}; the command "{command}" is gone.',
    action: 'Start the analyzer, or check the exchange it listens to, then send the command again.',
  },
  'bus.unreachable': {
    status: 503,
    message: 'The message broker at {url} cannot be reached: {reason}',
    action: 'Check that it runs, and the address, user and password in MILLRACE_BROKER.',
  },
  'bus.away': {
    status: 503,
    message: 'The broker ({broker}) is not reached at the moment.',
    action: 'It is tried again by itself. Look whether it runs, and try again when it is back.',
  },
  'bus.not-confirmed': {
    status: 504,
    message: 'The broker has not confirmed the message within {timeoutMs} ms.',
    action:
      'It may have been published all the same. millrace bus inspect says whether the broker is blocked; a queue may be full.',
  },
  'bus.unsupported-server': {
    status: 500,
    message: 'The message broker is {found}; RabbitMQ {oldest} or newer is needed.',
    action: 'Upgrade the server, or name another one in MILLRACE_BROKER.',
  },
  'bus.no-round-trip': {
    status: 504,
    message: 'A message to a queue of its own did not come back within {timeoutMs} ms.',
    action: 'The broker confirmed it but does not hand it out. Look at the load and the log of the broker.',
  },
  'bus.refused': {
    status: 503,
    message: 'The message broker refuses what goes to the exchange "{exchange}": {reason}',
    action: 'Nothing was published. Check what its user may do there, then try again.',
  },
  'bus.invalid-cloud-event': {
    status: 422,
    message: 'The CloudEvent is wrong: {problems}',
    action: 'Correct the event; it must keep to CloudEvents 1.0 in JSON.',
  },
  'bus.cloud-event-batch': {
    status: 422,
    message: 'The message {id} is a batch of CloudEvents; a message carries one.',
    action: 'Send each event in a message of its own.',
  },
  'feel.syntax': {
    status: 422,
    message: 'The expression "{expression}" is wrong at position {position}: {problem}',
    action: 'Correct the expression; docs/reference/feel.md lists what is understood.',
  },
  'feel.evaluation': {
    status: 422,
    message: 'The expression "{expression}" could not be evaluated[ at line {line}, column {column}]: {problem}',
    action: 'Check the variables that the expression names.',
  },
  'feel.too-expensive': {
    status: 422,
    message: 'The expression "{expression}" needed more than {limit} steps[ at line {line}, column {column}].',
    action: 'Make the expression or its lists smaller.',
  },
  'access.unauthenticated': {
    status: 401,
    message: 'You are not signed in.',
    action: 'Follow the sign-in link that the server printed, or send a token: millrace token create --role <role>.',
  },
  'access.forbidden': {
    status: 403,
    message: 'This needs the role {needed}.',
    action: 'Ask an administrator for the role, or use a token that has it.',
  },
  'access.link-used': {
    status: 410,
    message: 'This sign-in link was used already, or its time is over.',
    action: 'Ask an administrator for a new one.',
  },
  'access.unknown-token': { status: 404, message: 'There is no token {id}.', action: 'GET /api/v1/tokens lists them.' },
  'access.invalid-substitute': {
    status: 422,
    message: '{substitute} cannot be named as a substitute: {problem}.',
    action: 'Nothing was changed. Name another person, or another time.',
  },
  'access.unknown-substitute': {
    status: 404,
    message: '{substitute} does not stand in for {person}.',
    action: 'GET /api/v1/people/{person}/substitutes lists who does.',
  },
  'access.unknown-person': {
    status: 404,
    message: 'There is no person "{id}".',
    action: 'GET /api/v1/people lists them.',
  },
  'access.person-exists': {
    status: 409,
    message: 'There is already a person "{id}".',
    action: 'Nothing was created. Change that person, or choose another name.',
  },
  'access.unknown-account': {
    status: 404,
    message: 'There is no account "{id}".',
    action: 'GET /api/accounts lists them; one that nobody signed in with in time is forgotten.',
  },
  'access.account-expired': {
    status: 410,
    message: 'The time of the account "{id}" is over; nobody signed in with it.',
    action: 'Make a new one: POST /api/accounts/generate.',
  },
  'access.password-taken': {
    status: 410,
    message: 'The one-time password of "{id}" was read before and is not kept.',
    action: 'If it is lost, make a sign-in link for a person (millrace people link), or a token for a service.',
  },
  'access.password-refused': {
    status: 401,
    message: 'This account and one-time password do not sign in.',
    action: 'Check both. A password works once and for a limited time; then an administrator makes a sign-in link.',
  },
  'access.invalid-name': {
    status: 422,
    message: '"{name}" cannot be a name.',
    action: 'Use 1 to {limit} characters; lists and roles are lower case, with digits and "-".',
  },
  'access.invalid-role': {
    status: 422,
    message: '"{role}" cannot be a role.',
    action: 'A role is lower case, begins with a letter, and has letters, digits and "-".',
  },
  'access.invalid-address': {
    status: 422,
    message: '"{address}" is not a mail address.',
    action: 'Write one plain address, such as dana@plant.example.',
  },
  'access.invalid-language': {
    status: 422,
    message: '"{language}" is not a language.',
    action: 'Write it as BCP 47 does: en, he, pt-BR.',
  },
  'access.unknown-list': {
    status: 404,
    message: 'There is no recipient list "{name}".',
    action: 'GET /api/v1/recipients lists them; create it with POST.',
  },
  'access.list-exists': {
    status: 409,
    message: 'There is already a recipient list "{name}".',
    action: 'Nothing was created. Change that list.',
  },
  'access.too-many-members': {
    status: 422,
    message: 'The recipient list "{name}" may have {limit} members.',
    action: 'Use a role instead of naming everybody.',
  },
  'module.cannot-load': {
    status: 500,
    message: 'The module of {file} cannot be loaded: {problem}.',
    action: 'The server did not start. Correct the file, or take it out of the folder that MILLRACE_MODULES names.',
  },
  'module.invalid': {
    status: 422,
    message: 'What was said of the module "{name}" cannot be: {problem}.',
    action: 'Nothing was registered. Correct the named field; docs/guide/new-module.md has the form.',
  },
  'module.name-taken': {
    status: 409,
    message: 'The name "{name}" is that of a module of {owner}.',
    action: 'Nothing was registered. Choose another name, or remove the module that has it.',
  },
  'module.removed': {
    status: 409,
    message: 'The module "{name}" was removed by {by}.',
    action: 'A service cannot bring it back by itself: register it by POST /api/v1/modules.',
  },
  'module.not-served': {
    status: 409,
    message: 'The module "{name}" is one of the server itself.',
    action: 'Only modules that services registered can be removed; one of a folder is taken out of the folder.',
  },
  'module.too-many': {
    status: 422,
    message:
      'The module "{name}" was not registered: services have {limit} names already, with those that were removed.',
    action: 'Use a name again that was removed, or let one module do more by its configuration.',
  },
  'module.unknown': {
    status: 404,
    message: 'There is no module "{name}".',
    action: 'GET /api/v1/modules lists those of this server.',
  },
  'decision.invalid-model': {
    status: 422,
    message: 'The decision model "{model}" has {count} problem(s): {summary}',
    action: 'Nothing was deployed. Correct the named elements; docs/reference/dmn.md explains each rule.',
  },
  'decision.unknown': {
    status: 404,
    message: 'No decision "{key}"[ in version {version}] is deployed.',
    action: 'GET /api/v1/decisions lists those that are; a key is the id of a decision in its DMN file.',
  },
  'decision.key-taken': {
    status: 409,
    message: 'The decision "{key}" is already deployed with another model, "{model}".',
    action: 'Nothing was deployed. Give the decision an id of its own, or deploy it with that model.',
  },
  'decision.changed': {
    status: 409,
    message:
      'The decision "{key}" was changed meanwhile: version {version} is deployed, and the change is based on {basedOn}.',
    action: 'Nothing was deployed. Look at the newest version, and make the change again.',
  },
  'decision.too-many-models': {
    status: 409,
    message: 'There are already {limit} decision models.',
    action: 'Nothing was deployed. Put decisions that belong together into one model.',
  },
  'process.invalid-definition': {
    status: 422,
    message: 'The definition has {count} problem(s): {summary}',
    action: 'Nothing was deployed. Correct the named elements; docs/reference/process-rules.md explains each rule.',
  },
  'process.invalid-simulation': {
    status: 422,
    message: 'That cannot be simulated: {problems}',
    action:
      'Nothing was run. Give the source of a definition or the key of one that is deployed, and answers of its nodes.',
  },
  'process.unknown-definition': {
    status: 404,
    message: 'There is no process definition "{key}"[ in version {version}].',
    action: 'GET /api/v1/definitions lists what is deployed; deploy it with: millrace deploy <file>',
  },
  'process.unknown-step': {
    status: 422,
    message: 'The newest version of "{key}" has no step "{step}".',
    action: 'Nothing was changed. The definition shows its steps: millrace definition <key>',
  },
  'process.unknown-setting': {
    status: 422,
    message: '"{setting}" cannot be set of "{step}", a {type}: of it {settable} can.',
    action: 'Nothing was changed. Name a setting of this kind of step, or deploy a new version.',
  },
  'process.composes-itself': {
    status: 422,
    message: '"{key}" would call itself without end.',
    action: 'Nothing was deployed. Leave it out of what is joined, or give the new definition another key.',
  },
  'process.unknown-instance': {
    status: 404,
    message: 'There is no process instance {id}.',
    action: 'GET /api/v1/instances lists them.',
  },
  'process.not-active': {
    status: 409,
    message: 'The process instance is {status}; it takes no more commands.',
    action: 'Nothing was changed. Start a new instance if the work has to be done again.',
  },
  'process.not-waiting': {
    status: 409,
    message: 'The process instance does not wait for {what}.',
    action: 'Nothing was changed. Look at the instance: it may have moved on.',
  },
  'process.already-open': {
    status: 409,
    message: 'There is already an open instance of "{key}" for "{uniqueKey}".',
    action: 'Nothing was started. Work on the open instance, or wait until it has ended.',
  },
  'process.unknown-outcome': {
    status: 422,
    message: '"{outcome}" is not an outcome of "{activity}".',
    action: 'Use one of: {outcomes}.',
  },
  'process.no-incident': {
    status: 409,
    message: 'There is no open incident at token {token}.',
    action: 'Nothing was changed. GET /api/v1/incidents lists the open ones.',
  },
  'process.suspended': {
    status: 409,
    message: 'The process instance is suspended[: {reason}].',
    action: 'Nothing was changed. Wait until it is resumed, or resume it: POST its address with /resume.',
  },
  'process.not-suspended': {
    status: 409,
    message: 'The process instance is not suspended.',
    action: 'Nothing was changed.',
  },
  'process.kept-full': {
    status: 503,
    message: 'The suspended process instance has kept as much as it may: {limit}.',
    action: 'Nothing was changed. Send it again later; what comes is taken in when the instance is resumed.',
  },
  'process.cannot-resolve': {
    status: 409,
    message: 'The gateway "{node}" cannot count as done: it has no way on.',
    action: 'Nothing was changed. Set the variables that it decides by and retry it, or move the token.',
  },
  'process.unknown-scope': {
    status: 404,
    message: 'The process instance has no scope {scope}.',
    action: 'Nothing was changed. Look at the tokens of the instance: they name their scopes; 0 is the outermost.',
  },
  'process.unknown-token': {
    status: 404,
    message: 'The process instance has no token {token}.',
    action: 'Nothing was changed. Look at the instance: the token may have gone on.',
  },
  'process.cannot-move': {
    status: 409,
    message: 'No token can be moved to "{node}": {problem}.',
    action: 'Nothing was changed. Name a node of the same scope, of one around it, or of a sub-process in it.',
  },
  'process.cannot-migrate': {
    status: 409,
    message: 'The instance cannot go on by that version: {count} problem(s). {summary}',
    action:
      'Nothing was changed. Map the named nodes to others, move the tokens that stand there, or correct the definition.',
  },
  'process.unknown-operation': {
    status: 404,
    message: 'There is no operation {id}.',
    action: 'GET /api/v1/operations lists them.',
  },
  'process.operation-over': {
    status: 409,
    message: 'The operation {id} is over already.',
    action: 'Nothing was changed. What it did can be undone by another one only.',
  },
  'process.invalid-firing': {
    status: 422,
    message: 'The message is not the firing of a criterion: {problem}',
    action: 'Look at the dead letter; docs/reference/measurements.md describes the event.',
  },
  'process.variables-too-large': {
    status: 413,
    message: 'The variables take {bytes} bytes; an instance may hold {limit}.',
    action: 'Nothing was changed. Store large data elsewhere and keep a reference to it.',
  },
  'process.no-flow': {
    status: 422,
    message: 'No way on from an activity or gateway: no condition holds and there is no default.',
    action: 'Correct the variables or the definition, then retry the incident.',
  },
  'process.condition-failed': {
    status: 422,
    message: 'A condition could not be evaluated.',
    action: 'Correct the variables that it names, then retry the incident.',
  },
  'process.job-failed': {
    status: 422,
    message: 'A job of the instance failed for good.',
    action: 'Remove the cause, then retry the incident.',
  },
  'process.error-uncaught': {
    status: 422,
    message: 'An error was thrown and nothing catches it.',
    action: 'Remove its cause and retry the incident, or give the definition a boundary event that catches it.',
  },
  'process.call-failed': {
    status: 422,
    message: 'The called process could not be started, or was cancelled.',
    action: 'Remove the cause, then retry the incident: a new instance is called.',
  },
  'process.deadlock': {
    status: 422,
    message: 'A join waits for tokens that can never come.',
    action: 'Correct the definition; the instance can be cancelled.',
  },
  'process.cannot-start': {
    status: 422,
    message: 'No instance of {key} can start like this: {problem}',
    action: 'Nothing was started. Correct the variables or the start event that was named.',
  },
  'process.step-budget': {
    status: 422,
    message: 'One command moved more tokens than allowed: a loop without a wait.',
    action: 'Correct the definition; the instance can be cancelled.',
  },
  'job.unknown': {
    status: 404,
    message: 'There is no job {id}.',
    action: 'It may have been removed after its retention time.',
  },
  'job.ended': {
    status: 409,
    message: 'Job {id} has ended already: it is {state}.',
    action: 'Nothing was changed. An ended job cannot be cancelled; one that failed can be replayed or discarded.',
  },
  'job.cannot-replay': {
    status: 409,
    message: 'Job {id} cannot be replayed: it is {state}.',
    action: 'Nothing was changed. Only a job that is dead, quarantined, cancelled or unknown begins anew.',
  },
  'job.owned': {
    status: 409,
    message: 'Job {id} belongs to a {owner}, which waits for it no longer.',
    action: 'Nothing was changed. Retry the incident of the process instance: that begins the work anew.',
  },
  'job.dedup-taken': {
    status: 409,
    message: 'Job {id} cannot be replayed: {holder} lives and has its dedup key.',
    action: 'Nothing was changed. Wait until the other job has ended, or cancel it.',
  },
  'job.not-dead': {
    status: 409,
    message: 'Job {id} is not in the dead set: it is {state}.',
    action: 'Nothing was changed. Cancel a job that has not ended.',
  },
  'job.not-held': {
    status: 409,
    message: 'Nobody needs to know any more whether job {id} happened: it is {state}.',
    action: 'Nothing was changed. Look at the job: it was cancelled, replayed or answered meanwhile.',
  },
  'job.bad-kind': {
    status: 422,
    message: 'The job kind "{name}" cannot be set so: {problem}',
    action: 'Nothing was changed. Begin a name with a letter and use letters, digits and . _ : - (100 at most).',
  },
  'job.unknown-kind': {
    status: 422,
    message: 'Nobody has ever come for jobs of the kind "{kind}".',
    action: 'Nothing was stored. Mind the spelling, start a worker for it, or declare it: PUT /api/v1/kinds/{kind}.',
  },
  'job.internal-kind': {
    status: 422,
    message: 'Jobs of the kind "{kind}" are the server\'s own.',
    action: 'Nothing was changed. Choose another kind; what the server does itself is asked for by its own routes.',
  },
  'job.too-many-waiting': {
    status: 429,
    message: 'Already {limit} workers wait for jobs at this server.',
    action: 'No job was claimed. Ask again in a moment, or claim for several kinds and hands in one call.',
  },
  'job.bad-payload': {
    status: 422,
    message: 'The payload is not what the kind "{kind}" takes: {problem}',
    action: 'Nothing was stored. Correct the payload; the kind shows its schema.',
  },
  'job.bad-key': {
    status: 422,
    message: 'The {name} of the job has {length} characters.',
    action: 'Nothing was stored. Give it 1 to {limit} characters; a kind whose keys take turns needs one.',
  },
  'job.bad-flow': {
    status: 422,
    message: 'The flow cannot be stored: {problem}.',
    action: 'Nothing was stored. Give it 1 to {limit} children, and a parent without key and time.',
  },
  'job.bad-schedule': {
    status: 422,
    message: 'The schedule cannot be set so: {problem}.',
    action:
      'Nothing was changed. Give a cron pattern such as "30 6 * * MON-FRI" with a time zone, or an interval of a second or more.',
  },
  'job.unknown-schedule': {
    status: 404,
    message: 'There is no schedule "{name}".',
    action: 'GET /api/v1/schedules lists those there are.',
  },
  'job.queue-full': {
    status: 429,
    message: 'The queue of "{kind}" is full: {waiting} jobs wait, {limit} may.',
    action: 'Nothing was stored. Send it again later, start more workers, or raise `maxWaiting` of the kind.',
  },
  'job.payload-too-large': {
    status: 413,
    message: 'The payload takes {bytes} bytes; a job may carry {limit}.',
    action: 'Nothing was stored. Store large data elsewhere and hand over a reference.',
  },
  'worker.unusable-handlers': {
    status: 422,
    message: 'The handlers in {file} cannot be used: {reason}',
    action: 'docs/reference/worker.md says what a module of handlers looks like. Nothing was claimed.',
  },
  'worker.no-handler': {
    status: 422,
    message: 'There is no handler for {missing}; there are handlers for {known}.',
    action:
      'Name kinds that the handlers have with --kinds, or leave it out to work on all of them. Nothing was claimed.',
  },
  'worker.unhealthy': {
    status: 503,
    message: 'The worker "{worker}" is not healthy: {problems}',
    action: 'Its log says what it does. A worker whose loop hangs, or that has ended, has to be started again.',
  },
  'task.unknown': {
    status: 404,
    message: 'There is no task {id}.',
    action: 'GET /api/v1/tasks lists the open ones.',
  },
  'task.already-done': {
    status: 409,
    message: 'Task {id} is already {state}[ with outcome "{recordedOutcome}"].',
    action: 'Nothing was changed. Reload the list.',
  },
  'task.not-yours': {
    status: 403,
    message: 'Task {id} is for {role}[, and {assignee} has it].',
    action: 'Ask the person who has it to return or delegate it, or sign in with that role.',
  },
  'task.four-eyes': {
    status: 403,
    message: '{person} did the step "{step}", and somebody else has to do this one.',
    action: 'Nothing was changed. Leave the task to a person who did not do that step.',
  },
  'task.form-invalid': {
    status: 422,
    message: 'The form has {count} problem(s): {summary}',
    action: 'Nothing was changed. Correct the parts that `errors` names, and complete the task again.',
  },
  'task.too-many-to-sort': {
    status: 422,
    message: 'More than {limit} tasks would have to be sorted by {sort}.',
    action: 'Sort them by due or created, or look at one role, person or variable.',
  },
  'task.comment-required': {
    status: 422,
    message: 'The outcome "{outcome}" needs a comment.',
    action: 'Say in a sentence why, and complete the task again.',
  },
  'measurement.too-many-rows': {
    status: 413,
    message: 'A call with {rows} rows is too large; it may have {limit}.',
    action: 'Nothing was stored. Send the rows in several calls; a row that is sent twice is stored once.',
  },
  'measurement.overloaded': {
    status: 503,
    message: '{waiting} rows wait to be stored; no more are taken.',
    action: 'Nothing of this call was stored. Try again in a moment.',
  },
  'measurement.invalid-range': {
    status: 422,
    message: 'From {from} to {to} is no stretch of time.',
    action: 'Give two times, the earlier one first.',
  },
  'measurement.range-too-large': {
    status: 422,
    message: 'The stretch holds more than {limit} readings.',
    action: 'Ask for a shorter stretch.',
  },
  'measurement.invalid-cursor': {
    status: 400,
    message: '"{cursor}" is not a cursor of this list.',
    action: 'Use the value of "next" as the list answered it, or leave it out to begin at the start.',
  },
  'measurement.invalid-windows': {
    status: 422,
    message: 'The windows have {count} problem(s): {problems}',
    action: 'Give a list of pairs, each with a start and an end such as "2013-12-16 17:25:00".',
  },
  'measurement.no-shift': {
    status: 409,
    message: 'No shift of the device "{device}" has ended lately; its line is {line}.',
    action: 'Give its line a shift plan, or analyse the last hour or day instead.',
  },
  'measurement.invalid-width': {
    status: 422,
    message: 'Statistics of {width} ms cannot be made of stored ones of {stored} ms.',
    action: 'Ask for a multiple of the stored width.',
  },
  'measurement.invalid-service': {
    status: 500,
    message: 'The measurement service "{service}" is not declared right: {problems}',
    action: 'Correct what is named in the declaration given to defineMeasurement.',
  },
  'measurement.cannot-load-service': {
    status: 500,
    message: 'The measurement services of {file} cannot be loaded: {problem}.',
    action: 'The server did not start. Correct the file, or take it out of MILLRACE_SERVICES.',
  },
  'measurement.unknown-service': {
    status: 422,
    message: 'There is no measurement service "{service}"; known are {known}.',
    action: 'Use one of the known names, or add the service to the server that is to analyse the device.',
  },
  'measurement.analysis-taken': {
    status: 409,
    message: 'The device "{device}" is being analysed by another run, which goes on.',
    action: 'Wait for that run to end; it takes in everything that has come.',
  },
  'measurement.no-service': {
    status: 409,
    message: 'The device "{device}" is analysed by {found}, not by "{service}".',
    action: 'Set the service of the device first: PATCH /api/v1/devices/{device} with {"service": "…"}.',
  },
  'measurement.unknown-anomaly': {
    status: 404,
    message: 'There is no anomaly {anomaly}.',
    action: 'Nothing was changed. The anomalies of a device are listed under GET /api/v1/devices.',
  },
  'device.unknown': {
    status: 404,
    message: 'There is no device "{device}".',
    action: 'GET /api/v1/devices lists them; create it with POST /api/v1/devices.',
  },
  'device.exists': {
    status: 409,
    message: 'There is already a device "{device}".',
    action: 'Nothing was changed. Change it with PATCH, or use another id.',
  },
  'device.invalid': {
    status: 422,
    message: 'The device has {count} problem(s): {problems}',
    action: 'Nothing was changed. Correct the named parts.',
  },
  'device.unknown-field': {
    status: 404,
    message: 'The device "{device}" has no field "{field}".',
    action: 'Use a field that the device declares, or add it to the device.',
  },
  'device.field-in-use': {
    status: 409,
    message: 'The field "{field}" of "{device}" is the signal of the criterion "{criterion}".',
    action: 'Nothing was changed. Give the criterion another signal first.',
  },
  'criterion.unknown': {
    status: 404,
    message: 'There is no criterion "{criterion}".',
    action: 'GET /api/v1/criteria lists them; an id is <device>.<name>.',
  },
  'criterion.exists': {
    status: 409,
    message: 'There is already a criterion "{criterion}".',
    action: 'Nothing was changed. Change it with PATCH, or use another name.',
  },
  'criterion.invalid': {
    status: 422,
    message: 'The criterion has {count} problem(s): {problems}',
    action: 'Nothing was changed. Correct the named parts; docs/reference/measurements.md describes them.',
  },
  'criterion.not-simulated': {
    status: 422,
    message:
      'The criterion "{criterion}" looks at what the analysis of a service finds; stored readings cannot be judged by it.',
    action: 'Nothing was changed. The anomalies of the device show what it would have fired on.',
  },
  'shift-plan.unknown': {
    status: 404,
    message: 'There is no shift plan "{plan}".',
    action: 'GET /api/v1/shift-plans lists them.',
  },
  'shift-plan.exists': {
    status: 409,
    message: 'There is already a shift plan "{plan}".',
    action: 'Nothing was changed. Change it with PATCH, or use another id.',
  },
  'shift-plan.invalid': {
    status: 422,
    message: 'The shift plan has {count} problem(s): {problems}',
    action: 'Nothing was changed. Correct the named parts.',
  },
  'demo.nothing-happened': {
    status: 500,
    message: 'The demo waited in vain for {what}; it looked {looks} times.',
    action: 'The log of the server says what it did instead. If it says nothing, report it with the seed of the demo.',
  },
});

export type ErrorCode = keyof typeof errorTable;
