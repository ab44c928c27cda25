/** The measurement services that come with Millrace. */
import { brickProduction } from './brick-production.ts';
import { machineMonitoring } from './machine-monitoring.ts';
import type { MeasurementService } from './measurement-service.ts';
import { moistureAnalysis } from './moisture-analysis.ts';

export const SHIPPED: readonly MeasurementService[] = [brickProduction, moistureAnalysis, machineMonitoring];
