"""Airflow's folder in the data directory: what is generated into it once, the environment of its parts.

    airflow/secrets     keys of tokens and of stored connections, password of its database role (0600)
    airflow/accounts    the accounts and their passwords, as Airflow reads them (0600)
    airflow/lock        held by the runner and all it starts: two of them never share a folder
    airflow/*.log       what each part says

Touches those files only.
"""

import base64
import fcntl
import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import hub
from hub.errors import Misconfigured
from hub.store.cluster import replace_text

ACCOUNTS: Final = {"admin": "admin", "second": "user", "viewer": "viewer"}
"""Account → its role in Airflow. `second` agrees to what another decided."""
ROOT: Final = Path(hub.__file__).parents[1]
"""Where `hub/` and `dags/` lie."""
_PARALLEL: Final = "4"


@dataclass(frozen=True, slots=True)
class Home:
    """One Airflow. `new`: the accounts were made by this call, nobody has seen their passwords."""

    folder: Path
    port: int
    secrets: Mapping[str, str] = field(repr=False)
    accounts: Mapping[str, str] = field(repr=False)
    new: bool

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, metadata: str, of_hub: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of its processes; `metadata` is the address of its database."""
        return {**_kept(), **of_hub, **self._settings(metadata)}

    def _settings(self, metadata: str) -> dict[str, str]:
        users = ",".join(f"{name}:{role}" for name, role in ACCOUNTS.items())
        told = {
            "core": {
                "dags_folder": str(ROOT / "dags"),
                "plugins_folder": str(ROOT / "dags" / "plugins"),
                "load_examples": "False",
                "executor": "LocalExecutor",
                "parallelism": _PARALLEL,
                "default_timezone": "Asia/Shanghai",
                "dags_are_paused_at_creation": "False",
                "fernet_key": self.secrets["fernet"],
                "execution_api_server_url": f"{self.url}/execution/",
                "simple_auth_manager_users": users,
                "simple_auth_manager_passwords_file": str(self.folder / "accounts"),
            },
            "database": {"sql_alchemy_conn": metadata},
            "api": {
                "host": "127.0.0.1",
                "port": str(self.port),
                "base_url": self.url,
                "workers": "1",
                "secret_key": self.secrets["session"],
                "instance_name": "联调 Liantiao",
            },
            "api_auth": {"jwt_secret": self.secrets["jwt"]},
            "dag_processor": {"parsing_processes": "1"},
            "usage_data_collection": {"enabled": "False"},
        }
        flat = {f"AIRFLOW__{s}__{n}".upper(): v for s, part in told.items() for n, v in part.items()}
        return {"AIRFLOW_HOME": str(self.folder), **flat}


def prepare(data_dir: Path, port: int) -> Home:
    """The folder with its secrets and accounts, made where missing."""
    if not (ROOT / "dags").is_dir():
        raise Misconfigured("找不到 dags/,请在源码目录中运行 · dags/ is not there: run from a checkout")
    folder = data_dir.resolve() / "airflow"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = _stored(folder / "secrets", _new_secrets())
    new = not (folder / "accounts").exists()
    accounts = _stored(folder / "accounts", {name: secrets.token_urlsafe(12) for name in ACCOUNTS})
    return Home(folder, port, kept, accounts, new)


def lock(home: Home) -> int:
    """Take the folder; the handle is inherited by what is started. Raises Misconfigured when it is taken."""
    handle = os.open(home.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        os.close(handle)
        raise Misconfigured(
            f"{home.folder}: 另一个 Airflow(或其残留进程)正在使用 · "
            "another Airflow uses it, or what is left of one that was killed"
        ) from e
    return handle


def _stored(file: Path, made: Mapping[str, str]) -> dict[str, str]:
    if not file.exists():
        replace_text(file, json.dumps(made))
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    if set(made) - set(found):
        raise Misconfigured(f"{file}: 已损坏,请删除后重来 · is damaged: delete it and begin anew")
    return found


def _new_secrets() -> dict[str, str]:
    return {
        "jwt": secrets.token_urlsafe(64),
        "session": secrets.token_urlsafe(32),
        "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "database": secrets.token_urlsafe(24),
    }


def _kept() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "TZ") if name in os.environ}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**kept, "PATH": programs, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
