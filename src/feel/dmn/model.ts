/** A decision model as data: what the file says, without a thought about whether it makes sense. Lines count from 1. */
import type { DmnVersion } from './reading/document.ts';

export type DmnModel = {
  readonly id: string;
  readonly name: string;
  /** By which other models import it. */
  readonly namespace: string;
  readonly version: DmnVersion;
  readonly imports: readonly ModelImport[];
  readonly types: readonly ItemDefinition[];
  readonly inputs: readonly InputData[];
  readonly decisions: readonly Decision[];
  readonly functions: readonly KnowledgeModel[];
  readonly services: readonly DecisionService[];
};

/** An element that can be named in a problem. `id` is its name, or what it is, where the file gives none. */
export type Identified = { readonly id: string; readonly line: number };
export type Named = Identified & { readonly name: string };

/** The names of an import begin with its name and a dot; without a name they stand among those of the model. */
export type ModelImport = Named & { readonly namespace: string; readonly importType: string };

/** With a namespace the name is one of that model. */
export type TypeRef = { readonly name: string; readonly namespace?: string };

export type ItemDefinition = Named & {
  readonly type?: TypeRef;
  readonly isCollection: boolean;
  /** Tests of one value; of each element of a collection. */
  readonly allowedValues?: TextAt;
  /** Tests of the value as a whole: of the collection, if it is one. */
  readonly constraint?: TextAt;
  readonly components: readonly ItemDefinition[];
  readonly signature?: { readonly parameters: readonly Variable[]; readonly result?: TypeRef };
};

export type Variable = Named & { readonly type?: TypeRef };
/** A part of a table or context that must not have a name. */
export type Typed = { readonly type?: TypeRef };

export type InputData = Named & Typed;

export type Requirement = Identified & {
  readonly kind: 'decision' | 'input' | 'knowledge';
  /** Where the namespace is absent, the element is one of the model. */
  readonly namespace?: string;
  readonly target: string;
};

export type Decision = Named &
  Typed & {
    readonly requirements: readonly Requirement[];
    readonly logic?: Boxed;
    readonly question?: string;
  };

export type KnowledgeModel = Named &
  Typed & { readonly requirements: readonly Requirement[]; readonly logic?: FunctionBox };

export type DecisionService = Named &
  Typed & {
    readonly outputs: readonly Requirement[];
    readonly encapsulated: readonly Requirement[];
    readonly inputDecisions: readonly Requirement[];
    readonly inputData: readonly Requirement[];
  };

/** A text of the file that is FEEL; `line` is that of its beginning. */
export type TextAt = { readonly text: string; readonly line: number; readonly language?: string };

export type Boxed =
  | LiteralBox
  | ContextBox
  | InvocationBox
  | ListBox
  | RelationBox
  | FunctionBox
  | ConditionalBox
  | FilterBox
  | LoopBox
  | DecisionTable;

type Box = Identified & Typed;

export type LiteralBox = Box & { readonly kind: 'literal' } & TextAt;
export type ContextBox = Box & { readonly kind: 'context'; readonly entries: readonly ContextEntry[] };
/** Without a name it is the result of the context. */
export type ContextEntry = Identified & { readonly variable?: Variable; readonly value?: Boxed };
export type InvocationBox = Box & {
  readonly kind: 'invocation';
  readonly callee?: Boxed;
  readonly bindings: readonly { readonly parameter: Variable; readonly value?: Boxed }[];
};
export type ListBox = Box & { readonly kind: 'list'; readonly elements: readonly Boxed[] };
export type RelationBox = Box & {
  readonly kind: 'relation';
  readonly columns: readonly Variable[];
  readonly rows: readonly (Identified & { readonly cells: readonly Boxed[] })[];
};
export type FunctionBox = Box & {
  readonly kind: 'function';
  readonly language: 'FEEL' | 'Java' | 'PMML';
  readonly parameters: readonly Variable[];
  readonly body?: Boxed;
};
export type ConditionalBox = Box & {
  readonly kind: 'conditional';
  readonly condition?: Boxed;
  readonly consequent?: Boxed;
  readonly alternative?: Boxed;
};
export type FilterBox = Box & { readonly kind: 'filter'; readonly source?: Boxed; readonly match?: Boxed };
export type LoopBox = Box & {
  readonly kind: 'loop';
  readonly verb: 'for' | 'some' | 'every';
  readonly iterator: string;
  readonly source?: Boxed;
  readonly body?: Boxed;
};

export const hitPolicies = ['UNIQUE', 'ANY', 'PRIORITY', 'FIRST', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT'] as const;
export type HitPolicy = (typeof hitPolicies)[number];
export const aggregations = ['SUM', 'MIN', 'MAX', 'COUNT'] as const;
export type Aggregation = (typeof aggregations)[number];

export type DecisionTable = Box & {
  readonly kind: 'table';
  readonly hitPolicy: HitPolicy;
  /** Of COLLECT; without it the result is a list. */
  readonly aggregation?: Aggregation;
  /** What the file says in their places and is neither: it is read as UNIQUE, and as no aggregation. */
  readonly unknownWords?: readonly string[];
  readonly inputs: readonly TableInput[];
  readonly outputs: readonly TableOutput[];
  /** Titles of the annotations. */
  readonly annotations: readonly string[];
  readonly rules: readonly TableRule[];
};
export type TableInput = Identified &
  Typed & { readonly label?: string; readonly expression: TextAt; readonly values?: TextAt };
export type TableOutput = Identified &
  Typed & {
    readonly name: string;
    readonly label?: string;
    readonly values?: TextAt;
    readonly defaultValue?: TextAt;
  };
export type TableRule = Identified & {
  readonly description?: string;
  readonly inputs: readonly TextAt[];
  readonly outputs: readonly TextAt[];
  readonly annotations: readonly string[];
};

export type Problem = {
  /** Its id is explained in docs/reference/dmn.md. */
  readonly rule: DmnRule;
  /** A warning is about what works, if not as somebody may think; with an error a part of the model is null. */
  readonly severity: 'error' | 'warning';
  /** The id of the element; its name where it has none. */
  readonly element: string;
  readonly message: string;
  /** In the file. */
  readonly line: number;
  /** In the line, for expressions. */
  readonly column?: number;
};

export const dmnRules = [
  ...(['missing-name', 'duplicate-name', 'missing-expression', 'unknown-requirement'] as const),
  ...(['missing-requirement', 'requirement-cycle', 'unknown-type', 'type-cycle', 'feel', 'unknown-name'] as const),
  ...(['hit-policy', 'output-name', 'output-values', 'table-size', 'entry-count', 'result-entry'] as const),
  ...(['unknown-parameter', 'external-function', 'expression-language', 'unknown-import', 'service-output'] as const),
  ...(['service-input', 'limit'] as const),
] as const;
export type DmnRule = (typeof dmnRules)[number];

/** What works all the same: nobody should be kept from deploying by it. */
export const dmnWarnings: ReadonlySet<DmnRule> = new Set<DmnRule>([
  ...(['type-cycle', 'unknown-name', 'output-values', 'external-function', 'service-input'] as const),
]);
