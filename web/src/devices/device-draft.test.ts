/** A device while it is being declared or changed. */
import { describe, expect, it } from 'vitest';
import type { Device } from '../api/measurements.ts';
import { changeOf, draftOf, newDeviceOf, newDraft, newField, nextRow, problemOf } from './device-draft.ts';

const press: Device = {
  id: 'press-1',
  name: 'Press',
  line: 'north',
  fields: [
    { name: 'temperature', unit: '°C', min: 0, max: 150, thresholds: { novelty: 3 } },
    { name: 'count', role: 'counter', maxRate: 2, required: true },
    { name: 'mode', role: 'state', values: ['auto', 'setup'], states: { auto: 'auto', setup: 'setup' } },
    { name: 'product', role: 'label', values: ['P1', 'P2'] },
  ],
  idealCycle: '600ms',
  service: null,
  expectedInterval: null,
  maxGap: null,
  products: {},
  lastSeenAt: null,
  lastReadingAt: null,
  simulated: false,
};
const withField = (place: number, part: object) => {
  const draft = draftOf(press);
  return { ...draft, fields: draft.fields.map((field, at) => (at === place ? { ...field, ...part } : field)) };
};

describe('a new device', () => {
  it('has an id and a field, or a service that brings fields', () => {
    const draft = newDraft();
    expect(problemOf(draft)).toBe('id');
    expect(problemOf({ ...draft, id: 'press-1' })).toBe('name');
    expect(problemOf({ ...draft, id: 'press-1', fields: [] })).toBe('fields');
    expect(problemOf({ ...draft, id: 'press-1', service: 'brick-production' })).toBeUndefined();
    expect(newDeviceOf({ ...draft, id: ' press-1 ', service: 'brick-production' })).toEqual({
      id: 'press-1',
      service: 'brick-production',
    });
  });

  it('has no field twice', () => {
    const fields = [newField(0), newField(1)].map((field) => ({ ...field, name: ' temperature' }));
    expect(problemOf({ ...newDraft(), id: 'press-1', fields })).toBe('twice');
    expect(nextRow(fields)).toBe(2);
  });

  it('says of a field what its role knows', () => {
    const field = { ...newField(0), min: 0, max: 9, maxRate: 2, values: 'a, b,', unit: ' bar ', required: true };
    const declared = (role: 'gauge' | 'counter' | 'label') =>
      newDeviceOf({ ...newDraft(), id: 'x', fields: [{ ...field, name: 'f', role }] }).fields;
    const common = { name: 'f', unit: 'bar', required: true };
    expect(declared('gauge')).toEqual([{ ...common, role: 'gauge', min: 0, max: 9 }]);
    expect(declared('counter')).toEqual([{ ...common, role: 'counter', min: 0, max: 9, maxRate: 2 }]);
    expect(declared('label')).toEqual([{ ...common, role: 'label', values: ['a', 'b'] }]);
  });
});

describe('a change of a device', () => {
  it('is none while nothing differs', () => {
    expect(changeOf(draftOf(press), press)).toBeUndefined();
  });

  it('is only what differs', () => {
    expect(changeOf({ ...draftOf(press), line: 'south ', idealCycle: '' }, press)).toEqual({
      line: 'south',
      idealCycle: null,
    });
  });

  it('keeps what the form does not show of a field, and of the other fields everything', () => {
    const change = changeOf(withField(0, { max: 200, min: '' }), press);
    expect(change).toEqual({
      fields: [
        { name: 'temperature', role: 'gauge', unit: '°C', max: 200, thresholds: { novelty: 3 } },
        ...press.fields.slice(1),
      ],
    });
  });

  it('takes fields away', () => {
    const draft = draftOf(press);
    expect(changeOf({ ...draft, fields: draft.fields.slice(1) }, press)?.fields).toEqual(press.fields.slice(1));
  });
});
