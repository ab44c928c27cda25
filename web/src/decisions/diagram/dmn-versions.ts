/** The versions of DMN by their namespaces. dmn-js reads and writes those of 1.3 only. Pure. */

/** 1.1 has no layout of its own, so that it is only looked at. */
const MODEL_1_1 = /\/20151101\/dmn(?:11)?\.xsd$/;
const MODEL_1_3 = 'https://www.omg.org/spec/DMN/20191111/MODEL/';
export const LAYOUT_1_3 = 'https://www.omg.org/spec/DMN/20191111/DMNDI/';

/** The layout that a version has, by the namespace of its models; 1.4 kept that of 1.3. */
const LAYOUTS: ReadonlyMap<string, string> = new Map([
  ['http://www.omg.org/spec/DMN/20180521/MODEL/', 'http://www.omg.org/spec/DMN/20180521/DMNDI/'],
  [MODEL_1_3, LAYOUT_1_3],
  ['https://www.omg.org/spec/DMN/20211108/MODEL/', LAYOUT_1_3],
  ['https://www.omg.org/spec/DMN/20230324/MODEL/', 'https://www.omg.org/spec/DMN/20230324/DMNDI/'],
]);
const MODEL = /^https?:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/(?:MODEL\/|dmn(?:11)?\.xsd)$/;
const LAYOUT = /^https?:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/DMNDI\/$/;

/** The file with the namespaces of 1.3: for what 1.3 knows the others mean the same. */
export const asDmn13 = (xml: string): string =>
  declaring(xml, (uri) => (MODEL.test(uri) ? MODEL_1_3 : LAYOUT.test(uri) ? LAYOUT_1_3 : uri));

/** What was written in 1.3 with the namespaces of the file that it was made of. */
export function asBefore(written: string, original: string): string {
  const declared = declaredIn(original);
  const model = declared.find((uri) => MODEL.test(uri)) ?? MODEL_1_3;
  const layout = declared.find((uri) => LAYOUT.test(uri)) ?? LAYOUTS.get(model) ?? LAYOUT_1_3;
  return declaring(written, (uri) => (uri === MODEL_1_3 ? model : uri === LAYOUT_1_3 ? layout : uri));
}

export const isDmn11 = (xml: string): boolean => declaredIn(xml).some((uri) => MODEL_1_1.test(uri));

const DECLARATION = /(?<=\sxmlns(?::[\w.-]+)?\s*=\s*["'])[^"'<]*(?=["'])/g;

const declaredIn = (xml: string): readonly string[] => xml.match(DECLARATION) ?? [];

const declaring = (xml: string, change: (uri: string) => string): string => xml.replace(DECLARATION, change);
