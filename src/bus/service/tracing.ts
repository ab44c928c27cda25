/**
 * Traces through messages. Without further parts a trace context that came is passed on with every call, event and result.
 * With the module `@opentelemetry/api` handed in, each call and each handler is a span of it.
 */
import type { OperationKind } from './incoming.ts';

export type Traced = {
  readonly service: string;
  readonly operation: string;
  readonly kind: OperationKind;
  readonly id: string;
};

export type Tracing = {
  /** The headers that carry the trace on from here. */
  inject(headers: Record<string, string>): void;
  /** Runs a handler inside of a span that continues the trace of these headers. */
  serve<Result>(traced: Traced, headers: Readonly<Record<string, string>>, act: () => Promise<Result>): Promise<Result>;
};

type Span = {
  recordException(error: Error): void;
  setStatus(status: { readonly code: number; readonly message?: string }): void;
  end(): void;
};

/** The part of `@opentelemetry/api` (1.x) that is used; hand in the module itself. */
export type OpenTelemetryApi = {
  readonly context: { active(): unknown; with<Result>(context: never, act: () => Result): Result };
  readonly propagation: {
    inject(context: never, carrier: Record<string, string>): void;
    extract(context: never, carrier: Readonly<Record<string, string>>): unknown;
  };
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: { kind: number; attributes: Record<string, string> }, context: never): Span;
    };
    setSpan(context: never, span: never): unknown;
  };
};

/** OpenTelemetry's numbers for a span that consumes, and one whose work failed. */
const CONSUMER = 4;
const FAILED = 2;

/** Names after OpenTelemetry's semantic conventions for messaging. */
export function openTelemetryTracing(api: OpenTelemetryApi): Tracing {
  const { context, propagation, trace } = api;
  const tracer = trace.getTracer('millrace');
  return {
    inject: (headers) => propagation.inject(context.active() as never, headers),
    serve: async ({ service, operation, kind, id }, headers, act) => {
      const parent = propagation.extract(context.active() as never, headers);
      const attributes = {
        'messaging.system': 'millrace',
        'messaging.operation.type': 'process',
        'messaging.destination.name': service,
        'messaging.message.id': id,
        'millrace.operation': operation,
        'millrace.kind': kind,
      };
      const span = tracer.startSpan(`process ${service}.${operation}`, { kind: CONSUMER, attributes }, parent as never);
      try {
        return await context.with(trace.setSpan(parent as never, span as never) as never, act);
      } catch (error) {
        if (error instanceof Error) span.recordException(error);
        span.setStatus({ code: FAILED });
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
