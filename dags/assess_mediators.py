"""Quarterly, or by hand with a form: every mediator's assessment of a period."""

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

from hub.nightly import airflow_tools as tools

DOC = """
### 调解员考评

每季度首月 1 日,为名册中的每位调解员生成上季度考评,并以签名消息告知其所在单位。

- 内容:培训、观摩、交流学时,群众评分,办案质量(案卷、时限、履行、未获确认或被推翻),投诉。
- 每个数字附公式版本、分子与分母。
- 等级只是建议,依本地规则(配置),由人评定;对结果可以申诉,由上级单位处理。
- **区间**:一季度;可回填,也可手动触发并填期间。数据未变时重跑不产生新的结果。
"""
FORM = {
    "period": Param(
        None,
        title="期间 period",
        description="如 2026Q3、2026H2、2026;留空:数据区间所在季度,手动即上季 empty: the last quarter",
        type=["null", "string"],  # without null the form asks for it
        pattern="^[0-9QH.-]{0,24}$",
    ),
}


@dag(
    "assess_mediators",
    schedule=CronDataIntervalTimetable("0 5 1 1,4,7,10 *", timezone="Asia/Shanghai"),
    params=FORM,
    **tools.settings_of_dag("调解员考评 assess mediators", DOC, "每季", "考评"),
)
def assess_mediators() -> None:
    """One task."""

    @task
    def assess() -> dict[str, str | int]:
        from hub.nightly.assessment import Period
        from hub.nightly.assessment import assess as job

        found, form = tools.interval(), get_current_context()["params"]
        quarter = f"{found.day.year}Q{(found.day.month + 2) // 3}"
        return tools.stamped(tools.at_night(job, found, Period.parse(form["period"] or quarter)))

    assess()


assess_mediators()
