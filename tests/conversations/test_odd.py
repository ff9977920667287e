"""What cannot be read gets its own sentence and a next step."""

import pytest

from tests.talking import KINDS, Person

SENTENCES = {
    "voice": "听不懂语音", "audio": "听不懂语音", "video_note": "看不懂视频", "video": "看不懂视频", "sticker": "贴纸",
    "animation": "动图", "location": "收到了位置", "venue": "收到了位置", "contact": "名片", "poll": "不会玩",
    "dice": "不会玩", "photo": "照片我看不懂", "document": "文件我看不懂", "empty": "这条消息我看不懂",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_has_its_sentence_and_a_way_on(anna: Person, kind: str) -> None:
    await anna.sends(kind)
    assert anna.sees(SENTENCES[kind])
    assert anna.buttons() == ["留言给工作人员", "主菜单", "找人工"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"photo", "document"}))
async def test_in_a_form_the_question_is_asked_again(anna: Person, kind: str) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.sends(kind)
    assert anna.sees(SENTENCES[kind], "留言给工作人员（1/4）")
    await anna.says("公司要辞退我")
    assert anna.sees("怎么称呼您")


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_file_at_the_wrong_step_is_not_taken(anna: Person, kind: str) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.sends(kind)
    assert anna.sees("这一步不用传文件", "留言给工作人员（1/4）")


@pytest.mark.parametrize("text", ["😭😭😭", "？？？", "……", "👍🏽", "_"])
async def test_signs_without_a_word_are_asked_for_words(anna: Person, text: str) -> None:
    await anna.says(text)
    assert anna.sees("请打几个字")


@pytest.mark.parametrize("text", ["7", "12345", "１２", "3.5"])
async def test_a_number_that_is_no_button_says_so(anna: Person, text: str) -> None:
    await anna.says(text)
    assert anna.sees("没对上是哪个按钮")


async def test_only_spaces_are_no_question(anna: Person) -> None:
    await anna.says("  　 ")
    assert anna.sees("请打几个字")


async def test_an_edited_message_is_not_read_again(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says("公司要辞退我")
    await anna.edits("公司要辞退我，还拖工资")
    assert anna.sees("把改好的内容重新发一条")
    await anna.says("王女士")
    assert anna.sees("打通的电话")
