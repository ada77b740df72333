"""A picture of how the checks grow: two small panels of an SVG, drawn by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from bench.growth import Growth

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 330, 200, 44, 36
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}.axis{stroke:#8c959f}"
    ".even{stroke:#8c959f;stroke-dasharray:4 4}.line{fill:none;stroke:#0969da;stroke-width:2}circle{fill:#0969da}"
)


def svg(grown: Sequence[Growth]) -> str:
    """CPU on the left, memory on the right; the dashed line is what strictly linear growth from the first point would be."""
    panels = (
        _panel("CPU of all checks, seconds", grown, lambda one: one.cpu, 0),
        _panel("memory over the snapshot's own, MiB", grown, lambda one: one.memory, _WIDTH + 50),
    )
    width = 2 * _WIDTH + 50
    # The background is part of the picture: a page may be shown dark.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        f'aria-label="CPU and memory of the checks against the size of the account"><style>{_STYLE}</style>'
        f'<rect width="{width}" height="{_HEIGHT}" fill="#fff"/>{"".join(panels)}</svg>\n'
    )


def _panel(title: str, grown: Sequence[Growth], value: Callable[[Growth], float], left: int) -> str:
    most, first = max(one.factor for one in grown), grown[0]
    top = max(*(value(one) for one in grown), value(first) * most / first.factor)

    def x(factor: float) -> float:
        return left + _LEFT + (_WIDTH - _LEFT - 12) * factor / most

    def y(amount: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - 34) * amount / top

    points = " ".join(f"{x(one.factor):.1f},{y(value(one)):.1f}" for one in grown)
    dots = "".join(f'<circle cx="{x(one.factor):.1f}" cy="{y(value(one)):.1f}" r="3"/>' for one in grown)
    ticks = "".join(
        f'<text x="{x(one.factor):.1f}" y="{_HEIGHT - 18}" text-anchor="middle">{one.factor}×</text>' for one in grown
    )
    even = value(first) * most / first.factor
    return (
        f'<text class="title" x="{left + 8}" y="18">{escape(title)}</text>'
        f'<line class="axis" x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(most):.1f}" y2="{y(0):.1f}"/>'
        f'<line class="axis" x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(0):.1f}" y2="{y(top):.1f}"/>'
        f'<line class="even" x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(most):.1f}" y2="{y(even):.1f}"/>'
        f'<text x="{x(0) - 6:.1f}" y="{y(top) + 4:.1f}" text-anchor="end">{top:.3g}</text>'
        f'<text x="{x(0) - 6:.1f}" y="{y(0):.1f}" text-anchor="end">0</text>'
        f'{ticks}<polyline class="line" points="{points}"/>{dots}'
    )
