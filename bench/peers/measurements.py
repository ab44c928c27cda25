"""The same KPIs of a brick press with pandas: deltas of counters, stops, states under a shift plan, buckets, sums by shift.

python3 measurements.py <directory of columns> -> one JSON object: rows a second, and the sums.
"""
import json
import sys
import time

import numpy as np
import pandas as pd

folder = sys.argv[1]
read = lambda name: np.fromfile(f"{folder}/{name}.f64", dtype="<f8")
columns = {name: read(name) for name in ("at", "count", "errors", "product")}

HOUR = 3_600_000
STOP_MS = 60_000
BREAKDOWN_MS = 300_000
MAX_GAP_MS = 300_000


def analyse(columns):
    frame = pd.DataFrame({"at": columns["at"].astype("int64"), **{k: columns[k] for k in ("count", "errors", "product")}})
    # Counters: what each reading stands for; a fall is a restart.
    for name in ("count", "errors"):
        delta = frame[name].diff().fillna(0)
        frame["d_" + name] = delta.where(delta >= 0, frame[name])
    ideal = frame["product"].map({0.0: 600.0, 1.0: 750.0})
    frame["ideal"] = frame["d_count"] * ideal
    frame["ideal_scrap"] = frame["d_errors"] * ideal
    # Shifts of Monday to Friday, three a day, the night one from Sunday's date on not planned; breaks of half an hour.
    when = pd.to_datetime(frame["at"], unit="ms")
    shifted = when - pd.Timedelta(hours=6)
    in_shift = (shifted.dt.dayofweek < 5).to_numpy()
    frame["shift"] = (frame["at"] - 6 * HOUR) // (8 * HOUR)
    # 15-minute statistics of both counters.
    buckets = frame.groupby(frame["at"] // 900_000)[["d_count", "d_errors"]].agg(["sum", "count"])
    # Intervals, and stops: runs of still intervals.
    before = frame["at"].shift(1)
    length = (frame["at"] - before).to_numpy()
    known = length <= MAX_GAP_MS
    still = known & (frame["d_count"].to_numpy() == 0)
    still[0] = False
    run = np.cumsum(np.concatenate(([True], still[1:] != still[:-1])))
    runs = pd.DataFrame({"run": run, "still": still, "ms": np.nan_to_num(length)}).groupby("run").agg(still=("still", "first"), ms=("ms", "sum"))
    is_stop = (runs["still"] & (runs["ms"] >= STOP_MS)).to_numpy()[run - 1]
    # Pieces of stops between the borders of shifts and breaks, judged by their own length. An interval that lies across
    # a border is cut in two.
    edges = []
    first, last = int(frame["at"].iloc[0]), int(frame["at"].iloc[-1])
    day0 = first // 86_400_000 * 86_400_000
    for day in range(day0 - 86_400_000, last + 86_400_000, 86_400_000):
        for hour in (2, 2.5, 6, 10, 10.5, 14, 18, 18.5, 22):
            edges.append(int(day + hour * HOUR))
    edges = np.array(edges)
    at = frame["at"].to_numpy()
    points = np.union1d(at, edges[(edges > first) & (edges < last)])
    interval = np.searchsorted(at, points[:-1], side="right")
    start, end = points[:-1], points[1:]
    hour = (start % 86_400_000) / HOUR
    weekday = pd.to_datetime(start - 6 * HOUR, unit="ms").dayofweek.to_numpy()
    planned_break = ((hour >= 2) & (hour < 2.5)) | ((hour >= 10) & (hour < 10.5)) | ((hour >= 18) & (hour < 18.5))
    state = np.where(weekday >= 5, 0, np.where(planned_break, 1, np.where(is_stop[interval], 2, 3)))
    piece = np.cumsum(np.concatenate(([True], state[1:] != state[:-1])))
    pieces = pd.DataFrame({"piece": piece, "state": state, "start": start, "ms": end - start, "shift": (start - 6 * HOUR) // (8 * HOUR)})
    lengths = pieces.groupby("piece")["ms"].transform("sum")
    pieces["state"] = np.where((pieces["state"] == 2) & (lengths >= BREAKDOWN_MS), 4, pieces["state"])
    times = pieces[pieces["state"] != 0].pivot_table(index="shift", columns="state", values="ms", aggfunc="sum", fill_value=0)
    counts = frame[in_shift].groupby("shift")[["d_count", "d_errors", "ideal", "ideal_scrap"]].sum()
    kpis = times.join(counts, how="outer").fillna(0)
    pbt = kpis[2] + kpis[3] + kpis[4]
    kpis["availability"] = kpis[3] / pbt
    kpis["oee"] = (kpis["ideal"] - kpis["ideal_scrap"]) / pbt
    # Speed by the minute, and its strange moments by a rolling z-score and a change of level.
    minute = frame.groupby(frame["at"] // 60_000)["d_count"].sum() * 60
    z = (minute - minute.rolling(288).mean().shift(1)) / minute.rolling(288).std().shift(1)
    change = minute.rolling(12).mean() - minute.rolling(144).mean().shift(12)
    strange = int((z.abs() > 4).sum() + (change.abs() > 4 * minute.rolling(144).std()).sum())
    failures = pieces[pieces["state"] == 4]["piece"].nunique()
    return {
        "running": float(kpis[3].sum()), "microstop": float(kpis[2].sum()), "breakdown": float(kpis[4].sum()),
        "planned": float(kpis[1].sum()), "pq": float(kpis["d_count"].sum()), "sq": float(kpis["d_errors"].sum()),
        "idealMs": float(kpis["ideal"].sum()), "failures": int(failures), "buckets": len(buckets), "strange": strange,
    }


best = 0.0
for _ in range(3):
    begun = time.perf_counter()
    sums = analyse(columns)
    best = max(best, len(columns["at"]) / (time.perf_counter() - begun))
print(json.dumps({"perSecond": best, "sums": sums}))
