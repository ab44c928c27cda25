/** What a DMN file says of its picture. Pure. */

/** Files without positions have nothing to draw. */
export const hasLayout = (xml: string): boolean => /<(?:[\w.-]+:)?DMNShape[\s>/]/.test(xml);

const MODEL_1_3 = 'https://www.omg.org/spec/DMN/20191111/MODEL/';
const LAYOUT_1_3 = 'https://www.omg.org/spec/DMN/20191111/DMNDI/';

/** dmn-js reads the namespaces of DMN 1.3; for a picture those of 1.2, 1.4 and 1.5 mean the same. */
export const asDmn13 = (xml: string): string =>
  xml
    .replaceAll(/https?:\/\/www\.omg\.org\/spec\/DMN\/(?:20180521|20211108|20230324)\/MODEL\//g, MODEL_1_3)
    .replaceAll(/https?:\/\/www\.omg\.org\/spec\/DMN\/(?:20180521|20211108|20230324)\/DMNDI\//g, LAYOUT_1_3);
