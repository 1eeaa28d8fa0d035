"""What a running process writes into its log: one event a line, by a code of this list, with ids and numbers.

Here: the codes with their level, meaning and way out, the one function that notes an event, and the two
forms a line can have (text for a terminal, JSON for a collector). `docs/events.md` is made of the list.
Values of messages never come here: what a caller may give is an id, a code, a place or a number.
Touches the standard library's logging, nothing of ours.
"""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Literal

LogFormat = Literal["text", "json"]
FORMATS: Final[tuple[LogFormat, ...]] = ("text", "json")
_log: Final = logging.getLogger("liantiao")
_FIELDS: Final = "liantiao_fields"


class Event(StrEnum):
    """Every event that is noted; the value is what stands in the line."""

    STARTED = "started"
    NOT_STARTED = "not-started"
    STOPPED = "stopped"
    METRICS_PORT_TAKEN = "metrics-port-taken"
    MESSAGE_REFUSED = "message-refused"
    INTERNAL_ERROR = "internal-error"
    DATA_UNREADABLE = "data-unreadable"
    VIEWS_REFUSED = "views-refused"
    KEY_UNREADABLE = "key-unreadable"
    RECEIVER_UNREADABLE = "receiver-unreadable"
    RECEIVER_FAULT = "receiver-fault"
    TOKEN_HELD = "token-held"  # noqa: S105  the word of an event
    DELIVERY_PAUSED = "delivery-paused"
    DELIVERY_BUG = "delivery-bug"
    DELIVERY_UNREADABLE = "delivery-unreadable"
    TIMERS_PAUSED = "timers-paused"
    NOTICE_REFUSED = "notice-refused"
    LOG_STEP_FAILED = "log-step-failed"
    PAPERS_UNBOUND = "papers-unbound"
    NIGHT_COUNTED = "night-counted"
    NIGHT_FAILED = "night-failed"
    NOTIFY_FAILED = "notify-failed"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event says, for a person; `way_out` is empty where nothing is to be done."""

    level: int
    zh: str
    en: str
    way_out: str = ""


_INFO, _WARNING, _ERROR = logging.INFO, logging.WARNING, logging.ERROR
MEANINGS: Final[dict[Event, Meaning]] = {
    Event.STARTED: Meaning(_INFO, "进程已就绪", "the process is ready"),
    Event.NOT_STARTED: Meaning(
        _ERROR, "进程未能启动", "the process did not start", "按 reason 所述处理 do what `reason` says"
    ),
    Event.STOPPED: Meaning(_INFO, "进程已正常结束", "the process ended in order"),
    Event.METRICS_PORT_TAKEN: Meaning(
        _WARNING,
        "指标端口被占用,本进程不提供指标",
        "the metrics port is taken: this process answers no scrapes",
        "`serve --metrics-port`; several workers take as many ports, one behind the other",
    ),
    Event.MESSAGE_REFUSED: Meaning(
        _INFO,
        "一份报文被拒,未留存:仅记原因与摘要",
        "a message was refused and not kept: what is left is the reason and the digest of its body",
        "its sender has the code too; what went to quarantine is at `GET /v1/admin/quarantine` instead",
    ),
    Event.INTERNAL_ERROR: Meaning(
        _ERROR,
        "程序缺陷,已答 500",
        "a bug; the caller was answered 500",
        "report `error` and `place`; `instance` stands in the caller's problem document",
    ),
    Event.DATA_UNREADABLE: Meaning(
        _ERROR,
        "数据损坏或无法启封",
        "data damaged, or not to be unsealed",
        "`liantiao doctor`; is the file `kek` the right one?",
    ),
    Event.VIEWS_REFUSED: Meaning(
        _ERROR,
        "视图配置有误,沿用前一版",
        "the views configuration is wrong; the former one stays",
        "`liantiao config import` with the place named",
    ),
    Event.KEY_UNREADABLE: Meaning(
        _ERROR,
        "登记的密钥已被改动,不予采信",
        "a registered key was altered and is not believed",
        "who changed the table `system_key`? `liantiao system key revoke`, then a new key",
    ),
    Event.RECEIVER_UNREADABLE: Meaning(
        _ERROR, "接收流的密文无法启封", "a stream's credentials cannot be unsealed", "set up the stream anew"
    ),
    Event.RECEIVER_FAULT: Meaning(
        _WARNING,
        "推送未成功,将重试",
        "a push failed and is tried again",
        "`fault` says how; ask the receiver when it lasts",
    ),
    Event.TOKEN_HELD: Meaning(
        _WARNING,
        "接收方拒收,已滞留待人工",
        "the receiver refused a token; it waits for a person",
        "`GET /v1/admin/held`, then replay",
    ),
    Event.DELIVERY_PAUSED: Meaning(
        _ERROR, "投递暂停一秒后再试", "delivery pauses for a second", "is the database there? `/readyz`"
    ),
    Event.DELIVERY_BUG: Meaning(
        _ERROR,
        "投递遇程序缺陷,暂停后继续",
        "a bug in delivery; it goes on after a pause",
        "report `error` and `place`",
    ),
    Event.DELIVERY_UNREADABLE: Meaning(
        _ERROR,
        "一件投递无法启封,其余照常",
        "one delivery cannot be unsealed; the others go on",
        "`liantiao doctor`; `GET /v1/admin/held`",
    ),
    Event.TIMERS_PAUSED: Meaning(
        _WARNING,
        "期限提醒暂停,将再试",
        "reminders pause and are tried again",
        "is the database there? `/readyz`",
    ),
    Event.NOTICE_REFUSED: Meaning(
        _ERROR,
        "一条期限提醒未能发出",
        "one reminder could not be said",
        "`GET /v1/admin/deadline-findings` shows it until it is right again",
    ),
    Event.LOG_STEP_FAILED: Meaning(
        _WARNING,
        "存证日志未能入树,将再试",
        "the evidence log could not take its entries; tried again",
        "is the database there? `/readyz`",
    ),
    Event.PAPERS_UNBOUND: Meaning(
        _WARNING,
        "卷宗附件未能装订,只列名称",
        "the papers of a mediation file could not be bound; the file names them and says so",
        "ask for the file again; when it lasts, is there memory and processor for a process of its own?",
    ),
    Event.NIGHT_COUNTED: Meaning(_INFO, "夜间作业的计数", "what a job of the night counted"),
    Event.NIGHT_FAILED: Meaning(
        _ERROR,
        "夜间任务最终失败",
        "a task of the night failed for good",
        "mend the cause, clear the task in Airflow",
    ),
    Event.NOTIFY_FAILED: Meaning(
        _ERROR,
        "通知程序未成功",
        "the program of `LIANTIAO_NOTIFY` failed",
        "run it by hand with one line of JSON",
    ),
}


def note(event: Event, **fields: str | int) -> None:
    """Write an event into the log. `fields`: ids, codes, places, numbers; never a value of a message."""
    level = MEANINGS[event].level
    if _log.isEnabledFor(level):
        told = " ".join([event.value, *(f"{name}={value}" for name, value in fields.items())])
        _log.log(level, "%s", told, extra={_FIELDS: {"event": event.value, **fields}})


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (RFC 3339, UTC), `level`, `event`, then the event's own fields.

    What a library says has the event `library`, its logger and the first line of its text; of an exception
    only the type. What follows a first line quotes: asyncio shows the exception whose task nobody awaited.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        fields = getattr(record, _FIELDS, None)
        if fields is None:
            fields = {"event": "library", "logger": record.name, "text": _headline(record)}
            if record.exc_info and record.exc_info[0] is not None:
                fields["error"] = record.exc_info[0].__name__
        return json.dumps(
            {"time": _instant(record), "level": record.levelname, "process": record.process, **fields},
            ensure_ascii=False,
        )


class TextLines(logging.Formatter):
    """`time LEVEL event name=value …`; what a library says with its logger's name before it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        told = record.getMessage() if hasattr(record, _FIELDS) else f"{record.name}: {_headline(record)}"
        if record.exc_info and record.exc_info[0] is not None:
            told = f"{told} ({record.exc_info[0].__name__})"
        return f"{_instant(record)} {record.levelname} {told}"


def to_stderr(level: str, form: LogFormat) -> None:
    """Send everything from `level` on to standard error in one form. For long-running processes, once."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _headline(record: logging.LogRecord) -> str:
    return record.getMessage().partition("\n")[0]


def _instant(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
