"""DAGs as thin as those of `dags/`, around a job small enough to be wrong about nothing."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools
from hub.nightly.night import Night

DAILY = CronDataIntervalTimetable("30 0 * * *", timezone="Asia/Shanghai")
TOLD = tools.settings_of_dag("试验 trial", "试验")
TOLD["default_args"] |= {"retries": 0}


async def count_units(night: Night, part: str) -> dict[str, int]:
    """How many units there are; the part `broken` fails."""
    async with night.work("count", part) as work:
        if part == "broken":
            raise LookupError("with something secret in it")
        async with night.hub.database.connection() as conn:
            rows = await conn.fetch("SELECT code FROM unit ORDER BY code")
        work.count("units", len(rows))
        work.digest_of(rows)
    return work.counts


def trial(part: str) -> None:
    """One mapped task."""

    @dag(f"trial_{part}", schedule=DAILY, **TOLD)
    def flow() -> None:
        @task(map_index_template="{{ label }}")
        def work(part: str) -> dict[str, str | int]:
            tools.label(part)
            return tools.stamped(tools.at_night(count_units, tools.interval(), part))

        work.expand(part=[part])

    flow()


trial("well")
trial("broken")
