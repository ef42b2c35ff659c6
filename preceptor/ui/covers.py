"""Covers and engravings, drawn from the topic: no photographs, no stock art.

`cover(slug, motif, w, h)` gives the same drawing for the same slug, always, on every machine, so it may be cached for ever.
Colors are CSS variables (covers.css), so dark mode and print follow the page. Plain Python, nothing but the standard library.
"""

import hashlib
import math
import random
from collections.abc import Callable
from functools import lru_cache
from html import escape

Point = tuple[float, float]
Polygon = list[Point]
TAU = 2 * math.pi


def cover(slug: str, motif: str = "membrane", w: int = 320, h: int = 160, css_class: str = "") -> str:
    """An inline <svg>, hidden from screen readers. An unknown motif falls back to one chosen by the slug, so a page never breaks for its art."""
    name = motif_named(motif, slug)
    classes = f"cover cover--{name}" + (f" {escape(css_class)}" if css_class else "")
    return (
        f'<svg class="{classes}" viewBox="0 0 {w} {h}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
        f'<rect class="c-bg" width="{w}" height="{h}"/>{_drawing(slug, name, w, h)}</svg>'
    )


def motif_named(motif: str, slug: str = "") -> str:
    """The motif of that name (the plural will do), or one picked by the slug."""
    for name in (motif, motif.removesuffix("s"), f"{motif}s"):
        if name in MOTIFS:
            return name
    return sorted(MOTIFS)[int(hashlib.sha256(slug.encode()).hexdigest()[-4:], 16) % len(MOTIFS)]


@lru_cache(maxsize=256)
def _drawing(slug: str, motif: str, w: int, h: int) -> str:
    return MOTIFS[motif](_dice(slug), w, h)


def _dice(slug: str) -> random.Random:
    """Seeded by a hash of the slug: `random.Random` is stable over versions for the calls made here."""
    return random.Random(int(hashlib.sha256(slug.encode()).hexdigest()[:12], 16))


