"""When snapshots are there: the hub's records against the agencies', group by group."""

from airflow.sdk import Asset, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 核对中枢与各部门的记录

采集完成后自动开始,按“部门 × 区划组”比对摘要,差异逐条成行:
缺失、版本过旧、字段不一致、状态矛盾、重复、孤立引用。

- **区间**:与触发它的采集相同;多次采集同时完成时合并为一次运行,各区间分别核对。
- **中枢自己能补的**(重发一次投递)当即补上并记录;**需要人定的**进入 `resolve_discrepancies`。
- **完成后**:发布资产 `liantiao://reconciled`。差异中的个人信息只以掩码显示。
"""
SNAPSHOTS = Asset("liantiao://snapshots")
RECONCILED = Asset("liantiao://reconciled")


@dag(
    "reconcile",
    schedule=[SNAPSHOTS],
    **tools.settings_of_dag("核对 reconcile", DOC, "每夜", "核对"),
)
def reconcile() -> None:
    """Groups of every interval that arrived, each compared by a task of its own, then the asset."""

    @task
    def cells() -> list[dict[str, str]]:
        from hub.nightly.collect import groups

        found = tools.intervals()
        return tools.cells(found, tools.at_night(groups, found[-1]))

    @task(map_index_template="{{ label }}")
    def compare(cell: dict[str, str]) -> dict[str, str | int]:
        from hub.nightly.reconcile import reconcile as job

        found = tools.interval_of(cell)
        tools.label(f"{cell['agency']}/{cell['group']} {found.day}")
        return tools.stamped(tools.at_night(job, found, cell["agency"], cell["group"]))

    @task(outlets=[RECONCILED], trigger_rule="all_done_min_one_success")
    def publish(_: object) -> None:
        tools.announce(RECONCILED, tools.interval())

    publish(compare.expand(cell=cells()))


reconcile()
