/** A file that is dropped anywhere on the page, and whether one hovers over it. */
import { useEffect, useEffectEvent, useState } from 'react';

export type ChosenFile = { readonly name: string; readonly xml: string };

export function useDroppedFile(onDrop: ((file: ChosenFile) => void) | undefined): boolean {
  const [isOver, setIsOver] = useState(false);
  const isListening = onDrop !== undefined;
  const take = useEffectEvent((file: ChosenFile) => onDrop?.(file));
  useEffect(() => {
    if (!isListening) return undefined;
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      // Without this the browser leaves the page and shows the file.
      event.preventDefault();
      setIsOver(true);
    };
    const left = (event: DragEvent): void => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent): void => {
      const [file] = event.dataTransfer?.files ?? [];
      setIsOver(false);
      if (file === undefined) return;
      event.preventDefault();
      void file.text().then((xml) => take({ name: file.name, xml }));
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', left);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', left);
      document.removeEventListener('drop', drop);
    };
  }, [isListening]);
  return isOver;
}
