"""The same statistics by pandas and NumPy: reads one series as JSON from standard input, writes the answers to standard output.

in:  {at: [ms], values: [number or null], windowRows, alpha, shares, windowMs, bucketMs, maxGapMs}
out: {name: [number or null]}; rolling statistics have one number for each value that is none of null
"""
import json
import sys

import numpy as np
import pandas as pd

HOUR_MS = 3_600_000


def standard_deviation(window):
    """Two passes over each window: pandas' own running variance loses digits at large offsets."""
    return window.std(ddof=1) if len(window) > 1 else np.nan


def trends(at, values, window_ms):
    """Slope per hour, and how many standard errors it is away from 0, for the window that ends with each value."""
    slopes, certainties = [], []
    for place, end in enumerate(at):
        first = np.searchsorted(at, end - window_ms, side="right")
        hours, window = (at[first : place + 1] - end) / HOUR_MS, values[first : place + 1]
        if len(window) < 3 or hours[0] == hours[-1]:
            slopes.append(np.nan)
            certainties.append(np.nan)
            continue
        (slope, level) = np.polyfit(hours, window - window[0], 1)
        residuals = window - window[0] - (slope * hours + level)
        variance = (residuals**2).sum() / (len(window) - 2) / ((hours - hours.mean()) ** 2).sum()
        slopes.append(slope)
        certainties.append(abs(slope) / np.sqrt(variance) if variance > 0 else np.nan)
    return {"trend": slopes, "certainty": certainties}


def buckets(at, values, width):
    frame = pd.DataFrame({"start": at // width * width, "value": values})
    groups = frame.groupby("start")["value"].agg(["count", "mean", "std", "min", "max", "first", "last", "sum"])
    return {"start": groups.index.to_numpy(dtype=float), **{name: groups[name].to_numpy(dtype=float) for name in groups}}


def time_weighted_mean(at, values, max_gap_ms):
    held = np.minimum(np.diff(at), max_gap_ms)
    return float((values[:-1] * held).sum() / held.sum())


given = json.load(sys.stdin)
series = pd.Series(given["values"], index=given["at"], dtype=float).dropna()
at, values = series.index.to_numpy(dtype=float), series.to_numpy()
rolling = series.rolling(given["windowRows"], min_periods=1)
weighted = series.ewm(alpha=given["alpha"], adjust=False)
answers = {
    "rollingMean": rolling.apply(np.mean, raw=True),
    "rollingStandardDeviation": rolling.apply(standard_deviation, raw=True),
    "rollingMin": rolling.min(),
    "rollingMax": rolling.max(),
    "rollingQuantile": rolling.quantile(given["shares"][-1], interpolation="linear"),
    "ewmaMean": weighted.mean(),
    "ewmaVariance": weighted.var(bias=True),
    "percentiles": np.percentile(values, np.array(given["shares"]) * 100),
    "lowerPercentiles": np.percentile(values, np.array(given["shares"]) * 100, method="lower"),
    "timeWeightedMean": [time_weighted_mean(at, values, given["maxGapMs"])],
    **trends(at, values, given["windowMs"]),
    **{"bucket " + name: column for name, column in buckets(at, values, given["bucketMs"]).items()},
}
json.dump({name: [None if np.isnan(one) else float(one) for one in column] for name, column in answers.items()}, sys.stdout)
