/** Analyses of what was measured. */
import { z } from 'zod';
import { type Route, route } from '../route.ts';
import { labelsBody, reportOf, reportSchema, windowsOf } from '../views/report-view.ts';
import { text } from '../wire-schema.ts';

const report = route({
  method: 'POST',
  path: '/api/v1/analyses',
  audience: ['operator', 'engineer', 'technologist'],
  area: 'Analyses',
  summary:
    'Compares the anomalies of a device with labelled windows: which were hit, which were missed, which anomalies were false alarms.',
  errors: ['device.unknown', 'measurement.invalid-windows'],
  body: z.strictObject({
    device: text(200),
    kind: z.literal('report'),
    labels: labelsBody,
    series: text(500).describe('Which of the labels, when they name several series.').exactOptional(),
  }),
  answer: { status: 200, schema: reportSchema },
  run: async ({ body: { device, labels, series }, services }) =>
    reportOf(await services.measurements.report({ device, windows: windowsOf(labels, series) })),
});

export const analysisRoutes: readonly Route[] = [report];
