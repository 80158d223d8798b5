#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Draws what owners.py --output wrote: plot.py RESULTS.json > RESULTS.svg"""
import html
import json
import sys

LEFT, BAR_SPACE, RIGHT, ROW, BAR, TOP = 330, 420, 130, 30, 18, 56
TITLES = {"owners": "every TCP socket with its processes", "sockets": "every TCP socket, as each tool does it"}
OURS, THEIRS = "#1a6fb5", "#a8adb3"


def text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{html.escape(words)}</text>'


def bar(row, slowest, y):
    """One command: its name, a bar as long as its median, and the figures."""
    length = max(1, round(row["median_s"] / slowest * BAR_SPACE))
    colour = OURS if row["command"].startswith("portscope") else THEIRS
    name = row["command"] if len(row["command"]) <= 44 else row["command"][:43] + "…"
    figures = f'{row["median_s"]:.3f} s  (×{row["ratio"]:g})'
    return [text(LEFT - 8, y + 14, name, "end"), f'<rect x="{LEFT}" y="{y}" width="{length}" height="{BAR}" fill="{colour}"/>',
            text(LEFT + length + 6, y + 14, figures)]


def draw(document):
    parts = [text(16, 26, f'{document["sockets"]:,} TCP sockets in {document["processes"]} processes: median time', weight="bold"),
             text(16, 44, f'Linux {document["kernel"].partition("-")[0]}, {document["cpus"]} CPUs; shorter is better')]
    y = TOP
    slowest = max(row["median_s"] for row in document["results"])
    for question, title in TITLES.items():
        y += ROW
        parts.append(text(16, y, title, weight="bold"))
        y += 10
        for row in document["results"]:
            if row["question"] == question:
                parts += bar(row, slowest, y)
                y += ROW
    width, height = LEFT + BAR_SPACE + RIGHT, y + 16
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
                      ' font-family="sans-serif" font-size="13">', f'<rect width="{width}" height="{height}" fill="white"/>',
                      *parts, "</svg>"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: plot.py RESULTS.json > RESULTS.svg")
    with open(sys.argv[1]) as results:
        print(draw(json.load(results)))
