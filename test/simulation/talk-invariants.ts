/**
 * What must hold between instances at every moment:
 *   1. A call has one child at most, and its caller hears of the child's end once at most, and of each escalation once.
 *   2. A caller that heard of an end heard what the end was, and before it everything the child had said.
 *   3. No receiver hears a signal twice, and none begins two instances.
 *   4. A timer rings, and the clock starts, no more often than it says.
 *   5. A job that is done has settled its instance once.
 *   6. Tokens and scopes hang together.
 * And when the plant has come to rest:
 *   7. Nothing is on its way any more, nobody is stuck, and no child has a caller that waits for it or is left without one.
 *   8. Every listener that waited when a signal was sent has heard it; every signal and message has started what it starts.
 *   9. What was cancelled or regretted is undone as often as it was done.
 */
import { jobFamily } from '../../src/jobs/job.ts';
import { formatInstanceId, type InstanceId } from '../../src/kernel/ids.ts';
import { DELIVERY_KIND } from '../../src/process/core/action.ts';
import type { ProcessState } from '../../src/process/core/state.ts';
import { incidentFamily } from '../../src/process/engine/families.ts';
import type { HistoryEntry, InstanceView } from '../../src/process/engine/queries.ts';
import { fail } from './invariants.ts';
import type { Talk } from './talk.ts';
import { CLOCK_STARTS, isTalk, MAX_RINGS, TALK_KINDS } from './talk-definitions.ts';
import type { World } from './world.ts';

const ALL = 10_000;
type Lived = { readonly instance: InstanceView; readonly history: readonly HistoryEntry[] };
type Lives = ReadonlyMap<number, Lived>;

export async function checkTalk(world: World): Promise<Lives> {
  const lives = await livesOf(world);
  for (const lived of lives.values()) {
    checkShape(lived.instance.state, nameOf(lived));
    checkCalls(lived, lives);
    checkCounts(lived);
  }
  const clocks = [...lives.values()].filter(({ instance }) => instance.definition === 'sim.clock').length;
  if (clocks > CLOCK_STARTS) fail(`the clock started ${clocks} times`);
  checkOncePerKey(lives, 'sim.horner', ({ instance }) => variablesOf(instance).horn);
  checkOncePerKey(lives, 'sim.answerer', ({ instance }) => instance.businessKey);
  await checkJobs(world, lives);
  return lives;
}

async function livesOf({ app: { process } }: World): Promise<Lives> {
  const instances = await process.queries.instances({ limit: ALL });
  const lives = new Map<number, Lived>();
  for (const instance of instances.filter(({ definition }) => isTalk(definition)))
    lives.set(instance.id, { instance, history: await process.queries.history(instance.id as InstanceId) });
  return lives;
}

const nameOf = ({ instance }: Lived): string => `${instance.definition} ${formatInstanceId(instance.id as InstanceId)}`;
const variablesOf = ({ state }: InstanceView): Readonly<Record<string, unknown>> => state.scopes[0]?.variables ?? {};
const heardBy = ({ history }: Lived, child: number) =>
  history.flatMap(({ command }) => (command.type === 'returned' && command.child === child ? [command.result] : []));
const thrownBy = ({ history }: Lived): number =>
  history.flatMap(({ effects }) => effects).filter(({ type }) => type === 'told').length;

function checkShape({ tokens, scopes, status }: ProcessState, name: string): void {
  if (status === 'active' && tokens.length === 0) fail(`${name} is active and has no token`);
  const ids = [...tokens, ...scopes].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) fail(`${name} has two of one number`);
  for (const { scope, wait } of tokens) {
    if (!scopes.some(({ id }) => id === scope)) fail(`${name} has a token in no scope`);
    if (wait.for === 'scope' && !scopes.some(({ id }) => id === wait.scope)) fail(`${name} waits for no scope`);
  }
  for (const { id, host, parent } of scopes) {
    if (id === 0) continue;
    const token = tokens.find((candidate) => candidate.id === host);
    if (token?.wait.for !== 'scope' || token.wait.scope !== id || token.scope !== parent)
      fail(`${name} has a scope that nobody waits for`);
    if (!tokens.some(({ scope }) => scope === id)) fail(`${name} has an empty scope`);
  }
}

function checkCalls(lived: Lived, lives: Lives): void {
  for (const { effects } of lived.history) {
    for (const effect of effects) {
      if (effect.type !== 'waiting' || effect.wait.for !== 'call') continue;
      const { instance: id } = effect.wait;
      const child = lives.get(id);
      const heard = heardBy(lived, id);
      const ends = heard.filter((result) => result !== 'escalation');
      if (ends.length > 1) fail(`${nameOf(lived)} heard of one end ${ends.length} times`);
      if (heard.length > ends.length + (child === undefined ? 0 : thrownBy(child)))
        fail(`${nameOf(lived)} heard an escalation twice`);
      const [end] = ends;
      if (end === undefined) continue;
      if (child === undefined) return fail(`${nameOf(lived)} heard of an instance that never was`);
      if (child.instance.state.status !== (end === 'done' ? 'completed' : 'cancelled'))
        fail(`${nameOf(lived)} heard of ${end}, and ${nameOf(child)} is ${child.instance.state.status}`);
      if (heard.length !== 1 + thrownBy(child)) fail(`${nameOf(lived)} has not heard all that ${nameOf(child)} said`);
    }
  }
}

