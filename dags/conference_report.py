"""Monthly, or by hand with a form: the report of the joint conference of a unit."""

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from hub.nightly import airflow_tools as tools

DOC = """
### 联席会议报告

每月 1 日为配置的单位生成上月报告(HTML、XLSX、PDF);也可手动触发,在表单中选层级、单位与期间。

- 每个数字附公式版本、分子、分母、期间与截止时刻;只与自己的以往比较,不给法院排名。
- 期间未满的标为“部分”。留空期间即为运行区间所在的月份。
"""
FORM = {
    "tier": Param(
        "district",
        title="层级 tier",
        enum=["city", "district", "town"],
        values_display={"city": "市", "district": "区县", "town": "乡镇、街道"},
    ),
    "unit": Param(
        "",
        title="单位代码 unit code",
        description="留空:该层级全部应报单位 empty: every unit of the tier",
        type="string",
        pattern="^([0-9A-Za-z_.-]{1,64})?$",
    ),
    "period": Param(
        "",
        title="期间 period",
        description="如 2026-10;留空:运行区间所在的月份 empty: the month of the run",
        type="string",
        pattern="^([0-9]{4}-(0[1-9]|1[0-2]))?$",
    ),
}


@dag(
    "conference_report",
    schedule=CronDataIntervalTimetable("0 4 1 * *", timezone="Asia/Shanghai"),
    params=FORM,
    **tools.settings_of_dag("联席会议报告 conference report", DOC, "每月", "报告"),
)
def conference_report() -> None:
    """One task; it gives back the report's id."""

    @task
    def report() -> str:
        from hub.nightly.conference import report as job

        found, form = tools.interval(), get_current_context()["params"]
        period = form["period"] or f"{found.day:%Y-%m}"
        return tools.at_night(job, found, form["tier"], form["unit"], period)

    report()


conference_report()
