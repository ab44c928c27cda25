/** dmn-js, as far as the page speaks with it. A chunk of its own, fetched when a diagram is opened; its logo stays in the picture. */
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import NavigatedViewer from 'dmn-js/lib/NavigatedViewer';
import { asDmn13 } from './dmn-versions.ts';
import { withLayout } from './with-layout.ts';

export type DmnPicture = {
  /** Throws what is wrong with the file. */
  readonly open: (xml: string) => Promise<void>;
  readonly close: () => void;
};

type Canvas = { zoom(to: 'fit-viewport', center: 'auto'): void };

export function openPicture(container: HTMLElement): DmnPicture {
  const viewer = new NavigatedViewer({ container });
  return {
    open: async (xml) => {
      await viewer.importXML(withLayout(asDmn13(xml)));
      const canvas = viewer.getActiveView()?.type === 'drd' ? viewer.getActiveViewer()?.get('canvas') : undefined;
      if (canvas !== undefined) (canvas as Canvas).zoom('fit-viewport', 'auto');
    },
    close: () => viewer.destroy(),
  };
}
