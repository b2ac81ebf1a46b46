"""Why a notice does not fit its template, said without a word of what the notice says."""

import re

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from tasks.delivery.rendering import TemplateError

MISFITS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template may raise: its own faults, and those of expressions on what it is given."""

_NAME = re.compile(r"'([\w.]+)' is undefined|has no attribute '(\w+)'")


def misfit(template: str, error: Exception) -> str:
    """Say in a Chinese sentence what does not fit: the template, and the variable if it is one."""
    return f"通知模板 {template}.j2 {_fault(error)}，请修正模板后用 notices send-again 重发。"


def _fault(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"用到的模板 {error.name} 不存在"
    if isinstance(error, TemplateSyntaxError):
        return f"第 {error.lineno} 行写法有误"
    found = _NAME.search(str(error)) if isinstance(error, UndefinedError) else None
    if found is not None:
        return f"缺少变量 {found[1] or found[2]}"
    return f"与案件内容不符（{type(error).__name__}）"
