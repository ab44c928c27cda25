/** The made-up process definitions of the development server: branches, a loop, a sub-process, a boundary event. */
import { iso, startedAt } from './plant.mjs';

const dayMs = 86_400_000;
const nodes = (list) => list.map((node) => ({ outcomes: [], name: '', ...node }));
const flows = (list) => list.map((flow) => ({ isDefault: false, ...flow }));
const versions = (...list) =>
  list.map(([version, daysAgo, deployedBy]) => ({ version, deployedAt: iso(startedAt - daysAgo * dayMs), deployedBy }));

const fired = ['fired', 'expired'];
const done = ['done'];

const equipmentDefect = {
  key: 'equipment-defect',
  name: { en: 'Equipment defect', he: 'תקלת ציוד' },
  versions: versions([3, 6, 'avi'], [2, 31, 'avi'], [1, 64, 'noa']),
  nodes: nodes([
    { id: 'start', type: 'start', name: { en: 'Both criteria fire', he: 'שני הקריטריונים מופעלים' } },
    { id: 'fork', type: 'parallelGateway' },
    { id: 'criterion-a', type: 'criterion', name: { en: 'Criterion A', he: 'קריטריון א' }, outcomes: fired },
    { id: 'criterion-b', type: 'criterion', name: { en: 'Criterion B', he: 'קריטריון ב' }, outcomes: fired },
    { id: 'join', type: 'parallelGateway' },
    {
      id: 'operator',
      type: 'userTask',
      name: { en: 'Judge the alarm', he: 'שיפוט ההתראה' },
      role: 'operator',
      outcomes: ['confirmed', 'rejected'],
    },
    {
      id: 'technologist',
      type: 'userTask',
      name: { en: 'Repair the machine', he: 'תיקון המכונה' },
      role: 'technologist',
      outcomes: ['repaired', 'no-defect-found'],
    },
    {
      id: 'engineer',
      type: 'userTask',
      name: { en: 'Correct the criteria', he: 'תיקון הקריטריונים' },
      role: 'engineer',
      outcomes: ['changed'],
    },
    { id: 'tell-shift', type: 'mail', name: { en: 'Tell the shift', he: 'עדכון המשמרת' }, outcomes: done },
    { id: 'end', type: 'end', name: { en: 'Settled', he: 'הוכרע' } },
  ]),
  flows: flows([
    { from: 'start', to: 'fork' },
    { from: 'fork', to: 'criterion-a' },
    { from: 'fork', to: 'criterion-b' },
    { from: 'criterion-a', to: 'join', outcome: 'fired' },
    { from: 'criterion-b', to: 'join', outcome: 'fired' },
    { from: 'join', to: 'operator' },
    { from: 'operator', to: 'technologist', outcome: 'confirmed' },
    { from: 'operator', to: 'engineer', outcome: 'rejected' },
    { from: 'technologist', to: 'tell-shift' },
    { from: 'engineer', to: 'end' },
    { from: 'tell-shift', to: 'end' },
  ]),
};

const batchRelease = {
  key: 'batch-release',
  name: 'Release of a batch',
  versions: versions([1, 20, 'noa']),
  nodes: nodes([
    { id: 'start', type: 'start', name: 'Batch arrives' },
    { id: 'sample', type: 'job', name: 'Take a sample', outcomes: done },
    { id: 'measure', type: 'subProcess', name: 'Laboratory' },
    { id: 'in-start', type: 'start', parent: 'measure' },
    { id: 'moisture', type: 'job', name: 'Measure the moisture', parent: 'measure', outcomes: done },
    { id: 'strength', type: 'job', name: 'Measure the strength', parent: 'measure', outcomes: done },
    { id: 'in-end', type: 'end', parent: 'measure' },
    { id: 'good', type: 'exclusiveGateway', name: 'Good enough?' },
    {
      id: 'release',
      type: 'userTask',
      name: 'Release the batch',
      role: 'engineer',
      outcomes: ['approved', 'rejected'],
    },
    { id: 'too-late', type: 'boundary', name: '4 h', attachedTo: 'release' },
    { id: 'remind', type: 'mail', name: 'Remind the engineer', outcomes: done },
    { id: 'wait', type: 'catch', event: 'timer', name: 'Dry for 2 h' },
    { id: 'released', type: 'end', name: 'Released' },
  ]),
  flows: flows([
    { from: 'start', to: 'sample' },
    { from: 'sample', to: 'measure' },
    { from: 'in-start', to: 'moisture' },
    { from: 'moisture', to: 'strength' },
    { from: 'strength', to: 'in-end' },
    { from: 'measure', to: 'good' },
    { from: 'good', to: 'release', when: 'moisture < 19' },
    { from: 'good', to: 'wait', isDefault: true },
    { from: 'wait', to: 'sample' },
    { from: 'release', to: 'released', outcome: 'approved' },
    { from: 'release', to: 'wait', outcome: 'rejected' },
    { from: 'too-late', to: 'remind' },
  ]),
};

const sparePart = {
  key: 'spare-part',
  name: 'Spare part',
  versions: versions([2, 2, 'avi'], [1, 48, 'avi']),
  nodes: nodes([
    { id: 'start', type: 'start', name: 'Part requested' },
    { id: 'order', type: 'job', name: 'Order the part', outcomes: ['done', 'not-available'] },
    { id: 'arrived', type: 'catch', event: 'message', name: 'Part arrived' },
    { id: 'install', type: 'userTask', name: 'Install the part', role: 'technologist', outcomes: done },
    { id: 'end', type: 'end' },
  ]),
  flows: flows([
    { from: 'start', to: 'order' },
    { from: 'order', to: 'arrived', outcome: 'done' },
    { from: 'order', to: 'end', outcome: 'not-available' },
    { from: 'arrived', to: 'install' },
    { from: 'install', to: 'end' },
  ]),
};

export const definitions = [equipmentDefect, batchRelease, sparePart];
