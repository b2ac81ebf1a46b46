"""Why a notice does not fit its template: the template and the variable named, nothing else."""

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined

from tasks.delivery.misfits import MISFITS, misfit

TEMPLATES = {
    "a": "{{ due_at }}",
    "b": "{{ notice.due_at }}",
    "c": "\n{{ due_at",
    "d": "{% extends 'gone.j2' %}",
    "e": "{{ 1 // zero }}",
    "f": "{{ zero.year }}",
}
ENVIRONMENT = Environment(loader=DictLoader(TEMPLATES), undefined=StrictUndefined)  # noqa: S701


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a", "通知模板 a.j2 缺少变量 due_at，请"),
        ("b", "通知模板 b.j2 缺少变量 due_at，请"),
        ("c", "通知模板 c.j2 第 2 行写法有误，请"),
        ("d", "通知模板 d.j2 用到的模板 gone.j2 不存在，请"),
        ("e", "通知模板 e.j2 与案件内容不符（ZeroDivisionError），请"),
        ("f", "通知模板 f.j2 缺少变量 year，请"),
    ],
)
def test_the_sentence_names_template_and_variable(name: str, said: str) -> None:
    with pytest.raises(MISFITS) as caught:
        ENVIRONMENT.get_template(name).render(zero=0, notice={"secret": "退税"})
    sentence = misfit(name, caught.value)
    assert sentence.startswith(said)
    assert "退税" not in sentence
