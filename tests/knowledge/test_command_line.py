"""`python -m knowledge` as others call it: a process, lines in, lines out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from knowledge import __main__ as command_line

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = ("aiogram", "aiogram_dialog", "sqlalchemy", "fastapi", "starlette", "apscheduler")


def run(*arguments: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "knowledge", *arguments]
    return subprocess.run(command, input=said, capture_output=True, cwd=ROOT, timeout=60, check=False)


def asked(said: bytes) -> list[dict[str, Any]]:
    done = run("ask", "--json", said=said)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_ask_answers_a_line_with_a_line_whatever_is_in_it() -> None:
    lines = [
        "老板拖欠工资两个月了怎么办".encode(),
        b"",
        "😀😀".encode(),
        "押金".encode() * 2500,
        b"\xff\xfe\x80",
        b"\x00",
    ]
    rows = asked(b"\n".join(lines) + b"\n")
    assert len(rows) == len(lines)
    assert set(rows[0]) == {"question", "outcome", "entries", "score", "milliseconds"}
    assert (rows[0]["question"], rows[0]["outcome"], rows[0]["entries"][0]) == (
        "老板拖欠工资两个月了怎么办", "answer", "labor-18",
    )  # fmt: skip
    assert [rows[n]["outcome"] for n in (1, 2, 4, 5)] == ["none"] * 4
    assert [rows[n]["entries"] for n in (1, 2, 5)] == [[], [], []]
    assert len(rows[3]["question"]) == 5000
    assert 0 <= rows[3]["score"] <= 1


def test_ask_reads_windows_lines_and_a_last_line_without_an_end() -> None:
    rows = asked("离婚\r\n押金".encode())
    assert [row["question"] for row in rows] == ["离婚", "押金"]


def test_ask_in_plain_text_shows_the_answer_with_its_articles() -> None:
    done = run("ask", said="老板拖欠工资两个月了怎么办\n今天天气真好\n\n".encode())
    text = done.stdout.decode("utf-8")
    assert done.returncode == 0
    assert "找到了" in text
    assert "条" in text
    assert text.count("没有找到合适的内容") == 2


def test_check_passes_on_sound_content_and_names_file_and_field_on_faults(content: Path) -> None:
    day = ("check", "--today", "2026-11-24")
    sound = run("--root", str(content), *day)
    assert (sound.returncode, sound.stdout) == (0, b"0 faults\n")
    path = content / "faq" / "labor-18.md"
    path.write_text(path.read_text("utf-8").replace("risk: B", "risk: X"), "utf-8")
    faulty = run("--root", str(content), *day)
    assert faulty.returncode == 1
    assert faulty.stdout.decode().splitlines() == [
        "faq/labor-18.md: risk: is 'X', must be one of A, B, C",
        "1 faults",
    ]
    asking = run("--root", str(content), "ask", "--json", said=b"x\n")
    assert (asking.returncode, asking.stdout) == (1, b"")
    assert b"Traceback" not in asking.stderr


def test_evaluate_reports_as_json(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    row = {"question": "老板拖欠工资两个月了怎么办", "kind": "covered", "accept": ["labor-18"]}
    file.write_text(json.dumps(row) + "\n", "utf-8")
    done = run("evaluate", str(file), "--json")
    assert json.loads(done.stdout)["recall_1"] == 1.0


def test_importing_knowledge_pulls_in_no_framework() -> None:
    modules = "knowledge, knowledge.__main__, knowledge.danger, knowledge.search, sys"
    code = f"import {modules}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=60, check=True)
    assert not set(FORBIDDEN) & set(done.stdout.decode().split())


def test_the_day_is_the_day_in_the_county() -> None:
    assert command_line.COUNTY_TIME.key == "Asia/Shanghai"
