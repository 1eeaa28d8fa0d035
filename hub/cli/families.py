"""Which module brings which command, and what `liantiao --help` says of it: nothing is imported to list them.

A command's module is imported when the command is asked for, so that `evidence verify` needs neither the
database driver nor the web framework. Test `tests/cli/test_families.py` holds the table to the modules.
"""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

FAMILIES: Final[dict[str, tuple[str, str]]] = {
    "demo": ("demo", "演示:从登记到裁定送达 the main job, end to end"),
    "init": ("init", "建立数据目录、载入参考数据 make a data directory, load reference data"),
    "serve": ("serve", "启动接口 start the API, delivery inside by default"),
    "deliver": ("serve", "单独运行投递进程 a delivery worker alone"),
    "migrate": ("serve", "升级数据库 bring the database to this version"),
    "unit": ("registry", "单位 units"),
    "system": ("registry", "接入系统及其密钥 registered systems and their keys"),
    "hub-key": ("signing_keys", "中枢的签名密钥 the hub's own keys"),
    "key": ("root_keys", "主密钥的轮换 the key-encryption key: rotate, drop"),
    "config": ("registry", "区县配置 district configuration"),
    "mediator": ("mediators", "调解员编号的合并 several numbers of one mediator"),
    "court": ("registry", "法院签章证书 courts' signing certificates"),
    "masking": ("masking", "公开与隐名规则 rules of publication, a text rewritten by them"),
    "send": ("agent", "以接入系统身份发送 send as an agency system"),
    "poll": ("agent", "以接入系统身份接收 receive as an agency system"),
    "todo": ("todo", "待办事项及填好的表单 what is to be done, with forms filled in"),
    "sheet": ("sheets", "登记簿与统计表 registers and statistics as workbooks"),
    "workbook": ("workbook", "无系统单位的填报表 the shared form as a sheet to fill in"),
    "log": ("evidence", "核验存证日志 check the evidence log"),
    "evidence": ("evidence", "离线核验证据包 check evidence offline"),
    "share": ("share", "生成各单位的共享数据包 extracts for units, as signed packages"),
    "assess": ("assessment", "考评调解员 assess the mediators of the register"),
    "report": ("conference", "联席会议报告 the report for the joint conference"),
    "retention": ("retention", "按保存期限清理 let go what was kept long enough"),
    "hold": ("retention", "依法留存 legal holds"),
    "precheck": ("precheck", "就地预检与申请材料包 look at an agreement before applying"),
    "route": ("operate", "转送去向试算 where a message would go, and why"),
    "reconcile": ("reconcile", "日终对账 compare the agencies' lists with what the hub holds"),
    "screen": ("screening", "虚假诉讼迹象筛查 look for signs of false litigation"),
    "linkage": ("linkage", "关联候选及参数 disputes that may be one; parameters of the linking"),
    "backup": ("backup", "备份数据库(不含密钥) back up the database, without its keys"),
    "restore": ("backup", "恢复备份到空安装 bring a backup back into an empty installation"),
    "conformance": ("conformance", "检验适配器 check an adapter folder"),
    "airflow": ("airflow", "夜间作业:Airflow 与中枢 the night: Airflow beside the hub"),
    "doctor": ("doctor", "检查安装与运行状况 look at the installation and at what runs"),
}
"""Command → module of `hub.cli`, one line of help. The order is that of the help page."""


class LazyGroup(TyperGroup):
    """The commands of `FAMILIES`, each imported when it is wanted, and those added in the usual way."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  click's own signature
        """Names in the order of the help page."""
        return [*FAMILIES, *self.commands]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  likewise
        """The command, its module imported; None if there is none of that name."""
        if cmd_name not in FAMILIES:
            return super().get_command(ctx, cmd_name)
        return family(FAMILIES[cmd_name][0])[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  likewise
        """The list of commands, without importing them."""
        rows = [(name, text) for name, (_, text) in FAMILIES.items()]
        rows += [(name, c.get_short_help_str()) for name, c in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def family(module: str) -> dict[str, Any]:
    """The commands a module registers, by name."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    import_module(f"hub.cli.{module}").register(app)
    return dict(typer.main.get_group(app).commands)
