"""What runs say they did."""

from flows.telling import delivered
from tasks.delivery.delivering import DeliveryReport


def test_a_round_says_what_it_sent_and_what_it_could_not() -> None:
    report = DeliveryReport(sent=2, failed=1, parked=3, withdrawn=1)
    assert delivered(report) == "发出 2 封，失败待重试 1 封，待人工处理 3 封，撤回 1 份。"
    more = DeliveryReport(postponed=4, unrendered=1, waiting_for_hours=2)
    assert "推迟 4 封，套不进模板 1 份，待上班时间发送 2 份" in delivered(more)


def test_a_round_while_delivery_is_held_says_that_first() -> None:
    held = DeliveryReport(held="发送已于 2026-03-02 10:00 暂停：恢复。")
    assert delivered(held) == "未发送任何通知。发送已于 2026-03-02 10:00 暂停：恢复。"
