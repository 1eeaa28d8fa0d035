"""What the DAG files share: the interval of a run, a job at night, names of mapped tasks, word of a failure.

Runs inside Airflow's tasks. It opens the hub for the length of one job; what it gives back to Airflow are
counts by name, the revision of the code and days, never anything about a person. Airflow is imported inside
functions: the jobs and their tests know nothing of it.
"""

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from hub.law.calendar import SHANGHAI, legal_day
from hub.logs import Event, note
from hub.nightly.conference.period import Period
from hub.nightly.night import Interval, Night, open_night, revision
from hub.settings import load

P = ParamSpec("P")
T = TypeVar("T")
Span = Mapping[str, str]
"""An interval as XCom and an asset's event carry it: `starts` and `ends` in ISO 8601."""

_DAY: Final = timedelta(days=1)
_PATIENCE: Final = 30.0
_FIRST: Final = datetime(2026, 1, 1, tzinfo=SHANGHAI)
RETRIES: Final = 2


def settings_of_dag(title: str, doc: str, *tags: str) -> dict[str, Any]:
    """What all DAGs have in common, as arguments of `@dag`. `title` is shown instead of the id."""
    return {
        "dag_display_name": title,
        "doc_md": doc,
        "description": title,
        "tags": ["联调", *tags],
        "start_date": _FIRST,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": {
            "owner": "liantiao",
            "retries": RETRIES,
            "retry_delay": timedelta(minutes=2),
            "retry_exponential_backoff": 2.0,
            "on_failure_callback": notify,
        },
    }


def at_night(
    job: Callable[Concatenate[Night, P], Awaitable[T]],
    interval: Interval,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a job to its end on the hub of this process's settings. Raises what the job raises."""

    async def work() -> T:
        async with open_night(load(), interval) as night:
            return await job(night, *args, **kwargs)

    return asyncio.run(work())


def stamped(counts: Mapping[str, int]) -> dict[str, str | int]:
    """A job's counts with the revision of the code that counted, as a task returns them."""
    note(Event.NIGHT_COUNTED, revision=revision(), counts=json.dumps(dict(counts), sort_keys=True))
    return {**counts, "revision": revision()}


def intervals() -> list[Interval]:
    """What the run of the current task is for, oldest first.

    The intervals of the assets' events that started it; else its data interval in whole legal days (one
    below a day as it is); else, started by hand without a date, the legal day before now.
    """
    from airflow.sdk import get_current_context

    context: Any = get_current_context()
    told = [e.extra for events in (context.get("triggering_asset_events") or {}).values() for e in events]
    run = context["dag_run"]
    return intervals_of(told, (run.data_interval_start, run.data_interval_end), datetime.now(UTC))


def intervals_of(
    told: Iterable[Span], of_run: tuple[datetime | None, datetime | None], now: datetime
) -> list[Interval]:
    """The same from its sources: what the assets' events told, the run's data interval, when it began."""
    spans = {(extra["starts"], extra["ends"]) for extra in told if {"starts", "ends"} <= set(extra)}
    if spans:
        return sorted((interval_of({"starts": s, "ends": e}) for s, e in spans), key=lambda i: i.starts)
    return [whole_days(*of_run, now)]


def interval() -> Interval:
    """The same for a job that has one interval a run: the newest."""
    return intervals()[-1]


def span_of(found: Interval) -> dict[str, str]:
    """An interval for XCom or an asset's event."""
    return {"starts": found.starts.isoformat(), "ends": found.ends.isoformat()}


def interval_of(span: Span) -> Interval:
    """The way back. Raises ValueError for instants without a zone."""
    starts, ends = (datetime.fromisoformat(span[name]) for name in ("starts", "ends"))
    if starts.tzinfo is None or ends.tzinfo is None or starts >= ends:
        raise ValueError("an interval needs two instants with a zone, the first before the second")
    return Interval(starts, ends)


def period_param(example: str, empty: tuple[str, str]) -> Any:  # noqa: ANN401  Airflow's own type
    """The field of a form that asks for a period; `empty`: what none stands for, in both languages."""
    from airflow.sdk import Param

    zh, en = empty
    return Param(
        None,
        title="期间 period",
        description=f"如 {example};留空:{zh} empty: {en}",
        type=["null", "string"],  # without null the form asks for it
        pattern="^[0-9QH.-]{0,24}$",
    )


def form() -> Mapping[str, Any]:
    """What the form of the current task's run says."""
    from airflow.sdk import get_current_context

    context: Any = get_current_context()
    return dict(context["params"])


def period_asked(otherwise: str) -> Period:
    """The period that the form asks for. Raises Misconfigured for what is none."""
    return Period.parse(form()["period"] or otherwise)


def announce(asset: Any, found: Interval) -> None:  # noqa: ANN401  Airflow's own type
    """Give an asset's event the interval, so that who is started by it works on the same days."""
    from airflow.sdk import get_current_context

    context: Any = get_current_context()
    context["outlet_events"][asset].extra = span_of(found)


def label(text: str) -> None:
    """Name a mapped task in the UI; its `map_index_template` is `{{ label }}`. Codes only."""
    from airflow.sdk import get_current_context

    context: Any = get_current_context()
    context["label"] = text


def notify(context: Mapping[str, Any]) -> None:
    """Tell of a task that failed for good: the log, and the program that `LIANTIAO_NOTIFY` names.

    The program gets one line of JSON on standard input: ids, numbers and the kind of error, never its text.
    """
    failed = context["task_instance"]
    error = context.get("exception")
    told = {
        "dag": failed.dag_id,
        "task": failed.task_id,
        "map_index": failed.map_index,
        "try": failed.try_number,
        "error": type(error).__name__,
        "revision": revision(),
    }
    note(Event.NIGHT_FAILED, **told)
    program = load().notify
    if program is not None:
        _tell(program, json.dumps(told))


def _tell(program: str, line: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  the operator's own program, no arguments
            [program], input=line + "\n", text=True, check=False, timeout=_PATIENCE, capture_output=True
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        note(Event.NOTIFY_FAILED, error=type(e).__name__)
        return
    if done.returncode:
        note(Event.NOTIFY_FAILED, status=done.returncode)


def whole_days(starts: datetime | None, ends: datetime | None, now: datetime) -> Interval:
    """A data interval in whole legal days; below a day as it is; none: the legal day before `now`."""
    if starts is None or ends is None or starts >= ends:
        return Interval.of_day(legal_day(now) - _DAY)
    if ends - starts < _DAY:
        return Interval(starts, ends)
    return Interval(_midnight(legal_day(starts)), _midnight(legal_day(ends)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def cells(found: Sequence[Interval], groups: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """One mapped task for each interval and group; a group is an agency with its units' districts."""
    return [{**group, **span_of(each)} for each in found for group in groups]
