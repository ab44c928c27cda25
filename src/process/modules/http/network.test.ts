import { describe, expect, it } from 'vitest';
import { type Address, isAllowance, openNetwork } from './network.ts';

/** A resolver that knows one name. */
const resolvesTo =
  (...addresses: string[]) =>
  async (): Promise<Address[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('without a word from the operator a step reaches', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001:800::200e'])(
    'the public address %s',
    async (address) => {
      const network = openNetwork([], resolvesTo(address));
      expect(await network.resolve('example.com')).toHaveLength(1);
      expect(network.allows('example.com', address)).toBe(true);
    },
  );

  it.each([
    ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'],
    ...[
      '169.254.169.254',
      '168.63.129.16',
      '100.100.100.200',
      '192.0.0.192',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '2001:db8::1'],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:10.0.0.1', '::127.0.0.1'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::'],
  ])('not %s', async (address) => {
    const network = openNetwork([], resolvesTo(address));
    await expect(network.resolve('inner.example')).rejects.toThrow('no public address');
    expect(network.allows('inner.example', address)).toBe(false);
  });

  it('of a name with public and inner addresses only the public ones', async () => {
    const network = openNetwork([], resolvesTo('10.0.0.1', '93.184.216.34'));
    expect(await network.resolve('both.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
  });
});

describe('the operator can open', () => {
  it('a host by its name, whatever its case', () => {
    const network = openNetwork(['ERP.plant.example']);
    expect(network.allows('erp.plant.example', '10.0.0.1')).toBe(true);
    expect(network.allows('other.plant.example', '10.0.0.1')).toBe(false);
  });

  it('an address and a network, however they are written', () => {
    const network = openNetwork(['127.0.0.1', '10.20.0.0/16', 'fd00:1::/32']);
    expect(network.allows('x', '127.0.0.1')).toBe(true);
    expect(network.allows('x', '::ffff:127.0.0.1')).toBe(true);
    expect(network.allows('x', '127.0.0.2')).toBe(false);
    expect(network.allows('x', '10.20.30.40')).toBe(true);
    expect(network.allows('x', '10.21.0.1')).toBe(false);
    expect(network.allows('x', 'fd00:1::5')).toBe(true);
    expect(network.allows('x', 'fd00:2::5')).toBe(false);
  });

  it('nothing that is neither', () => {
    const given = ['erp.example', 'localhost', '10.0.0.0/8', '10.0.0.0/33', '::1', '127.1', 'http://x', 'a b', '', '*'];
    expect(given.filter(isAllowance)).toEqual(['erp.example', 'localhost', '10.0.0.0/8', '::1']);
  });
});
