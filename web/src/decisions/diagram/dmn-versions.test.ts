/** DMN 1.1 to 1.5, as dmn-js reads them. */
import { describe, expect, it } from 'vitest';
import { asBefore, asDmn13, isDmn11 } from './dmn-versions.ts';

const MODEL_1_3 = 'https://www.omg.org/spec/DMN/20191111/MODEL/';
const file = (model: string, layout = ''): string =>
  `<definitions xmlns="${model}"${layout && ` xmlns:di='${layout}'`}><text>http://www.omg.org/spec/DMN/20180521/MODEL/</text></definitions>`;

describe('the namespaces of a file', () => {
  it('are those of 1.3 for dmn-js, and what is written about others stays', () => {
    for (const model of ['20151101/dmn.xsd', '20151101/dmn11.xsd', '20180521/MODEL/', '20230324/MODEL/']) {
      expect(asDmn13(file(`http://www.omg.org/spec/DMN/${model}`))).toBe(file(MODEL_1_3));
    }
  });

  it('come back as they were, also where the layout is of an earlier version', () => {
    const model = 'https://www.omg.org/spec/DMN/20230324/MODEL/';
    for (const layout of ['20180521', '20191111', '20230324']) {
      const before = file(model, `http://www.omg.org/spec/DMN/${layout}/DMNDI/`);
      expect(asBefore(asDmn13(before), before)).toBe(before);
    }
  });

  it('tell DMN 1.1, in both of its spellings, from what may be edited', () => {
    const is11 = ['20151101/dmn.xsd', '20151101/dmn11.xsd', '20180521/MODEL/'].map((model) =>
      isDmn11(file(`http://www.omg.org/spec/DMN/${model}`)),
    );
    expect(is11).toEqual([true, true, false]);
  });
});