function checkCounts(lived: Lived): void {
  const { heard = [], rings = 0 } = variablesOf(lived.instance);
  const horns = heard as unknown[];
  if (new Set(horns).size !== horns.length) fail(`${nameOf(lived)} heard a signal twice: ${horns.join()}`);
  if (Number(rings) > MAX_RINGS) fail(`${nameOf(lived)} rang ${rings} times`);
}

function checkOncePerKey(lives: Lives, definition: string, keyOf: (lived: Lived) => unknown): void {
  const keys = [...lives.values()].filter(({ instance }) => instance.definition === definition).map(keyOf);
  if (new Set(keys).size !== keys.length) fail(`${definition} was started twice for one of ${keys.join()}`);
}

async function checkJobs({ app: { store } }: World, lives: Lives): Promise<void> {
  for (const { id, kind, state, ownerId } of await store.select(jobFamily, { limit: ALL })) {
    if (state !== 'done' || !(TALK_KINDS as readonly string[]).includes(kind)) continue;
    const settled = lives
      .get(ownerId ?? 0)
      ?.history.filter(({ command }) => command.type === 'settle' && command.job === id && command.outcome === 'done');
    if (settled?.length !== 1) fail(`job ${id} is done, and its instance has ${settled?.length} settlements of it`);
  }
}

export async function checkTalkEnd(world: World, talk: Talk): Promise<void> {
  const { store } = world.app;
  const lives = await checkTalk(world);
  const jobs = await store.select(jobFamily, { limit: ALL });
  const way = jobs.find(({ kind, state }) => kind === DELIVERY_KIND && state !== 'done' && state !== 'cancelled');
  if (way !== undefined) fail(`delivery ${way.id} is ${way.state}: ${way.error} ${way.payload}`);
  const incidents = (await store.select(incidentFamily, { limit: ALL })).filter(({ definition }) => isTalk(definition));
  if (incidents.length > 0) fail(`somebody is stuck: ${JSON.stringify(incidents)}`);
  for (const id of talk.started) if (!lives.has(id)) fail(`${formatInstanceId(id)} was answered for, and is not there`);
  for (const lived of lives.values()) {
    const { parent } = lived.instance.state;
    if (parent !== undefined && !lives.has(parent)) fail(`${nameOf(lived)} was called by nobody`);
    if (lived.instance.definition === 'sim.booking' || lived.instance.definition === 'sim.queue') checkUndone(lived);
  }
  const clocks = [...lives.values()].filter(({ instance }) => instance.definition === 'sim.clock').length;
  if (clocks !== CLOCK_STARTS) fail(`the clock started ${clocks} times`);
  checkHorns(talk, lives);
  checkAnswers(lives);
}

function checkHorns({ horns, stopped }: Talk, lives: Lives): void {
  for (const { horn, waiting, isSure } of horns) {
    const began = [...lives.values()].filter(
      ({ instance }) => instance.definition === 'sim.horner' && variablesOf(instance).horn === horn,
    );
    if (isSure && began.length !== 1) fail(`signal ${horn} began ${began.length} instances`);
    for (const id of isSure ? waiting : []) {
      const lived = lives.get(id);
      if (lived?.instance.definition !== 'sim.listener' || stopped.has(id)) continue;
      const { heard = [] } = variablesOf(lived.instance);
      if (!(heard as unknown[]).includes(horn)) fail(`${nameOf(lived)} waited and has not heard signal ${horn}`);
    }
  }
}

/** Each question that was asked has one who answers. */
function checkAnswers(lives: Lives): void {
  const all = [...lives.values()];
  const asked = all.filter(({ history }) =>
    history.some(({ effects }) => effects.some((effect) => effect.type === 'thrown' && effect.name === 'sim.ask')),
  );
  const keys = new Set(
    all.filter(({ instance }) => instance.definition === 'sim.answerer').map(({ instance }) => instance.businessKey),
  );
  for (const lived of asked)
    if (!keys.has(lived.instance.businessKey)) fail(`${nameOf(lived)} asked, and nobody answers`);
}

function checkUndone(lived: Lived): void {
  const { instance, history } = lived;
  const effects = history.flatMap((entry) => entry.effects);
  const count = (node: string) =>
    effects.filter((effect) => effect.type === 'completed' && effect.node === node).length;
  const broke = history.some(({ command }) => command.type === 'settle' && command.code === 'BROKEN');
  const { roll } = variablesOf(instance);
  if (instance.state.status !== 'completed' || broke || effects.some(({ type }) => type === 'evidence')) return;
  const wanted = Number(roll) > 0.25 ? 3 : 0;
  if (count('each') !== 3) fail(`${nameOf(lived)} did ${count('each')} of 3`);
  if (count('undo') !== wanted) fail(`${nameOf(lived)} undid ${count('undo')} of ${wanted}`);
}
