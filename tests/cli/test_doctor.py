"""Ten and more settings that are wrong, planted one at a time: the doctor names each, with the way out."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.settings import Settings
from hub.store.address import Address
from hub.store.migrate import create_database
from tests.conftest import TEMPLATE
from tests.live import DATA

_NUMBERS = count(1)
Plant = Callable[["House"], None]


class House:
    """A hub that was set up and can be spoiled by SQL and files; its doctor is asked in this process."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        self._patch = monkeypatch
        self.set("DATA_DIR", str(settings.data_dir))
        self.set("DATABASE_URL", settings.database_url or "")
        self.set("ISSUER", "https://hub.example")

    def set(self, name: str, value: str) -> None:
        """One setting of the environment."""
        self._patch.setenv(f"LIANTIAO_{name}", value)

    def run(self, *words: str) -> Any:
        """The result of a command."""
        done = CliRunner().invoke(app, ["--json", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return json.loads(done.stdout)

    def checks(self) -> dict[str, tuple[str, str]]:
        """What the doctor says of each thing: verdict, and what was found with the way out."""
        return {
            row["检查 check"].split(" ")[0]: (row["结果"], f"{row['所见 found']} {row['办法 way out']}")
            for row in self.run("doctor")
        }

    def sql(self, statement: str) -> None:
        """As the database's administrator."""

        async def work() -> None:
            connection = await asyncpg.connect(self.settings.database_url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(work())


@pytest.fixture(scope="module")
def prepared(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A database that was set up once, to be copied, and its data directory."""
    name = f"doctor_{os.getpid()}"
    folder = tmp_path_factory.mktemp("doctor")
    for secret in ("kek", "passwords"):
        shutil.copy2(server_dir / secret, folder / secret)
    asyncio.run(create_database(server, name, TEMPLATE))
    with pytest.MonkeyPatch.context() as patch:
        made = House(Settings(data_dir=folder, database_url=server.url("admin", name)), patch)
        made.run("init")
        made.run("unit", "import", str(DATA / "units.csv"))
    return name, folder


@pytest.fixture
def house(
    server: Address, prepared: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> House:
    """A copy of it, to spoil. The run's server ends with all its databases."""
    template, folder = prepared
    name = f"{template}_{next(_NUMBERS)}"
    asyncio.run(create_database(server, name, template))
    data_dir = tmp_path / "data"
    shutil.copytree(folder, data_dir)
    data_dir.chmod(0o700)
    made = House(Settings(data_dir=data_dir, database_url=server.url("admin", name)), monkeypatch)
    # The run's own server is quick rather than durable.
    made.sql(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
    return made


def _database(house: House) -> str:
    return (house.settings.database_url or "").rsplit("/", 1)[1].split("?")[0]


def _other_key(house: House) -> None:
    file = house.settings.data_dir / "kek"
    told = json.loads(file.read_text("ascii"))
    (name,) = told["keys"]
    told["keys"][name] = told["index"]
    file.write_text(json.dumps(told), "ascii")


def _no_key(house: House) -> None:
    (house.settings.data_dir / "kek").unlink()


def _push_inside(house: House) -> None:
    house.sql(
        "INSERT INTO system (id, agency, scopes, push, created_at)"
        " VALUES ('inside', 'police', '{}', '{http://10.0.0.7/in}', now())"
    )


def _unknown_unit(house: House) -> None:
    file = house.settings.data_dir / "config.json"
    entry = {"name": "proxies", "valid_from": "2026-01-01", "value": {"500199999999": "5001990000"}}
    file.write_text(json.dumps([entry]), "utf-8")
    house.run("config", "import", str(file))


FAULTS: dict[str, tuple[Plant, str, str, str]] = {
    "folder open to others": (
        lambda h: h.settings.data_dir.chmod(0o755),
        "数据目录",
        "fail",
        "chmod 700",
    ),
    "key file open to others": (
        lambda h: (h.settings.data_dir / "kek").chmod(0o644),
        "主密钥文件",
        "fail",
        "chmod 600",
    ),
    "key file lost": (_no_key, "数据库", "fail", "kek"),
    "key file of another hub": (_other_key, "签名密钥", "fail", "kek"),
    "plain http": (lambda h: h.set("ISSUER", "http://127.0.0.1:8040"), "签发者", "warn", "https"),
    "commits not durable": (
        lambda h: h.sql(f'ALTER DATABASE "{_database(h)}" SET synchronous_commit = off'),
        "落盘",
        "fail",
        "synchronous_commit=on",
    ),
    "policies off": (
        lambda h: h.sql("ALTER TABLE delivery DISABLE ROW LEVEL SECURITY"),
        "角色与行级策略",
        "fail",
        "delivery",
    ),
    "policies of files off": (
        lambda h: h.sql("ALTER TABLE blob_chunk DISABLE ROW LEVEL SECURITY"),
        "角色与行级策略",
        "fail",
        "blob_chunk",
    ),
    "a partition granted": (
        lambda h: h.sql("GRANT SELECT ON message_default TO liantiao_reader"),
        "角色与行级策略",
        "fail",
        "message_default",
    ),
    "keys open to the reader": (
        lambda h: h.sql("GRANT SELECT ON system_key TO liantiao_reader"),
        "角色与行级策略",
        "fail",
        "system_key",
    ),
    "no signing key": (
        lambda h: h.sql("UPDATE hub_key SET state = 'revoked' WHERE purpose = 'token'"),
        "签名密钥",
        "fail",
        "init",
    ),
    "an older database": (
        lambda h: h.sql("UPDATE alembic_version SET version_num = '0001'"),
        "数据库",
        "fail",
        "migrate",
    ),
    "a reference list lost": (
        lambda h: h.sql(_DROP_LIST),
        "参考数据",
        "fail",
        "init",
    ),
    "a system without a key": (
        lambda h: h.sql(
            "INSERT INTO system (id, agency, scopes, created_at) VALUES ('mute', 'police', '{}', now())"
        ),
        "接入系统",
        "fail",
        "system add",
    ),
    "a certificate that nobody hands over": (
        lambda h: h.sql(
            "INSERT INTO system (id, agency, scopes, bound, created_at)"
            " VALUES ('certified', 'police', '{}', 'mtls', now())"
        ),
        "证书绑定",
        "fail",
        "LIANTIAO_CLIENT_CERT_HEADER",
    ),
    "a push address inside": (_push_inside, "推送地址", "fail", "LIANTIAO_PUSH_ALLOW"),
    "a rule for a unit there is none of": (_unknown_unit, "区县配置", "warn", "unit import"),
    "a month without its place": (
        lambda h: h.sql(_DROP_MONTH),
        "下月分区",
        "warn",
        "serve",
    ),
    "no database": (
        lambda h: h.set("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        "数据库",
        "fail",
        "LIANTIAO_DATABASE_URL",
    ),
}
_DROP_LIST = """
DELETE FROM reference_row WHERE list = 'townships';
DELETE FROM reference_list WHERE name = 'townships';
"""
_DROP_MONTH = """
DO $$ BEGIN
  EXECUTE 'DROP TABLE message_' || to_char(now() + interval '1 month', 'YYYYMM') || ' CASCADE';
END $$
"""


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_named_with_the_way_out(house: House, fault: str) -> None:
    plant, what, verdict, way_out = FAULTS[fault]
    before = house.checks()
    plant(house)
    after = house.checks()
    assert after[what][0] == verdict
    assert way_out in after[what][1]
    assert before.get(what, ("ok", ""))[0] != verdict


def test_a_server_that_does_not_write_through_is_named(house: House) -> None:
    """The run's own is one; that a hub's own server does is held in `test_command_line.py`."""
    verdict, told = house.checks()["刷盘"]
    assert verdict == "fail"
    assert {"fsync", "full_page_writes"} <= set(told.split())


def test_an_act_without_a_reason_is_counted_and_an_empty_one_refused(house: House) -> None:
    def unreasoned() -> int:
        return int(house.checks()["未说明理由"][1].split(" ")[0])

    before = unreasoned()
    house.run("unit", "import", str(DATA / "units.csv"), "--reason", "区划调整")
    assert unreasoned() == before
    house.run("unit", "import", str(DATA / "units.csv"))
    assert unreasoned() == before + 1
    refused = CliRunner().invoke(app, ["unit", "import", str(DATA / "units.csv"), "--reason", " "])
    assert (refused.exit_code, unreasoned()) == (1, before + 1)
