import { describe, expect, it } from 'vitest';
import { differenceIn, queueDiffers } from './queue-difference.ts';

const refused = (text: string): Error =>
  new Error(`Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - ${text}"`);

describe('the difference between a wanted and an existing queue', () => {
  it('is read from what servers say', () => {
    const start = "inequivalent arg 'x-max-length' for queue 'orders' in vhost '/': received";
    expect(differenceIn(refused(`${start} '11' but current is '10'`))).toEqual({
      argument: 'x-max-length',
      found: '10',
      wanted: '11',
    });
    expect(differenceIn(refused(`${start} none but current is the value '10' of type 'byte'`))).toEqual({
      argument: 'x-max-length',
      found: '10',
      wanted: 'none',
    });
    expect(differenceIn(refused(`${start} the value '1' of type 'byte' but current is none`))).toEqual({
      argument: 'x-max-length',
      found: 'none',
      wanted: '1',
    });
  });

  it('may be its owner', () => {
    const locked = new Error("405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'view'");
    expect(differenceIn(locked)).toMatchObject({ argument: 'owner' });
    expect(differenceIn(new Error('404 NOT_FOUND'))).toBeUndefined();
  });

  it('becomes an error that names the argument', () => {
    const error = queueDiffers('orders', { argument: 'x-max-length', found: '10', wanted: '11' });
    expect([error.code, error.message]).toEqual([
      'bus.queue-differs',
      'The queue orders exists with x-max-length 10, not 11.',
    ]);
  });
});
