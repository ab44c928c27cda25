/** The made-up people of the development server, their recipient lists and tokens. */
import { iso, startedAt } from './plant.mjs';

const dayMs = 86_400_000;

export const people = [
  {
    id: 'noa',
    name: 'Noa Keren',
    email: 'noa@plant.example',
    language: 'he',
    roles: ['operator', 'engineer', 'technologist', 'administrator'],
  },
  { id: 'dana', name: 'Dana Levi', email: 'dana@plant.example', language: null, roles: ['operator'] },
  { id: 'avi', name: 'Avi Stern', email: 'avi@plant.example', language: null, roles: ['engineer', 'operator'] },
  { id: 'tamar', name: 'Tamar Gold', email: 'tamar@plant.example', language: null, roles: ['technologist'] },
  { id: 'igor', name: 'Igor Petrov', email: null, language: null, roles: ['operator', 'shift-lead'] },
  { id: 'guest', name: 'New colleague', email: null, language: null, roles: [] },
];

export const recipients = [
  {
    name: 'shift',
    members: [
      { kind: 'role', value: 'operator' },
      { kind: 'address', value: 'shift@plant.example' },
    ],
    updatedAt: iso(startedAt - 3 * dayMs),
    updatedBy: 'noa',
  },
  {
    name: 'maintenance',
    members: [
      { kind: 'role', value: 'technologist' },
      { kind: 'person', value: 'avi' },
    ],
    updatedAt: iso(startedAt - 12 * dayMs),
    updatedBy: 'noa',
  },
  { name: 'quality', members: [], updatedAt: iso(startedAt - 30 * dayMs), updatedBy: 'noa' },
];

export const tokens = [
  {
    id: 'tok_1',
    name: 'line A gateway',
    roles: ['device'],
    createdAt: iso(startedAt - 40 * dayMs),
    expiresAt: null,
    createdBy: 'noa',
    usedAt: iso(startedAt - 4_000),
  },
  {
    id: 'tok_2',
    name: 'spare-parts worker',
    roles: ['worker'],
    createdAt: iso(startedAt - 12 * dayMs),
    expiresAt: iso(startedAt + 78 * dayMs),
    createdBy: 'noa',
    usedAt: iso(startedAt - 3_600_000),
  },
  {
    id: 'tok_3',
    name: 'weekly report',
    roles: ['engineer'],
    createdAt: iso(startedAt - 2 * dayMs),
    expiresAt: iso(startedAt + 28 * dayMs),
    createdBy: 'noa',
    usedAt: null,
  },
];
