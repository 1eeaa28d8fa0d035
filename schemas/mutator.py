"""Spoils documents: one small change, as a careless or hostile sender might make. Pure.

For the property test that holds the two validators together, and the benchmarks. Most results break the
schema, some do not: both verdicts must be seen.
"""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A JSON value."""
Container: TypeAlias = dict[str, Json] | list[Json]

STRANGE: Final[tuple[Json, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1.0,
    1.5,
    2**53 - 1,
    1e300,
    "",
    " ",
    "测",
    "测" * 10_001,
    "\n",
    "2026-02-30",
    "2026-13-01",
    "2026-01-01T24:00:00+08:00",
    "2026-01-01T10:00:00",
    "2026-01-01t10:00:00z",
    "2026-01-01T10:00:00.5Z",
    "０１２",
    "𠮷𠮷",
    "no-such-code",
    "1",
    "https://示例.invalid/",
    "https://a.invalid/a b",
    "00000000-0000-7000-8000-00000000000g",
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"name": "测一"},
)


def mutated(document: dict[str, object], rng: random.Random) -> dict[str, object]:
    """A changed copy; the document itself stays as it is."""
    changed = copy.deepcopy(document)
    place, key = rng.choice(list(_places(changed)))
    rng.choice(CHANGES)(place, key, rng)
    return changed


def _places(node: Json) -> Iterator[tuple[Container, Json]]:
    """Every (container, key or index) in a document."""
    if isinstance(node, dict):
        keys: list[Json] = list(node)
    elif isinstance(node, list):
        keys = list(range(len(node)))
    else:
        return
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _replace(place: Json, key: Json, rng: random.Random) -> None:
    place[key] = copy.deepcopy(rng.choice(STRANGE))


def _remove(place: Json, key: Json, _rng: random.Random) -> None:
    del place[key]


def _add(place: Json, _key: Json, rng: random.Random) -> None:
    """An unknown member, also in a name that needs escaping in a pointer."""
    if isinstance(place, dict):
        place[rng.choice(("unknown", "a/b~c", "/新", "", "/line\n"))] = rng.choice(STRANGE)
    else:
        place.append(copy.deepcopy(rng.choice(STRANGE)))


def _repeat(place: Json, key: Json, _rng: random.Random) -> None:
    """Too many items."""
    found = place[key]
    if isinstance(found, list) and found:
        place[key] = [found[0]] * 121
    elif isinstance(place, list):
        place.extend([found] * 121)


def _stretch(place: Json, key: Json, rng: random.Random) -> None:
    """A string with something before or after it."""
    if isinstance(place[key], str):
        place[key] = rng.choice(("{}\n", " {}", "{}测", "{0}{0}", "\t{}")).format(place[key])


def _shift(place: Json, key: Json, _rng: random.Random) -> None:
    """A number as text, a text in a list, a list as its first item."""
    found = place[key]
    if isinstance(found, list):
        place[key] = found[0] if found else None
    elif isinstance(found, str):
        place[key] = [found]
    else:
        place[key] = str(found)


CHANGES: Final[tuple[Callable[[Json, Json, random.Random], None], ...]] = (
    _replace,
    _replace,
    _remove,
    _add,
    _repeat,
    _stretch,
    _shift,
)
