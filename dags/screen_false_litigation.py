"""Nightly: signs of false litigation on applications under review, for the court that reviews them."""

from airflow.sdk import CronDataIntervalTimetable, dag, task

from hub.nightly import airflow_tools as tools

DOC = """
### 虚假诉讼迹象筛查

逐件查看审查中的司法确认申请,按《虚假诉讼迹象表》中可由交换数据计算的各项给出提示:规则编号、理由、所依据的消息。

- 提示只供**审查法院**参考,其他单位不可见;不因提示自动退回、中止或者裁定,由法官阅看后自行判断。
- 文书只在内存中解密;日志与 XCom 只有件数。阈值为本平台暂定,各地以配置 `screening` 设定。
- **区间**:一个自然日,以区间终点为准;可回填,重跑结果相同。
"""


@dag(
    "screen_false_litigation",
    schedule=CronDataIntervalTimetable("15 2 * * *", timezone="Asia/Shanghai"),
    **tools.settings_of_dag("虚假诉讼筛查 screen for false litigation", DOC, "每夜", "司法确认"),
)
def screen_false_litigation() -> None:
    """One task: other matters of the same people lie in all districts."""

    @task
    def screen() -> dict[str, str | int]:
        from hub.nightly.screening import screen as job

        return tools.stamped(tools.at_night(job, tools.interval()))

    screen()


screen_false_litigation()
