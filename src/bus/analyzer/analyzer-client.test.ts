import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { createLog, silentLog } from '../../kernel/log.ts';
import type { Consumer, Message } from '../broker.ts';
import { openAnalyzerCommands } from './analyzer-client.ts';
import type { Colormap } from './command-table.ts';

const EXCHANGE = 'baby_analyzer_commands';

function plant() {
  const clock = new VirtualClock(1_000);
  const broker = openMemoryBroker({ clock, log: silentLog });
  let messages = 0;
  const common = { clock, newMessageId: () => `command-${++messages}` };
  return {
    clock,
    broker,
    common,
    commands: openAnalyzerCommands(broker, common),
    async [Symbol.asyncDispose]() {
      await this.commands.close();
      await broker.close();
    },
  };
}

/** An analyzer that keeps what it hears. Its queue goes with it. */
async function analyzer(
  { broker }: Pick<ReturnType<typeof plant>, 'broker'>,
  { exchange = EXCHANGE, patterns = ['#'] } = {},
): Promise<Consumer & { readonly heard: Message[]; said(): unknown[] }> {
  const heard: Message[] = [];
  const consumer = await broker.subscribe({
    queue: `analyzer of ${exchange}`,
    kind: 'temporary',
    exchange,
    patterns,
    prefetch: 100,
    onMessage: (message, delivery) => {
      heard.push(message);
      delivery.ack();
    },
  });
  const said = () => heard.map(({ routingKey, body }) => [routingKey, JSON.parse(body) as unknown]);
  return Object.assign(consumer, { heard, said });
}

