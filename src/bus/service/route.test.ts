import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicPattern, matchesTopic } from '../broker-topic.ts';
import { matchRoute, parseRoute, readParams, renderRoute, writeParams } from './route.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });

describe('a route', () => {
  it('gives back the parameters it was rendered with, whatever is in them, and matches its own pattern', () => {
    for (const separator of ['/', '.'] as const) {
      const route = parseRoute(['jobs', '{job}', 'rows', '{from:int}'].join(separator), separator);
      fc.assert(
        fc.property(text, fc.maxSafeInteger(), (job, from) => {
          const words = renderRoute(route, { job, from }).split(separator);
          const texts = matchRoute(route, words);
          expect(texts && readParams(route, texts)).toEqual({ job, from });
          expect(matchesTopic(route.pattern, words.join('.'))).toBe(true);
        }),
      );
      expect(isTopicPattern(route.pattern)).toBe(true);
    }
  });

  it('is not another path', () => {
    const route = parseRoute('jobs/{job}/rows', '/');
    for (const path of ['jobs', 'jobs/1', 'jobs/1/roi', 'jobs/1/rows/2', 'jobs//rows/', ''])
      expect(matchRoute(route, path.split('/')), path).toBeUndefined();
  });

  it('says what is wrong with it', () => {
    const wrong = [
      '',
      'jobs/{job',
      'jobs/{1}',
      'a b',
      'jobs//rows',
      'x/{a}/{a}',
      'x/{route}',
      'x/{__proto__}',
      'x/{a:date}',
    ];
    for (const template of wrong)
      expect(() => parseRoute(template, '/'), template).toThrow(expect.objectContaining({ code: 'bus.invalid-route' }));
  });

  it('refuses parameters that are missing or of another type', () => {
    const route = parseRoute('jobs/{job}/rows/{from:int}', '/');
    const refused = expect.objectContaining({ code: 'bus.invalid-params' });
    for (const params of [{}, { job: '1' }, { job: 1, from: 1 }, { job: '1', from: 1.5 }, { job: '1', from: '1' }])
      expect(() => writeParams(route, params)).toThrow(refused);
    for (const from of ['', ' 1', '1.5', '1e3', '0x1', '9007199254740993', 'NaN'])
      expect(() => readParams(route, { job: '1', from }), from).toThrow(refused);
    expect(() => readParams(parseRoute('{toString}', '/'), {})).toThrow(refused);
  });
});
