"""When records were reconciled: one question a batch of discrepancies, to a person, seconded by another."""

from typing import Any

from airflow.sdk import Asset, Param, dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from hub.nightly import airflow_answers as answers
from hub.nightly import airflow_tools as tools
from hub.nightly.airflow_question import Question

DOC = """
### 处理差异(人工)

核对发现、需要人定的差异按批提问,一批一问:在“待操作的任务实例”中选择、写理由;“以部门为准”须另一人同意。
明细(掩码)见每次运行的“联调差异”页。答复在执行前由中枢再次校验,写入存证日志;不合格的答复使该批失败,次夜重新提问。

- **十一小时无人答复**:该批失败并通知,次夜重新提问;不替人作决定。
- **答得太快**:Airflow 偶尔丢失几秒内的答复,问题会再出现一次,请再答一次。
"""
RECONCILED = Asset("liantiao://reconciled")
ASKED: dict[str, Any] = {"map_index_template": "{{ task.subject }}"}
REASON = {
    "reason": Param(
        "",
        type="string",
        maxLength=500,
        title="理由(必填,勿写个人信息)reason (required, nothing personal)",
    )
}


@dag(
    "resolve_discrepancies",
    schedule=[RECONCILED],
    **tools.settings_of_dag("处理差异 resolve discrepancies", DOC, "每夜", "核对", "人工"),
)
def resolve_discrepancies() -> None:
    """Batches, each asked, seconded where needed, carried out."""

    @task
    def batches() -> list[dict[str, Any]]:
        from hub.nightly.resolve import batches as job

        # Several nights may have been compared while an earlier question waited for its answer.
        return [
            {"batch": batch, **tools.span_of(found)}
            for found in tools.intervals()
            for batch in tools.at_night(job, found)
        ]

    @task_group
    def batch(asked: dict[str, Any]) -> None:
        @task
        def question(asked: dict[str, Any]) -> dict[str, str]:
            return answers.question(asked["batch"])

        @task(retries=0)
        def second_needed(asked: dict[str, Any], told: dict[str, Any]) -> dict[str, str | int]:
            from hub.nightly.resolve import propose as job

            said = answers.first_of(told)
            if not said.takes_two:
                raise AirflowSkipException
            words = (said.choice, said.reason, said.actor)
            done = tools.at_night(job, tools.interval_of(asked), asked["batch"]["id"], *words)
            return {**tools.stamped(done), "subject": answers.seconding(asked["batch"], said)}

        @task(trigger_rule="none_failed", retries=0)
        def decide(asked: dict[str, Any], told: dict[str, Any], agreed: Any) -> dict[str, str | int]:  # noqa: ANN401
            from hub.nightly.resolve import decide as job

            said = answers.answer_of(told, agreed)
            words = (said.choice, said.reason, said.actor, said.approver)
            return tools.stamped(tools.at_night(job, tools.interval_of(asked), asked["batch"]["id"], *words))

        # What these will have said, written where it is still to be said: Airflow's types tell them apart.
        put: Any = question(asked)
        ask: Any = Question(
            task_id="ask",
            subject=put["subject"],
            body=put["body"],
            options=[*answers.CHOICES],
            params=REASON,
            **ASKED,
        )
        needed: Any = second_needed(asked, ask.output)
        second: Any = Question(
            task_id="second",
            subject=needed["subject"],
            body=put["body"],
            options=[answers.AGREE, answers.OBJECT],
            **ASKED,
        )
        decide(asked, ask.output, second.output)

    batch.expand(asked=batches())


resolve_discrepancies()
