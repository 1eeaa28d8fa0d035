"""When the records are reconciled: each unit's extract of what it may see."""

from airflow.sdk import Asset, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 生成共享数据包

核对完成后,为每个单位生成它可见范围内的数据包(Parquet 与 CSV,附 `datapackage.json` 与签名清单)。

- 按掩码规则处理;小于 5 的计数不出;不含会被电子表格当作公式的内容。
- **区间**:与触发它的核对相同,逐个区间生成;重跑得到相同的包。
"""
RECONCILED = Asset("liantiao://reconciled")


@dag(
    "share_data",
    schedule=[RECONCILED],
    **tools.settings_of_dag("共享数据 share data", DOC, "每夜", "共享"),
)
def share_data() -> None:
    """One task an interval."""

    @task
    def spans() -> list[dict[str, str]]:
        return [tools.span_of(each) for each in tools.intervals()]

    @task(map_index_template="{{ label }}")
    def share(span: dict[str, str]) -> dict[str, str | int]:
        from hub.nightly.share import share as job

        found = tools.interval_of(span)
        tools.label(str(found.day))
        return tools.stamped(tools.at_night(job, found))

    share.expand(span=spans())


share_data()
