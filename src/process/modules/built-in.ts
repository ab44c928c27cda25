/** The modules that every server has. A new one is a file of its own, and a line here. */
import { commandModule } from './bus/command.ts';
import { eventModule } from './bus/event.ts';
import { rpcModule } from './bus/rpc.ts';
import { httpModule } from './http/http.ts';
import type { Module } from './module.ts';

export const builtInModules: readonly Module[] = [httpModule, rpcModule, commandModule, eventModule];
