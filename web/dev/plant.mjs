/** The made-up plant of the development server: devices, readings computed from the clock, criteria, anomalies. */

export const startedAt = Date.now();
export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const iso = (ms) => new Date(ms).toISOString();

const field = (name, unit, course) => ({ name, ...(unit && { unit }), course });

export const devices = [
  {
    id: 'press-1',
    name: 'Press 1',
    line: 'Line A',
    idealCycle: '12s',
    fields: [
      field('vibration', 'mm/s', { base: 2.6, wave: 0.4, noise: 0.5 }),
      field('temperature', '°C', { base: 61, wave: 4, noise: 0.8 }),
      field('pressure', 'bar', { base: 148, wave: 3, noise: 2.2 }),
    ],
  },
  {
    id: 'press-2',
    name: 'Press 2',
    line: 'Line A',
    idealCycle: '12s',
    fields: [
      field('vibration', 'mm/s', { base: 2.2, wave: 0.3, noise: 0.4 }),
      field('temperature', '°C', { base: 58, wave: 3, noise: 0.6 }),
    ],
  },
  {
    id: 'oven-1',
    name: 'Tunnel oven',
    line: 'Line B',
    idealCycle: null,
    fields: [
      field('temperature', '°C', { base: 182, wave: 6, noise: 1.5 }),
      field('humidity', '%', { base: 23, wave: 3, noise: 1 }),
    ],
  },
  {
    id: 'conveyor-3',
    name: 'Conveyor 3',
    line: 'Line B',
    idealCycle: null,
    silentSince: 47 * minuteMs,
    fields: [
      field('speed', 'm/s', { base: 0.8, wave: 0.05, noise: 0.03 }),
      field('current', 'A', { base: 11.5, wave: 0.8, noise: 0.5 }),
    ],
  },
  {
    id: 'moisture-1',
    name: 'Clay moisture',
    line: 'Line A',
    idealCycle: null,
    fields: [field('moisture', '%', { base: 18.4, wave: 0.7, noise: 0.25 })],
  },
  {
    id: 'packer-2',
    name: 'Packer 2',
    line: '',
    idealCycle: null,
    neverSeen: true,
    fields: [field('cycles', null, { base: 5, wave: 1, noise: 1 })],
  },
];

/** Times at which a reading leaves its usual course: device, field, when (before the start), how long, how far. */
const excursions = [
  { device: 'press-1', field: 'vibration', ago: 14 * minuteMs, lastsMs: 4 * minuteMs, by: 2.7, score: 9.4 },
  { device: 'press-1', field: 'temperature', ago: 13 * minuteMs, lastsMs: 5 * minuteMs, by: 17, score: 8.3 },
  { device: 'press-2', field: 'vibration', ago: 52 * minuteMs, lastsMs: 3 * minuteMs, by: 2.4, score: 6.8 },
  { device: 'press-2', field: 'temperature', ago: 51 * minuteMs, lastsMs: 4 * minuteMs, by: 14, score: 5.9 },
  { device: 'oven-1', field: 'temperature', ago: 3 * hourMs, lastsMs: 12 * minuteMs, by: 31, score: 11.2 },
  { device: 'oven-1', field: 'humidity', ago: 3 * hourMs, lastsMs: 10 * minuteMs, by: 9, score: 7.1 },
  { device: 'press-1', field: 'vibration', ago: 26 * hourMs, lastsMs: 6 * minuteMs, by: 2.2, score: 8.6 },
  { device: 'press-1', field: 'pressure', ago: 31 * minuteMs, lastsMs: 2 * minuteMs, by: -21, score: 7.7 },
].map((each, at) => ({
  ...each,
  id: `ano_${at + 1}`,
  fromMs: startedAt - each.ago,
  toMs: startedAt - each.ago + each.lastsMs,
}));

/** The same number for the same instant, whoever asks. */
function noiseAt(seed) {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return (x - Math.floor(x)) * 2 - 1;
}

export function readingAt(device, { name, course }, atMs) {
  const wave = Math.sin(atMs / (21 * minuteMs)) * course.wave + Math.sin(atMs / (3.7 * hourMs)) * course.wave;
  const noise = noiseAt(Math.floor(atMs / 2_000) % 1_000_003) * course.noise;
  const out = excursions
    .filter((each) => each.device === device.id && each.field === name && atMs >= each.fromMs && atMs <= each.toMs)
    .reduce((sum, { fromMs, lastsMs, by }) => sum + by * Math.sin((Math.PI * (atMs - fromMs)) / lastsMs) ** 0.7, 0);
  return course.base + wave + noise + (Number.isNaN(out) ? 0 : out);
}

export const lastSeenMs = (device) =>
  device.neverSeen ? null : device.silentSince ? startedAt - device.silentSince : Date.now() - (Date.now() % 2_000);

export function deviceJson(device) {
  const seen = lastSeenMs(device);
  const { id, name, line, idealCycle } = device;
  const fields = device.fields.map((each) => ({ name: each.name, unit: each.unit }));
  return { id, name, line, idealCycle, fields, lastSeenAt: seen === null ? null : iso(seen), simulated: true };
}

