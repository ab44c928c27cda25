/** dmn-js as an editor, as far as the page speaks with it. A chunk of its own, fetched when a graph is edited; its logo stays in the picture. */
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import Modeler, { type Editor } from 'dmn-js/lib/Modeler';
import { asBefore, asDmn13 } from './dmn-versions.ts';
import { type Loss, lossesOf } from './losses.ts';
import { withLayout } from './with-layout.ts';

/** What is chosen in the graph. */
export type ChosenElement = { readonly id: string; readonly type: string; readonly name: string };

export type Opened = {
  /** What it would lose of the file when it is saved; the file must not be edited then. */
  readonly losses: readonly Loss[];
  /** The file as it is saved with nothing changed. */
  readonly xml: string;
};

export type DmnEditor = {
  /** Throws what is wrong with the file. */
  readonly open: (xml: string) => Promise<Opened>;
  /** The file as it is now, in the version of DMN that it had. */
  readonly save: () => Promise<string>;
  /** Opens the table or expression of an element, or brings it into sight in the graph. */
  readonly show: (id: string) => Promise<void>;
  readonly rename: (name: string) => void;
  /** False: something else has this id. */
  readonly changeId: (id: string) => boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly fit: () => void;
  readonly close: () => void;
};

type Listeners = {
  readonly onChange: () => void;
  readonly onChoose: (chosen: ChosenElement | undefined) => void;
};

/** The parts of diagram-js that are used; it has no types of its own for what `get` answers. */
type Shape = { readonly id: string; readonly type: string; readonly businessObject: { readonly name?: string } };
type Canvas = { zoom(to: 'fit-viewport', center: 'auto'): void; scrollToElement(shape: Shape): void };
type Selection = { get(): Shape[]; select(shape: Shape): void };
type Registry = { get(id: string): Shape | undefined };
type Modeling = { updateProperties(shape: Shape, properties: object): void };
type CommandStack = { undo(): void; redo(): void };
type Ids = { readonly ids: { assigned(id: string): unknown } };

/** Every letter counts at once, so that nothing is missing in what is saved. */
const COMMON = { debounceInput: false };

export function openEditor(container: HTMLElement, { onChange, onChoose }: Listeners): DmnEditor {
  const modeler = new Modeler({ container, common: COMMON });
  let original = '';
  const save = async (): Promise<string> => asBefore((await modeler.saveXML({ format: true })).xml, original);
  const graph = (): Editor | undefined =>
    modeler.getActiveView()?.type === 'drd' ? modeler.getActiveViewer() : undefined;
  const part = <T>(name: string): T | undefined => graph()?.get(name) as T | undefined;
  const chosen = (): Shape | undefined => {
    const shapes = part<Selection>('selection')?.get() ?? [];
    return shapes.length === 1 ? shapes[0] : undefined;
  };
  const tell = (): void => onChoose(chosenOf(chosen()));
  const update = (properties: object): void => {
    const shape = chosen();
    if (shape !== undefined) part<Modeling>('modeling')?.updateProperties(shape, properties);
  };
  modeler.on('viewer.created', ({ viewer }) => {
    viewer.on('commandStack.changed', ({ trigger }: { readonly trigger: string | null }) => {
      if (trigger !== 'clear' && trigger !== null) onChange();
      tell();
    });
    viewer.on('selection.changed', tell);
  });
  modeler.on('views.changed', tell);
  const commands = (): CommandStack | undefined => modeler.getActiveViewer()?.get('commandStack') as CommandStack;
  const fitToWindow = (): void => part<Canvas>('canvas')?.zoom('fit-viewport', 'auto');
  return {
    open: async (xml) => {
      original = xml;
      const laidOut = withLayout(asDmn13(xml));
      await modeler.importXML(laidOut);
      fitToWindow();
      const written = await save();
      return { losses: lossesOf(laidOut, written), xml: written };
    },
    save,
    show: async (id) => {
      const views = modeler.getViews();
      const active = modeler.getActiveView();
      const view = views.find(({ element }) => element.id === id) ?? views.find(({ type }) => type === 'drd');
      if (view !== undefined && view.element.id !== active?.element.id) await modeler.open(view);
      const shape = part<Registry>('elementRegistry')?.get(id);
      if (shape === undefined) return;
      part<Selection>('selection')?.select(shape);
      part<Canvas>('canvas')?.scrollToElement(shape);
    },
    rename: (name) => update({ name }),
    changeId: (id) => {
      if (part<Ids>('moddle')?.ids.assigned(id)) return false;
      update({ id });
      return true;
    },
    undo: () => commands()?.undo(),
    redo: () => commands()?.redo(),
    fit: fitToWindow,
    close: () => modeler.destroy(),
  };
}

function chosenOf(shape: Shape | undefined): ChosenElement | undefined {
  if (shape === undefined) return undefined;
  return { id: shape.id, type: shape.type.replace('dmn:', ''), name: shape.businessObject.name ?? '' };
}
