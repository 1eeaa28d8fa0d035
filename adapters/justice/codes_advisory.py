"""Code lists of the 锡盟 AdvisoryBean. Types of problem were never published: our words are read."""

from typing import Final

from hub.port import CodeList, Unlisted

PROBLEM_TYPE: Final = CodeList(
    "problemType",
    "锡盟 AdvisoryBean.problemType (free text)",
    "consultation_type",
    (
        ("政策", "policy", "政策"),
        ("法律适用", "law", "法律适用"),
        ("程序", "procedure", "程序"),
        ("证据", "evidence", "证据"),
        ("主体能力", "capacity", "主体能力"),
        ("联动调处", "joint_mediation", "联动调处"),
        ("到场协助", "on_site", "到场协助"),
        ("心理", "psychology", "心理"),
        ("其他", "other", "其他"),
    ),
    Unlisted.KEEP,
)
