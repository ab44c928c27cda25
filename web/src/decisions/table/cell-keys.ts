/** Which keys move between the cells of a table, and which change its rules. Pure. */

export type CellText = { readonly value: string; readonly start: number; readonly end: number };
export type Pressed = {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
};

export type KeyAction =
  /** `columns` points the way the eye goes: −1 is the left. */
  | { readonly kind: 'move'; readonly rules: -1 | 0 | 1; readonly columns: -1 | 0 | 1 }
  | { readonly kind: 'moveRule'; readonly by: -1 | 1 }
  | { readonly kind: 'addRule' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

/** Undefined: the key belongs to the text. In a text of several lines the arrows move in it first. */
export function actionOf({ key, ctrl, alt, shift }: Pressed, text: CellText, isRtl: boolean): KeyAction | undefined {
  if (alt) return key === 'ArrowUp' ? moveRule(-1) : key === 'ArrowDown' ? moveRule(1) : undefined;
  if (ctrl) {
    if (key === 'Enter') return { kind: 'addRule' };
    const letter = key.toLowerCase();
    if (letter === 'y' || (letter === 'z' && shift)) return { kind: 'redo' };
    return letter === 'z' ? { kind: 'undo' } : undefined;
  }
  // With the shift key Enter breaks the line, and the arrows select.
  if (shift) return undefined;
  const { value, start, end } = text;
  const isCaret = start === end;
  switch (key) {
    case 'Enter':
      return move(1, 0);
    case 'ArrowUp':
      return value.lastIndexOf('\n', start - 1) === -1 || start === 0 ? move(-1, 0) : undefined;
    case 'ArrowDown':
      return value.includes('\n', end) ? undefined : move(1, 0);
    case 'ArrowLeft':
      return isCaret && start === (isRtl ? value.length : 0) ? move(0, -1) : undefined;
    case 'ArrowRight':
      return isCaret && start === (isRtl ? 0 : value.length) ? move(0, 1) : undefined;
    default:
      return undefined;
  }
}

const move = (rules: -1 | 0 | 1, columns: -1 | 0 | 1): KeyAction => ({ kind: 'move', rules, columns });
const moveRule = (by: -1 | 1): KeyAction => ({ kind: 'moveRule', by });
