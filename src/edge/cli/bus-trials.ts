/** What `millrace bus` tries out, as text; and all of it in a row. */
import type { AnalyzerTrial, BusTest } from '../../client/wire-bus.ts';
import { messageOf } from '../../kernel/errors.ts';
import { inspectBus, inspectionText, stateText } from './bus-inspection.ts';
import type { Shown } from './leaf.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { BusDesk } from './shell.ts';
import { facts, table } from './table.ts';

export function testText(tested: BusTest): string {
  return `${facts([['round trip', roundTripText(tested)]])}\n${stateText(tested)}`;
}

/** The first one makes connections warm; the middle is what to expect. */
function roundTripText({ roundTripsMs }: BusTest): string {
  const sorted = [...roundTripsMs].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return `${middle} ms (the first ${roundTripsMs[0]} ms, the longest ${sorted.at(-1)} ms, of ${sorted.length})`;
}

export const trialText = ({ exchange, commands }: AnalyzerTrial, width: number): string => {
  const sent = table(
    commands,
    [
      { title: 'command', value: ({ command }) => command },
      { title: 'key', value: ({ key }) => key },
      { title: 'heard', value: ({ isHeard }) => (isHeard ? 'yes' : 'no') },
      { title: 'why not', value: ({ reason }) => reason },
    ],
    { empty: 'None.', width },
  );
  return `${sent}\n${heardText({ exchange, commands })}`;
};

const heardText = ({ exchange, commands }: AnalyzerTrial): string =>
  `${commands.filter(({ isHeard }) => isHeard).length} of ${commands.length} commands to ${exchange} were heard.`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

type Step = {
  readonly name: string;
  readonly run: () => Promise<{ readonly json: unknown; readonly text: string; readonly sum: string }>;
};
type Result = {
  readonly name: string;
  readonly ok: boolean;
  readonly sum: string;
  readonly text: string;
  readonly json: unknown;
};

/** A step that fails does not keep the next from being tried. */
export async function runAll(
  desk: BusDesk,
  { width, bar }: { readonly width: number; readonly bar: ProgressBar },
): Promise<Shown> {
  const steps = stepsOf(desk, width);
  const results: Result[] = [];
  for (const [place, { name, run }] of steps.entries()) {
    bar.show(place / steps.length, name);
    results.push(
      await run().then(
        (done) => ({ name, ok: true, ...done }),
        (error: unknown) => ({ name, ok: false, sum: messageOf(error), text: messageOf(error), json: null }),
      ),
    );
  }
  bar.clear();
  const sums = results.map(({ name, ok, sum }): [string, string] => [`${ok ? 'ok  ' : 'FAIL'}  ${name}`, sum]);
  const texts = results.map(({ name, text }) => `== ${name}\n${text}`);
  return {
    json: {
      ok: results.every(({ ok }) => ok),
      steps: results.map(({ name, ok, sum, json }) => ({ name, ok, sum, result: json })),
    },
    text: [...texts, `== summary\n${facts(sums)}`].join('\n\n'),
    isFailed: results.some(({ ok }) => !ok),
  };
}

const stepsOf = (desk: BusDesk, width: number): readonly Step[] => [
  {
    name: 'test',
    run: async () => {
      const json = await desk.bus.test();
      return { json, text: testText(json), sum: roundTripText(json) };
    },
  },
  {
    name: 'inspect',
    run: async () => {
      const json = await inspectBus(desk);
      const { services, queues } = json;
      const dead = queues.reduce((sum, queue) => sum + queue.dead, 0);
      const sum = [
        counted(services.length, 'service'),
        counted(queues.length, 'queue'),
        counted(dead, 'dead letter'),
      ].join(', ');
      return { json, text: inspectionText(json, width), sum };
    },
  },
  {
    name: 'send-commands',
    run: async () => {
      const json = await desk.bus.sendAnalyzerCommands();
      return { json, text: trialText(json, width), sum: heardText(json) };
    },
  },
];
