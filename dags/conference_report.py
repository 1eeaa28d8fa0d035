"""Monthly, or by hand with a form: the report of the joint conference of a unit."""

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from hub.nightly import airflow_tools as tools
from hub.nightly.night import Night

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
        None,
        title="单位代码 unit code",
        description="留空:该层级全部应报单位 empty: every unit of the tier",
        type=["null", "string"],  # without null the form asks for it
        pattern="^([0-9A-Za-z_.-]{1,64})?$",
    ),
    "period": Param(
        None,
        title="期间 period",
        description="如 2026-10、2026Q4、2026H2、2026;留空:数据区间所在月,手动即上月 empty: the last month",
        type=["null", "string"],  # without null the form asks for it
        pattern="^[0-9QH.-]{0,24}$",
    ),
}


@dag(
    "conference_report",
    schedule=CronDataIntervalTimetable("0 4 1 * *", timezone="Asia/Shanghai"),
    params=FORM,
    **tools.settings_of_dag("联席会议报告 conference report", DOC, "每月", "报告"),
)
def conference_report() -> None:
    """One report a unit; each task gives back its id."""

    @task
    def wanted() -> list[str]:
        form = get_current_context()["params"]
        return [form["unit"]] if form["unit"] else tools.at_night(units_at, tools.interval(), form["tier"])

    @task(map_index_template="{{ label }}")
    def report(unit: str) -> str:
        from hub.nightly.conference import report as job
        from hub.nightly.conference.period import Period

        found, form = tools.interval(), get_current_context()["params"]
        period = Period.parse(form["period"] or f"{found.day:%Y-%m}")
        tools.label(unit)
        return tools.at_night(job, found, form["tier"], unit, period)

    report.expand(unit=wanted())


async def units_at(night: Night, tier: str) -> list[str]:
    """Codes of the units of a tier on the first day of the night's interval."""
    return sorted(
        unit.code for unit in night.hub.registry.units_on(night.interval.starts) if unit.tier == tier
    )


conference_report()
