import { describe, expect, it } from 'vitest';
import { MAX_SERIES, Metrics, seriesBy } from './metrics.ts';

/** The lines of one metric, without its TYPE and HELP. */
const linesOf = (metrics: Metrics, name: string): string[] =>
  metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith(name));

describe('metrics', () => {
  it('print as OpenMetrics text that ends with # EOF', () => {
    const metrics = new Metrics();
    metrics.counter('millrace_jobs', 'Jobs done.').add();
    metrics.gauge('millrace_instances', 'Instances that are open.').set(7);
    expect(metrics.text()).toBe(
      [
        '# TYPE millrace_metrics_dropped counter',
        '# HELP millrace_metrics_dropped Observations refused because their metric has too many label sets.',
        'millrace_metrics_dropped_total 0',
        '# TYPE millrace_jobs counter',
        '# HELP millrace_jobs Jobs done.',
        'millrace_jobs_total 1',
        '# TYPE millrace_instances gauge',
        '# HELP millrace_instances Instances that are open.',
        'millrace_instances 7',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('count per set of labels, whatever the order of the labels', () => {
    const metrics = new Metrics();
    const jobs = metrics.counter('jobs', 'x');
    jobs.add(2, { kind: 'mail', state: 'done' });
    jobs.add(3, { state: 'done', kind: 'mail' });
    jobs.add(1, { kind: 'http', state: 'done' });
    jobs.add();
    expect(linesOf(metrics, 'jobs')).toEqual([
      'jobs_total{kind="mail",state="done"} 5',
      'jobs_total{kind="http",state="done"} 1',
      'jobs_total 1',
    ]);
  });

  it('keep the last value of a gauge, and read an observed one when someone looks', () => {
    const metrics = new Metrics();
    const depth = metrics.gauge('depth', 'x');
    depth.set(3, { queue: 'a' });
    depth.set(-1.5, { queue: 'a' });
    let waiting = 0;
    metrics.observedGauge('waiting', 'x', () => waiting);
    waiting = 4;
    expect(linesOf(metrics, 'depth')).toEqual(['depth{queue="a"} -1.5']);
    expect(linesOf(metrics, 'waiting')).toEqual(['waiting 4']);
  });

  it('write numbers as the format wants them', () => {
    const metrics = new Metrics();
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e300, 0.1];
    values.forEach((value, place) => {
      metrics.gauge(`g${place}`, 'x').set(value);
    });
    expect(linesOf(metrics, 'g')).toEqual(['g0 +Inf', 'g1 -Inf', 'g2 NaN', 'g3 1e+300', 'g4 0.1']);
  });

  it('add up the buckets of a histogram, with the bounds as decimals', () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram('seconds', 'x', [0.5, 1, 10]);
    for (const value of [0.25, 0.5, 0.75, 5, 100]) seconds.observe(value);
    seconds.observe(1, { kind: 'mail' });
    expect(linesOf(metrics, 'seconds')).toEqual([
      'seconds_bucket{le="0.5"} 2',
      'seconds_bucket{le="1.0"} 3',
      'seconds_bucket{le="10.0"} 4',
      'seconds_bucket{le="+Inf"} 5',
      'seconds_count 5',
      'seconds_sum 106.5',
      'seconds_bucket{kind="mail",le="0.5"} 0',
      'seconds_bucket{kind="mail",le="1.0"} 1',
      'seconds_bucket{kind="mail",le="10.0"} 1',
      'seconds_bucket{kind="mail",le="+Inf"} 1',
      'seconds_count{kind="mail"} 1',
      'seconds_sum{kind="mail"} 1',
    ]);
  });

  it('escape quotes, backslashes and line ends in labels and help', () => {
    const metrics = new Metrics();
    metrics.counter('odd', 'Says "no"\n\\').add(1, { path: 'C:\\a\n"b"' });
    expect(metrics.text()).toContain('# HELP odd Says \\"no\\"\\n\\\\\n');
    expect(linesOf(metrics, 'odd')).toEqual(['odd_total{path="C:\\\\a\\n\\"b\\""} 1']);
  });

  it('refuse to grow without end, and count what they refused', () => {
    const metrics = new Metrics();
    const calls = metrics.counter('calls', 'x');
    for (let path = 0; path < MAX_SERIES + 5; path++) calls.add(1, { path: String(path) });
    calls.add(1, { path: '0' });
    expect(linesOf(metrics, 'calls')).toHaveLength(MAX_SERIES);
    expect(linesOf(metrics, 'calls')[0]).toBe('calls_total{path="0"} 2');
    expect(linesOf(metrics, 'millrace_metrics_dropped')).toEqual(['millrace_metrics_dropped_total 5']);
  });

  it('count by a series that was looked up once as they do by its labels', () => {
    const metrics = new Metrics();
    const jobs = metrics.counter('jobs', 'x');
    const mails = jobs.series({ kind: 'mail', state: 'done' });
    mails.add();
    jobs.add(2, { state: 'done', kind: 'mail' });
    mails.add(4);
    expect(linesOf(metrics, 'jobs')).toEqual(['jobs_total{kind="mail",state="done"} 7']);
  });

  it('keep series by value within the limit, and count what they refused', () => {
    const metrics = new Metrics();
    const calls = metrics.counter('calls', 'x');
    let opened = 0;
    const callsOf = seriesBy((path) => {
      opened += 1;
      return calls.series({ path });
    });
    for (let path = 0; path < MAX_SERIES + 5; path++) callsOf(String(path)).add();
    callsOf('0').add();
    expect(opened).toBe(MAX_SERIES + 5);
    expect(linesOf(metrics, 'calls')).toHaveLength(MAX_SERIES);
    expect(linesOf(metrics, 'calls')[0]).toBe('calls_total{path="0"} 2');
    expect(linesOf(metrics, 'millrace_metrics_dropped')).toEqual(['millrace_metrics_dropped_total 5']);
  });

  it('show what is read when someone looks, one value for each set of labels', () => {
    const metrics = new Metrics();
    const waiting = new Map([['mail', 3]]);
    metrics.observedGauge('waiting', 'x', () => Array.from(waiting, ([kind, count]) => [{ kind }, count] as const));
    waiting.set('mail', 4).set('timer', 1);
    expect(linesOf(metrics, 'waiting')).toEqual(['waiting{kind="mail"} 4', 'waiting{kind="timer"} 1']);
  });

  it('refuse a second metric of the same name, which would hide the first', () => {
    const metrics = new Metrics();
    metrics.counter('calls', 'x');
    expect(() => metrics.gauge('calls', 'y')).toThrow('calls is registered twice');
  });
});
