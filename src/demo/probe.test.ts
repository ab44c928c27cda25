import { it } from 'vitest';
import { DeviceAnalysis, noFindings } from '/work/main/src/measurements/ingest/analysis.ts';
import { MACHINES } from '/work/main/src/demo/machines.ts';
import { readingsAt, readingInstants } from '/work/main/src/demo/plant.ts';
import { openDetector } from '/work/main/src/measurements/anomaly/detector.ts';
const start = Date.parse('2026-03-02T06:00:00Z');
it.skip('quiet', () => {
  for (const everyMs of [2000, 30000]) {
    const t0 = performance.now();
    const max: Record<string, number> = {}; const over: Record<string, number> = {};
    for (let seed = 1; seed <= 5; seed++) {
      const plant = { seed, everyMs, faults: [] };
      const dets = MACHINES.map((m) => m.signals.map((s) => (['z-score','sudden-change'] as const).map((n) => openDetector(n, { name: s.name, min: s.min, max: s.max, resolution: s.resolution, unit: s.unit }))));
      for (const at of readingInstants(everyMs, { from: start, to: start + 86400000 })) {
        readingsAt(plant, at).forEach((r, i) => MACHINES[i]!.signals.forEach((s, j) => dets[i]![j]!.forEach((d) => {
          const k = `${r.device}.${s.name}.${d.name}`; const sc = d.push(r.values[s.name]!);
          if (sc > (max[k] ?? 0)) max[k] = sc; if (sc > 4) over[k] = (over[k] ?? 0) + 1;
        })));
      }
    }
    console.log(everyMs, (performance.now() - t0).toFixed(0), max, over);
  }
});
it('faults', () => {
  for (const everyMs of [2000, 30000]) for (const kind of ['bearing-wear','lost-cooling','sensor-cleaned'] as const) {
    const peaks: any[] = [];
    for (let seed = 1; seed <= 40; seed++) for (const m of MACHINES) {
      const from = start + 400 * everyMs + seed * 3600_000;
      const to = from + (kind === 'sensor-cleaned' ? 18 : 110) * everyMs;
      const plant = { seed, everyMs, faults: [{ device: m.id, kind, from, to }] };
      const s = m.signals[0]!; const f = { name: s.name, min: s.min, max: s.max, resolution: s.resolution };
      const z = openDetector('z-score', f), b = openDetector('sudden-change', f);
      let zact=false, bact=false; let zp = 0, bp = 0, za: number|undefined, ba: number|undefined, zn=0, bn=0, zret=0, bret=0;
      for (const at of readingInstants(everyMs, { from: from - 400 * everyMs, to: to + 400 * everyMs })) {
        const v = readingsAt(plant, at).find((r) => r.device === m.id)!.values.temperature!;
        const zs = z.push(v), bs = b.push(v);
        if (at < from) continue;
        const row = (at - from) / everyMs; { const L=Number(process.env.LIM??4); zact = zact ? zs > L-1.5 : zs > L; bact = bact ? bs > L-1.5 : bs > L; if (zact) zn++; if (bact) bn++; }
        if (at <= to) { if (zs > zp) zp = zs; if (bs > bp) bp = bs; if (zs > 4) { za ??= row;  } if (bs > 4) { ba ??= row;  } }
        else { if (zs > zret) zret = zs; if (bs > bret) bret = bs; }
      }
      peaks.push({ zp, bp, za, ba, zn, bn, zret, bret });
    }
    const r = (k: string) => { const v = peaks.map((p) => p[k] ?? -1); return `${k} ${Math.min(...v).toFixed(1)}..${Math.max(...v).toFixed(1)}`; };
    console.log(everyMs, kind, ['zp','bp','za','ba','zn','bn','zret','bret'].map(r).join('  '));
  }
});
