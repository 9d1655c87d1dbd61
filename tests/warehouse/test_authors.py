"""Who is one author: the forms of a name at one outlet, and nobody else."""

import pytest

from tasks.model import Article, Author, AuthorKind
from warehouse.rows import identify_author


def identify(name, outlet="The Gazette", kind=AuthorKind.PERSON):
    article = Article(
        id="a", content_hash="h", body="", lines=(), language=None, word_count=0, outlet=outlet
    )
    return identify_author(article, Author(name, kind, name))


@pytest.mark.parametrize(
    "form", ["JOHN McDONALD", "John Mcdonald", "John  McDonald", "Jóhn McDonald", "john mcdonald"]
)
def test_forms_of_one_name_are_one_author(form):
    assert identify(form) == identify("John McDonald")


def test_the_dot_of_an_initial_makes_no_other_author():
    assert identify("Jane R. Doe") == identify("Jane R Doe")
    assert identify("Jane R. Doe") != identify("Jane Doe")


def test_two_people_of_one_name_at_two_outlets_are_two():
    assert identify("Jane Doe", "The Gazette") != identify("Jane Doe", "Aldvik Post")


def test_a_desk_is_no_person_of_its_name():
    assert identify("News", kind=AuthorKind.DESK) != identify("News")


def test_names_of_marks_alone_stay_apart():
    assert identify("☆☆") != identify("★")
