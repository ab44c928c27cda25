/** dmn-js comes without types; this is what the page uses of it. */
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
