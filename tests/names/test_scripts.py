"""Names in the scripts of the lists, and the Latin names of the same bearers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.names.normalise import forms, tokens
from enduse.names.scripts import cyrillic, han, japanese, korean, others


def _texts(name: str) -> list[str]:
    return [" ".join(form) for form in forms(name)]


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("深圳市华为技术有限公司", "Shenzhen Huawei Technology Co., Ltd."),
        ("三菱重工业", "Mitsubishi Heavy Industries"),
        ("重机械工业", "Heavy Machinery Industry"),
        ("俄罗斯石油公司", "Rosneft Company"),
        ("俄罗斯石油公司", "Russian Oil Company"),
        ("卡拉什尼科夫", "Kalashnikov"),
        ("西门子", "Siemens"),
        ("通用電氣", "General Electric"),
        ("厦门航空", "Xiamen Airlines"),
        ("西北工业大学", "Northwest Polytechnical University"),
        ("上海第五十五研究所", "Shanghai 55th Institute"),
        ("第七一九研究所", "719 Institute"),
        ("香港永華貿易有限公司", "Hong Kong Wing Wah Trading Limited"),
        ("王小波", "Wang Xiaobo"),
        ("王小波先生", "Mr. Wang Xiaobo"),
        ("王曉波", "Wang Hsiao Po"),
        ("陳永華", "Chan Wing Wah"),
        ("司马光明", "Sima Guangming"),
        ("曾国强", "Zeng Guoqiang"),
        ("约翰·史密斯", "John Smith"),
    ],
)
def test_a_chinese_name_has_the_tokens_of_its_english_one(name: str, latin: str) -> None:
    assert set(tokens(latin)) in [set(form) for form in forms(name)]


def test_chinese_syllables_stand_joined_in_one_reading_and_apart_in_another() -> None:
    found = _texts("宏芯微贸易")
    assert "hongxinwei trading" in found
    assert "hong xin wei trading" in found


def test_syllables_are_no_legal_forms() -> None:
    assert not any("jsc" in form for form in forms("卢森堡"))
    assert not any("llc" in form for form in forms("인디애나"))


def test_a_transcribed_name_is_read_with_l_and_with_r() -> None:
    found = _texts("卡鲁布斯贸易")
    assert "kalubs trading" in found
    assert "karubs trading" in found


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("三菱重工業株式会社", "Mitsubishi Heavy Industries JSC"),
        ("東京エレクトロニクス", "Tokyo Electronics"),
        ("鈴木一郎", "Suzuki Ichiro"),
        ("トヨタ自動車", "Toyota Motor"),
        ("ゼネラル・エレクトリック", "General Electric"),
        ("サムスン電子", "Samsn Electronics"),
        ("삼성전자 주식회사", "Samsung Electronics JSC"),
        ("김영철", "Kim Yong Chol"),
        ("박정천", "Pak Jong Chon"),
        ("이순신", "Lee Sunsin"),
        ("조선무역은행", "Korea Foreign Trade Bank"),
        ("일렉트로닉스 코리아", "Electronics Korea"),
    ],
)
def test_a_japanese_or_korean_name_has_the_tokens_of_its_english_one(name: str, latin: str) -> None:
    assert set(tokens(latin)) in [set(form) for form in forms(name)]


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Торговый дом «Квант»", "Trading House Kvant"),
        ("ООО «НПП Квант»", "NPP Kvant LLC"),
        ("Научно-производственное объединение «Квант»", "Scientific Production Association Kvant"),
        ("НПО «Квант»", "Research and Production Association Kvant"),
        ("НПП «Квант»", "Nauchno-Proizvodstvennoe Predpriyatie Kvant"),
        ("Брянский завод", "Bryansk Plant"),
        ("Екатерина Михайловна Бойко", "Ekaterina Mikhaylovna Boyko"),
        ("ТОВ «Квант»", "Kvant LLC"),
        ("ПрАТ «Квант»", "Kvant JSC"),
        ("ФОП Ткаченко", "Individual Entrepreneur Tkachenko"),
        ("Дженерал Трейдинг", "General Trading"),
        ("Тверской вагонный завод", "Tverskoy Vagonnyy Zavod"),
        ("Московский завод", "Moskovskiy Zavod"),
        ("Беспилотные системы", "Bespilotnye Sistemy"),
        ("Беспилотные системы", "Unmanned Systems"),
        ("Григорій Бойко", "Hryhoriy Boyko"),
        ("Григорій Бойко", "Grigoriy Boyko"),
        ("Королёв", "Korolev"),
        ("Елисеев", "Eliseev"),
        ("Елисеев", "Yeliseyev"),
        ("Королёв", "Korolyov"),
        ("Ћирић", "Chirich"),
        ("Търговски", "Targovski"),
        ("Мінскі", "Minsk"),
    ],
)
def test_a_cyrillic_name_has_the_tokens_of_its_latin_one(name: str, latin: str) -> None:
    assert set(tokens(latin)) in [set(form) for form in forms(name)]


def test_people_who_bear_words_of_the_trade_keep_their_names() -> None:
    assert tokens("Горный Иван Иванович") == tokens("Gornyy Ivan Ivanovich")
    assert tokens("Заводов Пётр")[0] == "zavodov"
    assert cyrillic.readings("горный иван иванович") == ("gornyy ivan ivanovich",)


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("γεώργιος παπανδρέου", "georgios papandreou"),
        ("μπουμπουλίνα", "boumpoulina"),
        ("შპს ქართლი", "llc kartli"),
        ("պետրոսյան", "petrosyan"),
        ("պետրոսյան", "bedrosyan"),
    ],
)
def test_greek_georgian_and_armenian_are_read_as_spoken(text: str, latin: str) -> None:
    assert latin in others.readings(text)


@pytest.mark.parametrize("name", ["ประเทศไทย", "भारत", "বাংলাদেশ", "ተስፋዬ"])
def test_any_other_script_is_read_letter_by_letter(name: str) -> None:
    assert all(token.isascii() for token in tokens(name))
    assert tokens(name)


@pytest.mark.parametrize(
    ("readings", "letters"),
    [
        (cyrillic.readings, "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђћљњџј «»-"),
        (han.readings, "深圳市华为技术有限公司第五十百一王小波斯尔克·x "),
        (japanese.readings, "アイウエオカキクケコッャュョーンガ東京株式会社・ 々"),
        (korean.readings, "삼성전자김영철조선무역은행 x"),
        (others.readings, "αβγδμπντούἀსქართვέлպետրոսև "),
    ],
)
def test_any_text_of_a_script_has_readings(readings, letters: str) -> None:  # type: ignore[no-untyped-def]
    @given(st.text(letters, max_size=30))
    def check(text: str) -> None:
        found = readings(text)
        assert found
        assert len(found) == len(set(found)) <= 7

    check()
