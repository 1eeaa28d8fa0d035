"""Nightly: the agencies' own records of the day, group by group, as digests to compare with."""

from airflow.sdk import Asset, CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 采集各部门当日快照

每夜按“部门 × 区划组”取回各部门自己的记录,逐条算出带密钥的摘要,供核对使用。正文不入库、不入日志。

- **区间**:一个自然日(北京时间 0 时至 24 时);可回填(Backfill),重跑不产生重复。
- **失败**:自动重试两次,仍失败则通知;只影响该组,其余照常。
- **完成后**:发布资产 `liantiao://snapshots`,触发 `reconcile`。
"""
SNAPSHOTS = Asset("liantiao://snapshots")


@dag(
    "collect_snapshots",
    schedule=CronDataIntervalTimetable("30 0 * * *", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("采集快照 collect snapshots", DOC, "每夜", "核对"),
)
def collect_snapshots() -> None:
    """Groups, each collected by a task of its own, then the asset."""

    @task
    def groups() -> list[dict[str, str]]:
        from hub.nightly.collect import groups as job

        found = tools.interval()
        return tools.cells([found], tools.at_night(job, found))

    @task(map_index_template="{{ label }}")
    def collect(cell: dict[str, str]) -> dict[str, str | int]:
        from hub.nightly.collect import collect as job

        tools.label(f"{cell['agency']}/{cell['group']}")
        found = tools.interval_of(cell)
        return tools.stamped(tools.at_night(job, found, cell["agency"], cell["group"]))

    @task(outlets=[SNAPSHOTS], trigger_rule="all_done_min_one_success")
    def publish(_: object) -> None:
        tools.announce(SNAPSHOTS, tools.interval())

    publish(collect.expand(cell=groups()))


collect_snapshots()