export function seriesJson(device, fieldName, query) {
  const of = device.fields.find(({ name }) => name === fieldName);
  const lastMs = lastSeenMs(device) ?? Date.now();
  const toMs = query.get('to') ? Date.parse(query.get('to')) : lastMs;
  const fromMs = query.get('from') ? Date.parse(query.get('from')) : toMs - 14 * 24 * hourMs;
  const stepMs = Math.max(2_000, (toMs - fromMs) / Number(query.get('points') ?? 600));
  const points = [];
  for (let atMs = fromMs; atMs < Math.min(toMs, lastMs); atMs += stepMs) {
    if (isPaused(device, atMs)) continue;
    const around = Array.from({ length: stepMs > 4_000 ? 9 : 1 }, (_, k) =>
      readingAt(device, of, atMs + (k * stepMs) / 9),
    );
    points.push([Math.round(atMs), Math.min(...around), Math.max(...around)]);
  }
  return { field: fieldName, unit: of.unit, from: iso(fromMs), to: iso(toMs), points };
}

/** Press 1 stood still for a while, so that charts have a hole to show. */
const isPaused = (device, atMs) =>
  device.id === 'press-1' && atMs > startedAt - 45 * minuteMs && atMs < startedAt - 40 * minuteMs;

export const anomalies = excursions.map(({ id, device, field: of, fromMs, toMs, lastsMs, by, score }, at) => {
  const { course } = devices.find((each) => each.id === device).fields.find(({ name }) => name === of);
  const isJudged = at > 3 && at !== 7;
  return {
    id,
    device,
    field: of,
    detector: 'z-score',
    from: iso(fromMs),
    to: iso(toMs),
    score,
    severity: score > 9 ? 'critical' : 'minor',
    label: isJudged ? (at % 2 ? 'rejected' : 'confirmed') : null,
    labelledBy: isJudged ? 'dana' : null,
    evidence: {
      at: iso(fromMs + lastsMs / 2),
      value: course.base + by,
      expected: course.base,
      sigma: Math.abs(by) / score,
    },
  };
});

const criterion = ({ id, ...settings }) => ({
  id,
  device: id.split('.')[0],
  name: id.split('.')[1],
  version: 3,
  settings: {
    ...(!settings.of && { direction: 'above', hysteresis: 0.3 }),
    duration: '30s',
    enabled: true,
    ...settings,
  },
  updatedAt: iso(startedAt - 9 * 24 * hourMs),
  updatedBy: 'avi',
});
const vibration = { field: 'vibration' };
const temperature = { field: 'temperature' };

export const criteria = [
  { id: 'press-1.A', signal: vibration, limit: 4.5 },
  { id: 'press-1.B', signal: temperature, limit: 75, hysteresis: 2 },
  {
    id: 'press-1.pressure',
    signal: { field: 'pressure' },
    direction: 'outside',
    limit: { low: 130, high: 165 },
    hysteresis: 1,
  },
  { id: 'press-1.both', of: ['A', 'B'], atLeast: 2, duration: '0s', enabled: false },
  { id: 'press-2.A', signal: vibration, limit: 4 },
  { id: 'press-2.B', signal: temperature, limit: 62, hysteresis: 2 },
  { id: 'oven-1.A', signal: { field: 'temperature', detector: 'z-score' }, limit: 5, duration: '0s', hysteresis: 1.5 },
  { id: 'oven-1.B', signal: { field: 'humidity', detector: 'z-score' }, limit: 4, duration: '0s', hysteresis: 1.5 },
].map(criterion);

const fieldOf = (device, { signal }) => device.fields.find(({ name }) => name === signal.field);

export function criterionJson(each) {
  const { settings } = each;
  const at = iso(Date.now());
  if (settings.of) return { ...each, state: { active: false, value: 0, at } };
  const device = devices.find(({ id }) => id === each.device);
  const value = settings.signal.detector ? 0.8 : readingAt(device, fieldOf(device, settings), Date.now());
  return { ...each, state: { active: settings.direction === 'above' && value > settings.limit, value, at } };
}

/** What the process got to know when a criterion fired during an excursion. */
export function firingOf(criterionId, ago, id) {
  const { device, name, settings } = criteria.find((each) => each.id === criterionId);
  const atMs = startedAt - ago;
  const source = devices.find((each) => each.id === device);
  const found = anomalies.filter((each) => each.device === device && each.field === settings.signal.field);
  const readings = Array.from({ length: 60 }, (_, k) => readingAt(source, fieldOf(source, settings), atMs + k * 2_000));
  return {
    id,
    criterion: name,
    criterionId,
    device,
    at: iso(atMs),
    value: settings.signal.detector ? found[0].score : Math.max(...readings),
    limit: settings.limit,
    version: 3,
    signal: settings.signal,
    anomalies: found.slice(0, 1).map((each) => each.id),
    from: iso(atMs - 2 * minuteMs),
    to: iso(atMs + 4 * minuteMs),
  };
}

export const quarantine = [
  {
    id: 'q_1',
    device: 'press-1',
    at: iso(startedAt - 70 * minuteMs),
    code: 'measurement.not-a-number',
    problem: 'vibration is "n/a", not a number',
    row: { device: 'press-1', ts: iso(startedAt - 70 * minuteMs), values: { vibration: 'n/a' } },
  },
  {
    id: 'q_2',
    device: 'press-1',
    at: iso(startedAt - 26 * hourMs),
    code: 'measurement.from-the-future',
    problem: 'the reading is 3 h ahead of the server',
    row: { device: 'press-1', ts: iso(startedAt - 23 * hourMs), values: { vibration: 2.4, temperature: 60.2 } },
  },
];
