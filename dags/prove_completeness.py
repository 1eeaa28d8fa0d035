"""Nightly: sent = accepted = delivered = acknowledged, for each pair of units and day."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 证明收发完整

每夜对每一对单位、每一天证明:发出 = 受理 = 送达 = 签收,按件数、也按消息摘要的默克尔根;结果由中枢签名。
每一处差异成一行例外;长时间无声的部门告警。

- **区间**:一个自然日;可回填,重跑得到相同的根。
"""


@dag(
    "prove_completeness",
    schedule=CronDataIntervalTimetable("15 1 * * *", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("证明完整 prove completeness", DOC, "每夜", "存证"),
)
def prove_completeness() -> None:
    """One task: the proof needs all pairs at once."""

    @task
    def prove() -> dict[str, str | int]:
        from hub.nightly.completeness import prove as job

        return tools.stamped(tools.at_night(job, tools.interval()))

    prove()


prove_completeness()
