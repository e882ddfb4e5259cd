"""Cleaning: damaged lines become paragraphs, and every character still knows where it stood."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import SAMPLES

from xiada.workflows.intake.abstaining import why_nothing
from xiada.workflows.intake.cleaning import paragraphs
from xiada.workflows.intake.parsing import read_notice_text

MANY, SOME = 100_000, 20_000


def clean(text: str) -> list[str]:
    """Return the clean paragraphs of a text."""
    return [one.text for one in paragraphs(text)]


def folded(character: str) -> str:
    """Return the plain form of a character, as cleaning has it."""
    plain = unicodedata.normalize("NFKC", character)
    return " " if character.isspace() or plain == " " else character if len(plain) != 1 else plain


WORDS = "2020年6月3日 联系人 附件 抄送 一、 关于 的通知 请于 前报送 转发 号 <br> &nbsp; 电话 12345678 会议要求 一要"
PIECES = st.sampled_from(
    [
        *"各市科协局：:，。、（）()《》“”〔〕[]—-·○〇\n\r\t \u3000\xa0\u200b\ufeff１２３ab@./<>&;",
        "\n\n",
        *WORDS.split(" "),
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join) | st.text(max_size=200)


@given(TEXTS)
def test_every_clean_character_is_the_one_that_stood_at_its_place(text: str) -> None:
    last = -1
    for paragraph in paragraphs(text):
        for character, place in zip(paragraph.passage.text, paragraph.passage.places, strict=True):
            assert last < place < len(text)
            last = place
            raw = text[place]
            assert character in (raw, folded(raw)) or (character == " " and not raw.isalnum()) or raw == "&"


@given(TEXTS)
def test_no_text_whatever_makes_the_intake_fail(text: str) -> None:
    segments = read_notice_text(text)
    why_nothing(text, segments)
    for segment in segments:
        assert 0 <= segment.span[0] <= segment.span[1] <= len(text)
        for part in (*segment.addressees, *segment.sections, *segment.decisions, *segment.doubts):
            assert 0 <= part.span[0] <= part.span[1] <= len(text)


@given(st.sampled_from(SAMPLES), st.data())
def test_a_notice_with_pieces_lost_still_reads_without_failing(sample: object, data: st.DataObject) -> None:
    text = getattr(sample, "text")  # noqa: B009
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    read_notice_text(text[:start] + text[stop:])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("请于 2020 年 6 月 10 日前报送总结。", ["请于2020年6月10日前报送总结。"]),
        ("第一行没有写完，\n\n接着写完。", ["第一行没有写完，接着写完。"]),
        ("中国科协 科技部 文件", ["中国科协 科技部 文件"]),
        ("联系人：王一　李二", ["联系人：王一 李二"]),
        ("联 系 人：王一\n传　　真：010-1234567", ["联系人：王一", "传真：010-1234567"]),
        ("关 于 开 展 活 动 的 通 知", ["关于开展活动的通知"]),
        ("正文。\n— 3 —\n第 4 页 共 5 页\n正文。", ["正文。", "正文。"]),
        ("附件：\n1.汇总表\n2.登记表", ["附件：", "1.汇总表", "2.登记表"]),
        ("二〇二〇年\u200b六月\ufeff三日", ["二〇二〇年六月三日"]),
        ("２０２０年⽉度总结", ["2020年月度总结"]),
        ("<div>各科室：</div>请于6月1日前<br/>报送&nbsp;材料。", ["各科室：", "请于6月1日前报送材料。"]),
        ("请于2020年\n6月3日前报送。", ["请于2020年6月3日前报送。"]),
        ("各单位要高度重视此项工作，加强领导，精心组织，中国科协、科\n\n科技部将适时检查工作开展情况，确保取得成效。",
         ["各单位要高度重视此项工作，加强领导，精心组织，中国科协、科技部将适时检查工作开展情况，确保取得成效。"]),
        ("二、请于 2 0 2 0 年 6 月 1 0 日前报送。", ["二、请于2020年6月10日前报送。"]),
        ("附件9 6月3日前报送", ["附件9 6月3日前报送"]),
        ("请于6月1\ufffd日前报送。", ["请于6月1\ufffd日前报送。"]),
        ("Please read\nthis", ["Please read", "this"]),
    ],
)  # fmt: skip
def test_damage_is_repaired_and_nothing_else(text: str, wanted: list[str]) -> None:
    assert clean(text) == wanted


def test_headings_signatures_and_labels_are_never_joined_to_the_line_above() -> None:
    lines = ["一、总体要求", "各单位要高度重视", "联系人：王一", "市科协", "2020年6月3日"]
    assert clean("\n".join(lines)) == lines


def test_a_text_broken_by_width_becomes_paragraphs() -> None:
    words = (
        "各级科协组织要深刻领会会议精神的丰富内涵和重大意义认真组织学习广泛开展宣传"
        "自觉把思想和行动统一到会议精神上来结合实际切实抓好贯彻落实。"
    )
    broken = "\n\n".join(words[start : start + 20] for start in range(0, len(words), 20))
    assert clean(f"{broken}\n\n市科协\n\n2020 年 6 月 3 日") == [words, "市科协", "2020年6月3日"]


HOSTILE = {
    "one character": "各" * MANY,
    "spaces": " " * MANY + "。",
    "spaces between": "各 " * (MANY // 2),
    "brackets": "（" * MANY,
    "quotes": "《" * MANY,
    "quotes closed": "《的通知》" * (MANY // 5),
    "markup": "<" * MANY,
    "markup open": "<a " * (MANY // 3),
    "entities": "&" * MANY,
    "digits": "1" * MANY,
    "numbers": "1 " * (MANY // 2),
    "dates": "2020年6月" * (SOME // 7),
    "members": "各市科协、" * (MANY // 5) + "：",
    "members of many kinds": "各市、县" * (MANY // 4) + "：",
    "labels": "联系人：" * (MANY // 4),
    "telephones": "联系电话：" + "01012345678、" * (MANY // 12),
    "mail": "邮箱：" + "a." * (MANY // 2) + "@",
    "titles": "关于的通知\n" * (SOME // 6),
    "headings": "一、" * (SOME // 2),
    "decisions": "一要" * (SOME // 2),
    "asked": "王要求" * (MANY // 3),
    "stops": "。" * MANY,
    "colons": "：" * MANY,
    "signers": "市科协\n" * (SOME // 4),
    "numbers of documents": "粤科协〔2020〕" * (MANY // 9),
    "attachments": "附件：1." * (MANY // 5),
    "zero width": "\u200b" * MANY + "各",
    "forwarding": "关于转发《" * (SOME // 5),
    "reports": "请于6月10日前报送" * (SOME // 10),
    "one long sentence": "现将有关事项通知如下，" * (MANY // 11),
    "bodies": "科协 " * (MANY // 3),
    "numbers and bodies": ("1号 " + "科" * 20 + " ") * (MANY // 24),
    "lines": "各\n" * (SOME // 2),
}


def test_no_line_however_long_makes_the_intake_run_away() -> None:
    """All in one process that is stopped if it runs away; the longest takes about a second."""
    imports = "import sys; from xiada.workflows.intake.parsing import read_notice_text"
    run = f"{imports}\nfor one in sys.stdin.read().split('\\0'): read_notice_text(one)"
    subprocess.run([sys.executable, "-c", run], input="\0".join(HOSTILE.values()), text=True, timeout=120, check=True)
