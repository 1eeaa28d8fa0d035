"""Hourly: statutory and local deadlines that are near or over, unit by unit."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 期限巡查

每小时一次,统计各单位临近与逾期的期限(签收、调解、审查、送达、履行等,依据见各期限的条文),并提醒应提醒的单位。

- **区间**:一小时;可回填。停机期间错过的区间不逐个补跑,下一次巡查看的是当时全部未结期限。
"""


@dag(
    "watch_deadlines",
    schedule=CronDataIntervalTimetable("0 * * * *", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("期限巡查 watch deadlines", DOC, "每小时", "期限"),
)
def watch_deadlines() -> None:
    """One task."""

    @task
    def watch() -> dict[str, str | int]:
        from hub.nightly.deadlines import watch as job

        return tools.stamped(tools.at_night(job, tools.interval()))

    watch()


watch_deadlines()
