"""`link_disputes`: the night's linking from beginning to end."""

import asyncio
from typing import Final

from hub.nightly.linkage.candidates import Found, keep
from hub.nightly.linkage.model import frozen
from hub.nightly.night import Night, Summary

JOB: Final = "link_disputes"


async def link(night: Night) -> Summary:
    """Compare the disputes opened in the interval with each other and those before; write what was found.

    Counts: `disputes` opened in the interval, `compared` in all, `pairs` found, and of these `waiting` for a
    person, `proposed` to the units, `unsaid`, `known` from before. The digest is over the pairs: a second
    run of the interval finds and leaves the same.
    """
    from hub.nightly.linkage.matching import match  # Splink: not for who only decides
    from hub.nightly.linkage.opening import opened
    from hub.nightly.spill import safe_folder

    model = frozen()
    async with night.work(JOB) as work:
        records = await opened(night.hub, night.interval)
        work.count("disputes", sum(record.fresh for record in records))
        work.count("compared", len(records))
        settings = night.hub.settings
        limits = (settings.data_dir, settings.night_memory, safe_folder(settings))
        pairs = await asyncio.to_thread(match, records, model, *limits, settings.night_engine)
        del records  # names are not kept a moment longer than they are compared
        found = [Found.of(pair, model) for pair in pairs]
        work.count("pairs", len(found))
        for one in found:
            work.count(await keep(night.hub, night.interval, one, model))
        work.digest_of((one.id, one.pair.basis, one.pair.probability, one.told) for one in found)
    return work.counts
