/** The modules of a server, and what it lends to them. */
import type { ModuleFaces } from '../core/module-face.ts';
import { builtInModules } from './built-in.ts';
import { type Network, openNetwork } from './http/network.ts';
import type { Module } from './module.ts';
import { byName, facesOf } from './registry.ts';
import type { Secrets } from './secrets.ts';

export type ModuleSettings = {
  /** Beside those that every server has. */
  readonly own?: readonly Module[];
  /** Hosts, addresses and networks that may be reached though they are not public. */
  readonly allow?: readonly string[];
  readonly secrets?: Secrets;
};

export type Modules = {
  readonly all: ReadonlyMap<string, Module>;
  readonly faces: ModuleFaces;
  readonly network: Network;
  readonly secrets: Secrets;
};

export function openModules({ own = [], allow = [], secrets = new Map() }: ModuleSettings = {}): Modules {
  const all = byName([...builtInModules, ...own]);
  return { all, faces: facesOf(all), network: openNetwork(allow), secrets };
}