def _n(value: float) -> str:
    """One decimal, as short as SVG allows."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _clip(poly: Polygon, a: Point, b: Point) -> Polygon:
    """The part of `poly` that is nearer to a than to b."""
    mx, my, dx, dy = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, b[0] - a[0], b[1] - a[1]
    sides = [(p[0] - mx) * dx + (p[1] - my) * dy for p in poly]
    kept: Polygon = []
    for i, p in enumerate(poly):
        j = (i + 1) % len(poly)
        q, fp, fq = poly[j], sides[i], sides[j]
        if fp <= 0:
            kept.append(p)
        if (fp < 0) != (fq < 0) and fp != fq:
            t = fp / (fp - fq)
            kept.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
    return kept


def _centroid(poly: Polygon) -> Point:
    return (sum(p[0] for p in poly) / len(poly), sum(p[1] for p in poly) / len(poly))


def _scattered(dice: random.Random, w: int, h: int, size: float) -> Polygon:
    """Points on a jittered brick grid that overlaps the picture on all sides."""
    points: Polygon = []
    y, row = -size, 0
    while y < h + size:
        x = -size + (size / 2 if row % 2 else 0)
        while x < w + size:
            points.append((x + dice.uniform(-0.34, 0.34) * size, y + dice.uniform(-0.34, 0.34) * size))
            x += size
        y += size * 0.88
        row += 1
    return points


def _cells(dice: random.Random, w: int, h: int, size: float, relax: int = 2) -> list[tuple[Point, Polygon]]:
    """Voronoi cells, relaxed, as packed epithelium looks."""
    points = _scattered(dice, w, h, size)
    polygons: list[Polygon] = []
    for _ in range(relax):
        polygons = [_territory(i, points, size) for i in range(len(points))]
        points = [_centroid(poly) if poly else point for point, poly in zip(points, polygons, strict=True)]
    return [(center, poly) for center, poly in zip(points, polygons, strict=True) if len(poly) > 2]


def _territory(i: int, points: Polygon, size: float) -> Polygon:
    a, reach = points[i], size * 1.3
    poly = [(a[0] - reach, a[1] - reach), (a[0] + reach, a[1] - reach), (a[0] + reach, a[1] + reach), (a[0] - reach, a[1] + reach)]
    for j, b in enumerate(points):
        if i != j and abs(a[0] - b[0]) < size * 2.6 and abs(a[1] - b[1]) < size * 2.6:
            poly = _clip(poly, a, b)
            if not poly:
                break
    return poly


def _smooth(poly: Polygon, center: Point, scale: float) -> str:
    """A closed path of quadratic curves through the middles of the edges."""
    points = [(center[0] + (x - center[0]) * scale, center[1] + (y - center[1]) * scale) for x, y in poly]
    keep = [p for i, p in enumerate(points) if math.dist(p, points[i - 1]) > 3.2] or points
    middles = [((keep[i][0] + keep[i - 1][0]) / 2, (keep[i][1] + keep[i - 1][1]) / 2) for i in range(len(keep))]
    cx, cy = round(middles[0][0], 1), round(middles[0][1], 1)
    path, curves = f"M{_n(cx)} {_n(cy)}q", []
    for i, corner in enumerate(keep):
        nx, ny = (round(v, 1) for v in middles[(i + 1) % len(keep)])
        curves.append(f"{_n(corner[0] - cx)} {_n(corner[1] - cy)} {_n(nx - cx)} {_n(ny - cy)}")
        cx, cy = nx, ny
    return path + " ".join(curves).replace(" -", "-") + "z"


def _polyline(points: Polygon, close: bool = False) -> str:
    """A relative polyline with one decimal and no drift."""
    cx, cy = round(points[0][0], 1), round(points[0][1], 1)
    path, moves = f"M{_n(cx)} {_n(cy)}l", []
    for x, y in points[1:]:
        rx, ry = round(x, 1), round(y, 1)
        moves.append(f"{_n(rx - cx)} {_n(ry - cy)}")
        cx, cy = rx, ry
    return path + " ".join(moves).replace(" -", "-") + ("z" if close else "")


def _blob(dice: random.Random, x: float, y: float, radius: float, corners: int = 7, jitter: float = 0.14) -> str:
    """A rounded, slightly uneven disc: a nucleus, a lumen, a vein."""
    phase, squash, turn = dice.random() * 6.28, dice.uniform(0.78, 1), dice.random() * 3.14
    points: Polygon = []
    for i in range(corners):
        angle, r = phase + i * TAU / corners, radius * (1 + dice.uniform(-jitter, jitter))
        px, py = r * math.cos(angle), r * squash * math.sin(angle)
        points.append((x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn)))
    return _smooth(points, (x, y), 1.12)


def _membrane(dice: random.Random, w: int, h: int) -> str:
    """HER2 3+: complete, circumferential membrane staining."""
    walls, nuclei, dots = [], [], []
    for center, poly in _cells(dice, w, h, 40):
        walls.append(_smooth(poly, center, 0.9))
        x, y = center[0] + dice.uniform(-4, 4), center[1] + dice.uniform(-4, 4)
        radius = dice.uniform(6.2, 8.8)
        nuclei.append(_blob(dice, x, y, radius))
        if dice.random() < 0.6:
            dots.append(f"M{_n(x + radius * 0.25)} {_n(y - radius * 0.2)}h.01")
    return _path("c-cell c-heavy", walls) + _path("c-nuc", nuclei) + _path("c-dot", dots)


def _nuclear(dice: random.Random, w: int, h: int) -> str:
    """ER/PR positive: the nuclei take the stain, membranes stay faint."""
    walls: list[str] = []
    stained: list[str] = []
    faint: list[str] = []
    for center, poly in _cells(dice, w, h, 36):
        walls.append(_smooth(poly, center, 0.93))
        nuclei = stained if dice.random() < 0.78 else faint
        nuclei.append(_blob(dice, center[0] + dice.uniform(-3, 3), center[1] + dice.uniform(-3, 3), dice.uniform(8.4, 11.4)))
    return _path("c-cell", walls) + _path("c-stain", stained) + _path("c-nuc c-faint", faint)


def _pairs(dice: random.Random, w: int, h: int) -> str:
    """Biosimilars: antibodies in twos, alike but not identical."""
    step, drawn = 62, []
    for j in range(-1, int(h // 56) + 2):
        for i in range(-1, int(w // step) + 3):
            x, y, tilt = i * step + (step / 2 if j % 2 else 0), j * 56 + 22, dice.uniform(-12, 12)
            for twin, css_class in ((0, "c-y"), (1, "c-y c-y2")):
                dx, tip = (19, dice.uniform(-1.6, 1.6)) if twin else (0, 0.0)
                drawn.append(
                    f'<path class="{css_class}" transform="translate({_n(x + dx)} {_n(y)}) rotate({_n(tilt)})" '
                    f'd="M-1.7 18V4L-9 -8M-5.5 -11.5L-12 -7M1.7 18V4L9 {_n(-8 + tip)}M5.5 {_n(-11.5 + tip)}L12 {_n(-7 + tip)}"/>'
                )
    return "".join(drawn)


def _crypts(dice: random.Random, w: int, h: int) -> str:
    """Colon in cross-section: rosettes of nuclei about a lumen."""
    rings, lumens, rods, goblets = [], [], [], []
    step = 66
    for j in range(-1, int(h // 58) + 2):
        for i in range(-1, int(w // step) + 2):
            x = i * step + (step / 2 if j % 2 else 0) + dice.uniform(-5, 5)
            y = j * 58 + dice.uniform(-5, 5) + 26
            radius = dice.uniform(24, 29)
            rings.append(_blob(dice, x, y, radius, 10, 0.05))
            lumens.append(_blob(dice, x, y, radius * 0.3, 6, 0.22))
            count = int(radius * 0.78)
            for k in range(count):
                cos, sin = math.cos(k * TAU / count), math.sin(k * TAU / count)
                outer, inner, cup = radius * 0.83, radius * 0.68, radius * 0.5
                rods.append(f"M{_n(x + outer * cos)} {_n(y + outer * sin)}L{_n(x + inner * cos)} {_n(y + inner * sin)}")
                if k % 2:
                    goblets.append(f"M{_n(x + cup * cos)} {_n(y + cup * sin)}h.01")
    return _path("c-cell", rings) + _path("c-rod", rods) + _path("c-goblet", goblets) + _path("c-lumen", lumens)


def _lobules(dice: random.Random, w: int, h: int) -> str:
    """Liver: hexagonal lobules, plates running to a central vein, triads at the corners."""
    radius = 46
    dx, dy = radius * math.sqrt(3), radius * 1.5
    hexagons: list[str] = []
    plates: list[str] = []
    veins: list[str] = []
    triads: list[str] = []
    for j in range(-1, int(h // dy) + 2):
        for i in range(-1, int(w // dx) + 2):
            x, y = i * dx + (dx / 2 if j % 2 else 0), j * dy + 10
            corners = [(x + radius * math.sin(math.pi / 3 * k) * 0.95, y - radius * math.cos(math.pi / 3 * k) * 0.95) for k in range(6)]
            hexagons.append("M" + "L".join(f"{_n(px)} {_n(py)}" for px, py in corners) + "Z")
            plates.extend(_plate(dice, x, y, radius, k) for k in range(30))
            veins.append(_blob(dice, x, y, 5.4, 7, 0.12))
            triads.extend(f"M{_n(px)} {_n(py)}h.01" for px, py in corners[:2])
    return _path("c-cell", hexagons) + _path("c-plate", plates) + _path("c-stain", veins) + _path("c-dot c-big", triads)


def _plate(dice: random.Random, x: float, y: float, radius: float, k: int) -> str:
    """One plate of liver cells, from near the vein to just inside the hexagon's edge."""
    angle, start = k * math.pi / 15 + dice.uniform(-0.05, 0.05), radius * dice.uniform(0.2, 0.3)
    if k % 2:
        start = radius * 0.5
    end = radius * 0.95 * math.cos(math.pi / 6) / math.cos(((angle + math.pi / 6 + math.pi / 2) % (math.pi / 3)) - math.pi / 6) - 5
    cos, sin = math.cos(angle), math.sin(angle)
    return f"M{_n(x + start * cos)} {_n(y + start * sin)}L{_n(x + end * cos)} {_n(y + end * sin)}"


