from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.stories.sketches import compare, pack, read_keys, read_values, weigh
from tasks.stories.terms import count_terms, list_terms, load_background, make_background
from tests.tasks.stories.articles import sketch

# (language, two reports of one event, a report of another)
EVENTS = [
    ("en", "A ferry sank off Gullport, 12 people were saved.",
     "Twelve saved: 12 people left the sinking ferry at Gullport.",
     "Parliament in Morvenia passed the budget of Kesta Bromley."),
    ("de", "Vor Wangerburg sank eine Fähre, 12 Menschen wurden gerettet.",
     "Die Fähre vor Wangerburg ist gesunken; gerettet wurden 12 Menschen.",
     "Das Parlament in Talheim beschloss den Haushalt von Anna Krug."),
    ("fr", "Un ferry a coulé devant Port-Loué, 12 passagers sauvés.",
     "Naufrage du ferry à Port-Loué : les 12 passagers sont sauvés.",
     "Le parlement de Valmire adopte le budget de Claire Aubin."),
    ("es", "Un ferri se hundió frente a Puerto Alba y 12 pasajeros fueron rescatados.",
     "Rescatados los 12 pasajeros del ferri hundido en Puerto Alba.",
     "El parlamento de Villasol aprueba el presupuesto de Marta Rey."),
    ("pt", "Um ferry afundou em Porto Alvo e 12 passageiros foram resgatados.",
     "Resgatados 12 passageiros do ferry que afundou em Porto Alvo.",
     "O parlamento de Valverde aprovou o orçamento de Rita Lobo."),
    ("it", "Un traghetto è affondato a Porto Vela, salvi 12 passeggeri.",
     "Salvi i 12 passeggeri del traghetto affondato a Porto Vela.",
     "Il parlamento di Montalbo approva il bilancio di Carla Neri."),
    ("ru", "Паром затонул у Зареченска, спасены 12 пассажиров.",
     "В Зареченске спасли 12 пассажиров затонувшего парома.",
     "Парламент Лугории принял бюджет министра Кравцова."),
    ("tr", "Akkıyı açıklarında feribot battı, 12 yolcu kurtarıldı.",
     "Akkıyı'da batan feribotun 12 yolcusu kurtarıldı.",
     "Yeşilova meclisi bakan Demirhan'ın bütçesini kabul etti."),
    ("ar", "غرقت عبارة قبالة ميناء الصفا وإنقاذ 12 راكبا",
     "إنقاذ 12 راكبا بعد غرق العبارة في ميناء الصفا",
     "أقر برلمان الواحة ميزانية الوزير سالم"),
    ("hi", "सोनपुर तट पर नौका डूबी, 12 यात्री बचाए गए",
     "डूबी नौका के 12 यात्री सोनपुर में बचाए गए",
     "संसद ने मंत्री वर्मा का बजट पारित किया"),
    ("zh",
     "渡轮在银沙港沉没，12名乘客获救",
     "银沙港渡轮沉没，乘客全部获救",
     "议会通过部长的年度预算案"),
    ("ja",
     "銀浜港でフェリーが沈没、乗客12人を救助",
     "フェリー沈没の銀浜港で乗客救助",
     "議会が来年度の予算案を可決"),
    ("ko",
     "은빛항에서 여객선이 침몰해 승객 12명이 구조됐다",
     "침몰한 여객선 승객 은빛항서 구조",
     "의회가 내년 예산안을 통과시켰다"),
    ("th", "เรือข้ามฟากล่มที่ท่าทรายเงิน ช่วยผู้โดยสาร 12 คน",
     "ช่วยผู้โดยสารจากเรือข้ามฟากล่มที่ท่าทรายเงิน", "รัฐสภาผ่านร่างงบประมาณประจำปี"),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event[0])
def test_reports_of_one_event_are_alike_in_every_language(event):
    language, one, same, other = event
    first, second = sketch("a", one, None, language), sketch("b", same, None, language)
    third = sketch("c", other, None, language)
    assert compare(first, second) > 0.3 > 0.1 > compare(first, third)
    assert set(read_keys(first.terms)) & set(read_keys(second.terms))


def test_numbers_are_folded_and_stay_whole():
    terms = [term.key for term in list_terms("1,200 of 5.6 in 007", "en")]
    assert terms == ["1200", "of", "5.6", "in", "7"]


def test_names_are_capitals_inside_sentences():
    found = {t.key: t.named for t in list_terms("Rain fell. Storms hit Saltmere.", "en")}
    assert found == {"rain": False, "fell": False, "storm": False, "hit": False, "saltmere": True}


def test_english_endings_and_long_words_are_cut():
    assert [t.key for t in list_terms("elections parties striking", "en")] == [
        "election", "party", "strik",
    ]  # fmt: skip
    assert [t.key for t in list_terms("затонувшего Präsidentin", "ru")] == ["затону", "praside"]


def test_common_terms_weigh_less_than_rare_ones():
    known = load_background()
    assert known.weigh("the", "en") < 0.2
    assert known.weigh("government", "en") < known.weigh("pellworth", "en")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event[0])
def test_counting_is_listing(event):
    check_counts("\n".join([*event[1:], *event[1:3]]), event[0])


@given(st.text(alphabet="aAbßéИя1٣²½.,ー字あ한ｱ \n'-"), st.sampled_from(["en", "de", "ru", "ja"]))
def test_counting_is_listing_in_any_text(text, language):
    check_counts(text, language)


def check_counts(text, language):
    listed = list(list_terms(text, language))
    counts, names = count_terms(text, language)
    assert counts == Counter(term.key for term in listed)
    assert +names == Counter(term.key for term in listed if term.named)


def test_a_sketch_depends_on_its_background():
    everywhere = make_background({("en", "harbour"): 1.0})
    assert list(weigh(None, "harbour lights", "en", everywhere)) == ["light"]


def test_small_words_are_left_out():
    assert not {"the", "with"} & weigh(None, "the cannery with the Pellworth roof", "en").keys()


def test_vectors_have_length_one_and_are_bounded():
    text = " ".join(f"word{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(600))
    values = weigh(None, text)
    assert len(values) == 144
    assert sum(value**2 for value in values.values()) == pytest.approx(1)
    made = sketch("a", text)
    assert compare(made, made) == pytest.approx(1, abs=0.05)


def test_what_is_packed_is_read_again_the_heaviest_first():
    packed = pack({"ferry": 0.8, "gullport": 0.6, "dust": 0.0001})
    assert read_values(packed).tolist() == [204, 153]
    assert len(set(read_keys(packed))) == 2


def test_the_first_line_stands_in_for_a_missing_title():
    told = weigh("Cannery burns", "The rest is silent here.")
    assert told == weigh(None, "Cannery burns\nThe rest is silent here.")


def test_a_capital_of_a_headline_counts_where_the_text_has_it():
    shouted = weigh("Big Cannery Burns", "The cannery is gone.")
    named = weigh("Big Cannery Burns", "We saw the Cannery go.")
    assert named["cannery"] / named["burn"] > shouted["cannery"] / shouted["burn"]
