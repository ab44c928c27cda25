/** What a page can be asked that no eye has to look at: is it accessible, does it fit, is something drawn? */
import { type AxeResults, source } from 'axe-core';
import type { Page } from 'playwright-core';

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Breaches of accessibility that keep somebody from using the page: all of them, or those of its colours. */
export async function breachesOn(page: Page, of: 'everything' | 'colours'): Promise<string[]> {
  await page.evaluate(`globalThis.axe ?? ${source}`);
  await page.evaluate(COLOURS_AT_REST);
  const options = { resultTypes: ['violations'], ...(of === 'colours' && { runOnly: COLOUR_RULES }) };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes: [first, ...others] }) => {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      return `${id} (${impact}): ${first?.target.join(' ')}${more}: ${first?.failureSummary}`;
    });
}

/** On its way from one colour to another a text has neither. What moves for ever is not waited for. */
const COLOURS_AT_REST = `Promise.allSettled(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished),
)`;

/** Elements that stick out of the window at either side. What scrolls or ends in a frame of its own does not count. */
export const stickingOut = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    const frames = (element) => {
      for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') return true;
      }
      return false;
    };
    const outside = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1) && !frames(element);
    });
    const wide = root.scrollWidth > innerWidth ? ['the page is ' + root.scrollWidth + ' px wide'] : [];
    return [...wide, ...outside.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
  })()`);

export type Drawn = { readonly line: number; readonly firing: number };

/** In how many columns of the first chart there is something of its line, and at its top of the marks of firings. */
export const drawnOn = (page: Page): Promise<Drawn> =>
  page.evaluate<Drawn>(`(() => {
    const canvas = document.querySelector('figure canvas');
    const style = getComputedStyle(canvas);
    const dot = document.createElement('canvas').getContext('2d');
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const columns = (colour, rows) => {
      dot.fillStyle = style.getPropertyValue(colour);
      dot.fillRect(0, 0, 1, 1);
      const [red, green, blue] = dot.getImageData(0, 0, 1, 1).data;
      const isPainted = (at) =>
        data[at + 3] > 200 && Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 60;
      let count = 0;
      for (let x = 0; x < width; x++) {
        let y = 0;
        while (y < rows && !isPainted((y * width + x) * 4)) y++;
        if (y < rows) count++;
      }
      return count;
    };
    return { line: columns('--chart-line', height), firing: columns('--chart-firing', 20) };
  })()`);
