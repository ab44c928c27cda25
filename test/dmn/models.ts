/** Small decision models for tests: only what a test is about is written there. */
export const MODEL = 'https://www.omg.org/spec/DMN/20230324/MODEL/';

type Options = { readonly namespace?: string; readonly name?: string };

export const dmn = (content: string, { namespace = 'urn:test', name = 'test' }: Options = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="${MODEL}" id="definitions" name="${name}" namespace="${namespace}">
${content}
</definitions>
`;

export const input = (name: string, type?: string): string =>
  `<inputData id="in-${slug(name)}" name="${name}"><variable name="${name}"${typeRef(type)}/></inputData>`;

type DecisionParts = {
  readonly name: string;
  readonly type?: string;
  /** Names of input data. */
  readonly inputs?: readonly string[];
  /** Names of decisions. */
  readonly requires?: readonly string[];
  /** Names of functions and services, or whole references. */
  readonly calls?: readonly string[];
  /** XML, or the text of an expression. */
  readonly logic: string;
};

export const decision = ({ name, type, inputs = [], requires = [], calls = [], logic }: DecisionParts): string =>
  `<decision id="d-${slug(name)}" name="${name}"><variable name="${name}"${typeRef(type)}/>
${inputs.map((each) => required('requiredInput', each, 'in-')).join('')}${requires.map((each) => required('requiredDecision', each, 'd-')).join('')}${calls
  .map((each) => `<knowledgeRequirement><requiredKnowledge href="${href(each, 'f-')}"/></knowledgeRequirement>`)
  .join('')}${logic.startsWith('<') ? logic : literal(logic)}
</decision>`;

const required = (kind: string, name: string, prefix: string): string =>
  `<informationRequirement><${kind} href="${href(name, prefix)}"/></informationRequirement>`;

const href = (name: string, prefix: string): string => (name.includes('#') ? name : `#${prefix}${slug(name)}`);

export const literal = (text: string, type?: string): string =>
  `<literalExpression${typeRef(type)}><text>${escaped(text)}</text></literalExpression>`;

type FunctionParts = {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly calls?: readonly string[];
  readonly logic: string;
  readonly kind?: string;
};

/** Parameters are written `name` or `name: type`. */
export const knowledge = ({ name, parameters, logic, calls = [], kind = 'FEEL' }: FunctionParts): string =>
  `<businessKnowledgeModel id="f-${slug(name)}" name="${name}"><variable name="${name}"/>
<encapsulatedLogic kind="${kind}">${parameters
    .map((each) => each.split(': '))
    .map(([parameter, type]) => `<formalParameter name="${parameter}"${typeRef(type)}/>`)
    .join('')}${logic.startsWith('<') ? logic : literal(logic)}</encapsulatedLogic>
${calls.map((each) => `<knowledgeRequirement><requiredKnowledge href="${href(each, 'f-')}"/></knowledgeRequirement>`).join('')}
</businessKnowledgeModel>`;

type TableParts = {
  readonly policy?: string;
  readonly aggregation?: string;
  /** `expression`, or `expression: type`, or `expression: type = values`. */
  readonly inputs: readonly string[];
  /** `name`, `name = values`, `name = values | default`; an empty name is fine for one. */
  readonly outputs: readonly string[];
  /** Cells of inputs, then of outputs, then annotations. */
  readonly rules: readonly (readonly string[])[];
};

export function table({ policy = 'UNIQUE', aggregation, inputs, outputs, rules }: TableParts): string {
  const columns = inputs.map((each, index) => {
    const [, text = '', type, values] = /^(.*?)(?:: (.*?))?(?: = (.*))?$/.exec(each) ?? [];
    const allowed = values === undefined ? '' : `<inputValues><text>${escaped(values)}</text></inputValues>`;
    return `<input id="i${index + 1}"><inputExpression${typeRef(type)}><text>${escaped(text)}</text></inputExpression>${allowed}</input>`;
  });
  const results = outputs.map((each, index) => {
    const [, name = '', values, standard] = /^(.*?)(?: = (.*?))?(?: \| (.*))?$/.exec(each) ?? [];
    const allowed = values === undefined ? '' : `<outputValues><text>${escaped(values)}</text></outputValues>`;
    const fallback =
      standard === undefined ? '' : `<defaultOutputEntry><text>${escaped(standard)}</text></defaultOutputEntry>`;
    return `<output id="o${index + 1}"${name === '' ? '' : ` name="${name}"`}>${allowed}${fallback}</output>`;
  });
  const lines = rules.map((cells, index) => {
    const texts = cells.map((text, place) => {
      const kind =
        place < inputs.length
          ? 'inputEntry'
          : place < inputs.length + outputs.length
            ? 'outputEntry'
            : 'annotationEntry';
      return `<${kind}><text>${escaped(text)}</text></${kind}>`;
    });
    return `<rule id="r${index + 1}">${texts.join('')}</rule>`;
  });
  const aggregated = aggregation === undefined ? '' : ` aggregation="${aggregation}"`;
  return `<decisionTable id="table" hitPolicy="${policy}"${aggregated}>
    ${[...columns, ...results, ...lines].join('\n    ')}
  </decisionTable>`;
}

const typeRef = (type: string | undefined): string => (type === undefined ? '' : ` typeRef="${type}"`);

const slug = (name: string): string => name.replaceAll(' ', '-');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
