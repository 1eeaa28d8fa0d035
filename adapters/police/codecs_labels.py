"""Rows of code lists whose codes are the labels themselves, made from one list of names."""


def labels(types: tuple[tuple[str, str], ...], ending: str = "") -> tuple[tuple[str, str, str], ...]:
    """(name and ending, shared code, name and ending) of every (name, shared code)."""
    return tuple((name + ending, code, name + ending) for name, code in types)
