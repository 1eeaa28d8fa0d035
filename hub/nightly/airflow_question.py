"""A question to a person in Airflow that is put again when Airflow itself loses the answer.

A person who answers within seconds can be quicker than the scheduler: it then takes the pause of the task
for its end and fails it (its issue 67287, in 3.3.2 still). Retried, the question is put once more. A question
that nobody answered in time is not: the batch fails and is asked again the next night. Touches Airflow only.
"""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

PATIENCE = timedelta(hours=11)
RETRIES = 3


class Question(HITLOperator):
    """One question with its options; waits `PATIENCE` for a person."""

    def __init__(self, **told: Any) -> None:  # noqa: ANN401  what Airflow's operator takes
        super().__init__(
            **{"retries": RETRIES, "retry_delay": timedelta(seconds=5), "response_timeout": PATIENCE, **told}
        )

    def process_trigger_event_error(self, event: dict[str, Any]) -> None:
        """An answer that did not come is the end of the question. Raises AirflowFailException."""
        if event["error_type"] == "timeout":
            raise AirflowFailException("十一小时无人答复 nobody answered within eleven hours")
        super().process_trigger_event_error(event)
