/** bpmn-js, as far as the editor speaks with it. A chunk of its own, fetched when a diagram is opened; its logo stays in the picture. */
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import BpmnModeler from 'bpmn-js/lib/Modeler';

/** The words of ours in a BPMN file, and which of their attributes can be written beside the diagram. */
const EXTENSIONS: Readonly<Record<string, { readonly element: string; readonly attributes: readonly string[] }>> = {
  'bpmn:UserTask': { element: 'millrace:userTask', attributes: ['role', 'outcomes', 'due', 'notify'] },
  'bpmn:ServiceTask': { element: 'millrace:job', attributes: ['kind'] },
};
const NAMESPACE = 'urn:millrace:bpmn';

/** What is chosen in the diagram; without a choice the process itself. */
export type Chosen = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly isProcess: boolean;
  /** Attributes of ours by name; empty where none is written. */
  readonly attributes: Readonly<Record<string, string>>;
};

export type BpmnEditor = {
  /** Throws what is wrong with the file; answers what of it cannot be drawn. */
  readonly open: (xml: string) => Promise<readonly string[]>;
  readonly save: () => Promise<string>;
  readonly choose: (id: string) => void;
  readonly rename: (name: string) => void;
  readonly changeId: (id: string) => void;
  readonly set: (attribute: string, value: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly fit: () => void;
  readonly close: () => void;
};

type Listeners = { readonly onChange: () => void; readonly onChoose: (chosen: Chosen | undefined) => void };

/** The parts of diagram-js that are used; it has no types of its own for what `get` answers. */
type Any = { readonly $type: string; readonly [name: string]: unknown };
type Business = Any & { readonly id: string; readonly name?: string; readonly extensionElements?: { values?: Any[] } };
type Shape = { readonly id: string; readonly type: string; readonly businessObject: Business };
type Canvas = {
  getRootElement(): Shape;
  zoom(to: 'fit-viewport', center?: 'auto'): void;
  scrollToElement(shape: Shape): void;
};
type Modeling = { updateProperties(shape: Shape, properties: object): void };
type Moddle = {
  create(type: string, attributes: object): unknown;
  createAny(type: string, uri: string, attributes: object): Any;
};
type Selection = { get(): Shape[]; select(shape: Shape | null): void };
type Registry = { get(id: string): Shape | undefined };
type CommandStack = { undo(): void; redo(): void };

export function openEditor(container: HTMLElement, { onChange, onChoose }: Listeners): BpmnEditor {
  const modeler = new BpmnModeler({ container });
  const part = <T>(name: string): T => modeler.get(name) as T;
  const chosen = (): Shape | undefined => part<Selection>('selection').get()[0] ?? processOf(part<Canvas>('canvas'));
  const tell = (): void => onChoose(chosenOf(chosen()));
  const update = (properties: object): void => {
    const shape = chosen();
    if (shape !== undefined) part<Modeling>('modeling').updateProperties(shape, properties);
  };
  modeler.on('selection.changed', tell);
  modeler.on('commandStack.changed', () => {
    onChange();
    tell();
  });
  return {
    open: async (xml) => {
      const { warnings } = await modeler.importXML(xml);
      part<Canvas>('canvas').zoom('fit-viewport', 'auto');
      tell();
      return warnings.map(String);
    },
    save: async () => (await modeler.saveXML({ format: true })).xml ?? '',
    choose: (id) => {
      const shape = part<Registry>('elementRegistry').get(id);
      if (shape === undefined) return;
      part<Selection>('selection').select(shape);
      part<Canvas>('canvas').scrollToElement(shape);
    },
    rename: (name) => update({ name: name === '' ? undefined : name }),
    changeId: (id) => update({ id }),
    set: (attribute, value) => {
      const shape = chosen();
      if (shape !== undefined) update(extended(shape, part<Moddle>('moddle'), { [attribute]: value }));
    },
    undo: () => part<CommandStack>('commandStack').undo(),
    redo: () => part<CommandStack>('commandStack').redo(),
    fit: () => part<Canvas>('canvas').zoom('fit-viewport', 'auto'),
    close: () => modeler.destroy(),
  };
}

/** A file of several pools has a collaboration as its root, which is no process. */
function processOf(canvas: Canvas): Shape | undefined {
  const root = canvas.getRootElement();
  return root.type === 'bpmn:Process' ? root : undefined;
}

function chosenOf(shape: Shape | undefined): Chosen | undefined {
  if (shape === undefined) return undefined;
  const { businessObject: business, type } = shape;
  const extension = Object.hasOwn(EXTENSIONS, type) ? EXTENSIONS[type] : undefined;
  const written = extension && business.extensionElements?.values?.find(({ $type }) => $type === extension.element);
  const attributes = (extension?.attributes ?? []).map((name) => [name, String(written?.[name] ?? '')] as const);
  return {
    ...{ id: business.id, type, name: business.name ?? '', isProcess: type === 'bpmn:Process' },
    attributes: Object.fromEntries(attributes),
  };
}

/** The extension elements with an attribute of ours changed; whatever else is in them stays. */
function extended(shape: Shape, moddle: Moddle, change: Readonly<Record<string, string>>): object {
  const extension = EXTENSIONS[shape.type];
  if (extension === undefined) return {};
  const values = shape.businessObject.extensionElements?.values ?? [];
  const before = values.find(({ $type }) => $type === extension.element);
  const { $type: _, ...rest } = before ?? { $type: '' };
  const attributes = Object.entries({ ...rest, ...change }).filter(([, value]) => value !== '' && value !== undefined);
  const others = values.filter((value) => value !== before);
  const after = moddle.createAny(extension.element, NAMESPACE, Object.fromEntries(attributes));
  return { extensionElements: moddle.create('bpmn:ExtensionElements', { values: [...others, after] }) };
}
