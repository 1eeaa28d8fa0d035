"""Nightly: the same dispute registered twice, found; the doubtful left to a person."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 关联同一纠纷

同一纠纷常被派出所与调解组织各登记一次。先按明确引用与证件号盲索引关联,再按概率模型比对。

- 概率 **≥ 0.95** 自动关联,可撤销;**0.5–0.95** 只列为候选,由人在本站“联调”页逐件决定,须写明理由。
- 姓名、证件号只在内存中解密,临时目录即用即清;日志与 XCom 只有件数。
- **区间**:一个自然日;可回填,重跑结果相同。
"""


@dag(
    "link_disputes",
    schedule=CronDataIntervalTimetable("45 1 * * *", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("关联纠纷 link disputes", DOC, "每夜", "关联"),
)
def link_disputes() -> None:
    """One task: candidates are pairs over all districts."""

    @task
    def link() -> dict[str, str | int]:
        from hub.nightly.linkage import link as job

        return tools.stamped(tools.at_night(job, tools.interval()))

    link()


link_disputes()
