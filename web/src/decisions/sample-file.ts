/** A first decision to begin with: who handles a defect, by how bad it is and what it costs. */
export const SAMPLE_KEY = 'defect-handling';

const RULES = [
  ['"high"', '', '"engineer"', 'At once, whatever it costs'],
  ['"medium"', '>= 10000', '"engineer"', ''],
  ['"medium"', '< 10000', '"technologist"', ''],
  ['"low"', '>= 10000', '"technologist"', ''],
  ['"low"', '< 10000', '"operator"', 'Repaired on the spot'],
] as const;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const entry = (name: string, text: string): string => `<${name}><text>${escaped(text)}</text></${name}>`;

const rules = RULES.map(
  ([severity, value, handler, note], at) => `      <rule id="rule-${at + 1}">
        ${entry('inputEntry', severity)}
        ${entry('inputEntry', value)}
        ${entry('outputEntry', handler)}
        ${entry('annotationEntry', note)}
      </rule>`,
).join('\n');

export const SAMPLE_FILE = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" id="defects" name="Defects" namespace="urn:millrace:sample:defects">
  <inputData id="severity-data" name="severity">
    <variable name="severity" typeRef="string" />
  </inputData>
  <inputData id="value-data" name="value">
    <variable name="value" typeRef="number" />
  </inputData>
  <decision id="${SAMPLE_KEY}" name="Who handles a defect">
    <question>Who looks at a defect first?</question>
    <variable name="Who handles a defect" typeRef="string" />
    <informationRequirement id="needs-severity">
      <requiredInput href="#severity-data" />
    </informationRequirement>
    <informationRequirement id="needs-value">
      <requiredInput href="#value-data" />
    </informationRequirement>
    <decisionTable id="defect-table" hitPolicy="UNIQUE">
      <input id="by-severity" label="Severity">
        <inputExpression typeRef="string"><text>severity</text></inputExpression>
        <inputValues><text>"low","medium","high"</text></inputValues>
      </input>
      <input id="by-value" label="Value of the lot">
        <inputExpression typeRef="number"><text>value</text></inputExpression>
      </input>
      <output id="handler" label="Handled by" typeRef="string">
        <outputValues><text>"operator","technologist","engineer"</text></outputValues>
      </output>
      <annotation name="Note" />
${rules}
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram>
      <dmndi:DMNShape dmnElementRef="${SAMPLE_KEY}">
        <dc:Bounds height="80" width="180" x="260" y="80" />
      </dmndi:DMNShape>
      <dmndi:DMNShape dmnElementRef="severity-data">
        <dc:Bounds height="45" width="125" x="180" y="240" />
      </dmndi:DMNShape>
      <dmndi:DMNShape dmnElementRef="value-data">
        <dc:Bounds height="45" width="125" x="395" y="240" />
      </dmndi:DMNShape>
      <dmndi:DMNEdge dmnElementRef="needs-severity">
        <di:waypoint x="243" y="240" />
        <di:waypoint x="320" y="160" />
      </dmndi:DMNEdge>
      <dmndi:DMNEdge dmnElementRef="needs-value">
        <di:waypoint x="457" y="240" />
        <di:waypoint x="380" y="160" />
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
`;
