/** What serves a service: its definition, and who carries its operations out. */
import type { App } from './app-type.ts';
import type { Handler, ServiceDefinition } from './definition.ts';

export type ServedService = {
  readonly definition: ServiceDefinition;
  readonly handlerOf: (operation: string) => Handler;
  readonly start: (app: App) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What a service may do at its start, before any message, and at its end, after the last one. By the app it asks others, and itself. */
export type Lifespan = {
  readonly onStart?: (app: App) => Promise<void> | void;
  readonly onStop?: () => Promise<void> | void;
};
