"""`screen_false_litigation`: the night's screening from beginning to end."""

from typing import Final

from hub.exchange.screening_config import limits_on
from hub.law import screening
from hub.nightly.night import Night, Summary
from hub.nightly.screening.flags import Found, keep
from hub.nightly.screening.opening import Opening

JOB: Final = "screen_false_litigation"


async def screen(night: Night) -> Summary:
    """Look at every application under review at the end of the interval; lay the signs before its court.

    Counts: `applications` looked at, flags that are `new`, `changed` or `known`, and one for each sign. The
    digest is over the flags: a second run of the interval finds and leaves the same.
    """
    limits = limits_on(night.hub.registry, night.interval.ends)
    found: list[Found] = []
    async with night.work(JOB) as work:
        for pending in await Opening(night.hub, night.interval, limits).pending():
            work.count("applications")
            flags = screening.screen(pending.told, limits)
            mine = [Found(pending.case, pending.dispute, flag) for flag in flags]
            for name, n in (await keep(night.hub, night.interval, mine)).items():
                work.count(name, n)
            for one in mine:
                work.count(one.flag.sign)
            found += mine
        work.digest_of((one.id, one.flag.sign, one.rests.hex()) for one in found)
    return work.counts
