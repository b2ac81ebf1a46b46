"""Words of owners weighed in a text, however they are written."""

from domain.weighing import Scales


def test_a_word_written_in_two_ways_counts_once_with_its_greater_weight() -> None:
    written = [("亂收費", 1), ("乱收费", 3), ("物業", 2), ("物业", 1)]
    (found,) = Scales([[written]], subject=2, body=1).weigh("物业乱收费", "")
    assert found == {0: {"乱收费": 6, "物業": 4}}
