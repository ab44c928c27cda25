import { describe, expect, it } from 'vitest';
import { createLog, LOG_LEVELS, type LogLevel, silentLog } from './log.ts';

function recorded(options: { readonly level?: LogLevel; readonly readable?: boolean } = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line), ...options });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, last };
}

describe('the log', () => {
  it('writes one JSON line with time, level, fields and sentence', () => {
    const { log, lines, last } = recorded();
    log.info({ job: 'job_00000000021', attempt: 2 }, 'a job failed');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      job: 'job_00000000021',
      attempt: 2,
      msg: 'a job failed',
    });
  });

  it('leaves out what is below its level', () => {
    for (const level of LOG_LEVELS) {
      const { log, lines } = recorded({ level });
      for (const at of ['debug', 'info', 'warn', 'error'] as const) log[at](at);
      expect(lines.map((line) => JSON.parse(line).msg)).toEqual(LOG_LEVELS.slice(LOG_LEVELS.indexOf(level), -1));
    }
    expect(() => silentLog.error(new Error('nobody hears'))).not.toThrow();
  });

  it('never shows a secret, wherever it stands and however its name is written', () => {
    const { log, lines } = recorded();
    const secret = 'S3CR3T';
    log.info(
      { token: secret, a: { b: { c: { password: secret } } }, list: [{ secret }, { cookies: { a: secret } }] },
      'x',
    );
    log.info({ headers: { Authorization: `Bearer ${secret}`, 'Set-Cookie': secret, 'x-api-key': secret } }, 'x');
    log.info({ apiToken: secret, tokens: [secret], session_cookie: secret, clientSecret: secret }, 'x');
    const cause = Object.assign(new Error('y'), { token: secret });
    log.error({ err: Object.assign(new Error('x', { cause }), { details: { token: secret } }) }, 'x');
    log.error(Object.assign(new Error('x'), { password: secret }), 'x');
    const child = log.child({ token: secret, deep: { cookie: secret } });
    child.info('x');
    child.child({ password: secret }).warn({ token: secret }, 'x');
    expect(lines).toHaveLength(7);
    for (const line of lines) {
      expect(line).not.toContain(secret);
      expect(line.includes('***') || line.includes('"err"')).toBe(true);
    }
  });

  it('shows the password of no URL, in fields, in errors and in URL objects', () => {
    const { log, lines, last } = recorded();
    const url = 'amqp://millrace:S3CR3T@broker:5672/plant';
    log.info({ broker: url, url: new URL(url), both: `${url} and ${url}` }, 'x');
    expect(last()).toMatchObject({
      broker: 'amqp://millrace:***@broker:5672/plant',
      url: 'amqp://millrace:***@broker:5672/plant',
    });
    log.error({ err: new Error(`cannot reach ${url}`) }, 'x');
    log.info({ plain: 'http://localhost:8080/a?b=c:d@e', time: '12:30@gate' }, 'x');
    expect(last()).toMatchObject({ plain: 'http://localhost:8080/a?b=c:d@e', time: '12:30@gate' });
    for (const line of lines) expect(line).not.toContain('S3CR3T');
  });

  it('shows tokens of a process, which are numbers, and names that only begin like a secret', () => {
    const { log, last } = recorded();
    log.info({ token: 3, tokenId: 'tok_00000000021', secretary: 'Dana', password: null }, 'x');
    expect(last()).toMatchObject({ token: 3, tokenId: 'tok_00000000021', secretary: 'Dana', password: null });
  });

  it('takes fields that are hard to print', () => {
    const { log, last } = recorded();
    const circular: Record<string, unknown> = { device: 'press-4' };
    circular.self = circular;
    circular.list = [circular];
    log.info({ circular, date: new Date(0), big: 10n, none: undefined, run: () => 1 }, 'x');
    expect(last()).toMatchObject({
      circular: { device: 'press-4', self: '(circular)', list: ['(circular)'] },
      date: '1970-01-01T00:00:00.000Z',
      big: 10,
    });
    const deep: { below?: unknown } = {};
    let lowest = deep;
    for (let depth = 0; depth < 50; depth++) {
      const below: { below?: unknown } = {};
      lowest.below = below;
      lowest = below;
    }
    log.info(deep, 'x');
    expect(JSON.stringify(last()).length).toBeLessThan(300);
  });

  it('carries the fields of a child, and of its child', () => {
    const { log, last } = recorded();
    log.child({ part: 'bus' }).child({ queue: 'alarms' }).warn({ ready: 3 }, 'a queue grows');
    expect(last()).toMatchObject({ level: 'warn', part: 'bus', queue: 'alarms', ready: 3, msg: 'a queue grows' });
    log.info('x');
    expect(last()).not.toHaveProperty('part');
  });

  it('writes lines for people when asked to, with the stack of an error below', () => {
    const { log, lines } = recorded({ readable: true });
    log.warn({ queue: 'alarms', ready: 3 }, 'a queue grows');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d .*warn.* a queue grows queue=alarms ready=3\n$/);
    log.error({ err: new Error('disk full') }, 'the store could not write');
    expect(lines[1]).toMatch(/the store could not write\nError: disk full\n {4}at /);
  });
});
