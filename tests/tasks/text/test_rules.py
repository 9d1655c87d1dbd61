import pytest

from tasks.text.rules import RULES, find_rule
from tasks.text.shape import read_shape


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_hits_its_hit_and_gives_its_label(rule):
    found = find_rule(read_shape(rule.hit))
    assert found is not None
    assert (found.id, found.label) == (rule.id, rule.label)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_misses_its_miss(rule):
    assert not rule.test(read_shape(rule.miss))


def test_rule_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    "prose",
    [
        "The bridge was closed on Monday after inspectors found cracks in two of its piers.",
        "Die Brücke wurde am Montag gesperrt, nachdem Prüfer Risse in zwei Pfeilern fanden.",
        "Le pont a été fermé lundi après la découverte de fissures dans deux piles.",
        "El puente fue cerrado el lunes tras hallarse grietas en dos de sus pilares.",
        "Мост закрыли в понедельник после того, как в двух опорах нашли трещины.",
        "أُغلق الجسر يوم الاثنين بعد العثور على شقوق في اثنتين من دعاماته.",
        "检查人员在两座桥墩上发现裂缝后，这座大桥于周一关闭。",
        "点検で２本の橋脚に亀裂が見つかり、橋は月曜日に閉鎖された。",
        "점검에서 교각 두 개에 균열이 발견돼 다리는 월요일에 폐쇄됐다.",
        "20 Chris Example 729 0 0 0 4",
        "“We will open it again,” the mayor said, “when it is safe.”",
    ],
)
def test_prose_is_kept(prose):
    assert find_rule(read_shape(prose)) is None


def test_a_huge_line_is_answered_at_once():
    assert find_rule(read_shape("(" * 300_000 + "!" * 300_000)) is None
