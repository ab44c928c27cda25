/** `millrace`: message services and their clients, settlements for handlers, errors with stable codes, the clock. */

export { type OpenBrokerOptions, openBroker } from './app/open-broker.ts';
export {
  type AnalyzerCommands,
  type AnalyzerOptions,
  openAnalyzerCommands,
} from './bus/analyzer/analyzer-client.ts';
export {
  type AnalyzerCommand,
  analyzerCommands,
  COLORMAPS,
  type Colormap,
  type RecordingMetadata,
} from './bus/analyzer/command-table.ts';
export type { Keepalive } from './bus/analyzer/keepalive.ts';
export type { Broker, BrokerCapabilities, Message } from './bus/broker.ts';
export { type CloudEvent, fromCloudEvent, toCloudEvent } from './bus/cloud-event.ts';
export { Metric, metric } from './bus/producer/metric.ts';
export {
  type MetricsProducer,
  type MetricsProducerOptions,
  openMetricsProducer,
  type PublishedMetrics,
} from './bus/producer/metrics-producer.ts';
export { type AppOptions, startApp } from './bus/service/app.ts';
export type { App, Emitted } from './bus/service/app-type.ts';
export { type Client, client } from './bus/service/client.ts';
export { service } from './bus/service/decorators.ts';
export { declareService, defineService } from './bus/service/define-service.ts';
export type { ServiceOptions } from './bus/service/definition.ts';
export type { AnyIncoming, Cmd, Evt, Rpc } from './bus/service/incoming.ts';
export type { Middleware, RetryPolicy } from './bus/service/operation.ts';
export type { CallOptions } from './bus/service/question.ts';
export { command, on, rpc } from './bus/service/rpc.ts';
export { plainText, type Schema } from './bus/service/schema.ts';
export type { Lifespan } from './bus/service/served-service.ts';
export { ServiceError } from './bus/service/service-error.ts';
export { openTelemetryTracing, type Tracing } from './bus/service/tracing.ts';
export type { HandlerContext, HandlerJob, Handlers, JobHandler } from './jobs/daemon/handler.ts';
export { type Clock, type Instant, systemClock, VirtualClock } from './kernel/clock.ts';
export { isMillraceError, MillraceError } from './kernel/errors.ts';
export { discard, done, error, fail, type Settlement, snooze } from './kernel/settlement.ts';
export { defineModule, type Module, type ModuleContext, type ModuleServices } from './process/modules/module.ts';
export { type ServeModulesOptions, serveModules } from './process/modules/served/serve-modules.ts';
