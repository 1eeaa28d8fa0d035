"""Reference data as this release ships it: code lists of the law and of Chongqing, with source and date.

Reads its own files and nothing else; every answer is cached and must not be changed by the caller. The
database holds the same rows with their history (`hub.store.reference`); the rooms that decide by a list
take it from here, so that a program and the data it decides by are of one release.
"""

from hub.reference.catalogue import Entry, ListInfo, compiled, digest, entries, lists, order, version
from hub.reference.divisions import Divisions, divisions

__all__ = [
    "Divisions",
    "Entry",
    "ListInfo",
    "compiled",
    "digest",
    "divisions",
    "entries",
    "lists",
    "order",
    "version",
]
