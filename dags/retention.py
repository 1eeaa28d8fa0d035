"""Weekly: what has reached the end of its retention is erased."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 到期清除

每周一次:存疑件满 90 日、已签收的投递正文满 30 日、纠纷办结并满配置年限的,销毁密钥与索引。
存证日志只存加盐摘要,永久保留,仍可核验。

- **区间**:一周;可回填,重跑无副作用。
"""


@dag(
    "retention",
    schedule=CronDataIntervalTimetable("30 3 * * 1", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("到期清除 retention", DOC, "每周", "保存期限"),
)
def retention() -> None:
    """One task."""

    @task
    def expire() -> dict[str, str | int]:
        from hub.nightly.retention import expire as job

        return tools.stamped(tools.at_night(job, tools.interval()))

    expire()


retention()