/** Lets everything run that is ready to run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const recording = { prr: 2_000, num_samples_per_trace: 2_222, dtype: 'float32' };

describe('the commands to an analyzer', () => {
  it('come to it as it knows them', async () => {
    await using parts = plant();
    const { commands } = parts;
    const { said } = await analyzer(parts);
    await commands.sendKeepalive('viewer-7');
    await commands.sendInputChanged({ ...recording, dx: 1.5, sw_version: null, fiber_description: 'צפון' });
    await commands.sendColormapChange('jet');
    await commands.sendCaxisAdjust(-10, 10);
    await commands.sendRoiChange(100, 200);
    await commands.sendMonitorQueues(['grpc-job-7', 'grpc-job-8']);
    await turn();
    expect(said()).toEqual([
      ['keepalive', { type: 'KeepaliveCommand', value: { source: 'viewer-7' } }],
      [
        'input_changed',
        {
          type: 'InputChangedCommand',
          value: { ...recording, dx: 1.5, sw_version: null, fiber_description: 'צפון' },
        },
      ],
      ['colormap', { type: 'ColormapCommand', value: 'jet' }],
      ['caxis', { type: 'CaxisCommand', value: { min: -10, max: 10 } }],
      ['roi', { type: 'RegionOfInterestCommand', value: { start: 100, end: 200 } }],
      ['monitor_queues', { type: 'MonitorQueuesCommand', value: { queues_to_monitor: ['grpc-job-7', 'grpc-job-8'] } }],
    ]);
  });

  it('are JSON that waits for the analyzer as long as it takes', async () => {
    await using parts = plant();
    const { heard } = await analyzer(parts);
    await parts.commands.sendColormapChange('parula');
    await turn();
    expect(heard).toEqual([
      {
        id: 'command-1',
        exchange: EXCHANGE,
        routingKey: 'colormap',
        body: '{"type":"ColormapCommand","value":"parula"}',
        contentType: 'application/json',
        headers: {},
        at: 1_000,
      },
    ]);
  });

  it('go to another exchange when told so', async () => {
    await using parts = plant();
    await using other = openAnalyzerCommands(parts.broker, { exchange: 'analyzer.two' });
    const { said } = await analyzer(parts, { exchange: 'analyzer.two' });
    await other.sendRoiChange(0, 1);
    await turn();
    expect(said()).toHaveLength(1);
  });

  it.each<[string, (commands: ReturnType<typeof plant>['commands']) => Promise<void>, string]>([
    [
      'a start at the end',
      (to) => to.sendRoiChange(200, 200),
      'expected start to be less than end (found {"start":200,"end":200})',
    ],
    ['a start below 0', (to) => to.sendRoiChange(-1, 5), 'start: Too small: expected number to be >=0 (found -1)'],
    [
      'half a sensor',
      (to) => to.sendRoiChange(0, 1.5),
      'end: Invalid input: expected int, received number (found 1.5)',
    ],
    [
      'colours upside down',
      (to) => to.sendCaxisAdjust(10, -10),
      'expected min to be less than max (found {"min":10,"max":-10})',
    ],
    [
      'no number',
      (to) => to.sendCaxisAdjust(Number.NaN, 1),
      'min: Invalid input: expected number, received NaN (found NaN)',
    ],
    [
      'an endless number',
      (to) => to.sendCaxisAdjust(0, 1 / 0),
      'max: Invalid input: expected number, received Infinity (found Infinity)',
    ],
    [
      'another colormap',
      (to) => to.sendColormapChange('hot' as Colormap),
      'Invalid option: expected one of "parula"|"grayscale"|"jet" (found "hot")',
    ],
    ['nobody', (to) => to.sendKeepalive(''), 'source: Too small: expected string to have >=1 characters (found "")'],
    [
      'no queues',
      (to) => to.sendMonitorQueues([]),
      'queues_to_monitor: Too small: expected array to have >=1 items (found [])',
    ],
    [
      'a queue without a name',
      (to) => to.sendMonitorQueues(['a', '']),
      'queues_to_monitor.1: Too small: expected string to have >=1 characters (found "")',
    ],
    [
      'no pulses',
      (to) => to.sendInputChanged({ ...recording, prr: 0 }),
      'prr: Too small: expected number to be >0 (found 0)',
    ],
  ])('are refused with what was expected and found: %s', async (_, sendWrong, problem) => {
    await using parts = plant();
    const { heard } = await analyzer(parts);
    await expect(sendWrong(parts.commands)).rejects.toMatchObject({
      code: 'bus.invalid-command',
      details: { problem },
    });
    await turn();
    expect(heard).toEqual([]);
  });

  it('are refused once for everything that is wrong', async () => {
    await using parts = plant();
    const wrong = parts.commands.sendInputChanged({ prr: -1, dtype: 8 } as never);
    await expect(wrong).rejects.toThrow(/prr: .*; num_samples_per_trace: .*received undefined.*; dtype: .*\(found 8\)/);
  });

  it('are refused for what is no data, without stumbling over it', async () => {
    await using parts = plant();
    const wrong = parts.commands.send('roi', { start: 0, end: 1, width: 1n } as never);
    await expect(wrong).rejects.toThrow(/Unrecognized key: "width" \(found \[object Object\]\)/);
    await using open = openAnalyzerCommands(parts.broker, {
      commands: { any: { key: 'any', type: 'AnyCommand', schema: z.unknown() } },
    });
    await expect(open.send('any', 1n)).rejects.toThrow('its value is not JSON');
  });

  it('tell when no analyzer listens, and when it listens to others only', async () => {
    await using parts = plant();
    const lost = { code: 'bus.nobody-listens', details: { command: 'roi', exchange: EXCHANGE, key: 'roi' } };
    await expect(parts.commands.sendRoiChange(1, 2)).rejects.toMatchObject(lost);
    const { said } = await analyzer(parts, { patterns: ['caxis'] });
    await expect(parts.commands.sendRoiChange(1, 2)).rejects.toMatchObject(lost);
    await parts.commands.sendCaxisAdjust(1, 2);
    await turn();
    expect(said()).toHaveLength(1);
  });

  it('are as many as the table has: one entry adds one', async () => {
    await using parts = plant();
    const gain = { key: 'gain', type: 'GainCommand', schema: z.number().positive() };
    const colormap = { key: 'colormap.v2', type: 'ColormapCommand', schema: z.enum(['turbo']) };
    await using commands = openAnalyzerCommands(parts.broker, { commands: { gain, colormap } });
    const { said } = await analyzer(parts);
    await commands.send('gain', 2);
    await commands.send('colormap', 'turbo');
    await commands.send('roi', { start: 0, end: 1 });
    await expect(commands.send('gain', 0)).rejects.toThrow('The command "gain" cannot be sent: Too small');
    await expect(commands.send('offset' as 'gain', 0)).rejects.toThrow(
      'there is none; expected one of keepalive, inputChanged, colormap, caxis, roi, monitorQueues, gain',
    );
    await turn();
    expect(said()).toEqual([
      ['gain', { type: 'GainCommand', value: 2 }],
      ['colormap.v2', { type: 'ColormapCommand', value: 'turbo' }],
      ['roi', { type: 'RegionOfInterestCommand', value: { start: 0, end: 1 } }],
    ]);
  });

  it('are not sent after closing', async () => {
    await using parts = plant();
    await parts.commands.close();
    await parts.commands.close();
    await expect(parts.commands.sendKeepalive('x')).rejects.toMatchObject({ code: 'bus.closed' });
    expect(() => parts.commands.startKeepalive('x')).toThrow(expect.objectContaining({ code: 'bus.closed' }));
  });
});

describe('a keepalive', () => {
  it('is sent at once and again and again, until it is closed', async () => {
    await using parts = plant();
    const { said } = await analyzer(parts);
    const keepalive = parts.commands.startKeepalive('viewer-7', { everyMs: 5_000 });
    await turn();
    expect(said()).toEqual([['keepalive', { type: 'KeepaliveCommand', value: { source: 'viewer-7' } }]]);
    await parts.clock.advance(4_999);
    expect(said()).toHaveLength(1);
    await parts.clock.advance(10_001);
    expect(said()).toHaveLength(4);
    await keepalive.close();
    await keepalive.close();
    await parts.clock.advance(60_000);
    expect(said()).toHaveLength(4);
    expect(parts.clock.nextDue()).toBeUndefined();
  });

  it('ends with the client', async () => {
    await using parts = plant();
    const { said } = await analyzer(parts);
    parts.commands.startKeepalive('viewer-7');
    parts.commands.startKeepalive('viewer-8');
    await turn();
    await parts.commands.close();
    await parts.clock.advance(60_000);
    expect(said()).toHaveLength(2);
  });

  it('goes on while nobody hears it, and says so once', async () => {
    await using parts = plant();
    const lines: string[] = [];
    const log = createLog({ level: 'info', write: (line) => void lines.push(line) });
    await using commands = openAnalyzerCommands(parts.broker, { ...parts.common, log });
    const keepalive = commands.startKeepalive('viewer-7', { everyMs: 1_000 });
    expect(keepalive.isHeard()).toBeUndefined();
    await parts.clock.advance(3_000);
    expect(keepalive.isHeard()).toBe(false);
    const { said } = await analyzer(parts);
    await parts.clock.advance(2_000);
    expect(keepalive.isHeard()).toBe(true);
    expect(said()).toHaveLength(2);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'no analyzer hears the keepalive; it is sent on',
      'an analyzer hears the keepalive again',
    ]);
  });

  it('is refused at once when it could never be sent', async () => {
    await using parts = plant();
    const refused = expect.objectContaining({ code: 'bus.invalid-command' });
    expect(() => parts.commands.startKeepalive('')).toThrow(refused);
    expect(() => parts.commands.startKeepalive('x', { everyMs: 0 })).toThrow(refused);
    expect(() => parts.commands.startKeepalive('x', { everyMs: Number.NaN })).toThrow(refused);
  });
});
