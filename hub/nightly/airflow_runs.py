"""Which business days a run of Airflow was for, as its own tables tell it. For the pages: read only.

Runs where Airflow's tables may be read, which is in its API server and in none of its tasks. Airflow is
imported inside: nothing else of the night needs it.
"""

from datetime import date

from hub.errors import Refused
from hub.nightly import airflow_tools as tools


def days_of(dag: str, run: str) -> list[date]:
    """The days of a run, oldest first, by the rule its tasks go by. Raises Refused `unknown`."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.query(DagRun).filter_by(dag_id=dag, run_id=run).one_or_none()
        if found is None:
            raise Refused("unknown")
        told = [event.extra or {} for event in found.consumed_asset_events]
        begun = found.start_date or found.run_after
        made = tools.intervals_of(told, (found.data_interval_start, found.data_interval_end), begun)
    return sorted({interval.day for interval in made})