def _trace(dice: random.Random, w: int, h: int) -> str:
    """Cardiology: stacked rhythm strips, one of them picked out."""
    strips = max(3, int(h // 20))
    picked, drawn = dice.randrange(1, strips - 1), []
    for k in range(strips + 1):
        y, x = 12 + k * 20, -dice.uniform(0, 60)
        path, beat = f"M{_n(x)} {_n(y)}", dice.uniform(58, 74)
        while x < w + 20:
            b = beat * dice.uniform(0.85, 1.15)
            path += f"h{_n(b * 0.22)}q3 -5 6 0h4l2 2.5 3.5 -17 4 21 2.5 -6.5h{_n(b * 0.14)}q6 -8 12 0h{_n(b * 0.2)}"
            x += b * 0.56 + 34 + 6
        drawn.append(f'<path class="{"c-hot" if k == picked else "c-trace"}" d="{path}"/>')
    return "".join(drawn)


def _path(css_class: str, parts: list[str]) -> str:
    return f'<path class="{css_class}" d="{"".join(parts)}"/>'


MOTIFS: dict[str, Callable[[random.Random, int, int], str]] = {
    "membrane": _membrane,
    "nuclear": _nuclear,
    "pairs": _pairs,
    "crypts": _crypts,
    "lobules": _lobules,
    "trace": _trace,
}


@lru_cache(maxsize=16)
def guilloche(w: float, h: float, amp: float = 9, lines: int = 5, inset: float = 14, per: int = 8) -> str:
    """The engraved border of a certificate: phase-shifted sines along four sides, as <path> elements."""
    left, top, right, bottom = inset, inset, w - inset, h - inset
    sides = (((left, top), (right, top)), ((right, top), (right, bottom)), ((right, bottom), (left, bottom)), ((left, bottom), (left, top)))
    drawn = []
    for line in range(lines):
        phase = line * math.pi / lines * 2
        drawn.append(f'<path d="{"".join(_wave(start, end, amp, phase, per) for start, end in sides)}"/>')
    return "".join(drawn)


def _wave(start: Point, end: Point, amp: float, phase: float, per: int) -> str:
    length = math.dist(start, end)
    waves = round(length / 24)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    points: Polygon = []
    for step in range(waves * per + 1):
        t = step / (waves * per)
        swing = amp * math.sin(t * waves * TAU + phase) * (0.62 + 0.38 * math.cos(t * waves * math.pi * 0.5))
        points.append((start[0] + ux * length * t - uy * swing, start[1] + uy * length * t + ux * swing))
    return _polyline(points)


@lru_cache(maxsize=16)
def rosette(cx: float, cy: float, radius: float, petals: int = 18, lines: int = 7, per: int = 10) -> str:
    """An engraved rosette for the seal, the ground and the corners, as <path> elements."""
    drawn, count = [], petals * per
    for line in range(lines):
        base, swing, phase = radius * (0.56 + 0.05 * line), radius * (0.30 - 0.022 * line), line * math.pi / lines * 2
        points: Polygon = []
        for step in range(count):
            angle = step * TAU / count
            r = base + swing * math.cos(petals * angle + phase) * 0.5
            points.append((cx + r * math.cos(angle), cy + r * math.sin(angle)))
        drawn.append(f'<path d="{_polyline(points, True)}"/>')
    return "".join(drawn)
