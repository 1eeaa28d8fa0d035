"""`/docs`: the OpenAPI document as one page to read, with nothing from outside and no script. Pure.

The framework's own page loads its program from a content delivery network: a judicial network does not reach
it, and where it does, somebody else's script would run under the hub's name.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_STYLE: Final = """
body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:64rem;
padding:0 1rem;color:#111827}
h1{font-size:1.5rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 0}
p{margin:.2rem 0}code{font-family:ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
small{color:#4b5563}dl{margin:.2rem 0 0;display:grid;grid-template-columns:7rem 1fr;gap:0 1rem}dd{margin:0}
nav a{color:#1d4ed8;margin-right:1rem;white-space:nowrap}
"""
_PARTS: Final = (("参数", "parameters"), ("报文", "body"), ("答复", "answers"))


def page(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            group = (operation.get("tags") or ["-"])[0]
            groups.setdefault(group, []).append(_operation(f"{method.upper()} {path}", operation))
    links = "".join(f'<a href="#{_anchor(name)}">{escape(name)}</a>' for name in groups)
    parts = "".join(
        f'<h2 id="{_anchor(name)}">{escape(name)}</h2>{"".join(shown)}' for name, shown in groups.items()
    )
    info = document["info"]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p>供程序读取 for programs: <a href="/openapi.json">/openapi.json</a></p><nav>{links}</nav>{parts}'
        "</body></html>"
    )


def _anchor(name: str) -> str:
    return escape(name.replace(" ", "-"))


def _operation(name: str, operation: Mapping[str, Any]) -> str:
    told = (
        ", ".join(_parameter(one) for one in operation.get("parameters", ())),
        ", ".join(_codes(operation.get("requestBody", {}).get("content", {}))),
        ", ".join(_codes(operation.get("responses", {}))),
    )
    rows = "".join(
        f"<dt>{zh} <small>{en}</small></dt><dd>{value}</dd>"
        for (zh, en), value in zip(_PARTS, told, strict=True)
        if value
    )
    said = operation.get("description") or operation.get("summary", "")
    return f"<h3><code>{escape(name)}</code></h3>{_paragraphs(said)}<dl>{rows}</dl>"


def _parameter(told: Mapping[str, Any]) -> str:
    needed = "" if told.get("required") else "?"
    return f"<code>{escape(told['name'])}{needed}</code> <small>{escape(told['in'])}</small>"


def _codes(names: Iterable[str]) -> Iterator[str]:
    return (f"<code>{escape(name)}</code>" for name in names)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part)
