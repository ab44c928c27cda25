/** A canvas cannot read style sheets, so the chart's colours are looked up once for each colour scheme. */

export type ChartColours = ReturnType<typeof readChartColours>;

export function readChartColours(element: Element) {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: colour('--chart-line'),
    band: colour('--chart-band'),
    limit: colour('--chart-limit'),
    preview: colour('--chart-preview'),
    firing: colour('--chart-firing'),
    anomaly: colour('--chart-anomaly'),
    anomalyLine: colour('--chart-anomaly-line'),
    grid: colour('--chart-grid'),
    axis: colour('--chart-axis'),
    surface: colour('--surface'),
  };
}
