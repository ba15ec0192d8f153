"""The page in a real browser, served by `infer.py --serve` with the shipped run."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.serving.server import listen
from rnn_textclf.jobs import SHIPPED_RUN
from rnn_textclf.reports.output import word_lines
from tests.inference.serving.browser import chromium, requested_addresses
from tests.inference.serving.fake_model import FakeModel, chances
from tests.inference.serving.live_server import live
from tests.tiny_runs import ROOT

SENTENCE = "it was the worst movie i have ever seen"
ATTACK = '<img src=x onerror="document.title=1"> wonderful'


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def address(browser: Chrome) -> Iterator[str]:
    """Of a process that serves the shipped run; at the end it is told to end, and must."""
    command = [sys.executable, str(ROOT / "infer.py"), "--serve", "--port=0", f"--ckpt_dir={SHIPPED_RUN}"]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stderr
        try:
            lines = iter(process.stderr.readline, "")
            yield next(found[0] for line in lines if (found := re.search(r"http://\S+(?=/)", line)))
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 128 + signal.SIGTERM


@pytest.fixture(scope="module")
def shipped() -> Predictor:
    return Predictor.load(SHIPPED_RUN, 1)


@pytest.fixture
def page(browser: Chrome, address: str) -> Iterator[Chrome]:
    """The page, empty; after the test its console must be silent and its network have stayed at home."""
    browser.get("about:blank")  # Else an address with another fragment alone would not load it anew.
    requested_addresses(browser)
    browser.get(address)
    WebDriverWait(browser, 20).until(lambda page: page.find_elements(By.CSS_SELECTOR, "#examples button"))
    yield browser
    assert not browser.get_log("browser")  # type: ignore[no-untyped-call]
    asked = requested_addresses(browser)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert {urlsplit(url).path for url in asked} >= {"/", "/page/page.js", "/v1/words"}


def words(page: Chrome) -> list[tuple[str, str]]:
    """Each word with its score, as they are shown."""
    shown = page.find_elements(By.CSS_SELECTOR, "#words button")
    return [(text(chip, "bdi"), text(chip, ".score")) for chip in shown]


def text(parent: Any, selector: str) -> str:
    return parent.find_element(By.CSS_SELECTOR, selector).get_attribute("textContent")


def expected(shipped: Predictor, sentence: str) -> list[tuple[str, str]]:
    return [(word, f"{score:.3f}") for word, score in shipped.running_scores(sentence)]


def wait_for(page: Chrome, shown: list[tuple[str, str]]) -> None:
    """Waits until exactly these words have these scores."""
    WebDriverWait(page, 20).until(lambda page: len(words(page)) == len(shown))
    assert words(page) == shown


def type_in(page: Chrome, *keys: str) -> None:
    page.find_element(By.ID, "text").send_keys(*keys)


def test_each_finished_word_gets_the_score_of_the_predictor(page: Chrome, shipped: Predictor) -> None:
    scores = expected(shipped, SENTENCE)
    for count, (word, _) in enumerate(scores, start=1):
        type_in(page, f"{word} ")
        wait_for(page, scores[:count])
    [prediction] = shipped.predictions([SENTENCE])
    assert text(page, "#label strong") == prediction.label == "negative"
    assert text(page, "#label .certainty") == f"{prediction.probabilities['negative']:.1%}".replace("%", " %")
    assert len(page.find_elements(By.CSS_SELECTOR, "#chart .mark")) == len(scores)
    assert [row.get_attribute("textContent") for row in page.find_elements(By.CSS_SELECTOR, "#rows th")] == [
        word for word, _ in scores
    ]


def test_the_last_word_is_read_once_the_typing_rests_and_changes_are_followed(page: Chrome, shipped: Predictor) -> None:
    type_in(page, "a dull film")
    wait_for(page, expected(shipped, "a dull film"))
    type_in(page, *[Keys.BACKSPACE] * 9, "fine film ")
    wait_for(page, expected(shipped, "a fine film"))


def test_markup_is_text(page: Chrome, shipped: Predictor) -> None:
    page.execute_script(  # type: ignore[no-untyped-call]
        """const data = new DataTransfer(); data.setData("text/plain", arguments[0]);
        const box = document.getElementById("text"); box.focus();
        box.setRangeText(arguments[0], 0, 0, "end");
        box.dispatchEvent(new InputEvent("input", {inputType: "insertFromPaste", dataTransfer: data}));""",
        ATTACK,
    )
    wait_for(page, expected(shipped, ATTACK))
    assert not page.find_elements(By.TAG_NAME, "img")
    assert page.title == "Running score"


def test_unknown_words_are_marked_and_said(page: Chrome) -> None:
    type_in(page, "a zqxzqx film ")
    WebDriverWait(page, 20).until(lambda page: len(words(page)) == 3)
    [unknown] = page.find_elements(By.CSS_SELECTOR, "#words .unknown")
    assert "zqxzqx" in unknown.get_attribute("textContent")
    assert "unknown word" in unknown.get_attribute("textContent")


def test_keys_move_between_words_and_show_before_and_after(page: Chrome, shipped: Predictor) -> None:
    type_in(page, "a wonderful film ")
    (_, first), (_, second), _ = shown = expected(shipped, "a wonderful film")
    wait_for(page, shown)
    page.find_element(By.CSS_SELECTOR, "#words button").send_keys(Keys.ARROW_RIGHT)
    assert page.switch_to.active_element.text.startswith("wonderful")
    assert text(page, "#reading").startswith(f"wonderful {first} → {second}")


def test_a_link_carries_the_sentence(page: Chrome, address: str, shipped: Predictor) -> None:
    sentence = "50% of “it” is a ♥ film"
    page.get("about:blank")
    page.get(f"{address}/#{quote(sentence)}")
    wait_for(page, expected(shipped, sentence))
    assert page.find_element(By.ID, "link").get_attribute("href").endswith(f"#{quote(sentence)}")


def test_scores_are_copied_as_infer_prints_them(page: Chrome, address: str, shipped: Predictor) -> None:
    permissions = {"origin": address, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.execute_cdp_cmd("Browser.grantPermissions", permissions)
    type_in(page, "a zqxzqx film ")
    wait_for(page, expected(shipped, "a zqxzqx film"))
    page.find_element(By.ID, "copy").click()
    WebDriverWait(page, 20).until(lambda page: text(page, "#done") == "Copied")
    copied = page.execute_async_script("navigator.clipboard.readText().then(arguments[0])")  # type: ignore[no-untyped-call]
    lines = [line.split("\t") for line in copied.removesuffix("\n").split("\n")]
    [prediction] = shipped.predictions(["a zqxzqx film"])
    printed = [line.split("\t") for line in word_lines(prediction, "tsv")]
    assert [(word, kind) for word, _, kind in lines] == [(word, kind) for word, _, kind in printed]
    assert [float(score) for _, score, _ in lines] == pytest.approx([float(score) for _, score, _ in printed], abs=2e-6)


def test_an_example_is_scored(page: Chrome, shipped: Predictor) -> None:
    button = page.find_elements(By.CSS_SELECTOR, "#examples button")[1]
    button.click()
    wait_for(page, expected(shipped, button.text))


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_sticks_out_at_the_side(page: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        type_in(page, f"{'unbelievably' * 9} {SENTENCE} ")
        WebDriverWait(page, 20).until(lambda page: len(words(page)) == 10)
        assert page.execute_script("return document.documentElement.scrollWidth") <= width  # type: ignore[no-untyped-call]
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_of_three_classes_one_can_be_followed(browser: Chrome) -> None:
    labels = ("food", "sport", "weather")
    with live(FakeModel(labels=labels)) as address:
        browser.get(address)
        WebDriverWait(browser, 20).until(lambda page: page.find_elements(By.CSS_SELECTOR, "#examples button"))
        type_in(browser, "odd ")
        final = chances(-1, 3)
        for choice, followed in [("the most probable class", 0), ("weather", 2), ("sport", 1)]:
            [row] = [row for row in browser.find_elements(By.CSS_SELECTOR, "#classes label") if choice in row.text]
            row.click()
            wait_for(browser, [("odd", f"{final[followed]:.3f}")])
            assert text(browser, "#target") == labels[followed]


def test_a_server_that_has_gone_is_told_and_one_that_is_back_is_used(browser: Chrome) -> None:
    with live(FakeModel()) as address:
        browser.get(address)
        type_in(browser, "odd ")
        wait_for(browser, [("odd", f"{chances(-1)[1]:.3f}")])
    WebDriverWait(browser, 20).until(lambda page: "does not answer" in text(page, "#notice"))
    with live(FakeModel(), urlsplit(address).port or 0):
        type_in(browser, "even ")
        wait_for(browser, [("odd", f"{chances(-1)[1]:.3f}"), ("even", f"{chances(0)[1]:.3f}")])
        assert text(browser, "#notice") == ""


def test_a_connection_that_never_opens_is_given_up_for_another(browser: Chrome) -> None:
    with live(FakeModel()) as address:
        browser.get(address)
        WebDriverWait(browser, 20).until(lambda page: page.find_elements(By.CSS_SELECTOR, "#examples button"))
    WebDriverWait(browser, 20).until(lambda page: "does not answer" in text(page, "#notice"))
    port = urlsplit(address).port or 0
    with listen("127.0.0.1", port) as deaf:  # Takes connections and never answers.
        deaf.settimeout(30)
        taken, _ = deaf.accept()
    with taken, live(FakeModel(), port):
        type_in(browser, "odd ")
        wait_for(browser, [("odd", f"{chances(-1)[1]:.3f}")])


def test_the_files_of_the_page_hold_nothing_inline() -> None:
    folder = Path(__file__).parents[3] / "rnn_textclf" / "inference" / "serving" / "page"
    html = (folder / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)
    for script in folder.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text())
