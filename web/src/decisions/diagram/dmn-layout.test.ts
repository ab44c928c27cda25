/** What a DMN file says of its picture. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SAMPLE_FILE } from '../sample-file.ts';
import { asDmn13, hasLayout } from './dmn-layout.ts';

const handling = readFileSync(new URL('../../../../examples/decisions/handling.dmn', import.meta.url), 'utf8');

describe('the picture of a DMN file', () => {
  it('is there when something has a place', () => {
    expect(hasLayout(SAMPLE_FILE)).toBe(true);
    expect(hasLayout(handling)).toBe(false);
  });

  it('is read with the namespaces of DMN 1.3, whichever the file has', () => {
    expect(asDmn13(handling)).toContain('xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"');
    expect(asDmn13('xmlns:dmndi="http://www.omg.org/spec/DMN/20180521/DMNDI/"')).toBe(
      'xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"',
    );
    expect(asDmn13(SAMPLE_FILE)).toBe(SAMPLE_FILE);
  });
});
