"""The lines between areas of a grid, as arcs that neighbours share: the second half of `boundaries.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from boundaries_cells import CELL, SOUTH, WEST

Ring = list[int]  # arcs, as TopoJSON numbers them: ~i is arc i backwards


def traced(labels: np.ndarray) -> tuple[list[np.ndarray], list[tuple[int, int]]]:
    """The lines between areas as arcs (degrees), and the labels to the left and to the right of each.

    An arc runs from one corner of cells where three areas meet to the next, or around an area that has one neighbour.
    """
    steps: dict[tuple[int, int], dict[tuple[int, int], tuple[int, int]]] = defaultdict(dict)

    def step(a: tuple[int, int], b: tuple[int, int], left: int, right: int) -> None:
        steps[a][b] = (left, right)
        steps[b][a] = (right, left)

    for r, c in np.argwhere(labels[:, 1:] != labels[:, :-1]):  # a line to the north, between west and east
        step((c + 1, r), (c + 1, r + 1), int(labels[r, c]), int(labels[r, c + 1]))
    for r, c in np.argwhere(labels[1:] != labels[:-1]):  # a line to the east, between north and south
        step((c, r + 1), (c + 1, r + 1), int(labels[r + 1, c]), int(labels[r, c]))

    def walked(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
        way = [a, b]
        done.add((a, b))
        done.add((b, a))
        while len(steps[way[-1]]) == 2 and way[-1] != way[0]:
            before, here = way[-2:]
            after = next(other for other in steps[here] if other != before)
            done.update({(here, after), (after, here)})
            way.append(after)
        return way

    done: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    ways: list[tuple[list[tuple[int, int]], tuple[int, int]]] = []
    corners = [corner for corner in steps if len(steps[corner]) != 2]
    for corner in [*corners, *steps]:  # what is left after the corners are loops
        for other, sides in steps[corner].items():
            if (corner, other) not in done:
                ways.append((walked(corner, other), sides))
    arcs = [smooth(np.array(way, dtype=float) * CELL + (WEST, SOUTH)) for way, _ in ways]
    return arcs, [sides for _, sides in ways]


def smooth(way: np.ndarray, tolerance: float = 0.6 * CELL) -> np.ndarray:
    """A line of steps made a curve with few points; its ends stay where they are, so that neighbours still meet."""
    if len(way) > 3:
        way = np.vstack([way[:1], (way[1:] + way[:-1]) / 2, way[-1:]])
        for _ in range(2):
            way[1:-1] = (way[:-2] + 2 * way[1:-1] + way[2:]) / 4
    return simplified(way, tolerance)


def simplified(way: np.ndarray, tolerance: float) -> np.ndarray:
    """Douglas and Peucker's; a loop keeps its start, the point farthest from it, and so an area."""
    if len(way) < 4:
        return way
    tolerance = min(tolerance, float(np.ptp(way, axis=0).max()) / 5)  # small areas keep their form
    if (way[0] != way[-1]).any():
        return shapely.get_coordinates(shapely.simplify(shapely.LineString(way), tolerance, preserve_topology=False))
    far = int(np.hypot(*(way - way[0]).T).argmax())
    halves = []
    for half in (way[: far + 1], way[far:]):
        line = shapely.simplify(shapely.LineString(half), tolerance, preserve_topology=False) if len(half) > 2 else None
        found = half if line is None else shapely.get_coordinates(line)
        if len(found) == 2 and len(half) > 2:  # never a line there and back
            found = np.vstack([half[:1], half[[len(half) // 2]], half[-1:]])
        halves.append(found)
    return np.vstack([halves[0], halves[1][1:]])


def rings(sides: Iterable[tuple[int, int]], arcs: Sequence[np.ndarray], label: int) -> list[Ring]:
    """Around an area, itself to the left: outlines against the clock, holes with it."""
    out: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for i, (left, right) in enumerate(sides):
        if left == label:
            out[tuple(arcs[i][0])].append(i)
        elif right == label:
            out[tuple(arcs[i][-1])].append(~i)
    found: list[Ring] = []
    while out:
        start = next(iter(out))
        ring: Ring = []
        here, heading = start, None
        while not ring or here != start:
            ways = out[here]
            if heading is None or len(ways) == 1:
                arc = ways.pop()
            else:  # two parts touch here at a corner: the sharpest turn to the left stays on one of them
                arc = max(ways, key=lambda one: _turn(heading, _line(arcs, one)))
                ways.remove(arc)
            if not ways:
                del out[here]
            line = _line(arcs, arc)
            heading = line[-1] - line[-2]
            ring.append(arc)
            here = tuple(line[-1])
        found.append(ring)
    return found


def _line(arcs: Sequence[np.ndarray], arc: int) -> np.ndarray:
    return arcs[arc] if arc >= 0 else arcs[~arc][::-1]


def _turn(heading: np.ndarray, line: np.ndarray) -> float:
    ahead = line[1] - line[0]
    cross = heading[0] * ahead[1] - heading[1] * ahead[0]
    return float(np.arctan2(cross, heading @ ahead))


def coordinates(arcs: Sequence[np.ndarray], ring: Ring) -> np.ndarray:
    lines = [_line(arcs, arc) for arc in ring]
    return np.vstack([lines[0], *(line[1:] for line in lines[1:])])


def polygons(arcs: Sequence[np.ndarray], found: Sequence[Ring]) -> list[list[Ring]]:
    """Each outline with its holes."""
    shapes = [(ring, coordinates(arcs, ring)) for ring in found]
    shapes = [(ring, line) for ring, line in shapes if len(line) >= 4]
    outer = [([ring], shapely.Polygon(line)) for ring, line in shapes if shapely.is_ccw(shapely.LinearRing(line))]
    for ring, line in shapes:
        if not shapely.is_ccw(shapely.LinearRing(line)):
            inside = shapely.Polygon(line).representative_point()
            around = [one for one in outer if one[1].contains(inside)]
            if around:
                min(around, key=lambda one: one[1].area)[0].append(ring)
    return [rings_ for rings_, _ in outer]


def label_point(arcs: Sequence[np.ndarray], parts: Sequence[Sequence[Ring]]) -> tuple[list[float], float]:
    """Where a number stands: the middle of the largest circle in the largest part; and the area of all, in square degrees."""
    shapes = [shapely.Polygon(coordinates(arcs, p[0]), [coordinates(arcs, h) for h in p[1:]]).buffer(0) for p in parts]
    largest = max(shapes, key=lambda shape: shape.area)
    if largest.is_empty:  # smaller than the steps of its source
        return [round(float(v), 3) for v in coordinates(arcs, parts[0][0]).mean(axis=0)], 0.0
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.005)
    x, y = shapely.get_coordinates(circle)[0]
    return [round(float(x), 3), round(float(y), 3)], sum(shape.area for shape in shapes)
