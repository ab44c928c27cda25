/** The modules of a server, and what it lends to them. */
import type { Store } from '../../store/store.ts';
import type { ModuleFaces } from '../core/module-face.ts';
import { builtInModules } from './built-in.ts';
import { type Network, openNetwork } from './http/network.ts';
import type { Module } from './module.ts';
import { byName, facesOf } from './registry.ts';
import type { Secrets } from './secrets.ts';
import { ModuleRegister } from './served/register.ts';

export type ModuleSettings = {
  /** Beside those that every server has: of its folder. */
  readonly own?: readonly Module[];
  /** Hosts, addresses and networks that may be reached though they are not public. */
  readonly allow?: readonly string[];
  readonly secrets?: Secrets;
};

export type Modules = {
  readonly register: ModuleRegister;
  readonly faces: ModuleFaces;
  readonly network: Network;
  readonly secrets: Secrets;
};

/** Knows those that services had registered before. */
export async function openModules(
  store: Store,
  { own = [], allow = [], secrets = new Map() }: ModuleSettings = {},
): Promise<Modules> {
  const register = new ModuleRegister({ store, builtIn: byName(builtInModules), folder: byName(own) });
  await register.refresh();
  const faces = { ...facesOf(register), refresh: () => register.refresh() };
  return { register, faces, network: openNetwork(allow), secrets };
}
