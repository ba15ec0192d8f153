import codecs
import contextlib
import encodings.aliases
import io

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding, detect_encoding
from rnn_textclf.preprocessing.corpora.formats.text_files import read_lines

CHINESE = "物流很快，包装完好，下次还会再来的。\t正面\n刚用了一天就坏了，客服态度也不好\t负面\n"
TAIWANESE = "物流很快，包裝完好，下次還會再來的。\t正面\n剛用了一天就壞了，客服態度也不好\t負面\n"
JAPANESE = "この商品はとても良いです。気に入りました\t良い\n品質が悪い、おすすめしません\t悪い\n"
KOREAN = "이 제품은 매우 좋습니다. 마음에 들어요\t좋음\n품질이 나빠요, 추천하지 않습니다\t나쁨\n"
RUSSIAN = "Этот фильм очень хороший, мне понравилось\tхорошо\nПлохое качество, не советую\tплохо\n"
POLISH = "Ten film jest bardzo dobry, podobał mi się\tdobry\nZła jakość, nie polecam, żałuję\tzły\n"
TURKISH = "Çok güzel bir ürün, ışığı iyi ve şık\tiyi\nKötü kalite, beğenmedim, pişman oldum\tkötü\n"
ICELANDIC = "Þetta er mjög góð vara og ég mæli með henni\tgóð\nLéleg gæði, ég varð fyrir vonbrigðum\tléleg\n"
FRENCH = "Très beau film, j'ai été émue à la fin\tbon\nOù est l'intérêt ? Déçu\tmauvais\n"


def detected(data):
    return detect_encoding(lambda: io.BytesIO(data))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (POLISH, "cp1250"),
        (FRENCH, "cp1252"),
        (ICELANDIC, "cp1252"),
        (TURKISH, "cp1254"),
        ("plain, it’s “fine”…\tx\n", "cp1252"),
        ("one café\tx\n", "cp1252"),
        (CHINESE, "utf-16"),
        (CHINESE + "123 abc\n", "utf-16-le"),
        (CHINESE + "123 abc\n", "utf-16-be"),
        (FRENCH, "utf-32"),
        (CHINESE, "utf-8-sig"),
        ("plain\n", "ascii"),
        ("", "ascii"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_was_written_in(text, encoding):
    found = detected(text.encode(encoding))
    assert text.encode(encoding).decode(found.encoding) == text
    assert bool(found.line) == (found.encoding not in ("utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"))


def test_a_file_with_some_bad_bytes_stays_utf_8():
    lines = [f"schön {number}\tgut\n".encode() for number in range(9)]
    lines[4] = "schlecht – sehr\tx\n".encode("cp1252")
    assert detected(b"".join(lines)) == ("utf-8-sig", 5)
    assert detected(b"".join(lines[4:5] * 3 + lines[:2])).encoding != "utf-8-sig"


def test_characters_on_the_borders_of_blocks(monkeypatch):
    from rnn_textclf.preprocessing.corpora.formats import encodings as module

    monkeypatch.setattr(module, "_BLOCK", 5)
    assert detected("ab€€€€€€cd\n".encode()).encoding == "utf-8-sig"
    assert detected(b"abcdefghij\xe2\x82").encoding == "cp1252"


def test_every_codec_of_python_reads_a_file_or_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"text\tx\n\xe9\xff\x81\tn\n" * 3 + b"\xd8")
    refused = []
    for name in sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "undefined", "utf-8-sig", "a\0b", ""}):
        try:
            check_encoding(name)
        except UserError:
            refused.append(name)
            continue
        with contextlib.suppress(UserError):
            assert list(read_lines(path, name)), name
    assert {"idna", "punycode", "undefined", "base64_codec", "rot_13", "a\0b"} <= set(refused)
    assert codecs.lookup("utf-8").name not in refused
