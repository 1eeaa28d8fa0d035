"""What is made wrong in the sample district, once."""

from pathlib import Path

import asyncpg

from hub.cli.airflow import samples
from hub.client.agent import Agent
from hub.client.receiving import Poll
from hub.store.address import Address
from hub.store.secrets import load
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub
