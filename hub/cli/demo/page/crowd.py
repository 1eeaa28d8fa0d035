"""The crowd on the page: how many of each, and how long answers and arrivals took. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from hub.cli.demo.page.svg import figure, line, rect, text
from hub.sandbox.crowd import Lived

Pair = tuple[str, str]

PATHS: Final[Mapping[str, Pair]] = {
    "confirmed": ("达成、确认、送达生效", "agreed, confirmed, served"),
    "supplemented": ("补正后确认", "confirmed after a supplement"),
    "rejected": ("裁定驳回申请", "application rejected"),
    "not_accepted": ("不予受理", "application not accepted"),
    "performed": ("达成并履行", "agreed and performed"),
    "failed": ("调解不成,告知诉讼", "no agreement, told to sue"),
    "declined": ("调解组织不接受", "declined by the mediators"),
    "court_failed": ("法院委托,不成,恢复审理", "entrusted by the court, back to trial"),
    "court_agreed": ("法院委托,出具调解书", "entrusted by the court, mediation document"),
    "own": ("调解组织自行受理", "taken on by the committee itself"),
    "warned": ("预警、稳控、解除", "a warning, watched and cleared"),
    "advised": ("向法庭咨询后调成", "agreed after a question to the tribunal"),
    "by_video": ("远程视频调解", "mediated by video"),
}
FORMS: Final[Mapping[str, Pair]] = {
    "register": ("登记表 police/04", "register police/04"),
    "calls": ("接警表 police/03", "calls police/03"),
    "shared": ("共享格式", "shared form"),
    "case_xml": ("案件 XML court/01", "case XML court/01"),
}
FAULTS: Final[Mapping[str, Pair]] = {
    "none": ("无意外", "none"),
    "repeated": ("重复推送", "repeated push"),
    "corrected": ("先被拒,改正后同号再发", "refused, corrected, same jti"),
    "unreadable_row": ("残缺行", "row cut off"),
    "mislabelled": ("标称编码错误", "mislabelled"),
}
_LEFT: Final = 230.0
_WIDTH: Final = 570.0
_ROW: Final = 22.0


def crowd(lived: Sequence[Lived], latencies: tuple[Sequence[float], Sequence[float]]) -> str:
    """The section about the drawn cases."""
    paths = _bars(Counter(c.drawn.path for c in lived), PATHS)
    forms = _bars(Counter(c.drawn.form for c in lived), FORMS)
    faults = _bars(Counter(c.drawn.fault for c in lived), FAULTS)
    answers, arrivals = latencies
    lead = (f"按种子抽取 {len(lived)} 件,并发办理。", f"{len(lived)} cases drawn by the seed, told at once.")
    sent, wrong = _both(("登记格式", "Sent as")), _both(("意外", "What went wrong"))
    answered, arrived = _both(("发出到受理", "From sending to 202")), _both(("受理到送达", "From 202 on"))
    return (
        f"<section><h2>{_both(('随机案件', 'Drawn cases'))}</h2>"
        f'<p class="lead">{_both(lead)}</p>'
        f'<div class="split"><div><h3>{_both(("经过", "How they went"))}</h3>{paths}</div>'
        f"<div><h3>{sent}</h3>{forms}<h3>{wrong}</h3>{faults}</div></div>"
        f'<div class="split"><div><h3>{answered}</h3>{_spread(answers)}</div>'
        f"<div><h3>{arrived}</h3>{_spread(arrivals)}</div></div></section>"
    )


def _both(said: Pair) -> str:
    return f'<span class="zh">{escape(said[0])}</span><span class="en">{escape(said[1])}</span>'


def _bars(counted: Counter[str], names: Mapping[str, Pair]) -> str:
    most = max(counted.values(), default=1)
    parts: list[str] = []
    for n, (what, count) in enumerate(counted.most_common()):
        y, width = n * _ROW, (_WIDTH - _LEFT - 50) * count / most
        parts += [
            text(_LEFT - 10, y + 15, names.get(what, (what, what)), "bartext", "end"),
            rect(_LEFT, y + 4, width, 14, "bar", 'rx="3"'),
            text(_LEFT + width + 7, y + 15, str(count), "bartext"),
        ]
    return figure(_WIDTH, _ROW * len(counted) + 4, parts, ("件数", "how many"))


def _spread(seconds: Sequence[float]) -> str:
    """Latency at each percentile: the curve from the fastest to the slowest, p50 and p95 marked."""
    height, top = 128.0, 12.0
    return figure(_WIDTH, height, list(_curve(seconds, height - 24, top)), ("延迟分布", "latency"))


def _curve(seconds: Sequence[float], bottom: float, top: float) -> Iterator[str]:
    if not seconds:
        return
    high = max(_at(seconds, 0.99), 0.001)
    points = [
        (40 + (_WIDTH - 120) * p / 100, bottom - (bottom - top) * min(1.0, _at(seconds, p / 100) / high))
        for p in range(100)
    ]
    told = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield line(40, bottom, _WIDTH - 70, bottom, "lane")
    yield f'<path d="M{told}" fill="none" stroke="#0072B2" stroke-width="2"/>'
    for share, name in ((0.5, "p50"), (0.95, "p95")):
        value = _at(seconds, share)
        x, y = points[int(share * 100)]
        yield line(x, y, x, bottom, "hint")
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#C44E00"/>'
        yield text(x - 6, y - 7, f"{name} {value * 1000:.0f} ms", "bartext", "end")
    yield text(40, bottom + 16, ("最快", "fastest"), "date")
    yield text(_WIDTH - 70, bottom + 16, ("最慢", "slowest"), "date", "end")


def _at(values: Sequence[float], share: float) -> float:
    """The value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]
