/**
 * Which machines a step may reach. Definitions come over the network, so a step must not become a way to what only this
 * server reaches: its own ports, the plant's inner network, the metadata service of a cloud. Public addresses are free, all
 * others only when the operator names them. Names are resolved once, and the connection goes to an address that was checked.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4 } from 'node:net';

export type Address = { readonly address: string; readonly family: number };
export type Network = {
  /** The addresses of a host that may be reached. Throws {@link NotAllowed} when there is none, and what the resolver throws. */
  readonly resolve: (host: string) => Promise<readonly Address[]>;
  readonly allows: (host: string, address: string) => boolean;
};

/** A host that must not be reached from here. */
export class NotAllowed extends Error {}

/** Reserved, private, shared, link-local, multicast; and the one public address behind which a cloud keeps its secrets. */
const CLOSED_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];
const PUBLIC_IPV6 = ['2000::/3'];
/** Tunnels, which end at an IPv4 address that nobody would check, and documentation. */
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const closed = listOf([...CLOSED_IPV4, ...CLOSED_IPV6]);
const publicIpv6 = listOf(PUBLIC_IPV6);

type Resolver = (host: string) => Promise<readonly Address[]>;
const systemResolver: Resolver = (host) => lookup(host, { all: true });

/** `allow`: names of hosts, addresses and networks (`10.1.0.0/16`) that may be reached though they are not public. */
export function openNetwork(allow: readonly string[], resolver: Resolver = systemResolver): Network {
  const hosts = new Set(allow.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase()));
  const networks = listOf(allow.filter(isNetwork));
  const allows = (host: string, address: string): boolean =>
    hosts.has(host.toLowerCase()) || isPublic(address) || isIn(networks, plain(address));
  return {
    allows,
    resolve: async (host) => {
      const found = isIP(host) === 0 ? await resolver(host) : [{ address: host, family: isIP(host) }];
      const open = found.filter(({ address }) => allows(host, address));
      if (open.length > 0) return open;
      const where = found.map(({ address }) => address).join(', ');
      throw new NotAllowed(`"${host}" (${where}) is no public address; MILLRACE_HTTP_ALLOW can allow it`);
    },
  };
}

/** Whether it is a host's name, an address or a network. */
export const isAllowance = (entry: string): boolean =>
  isNetwork(entry) || (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(entry) && !/^[\d.]+$/.test(entry));

function isPublic(address: string): boolean {
  const bare = plain(address);
  if (isIP(bare) === 0 || isIn(closed, bare)) return false;
  return isIPv4(bare) || isIn(publicIpv6, bare);
}

/** An IPv4 address that is written as IPv6 is the IPv4 address. */
function plain(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address.includes('%') ? '' : address;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const isIn = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return list;
}
