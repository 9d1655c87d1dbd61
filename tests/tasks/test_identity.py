"""Names folded: what forms of one name have in common."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.identity import fold_name


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("JOHN McDONALD", "John Mcdonald"),
        ("José Núñez", "Jose Nunez"),
        ("Jane R. Doe", "Jane R Doe"),
        ("J.R. Stonefield", "J. R. STONEFIELD"),
        ("Sinéad O’Reilly", "Sinead O'Reilly"),
        ("Anna-Lena Groß", "ANNA-LENA GROSS"),
        ("İbrahim Işık", "Ibrahim Isik"),
        ("Trine Sørensen", "Trine Sorensen"),
        ("Łukasz Nowak", "Lukasz Nowak"),
        ("  Jane   Doe ", "Jane Doe"),
    ],
)
def test_forms_of_one_name_fold_alike(form, other):
    assert fold_name(form) == fold_name(other) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Jane Doe", "Jane Roe"),
        ("Иван Петров", "Анна Петрова"),
        ("王小明", "王小红"),
        ("Jo", "Job"),
    ],
)
def test_other_names_stay_apart(name, other):
    assert fold_name(name) != fold_name(other)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)
