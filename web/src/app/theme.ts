/** The look: a calm neutral canvas, one accent the colour of deep water, text that passes AA on every surface. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const water: MantineColorsTuple = [
  '#eaf5f8',
  '#d6eaf0',
  '#aed5e1',
  '#83bfd1',
  '#5eacc4',
  '#3c97b2',
  '#237f9b',
  '#13667f',
  '#0d5268',
  '#083e50',
];

const danger: MantineColorsTuple = [
  '#fcebe9',
  '#f7d6d3',
  '#eeb0ab',
  '#f5a39c',
  '#ff9a92',
  '#d9534d',
  '#bf3a35',
  '#a92525',
  '#8c1b1b',
  '#6d1313',
];

/** Mantine paints dark surfaces with 6 to 8, dark borders with 4, dark text with 0 to 2. */
const dark: MantineColorsTuple = [
  '#e4e9eb',
  '#c6ced2',
  '#a9b4ba',
  '#87949b',
  '#3b464c',
  '#333e44',
  '#262e33',
  '#1c2327',
  '#14191c',
  '#0e1214',
];

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 7 },
  colors: { water, danger, dark },
  fontFamily: '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Notification: { styles: { description: { color: 'var(--ink-soft)' } } },
    TextInput: { defaultProps: { size: 'sm' } },
  },
});

/** Mantine's own dimmed, placeholder and error colours are too pale for AA; these are not. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-water-light': 'var(--accent-soft)',
    '--mantine-color-water-light-hover': 'var(--accent-soft)',
    '--mantine-color-water-light-color': 'var(--accent)',
  },
  light: {
    '--mantine-color-text': '#1b2428',
    '--mantine-color-dimmed': '#4f5c63',
    '--mantine-color-placeholder': '#66737a',
    '--mantine-color-error': '#a92525',
    '--mantine-color-anchor': '#13667f',
  },
  dark: {
    '--mantine-color-text': '#e4e9eb',
    '--mantine-color-dimmed': '#a9b4ba',
    '--mantine-color-placeholder': '#87949b',
    '--mantine-color-error': '#ff9a92',
    '--mantine-color-anchor': '#77bfd4',
  },
});
