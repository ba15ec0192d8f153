"""Fonts are chosen by what they draw, and scripts that none draws are named."""

import pytest

from rnn_textclf.reports.figures import fonts
from rnn_textclf.reports.figures.fonts import BASE_FONT, fonts_for, scripts

DRAWN = {BASE_FONT: "abcé", "A Serif": "电影हि", "A Sans": "电", "Z Sans": "影"}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_characters", lambda name: frozenset(DRAWN[name]))
    monkeypatch.setattr(
        fonts, "_known_fonts", lambda: fonts._in_order(["A Serif", "A Sans", BASE_FONT, "Last Resort X"])
    )
    monkeypatch.setattr(fonts, "_new_fonts", lambda: ("Z Sans",))
    monkeypatch.setattr(fonts, "_told", set())


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["abc", "é"], [BASE_FONT]),
        ([], [BASE_FONT]),
        (["a电"], [BASE_FONT, "A Sans"]),
        (["电", "影"], [BASE_FONT, "A Sans", "A Serif"]),
    ],
)
@pytest.mark.usefixtures("installed")
def test_those_are_taken_that_draw_the_text(texts: list[str], names: list[str], messages: list[str]) -> None:
    assert fonts_for(texts) == names
    assert not messages


@pytest.mark.usefixtures("installed")
def test_fonts_installed_since_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_known_fonts", lambda: ())
    assert fonts_for(["影"]) == [BASE_FONT, "Z Sans"]


@pytest.mark.usefixtures("installed")
def test_what_no_font_draws_is_said_by_name_once_a_script(messages: list[str]) -> None:
    assert fonts_for(["หนัง", "สวย", "หนัง"]) == [BASE_FONT]
    fonts_for(["สวย"])
    (message,) = messages
    assert message.startswith("Warning: no installed font draws Thai (")
    assert "fonts-noto-core" in message


def test_scripts_have_the_names_that_people_know() -> None:
    assert scripts("电हあ한ж\U0001f600") == {
        "Chinese characters": "电",
        "Devanagari (Hindi)": "ह",
        "Japanese kana": "あ",
        "Korean": "한",
        "Cyrillic": "ж",
        "Symbols": "\U0001f600",
    }


def test_matplotlib_s_own_font_draws_latin_and_no_chinese() -> None:
    assert set("naïve Ω ж") - {" "} <= fonts._characters(BASE_FONT)
    assert "电" not in fonts._characters(BASE_FONT)
