"""Names in invented texts of many languages; what must not be one; offsets, forms and bounds."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.fields.mentions.mentions import find_mentions
from tasks.fields.mentions.name_parts import list_parts
from tasks.lexicon.lines import load_rows
from tasks.model import MentionKind

PERSON, ORGANISATION, PLACE = MentionKind.PERSON, MentionKind.ORGANISATION, MentionKind.PLACE

# language, text, people, organisations, places as "name" or "name:country"
TEXTS = [
    (
        "en",
        "Foreign Minister Hanna Velder met John Marlow in Ankara on Monday. “We agreed,” Velder "
        "said. Marlow, 52, works for the World Harbour Organization (WHO2). France was absent.",
        ["Hanna Velder", "John Marlow"],
        ["World Harbour Organization"],
        ["Ankara:TR", "France:FR"],
    ),
    (
        "en",
        "The University of Northmoor and the Department of Rivers and Canals sued Exempla Inc. in "
        "the United States, spokeswoman Petra O’Dell said.",
        ["Petra O’Dell"],
        ["University of Northmoor", "Department of Rivers and Canals", "Exempla Inc"],
        ["United States:US"],
    ),
    (
        "en",
        "The Harbour Safety Board (HSB) met. The HSB rejected the plan of "
        "Jordan Hollow, a painter. "
        "Jordan Hollow was in New York.",
        ["Jordan Hollow"],
        ["Harbour Safety Board"],
        ["New York:US"],
    ),
    (
        "de",
        "Der Lehrer Max Muster aus Köln sprach mit Außenminister Karl Beispiel. Muster lobte die "
        "Deutsche Bank und das Kulturministerium. Die Regierung Frankreichs schwieg.",
        ["Max Muster", "Karl Beispiel"],
        ["Deutsche Bank", "Kulturministerium"],
        ["Köln:DE", "Frankreichs:FR"],
    ),
    (
        "fr",
        "Le ministre Jean-Paul Moulinet s’est rendu à Marseille. « C’est bien », a dit Moulinet. "
        "La Commission européenne et l’entreprise Exempla ont salué l’accord avec l’Italie.",
        ["Jean-Paul Moulinet"],
        ["Commission européenne", "Exempla"],
        ["Marseille:FR", "Italie:IT"],
    ),
    (
        "es",
        "El presidente Álvaro Montes de la Vega viajó a Sevilla. El Ministerio de Puertos y la ONU "
        "no contestaron. «No», dijo Montes en Estados Unidos.",
        ["Álvaro Montes de la Vega"],
        ["Ministerio de Puertos", "ONU"],
        ["Sevilla:ES", "Estados Unidos:US"],
    ),
    (
        "pt",
        "O deputado João Vilarim disse em São Paulo que a Petrobras deve pagar. Vilarim mora no "
        "Brasil.",
        ["João Vilarim"],
        ["Petrobras"],
        ["São Paulo:BR", "Brasil:BR"],
    ),
    (
        "it",
        "Il sindaco Marco Pontelli ha incontrato Giulia Verdani a Torino. Secondo Pontelli "
        "l’Italia e l’Unione Europea sono d’accordo.",
        ["Marco Pontelli", "Giulia Verdani"],
        ["Unione Europea"],
        ["Torino:IT", "Italia:IT"],
    ),
    (
        "nl",
        "Minister Sophie van der Kade sprak in Rotterdam. Volgens Van der Kade wil België niet. De "
        "VVD zwijgt.",
        ["Sophie van der Kade"],
        ["VVD"],
        ["Rotterdam:NL", "België:BE"],
    ),
    (
        "tr",
        "Dışişleri Bakanı Hakan Örnekli, Ankara'da konuştu. Örnekli, Almanya'nın kararını "
        "bekliyor. Örnek Üniversitesi de katıldı.",
        ["Hakan Örnekli"],
        ["Örnek Üniversitesi"],
        ["Ankara:TR", "Almanya:DE"],
    ),
    (
        "pl",
        "Minister Jan Przykładowski mówił w Krakowie o Niemczech. „Tak” – powiedział "
        "Przykładowski. Rzecznik PiS milczy, Polska czeka.",
        ["Jan Przykładowski"],
        ["PiS"],
        ["Polska:PL"],
    ),
    (
        "ru",
        "Министр Сергей Примеров прилетел в Анкару. Премьер-министр Турции встретил Сергея "
        "Примерова. Примеров заявил о сделке с компанией «Образец».",
        ["Сергей Примеров"],
        [],
        ["Анкару:TR", "Турции:TR"],
    ),
    (
        "zh",
        "中国外交部发言人王小明说，法国总统将访问北京。王小明还说，联合国支持。",
        ["王小明"],
        ["外交部", "联合国"],
        ["中国:CN", "法国:FR", "北京:CN"],
    ),
    (
        "ja",
        "山田太郎氏は14日、東京で記者団に語った。見本銀行は山田氏の辞任を発表した。",
        ["山田太郎"],
        ["見本銀行"],
        ["東京:JP"],
    ),
    (
        "ko",
        "김철수 장관은 서울에서 미국 대표단을 만났다. 김철수는 국방부에서 일했다.",
        ["김철수"],
        ["국방부"],
        ["서울:KR", "미국:US"],
    ),
    (
        "ar",
        "قال وزير الخارجية سامر حداد في القاهرة إن الأمم المتحدة تدعم لبنان.",
        ["سامر حداد"],
        ["الأمم المتحدة"],
        ["القاهرة:EG", "لبنان:LB"],
    ),
    (
        "cs",
        "Premiér Tomáš Vzorný jednal v Praze. „Ano,“ řekl Vzorný. Slovensko souhlasí.",
        ["Tomáš Vzorný"],
        [],
        ["Slovensko:SK"],
    ),
    (
        "sv",
        "Statsminister Lars Exempelström talade i Stockholm. Exempelström nämnde Norge.",
        ["Lars Exempelström"],
        [],
        ["Stockholm:SE", "Norge:NO"],
    ),
]


def list_names(text, language, kind):
    found = [m for m in find_mentions(text, language) if m.kind is kind]
    return {f"{m.name}:{m.country}" if kind is PLACE else m.name for m in found}


@pytest.mark.parametrize(("language", "text", "people", "organisations", "places"), TEXTS)
def test_names_are_found(language, text, people, organisations, places):
    assert list_names(text, language, PERSON) == set(people)
    assert set(organisations) <= list_names(text, language, ORGANISATION)
    assert set(places) <= list_names(text, language, PLACE)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On Monday the Prime Minister read the Morning Report. Yesterday Was Fine."),
        ("en", "Seven Ways To Bake Better Bread This Weekend"),
        ("en", "BREAKING NEWS FROM THE NEWSROOM TODAY"),
        ("en", "Reading is fun. Nice weather, he said. Mobile phones ring. March was cold."),
        ("en", "He bought a TV, two CDs and a PDF reader; the CEO agreed."),
        ("de", "Das Essen war gut. Die Halle ist voll. Der Regen fällt auf das Dach des Hauses."),
        ("de", "Die Große Frage bleibt. Neue Wege, alte Ziele: Der Anfang vom Ende."),
        ("fr", "Lundi, la Cour a dit non. Pourtant, Rien ne va plus."),
        ("ru", "Вчера было холодно. Однако Весна пришла."),
        ("ja", "同社社長は会見で謝罪した。前大統領は語らなかった。"),
    ],
)
def test_what_is_no_name(language, text):
    assert [m for m in find_mentions(text, language) if m.kind is not ORGANISATION] == []


def test_forms_offsets_and_counts():
    body = "Minister Ann Velder spoke. Velder’s plan failed, Velder said. Ann Velder left Oslo."
    [person] = [m for m in find_mentions(body, "en") if m.kind is PERSON]
    assert person.name == "Ann Velder"
    assert person.forms == ("Ann Velder", "Velder")
    assert [body[o : o + 6] for o in person.offsets] == ["Ann Ve", "Velder", "Velder", "Ann Ve"]


def test_a_last_name_is_the_last_bearers():
    body = "Minister John Kardal spoke. Kardal left. His wife Mary Kardal stayed. Kardal wept."
    people = {m.name: m.offsets for m in find_mentions(body, "en") if m.kind is PERSON}
    assert people["John Kardal"] == (9, body.index("Kardal left"))
    assert people["Mary Kardal"][1] == body.index("Kardal wept")


def test_an_author_in_the_text_is_a_person():
    body = "In the tent, Qwelo Brandt waits for the rain to stop falling."
    assert find_mentions(body, "en") == ()
    [author] = find_mentions(body, "en", ("Qwelo Brandt",))
    assert (author.name, author.rule) == ("Qwelo Brandt", "byline.author")


def test_a_small_town_needs_a_word_that_leads_to_it():
    assert list_names("They met in Monroe, La., on Friday.", "en", PLACE) >= {"Monroe:US"}
    assert list_names("Monroe smiled and Franklin laughed.", "en", PLACE) == set()


TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("AÄİЯabяß .,’'\"-(\n王氏김 Ankara")), max_size=200
)
WORDS = st.lists(
    st.sampled_from(
        ["Ann", "Velder", "said", "in", "Paris", "the", "Bank", "of", "(WHO)", "Dr.", "Mr", "van",
         "UN", "«", "Köln", "И.", "Сергей", "王小明", "氏", "\n", "Ministry", "für", "A.", "'s"]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(TEXT, WORDS), st.sampled_from(["en", "de", "ru", "ja", "zh", "ko", "ar", "tr", None])
)
def test_no_text_breaks_it_and_offsets_are_right(body, language):
    for mention in find_mentions(body, language, ("Ann Velder",)):
        assert mention.name in mention.forms
        assert list(mention.offsets) == sorted(set(mention.offsets))
        for offset in mention.offsets:
            assert body[offset:].startswith(mention.forms)


@pytest.mark.parametrize(
    "piece", ["A", "Aa ", "A. ", "Ann Lee ", "of the ", "Bank of ", "(AB) ", "王", "김 ", "'", "A-"]
)
def test_the_cost_is_linear(piece):
    body = piece * (40_000 // len(piece))
    began = time.process_time()
    find_mentions(body, "en")
    assert time.process_time() - began < 3


def test_a_place_that_is_sure_once_is_counted_wherever_it_stands():
    body = (
        "The boats came back to Israel on Monday. Officials blamed Israel for the delay. Israel "
        "has not answered, and Israel’s port stays shut, said Israel Mendel, who runs a kiosk."
    )
    [place] = [m for m in find_mentions(body, "en") if m.kind is MentionKind.PLACE]
    assert (place.name, place.country, len(place.offsets)) == ("Israel", "IL", 4)
    assert all(body[at:].startswith("Israel") for at in place.offsets)


def test_the_parts_of_names_are_what_the_code_asks_for():
    sources = Path("tasks/fields/mentions").glob("*.py")
    code = "\n".join(path.read_text("utf-8") for path in sources)
    asked = set(re.findall(r'(?:list|load)_parts\("([a-z-]+)"\)', code))
    assert asked == {kind for kind, *_ in load_rows("name_parts.tsv")} - {"case"}
    assert all(list_parts(kind) for kind in asked)
