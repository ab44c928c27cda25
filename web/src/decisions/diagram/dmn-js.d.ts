/** dmn-js comes without types; this is what the pages use of it. */
declare module 'dmn-js/lib/NavigatedViewer' {
  type View = { readonly type: string; readonly element: { readonly id: string } };
  export default class NavigatedViewer {
    constructor(options: { readonly container: HTMLElement });
    importXML(xml: string): Promise<unknown>;
    getActiveView(): View | undefined;
    getActiveViewer(): { get(name: string): unknown } | undefined;
    destroy(): void;
  }
}

declare module 'dmn-js/lib/Modeler' {
  export type View = { readonly type: string; readonly element: { readonly id: string } };
  /** One of its editors: of the graph, of tables, of expressions. */
  export type Editor = {
    get(name: string): unknown;
    on(event: string, listener: (event: never) => void): void;
  };
  export default class Modeler {
    constructor(options: { readonly container: HTMLElement; readonly common?: object });
    importXML(xml: string): Promise<unknown>;
    saveXML(options: { readonly format: boolean }): Promise<{ readonly xml: string }>;
    on(event: 'viewer.created', listener: (event: { readonly viewer: Editor }) => void): void;
    on(event: 'views.changed', listener: () => void): void;
    getViews(): readonly View[];
    getActiveView(): View | undefined;
    getActiveViewer(): Editor | undefined;
    open(view: View): Promise<unknown>;
    destroy(): void;
  }
}
