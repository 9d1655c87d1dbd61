"""What bears out that a line is a person's name."""

import pytest

from tasks.fields.bylines.name_words import load_name_words


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe", "JANE DOE", "Jean-Luc Exemple", "Şule Örnek", "Иван Петров", "منى مثال",
        "山田太郎", "佐藤 花子", "王小明", "홍길동", "Nguyễn Văn An", "Kovács Bence",
        "Thandeka Mokoena",
    ],
)  # fmt: skip
def test_names(name):
    assert load_name_words().bears_out(name)


@pytest.mark.parametrize(
    "text",
    ["Latest News", "Jane", "Middle East", "社会", "운동", "Neueste Beiträge", "", "写真特集号外"],
)
def test_other_capitals(text):
    assert not load_name_words().bears_out(text)


def test_names_in_a_row_are_cut_before_each_first_name():
    words = ["Erika", "Muster", "Anna", "Lena", "Beispiel", "Max", "Mustermann"]
    found = list(load_name_words().split_run(words))
    assert found == ["Erika Muster", "Anna Lena Beispiel", "Max Mustermann"]
