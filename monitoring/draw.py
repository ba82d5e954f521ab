#!/usr/bin/env python3
"""Draws the dashboard: panels, expressions and legends are those of dashboard.json.

    draw.py dashboard.json samples >dashboard.svg

A line of samples is what a query of postgres_exporter.yml gave: seconds since the begin, the query's
name, and its row as a JSON object.  Labels are the columns with text, metrics those with numbers.
"""
import json
import re
import sys
from html import escape

COLUMN, ROW, MARGIN, HEAD = 50, 30, 6, 44  # pixels; a dashboard has 24 columns
COLOURS = ["#3b7dd8", "#e0752d", "#4c9a4c", "#b24a9a", "#c9a11c", "#5a6b7f", "#c03b3b", "#2a9d9d"]


def read_samples(path):
    """Returns {metric: {labels: [(second, value)]}}."""
    metrics = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            second, query, row = line.rstrip("\n").split("\t", 2)
            row = json.loads(row)
            labels = tuple(sorted((k, v) for k, v in row.items() if isinstance(v, str) and v != "NaN"))
            for name, value in row.items():
                if isinstance(value, (int, float)):
                    series = metrics.setdefault(f"{query}_{name}", {})
                    series.setdefault(labels, []).append((float(second), value))
    return metrics


def evaluate(expr, metrics):
    """An expression is a metric, or one by another; $migration is all."""
    names = re.sub(r"\{[^}]*\}", "", expr).split("/")
    series = metrics.get(names[0].strip(), {})
    if len(names) == 1:
        return series
    by = metrics.get(names[1].strip(), {})
    return {labels: [(at, value / below[at]) for at, value in points if below.get(at)]
            for labels, points in series.items() for below in [dict(by.get(labels, []))]}


def shown(value, unit):
    if unit == "percent":
        return f"{value:.0f}%"
    if unit == "percentunit":
        return f"{value * 100:.3g}%"
    scales = {"bytes": [(2**30, " GiB"), (2**20, " MiB"), (2**10, " KiB"), (1, " B")],
              "s": [(86400, " d"), (3600, " h"), (60, " min"), (1, " s")]}
    for size, name in scales.get(unit, [(1e6, " M"), (1e3, " K"), (1, "")]):
        if abs(value) >= size:
            return f"{value / size:.3g}{name}"
    return f"{value:.3g}" + scales.get(unit, [(1, "")])[-1][1]


def ceiling(value):
    """The next number that is round, so that a quarter of it is, too."""
    size = 10.0 ** len(str(int(value))) if value >= 1 else 1.0
    while size / 2 >= value > 0:
        size /= 2
    return size


def text(x, y, what, **attributes):
    attributes = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(what)}</text>'


def legend_of(pattern, labels):
    return re.sub(r"\{\{(\w+)\}\}", lambda found: dict(labels).get(found[1], ""), pattern)


def by_legend(series, pattern):
    """A series ends where a label changes, as the status does; what has one legend is one line."""
    merged = {}
    for labels, points in series.items():
        merged.setdefault(legend_of(pattern, labels), []).extend(points)
    return {legend: sorted(points) for legend, points in sorted(merged.items()) if points}


def draw_bars(series, unit, width, height, end):
    out = []
    series = {legend: points for legend, points in series.items() if points[-1][0] >= end - 2}
    step = min(34, (height - 10) / max(len(series), 1))
    for n, (legend, points) in enumerate(series.items()):
        y, value = n * step, points[-1][1]
        out.append(text(0, y + step * 0.62, legend, font_size=11))
        out.append(f'<rect x="250" y="{y + step * .2:.1f}" width="{width - 310}" height="{step * .6:.1f}" fill="#e4e8ee"/>')
        out.append(f'<rect x="250" y="{y + step * .2:.1f}" width="{(width - 310) * value / 100:.1f}" '
                   f'height="{step * .6:.1f}" fill="{COLOURS[n % len(COLOURS)]}"/>')
        out.append(text(width, y + step * 0.62, shown(value, unit), text_anchor="end", font_size=11))
    return out


def draw_lines(series, unit, width, height, end):
    left, lines = 56, (len(series) + 1) // 2
    width, height = width - left, height - 20 - 15 * lines
    top = ceiling(max([value for points in series.values() for _, value in points], default=1))
    out = []
    for n in range(5):
        y = height * (1 - n / 4)
        out.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dde2e9" stroke-width="1"/>')
        out.append(text(left - 6, y + 4, shown(top * n / 4, unit), text_anchor="end", font_size=10))
    for n in range(0, int(end) + 1, 15):
        out.append(text(left + width * n / end, height + 14, f"{n // 60}:{n % 60:02}", text_anchor="middle", font_size=10))
    for n, (legend, points) in enumerate(series.items()):
        colour = COLOURS[n % len(COLOURS)]
        xy = " ".join(f"{left + width * at / end:.1f},{height * (1 - value / top):.1f}" for at, value in points)
        out.append(f'<polyline points="{xy}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        x, y = (n % 2) * (width + left) / 2, height + 31 + 15 * (n // 2)
        out.append(f'<rect x="{x:.1f}" y="{y - 6:.1f}" width="12" height="3" fill="{colour}"/>')
        out.append(text(x + 17, y, legend, font_size=11))
    return out


def draw_panel(panel, metrics, end):
    grid = panel["gridPos"]
    x, y = grid["x"] * COLUMN + MARGIN, grid["y"] * ROW + MARGIN + HEAD
    width, height = grid["w"] * COLUMN - 2 * MARGIN, grid["h"] * ROW - 2 * MARGIN
    target = panel["targets"][0]
    unit = panel["fieldConfig"]["defaults"].get("unit", "short")
    series = by_legend(evaluate(target["expr"], metrics), target["legendFormat"])
    draw = draw_bars if panel["type"] == "bargauge" else draw_lines
    body = draw(series, unit, width - 24, height - 44, end)
    return [f'<g transform="translate({x},{y})">',
            f'<rect width="{width}" height="{height}" rx="3" fill="#ffffff" stroke="#d5dae2"/>',
            text(12, 20, panel["title"], font_size=13, font_weight="bold"),
            '<g transform="translate(12,36)">', *body, "</g></g>"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        dashboard = json.load(file)
    metrics = read_samples(sys.argv[2])
    end = max(at for series in metrics.values() for points in series.values() for at, _ in points)
    height = HEAD + MARGIN + ROW * max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in dashboard["panels"])
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * COLUMN} {height}" '
          'font-family="Inter, Helvetica, Arial, sans-serif" fill="#24292f" role="img" '
          f'aria-label="{escape(dashboard["title"])}">')
    print(f'<rect width="{24 * COLUMN}" height="{height}" fill="#f4f5f8"/>')
    print(text(12, 30, dashboard["title"], font_size=18, font_weight="bold"))
    for panel in dashboard["panels"]:
        print("\n".join(draw_panel(panel, metrics, end)))
    print("</svg>")


main()
