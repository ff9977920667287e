"""The direct train, told by its people: handing in, taking, asking, replying, judging, closing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services import clock, identifiers
from services.accounts import Account, Role
from services.audit import AuditLog, AuditRow
from services.db import Database
from services.errors import ConsentNeeded, Empty, NotAllowed, NotFound, TooLong
from services.notices import Lane
from services.requests import (
    AlreadyRated,
    AlreadyRegistered,
    AlreadyTaken,
    BadStars,
    NotYours,
    StillWaiting,
    TakeFirst,
    TooManyFiles,
    UnknownCategory,
    UnknownDepartment,
    UnknownOutcome,
    WrongAudience,
    WrongState,
)
from services.requests.tables import EnterpriseRow, RequestEventRow, RequestRow
from tests.services.people import COUNTY, at, staff, told, visitor
from tests.services.train import CODE, Train, aboard, key

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
async def train(database: Database) -> Train:
    return await aboard(database)


# Enterprises


async def test_a_doubtful_code_is_accepted_and_staff_confirm_it(train: Train) -> None:
    pilot = await train.requests.register(
        train.boss, key=key(), name="试点公司", code="91350100m0001tgqxm", contact="周某", phone="0571-87654321"
    )
    assert pilot.code_problem
    assert not pilot.confirmed
    assert pilot.credit_code == "91350100M0001TGQXM"
    assert [notice.account for notice in await told(train.database, "code_to_confirm")] == [train.dispatcher.id]
    assert [e.id for e in await train.requests.codes_to_confirm(train.dispatcher)] == [pilot.id]
    with pytest.raises(NotAllowed):
        await train.requests.confirm_code(train.officer, pilot.id, key())
    with pytest.raises(NotAllowed):
        await train.requests.codes_to_confirm(train.boss)
    assert (await train.requests.confirm_code(train.dispatcher, pilot.id, key())).confirmed
    assert await train.requests.codes_to_confirm(train.dispatcher) == []
    async with train.database.reading() as db:
        assert await db.scalar(select(func.count()).where(AuditRow.act == "confirm code")) == 1


async def test_a_right_code_bothers_nobody_and_the_contact_is_masked(train: Train) -> None:
    assert train.enterprise.code_problem is None
    assert (train.enterprise.contact, train.enterprise.phone) == ("陈**", "138****5678")
    assert await told(train.database, "code_to_confirm") == []
    assert await train.requests.enterprises_of(train.boss) == [train.enterprise]


async def test_registering_refuses_what_cannot_be(train: Train) -> None:
    good = {"key": key(), "name": "新厂", "code": "91330100799655058B", "contact": "周某", "phone": "13812345678"}
    for bad, refusal in [
        ({"name": " "}, Empty),
        ({"name": "厂" * 101}, TooLong),
        ({"contact": "某" * 41}, TooLong),
        ({"phone": "12345"}, identifiers.BadPhone),
        ({"code": CODE.lower()}, AlreadyRegistered),
    ]:
        with pytest.raises(refusal):
            await train.requests.register(train.boss, **good | bad)
    stranger = await visitor(train.database, "stranger", consents=False)
    with pytest.raises(ConsentNeeded):
        await train.requests.register(stranger, **good)


async def test_an_enterprise_is_nobody_elses(train: Train) -> None:
    other = await visitor(train.database, "other")
    assert await train.requests.enterprises_of(other) == []
    for outsider in (other, train.officer):
        with pytest.raises(NotFound):
            await train.requests.enterprise(outsider, train.enterprise.id)
    assert (await train.requests.enterprise(train.dispatcher, train.enterprise.id)).name == "清河机械厂"
    with pytest.raises(NotFound):
        await train.requests.submit(
            other,
            key=key(),
            channel="web",
            category="labour",
            urgent=False,
            facts="x",
            enterprise_id=train.enterprise.id,
        )


# Handing in


async def test_a_request_gets_a_number_a_department_and_its_dates(train: Train) -> None:
    with clock.moved_to(at("2026-11-24 10:00")):
        shown = train.requests.promise("labour", False)
        request = await train.submit()
    assert request.number == "ZTC-2026-000001"
    assert request.department_name == "人力资源和社会保障局"
    assert (request.contact_due, request.answer_due) == (at("2026-11-25 17:30"), at("2026-12-01 17:30"))
    assert (shown.contact_due, shown.answer_due, shown.certain) == (request.contact_due, request.answer_due, True)
    contact, answer = request.sentence.splitlines()
    assert "11月25日（周三）17:30 前与您联系" in contact
    assert "12月1日（周二）17:30 前答复" in answer
    [notice] = await told(train.database, "request_new")
    assert (notice.account, notice.lane) == (train.officer.id, Lane.REMINDER)


async def test_an_urgent_request_goes_first_even_at_night(train: Train) -> None:
    with clock.moved_to(at("2026-11-24 23:00")):
        await train.submit()
        urgent = await train.submit(urgent=True)
    assert urgent.policy_name == "紧急"
    assert urgent.contact_due - urgent.submitted_at == timedelta(hours=1)
    assert urgent.answer_due == at("2026-11-27 17:30")
    ordinary, first = await told(train.database, "request_new")
    assert ordinary.due_at == at("2026-11-25 08:00")
    assert (first.lane, first.due_at < at("2026-11-24 23:01")) == (Lane.URGENT, True)


async def test_arrears_name_the_statute_and_dispatchers_stand_in_for_an_empty_department(train: Train) -> None:
    assert "《保障中小企业款项支付条例》第二十五条" in train.requests.promise("arrears", False).sentence
    await train.submit("arrears")
    assert [notice.account for notice in await told(train.database, "request_new")] == [train.dispatcher.id]


async def test_a_resident_asks_for_a_person_and_may_stay_nameless(train: Train) -> None:
    anna = await visitor(train.database, "anna")
    asked: dict[str, Any] = {"channel": "web", "urgent": False, "facts": "想咨询离婚财产", "phone": "138 1234 5678"}
    request = await train.requests.submit(anna, key=key(), category="legal-aid", **asked)
    view = await train.requests.read(anna, request.id)
    assert (view.who, view.phone, view.policy_name) == ("未留姓名", "13812345678", "咨询")
    with pytest.raises(WrongAudience, match="企业"):
        await train.requests.submit(anna, key=key(), category="labour", **asked)
    with pytest.raises(WrongAudience, match="个人"):
        await train.submit("legal-aid")
    with pytest.raises(identifiers.BadPhone):
        await train.requests.submit(anna, key=key(), category="legal-aid", **asked | {"phone": None})


async def test_submitting_refuses_what_cannot_be_and_stores_nothing(train: Train) -> None:
    refused: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"facts": "  "}, Empty),
        ({"facts": "事" * 2001}, TooLong),
        ({"contact": "某" * 41}, TooLong),
        ({"phone": "110"}, identifiers.BadPhone),
        ({"files": [f"file-{n}" for n in range(10)]}, TooManyFiles),
        ({"files": ["nobody-has-this"]}, NotFound),
    ]
    for bad, refusal in refused:
        with pytest.raises(refusal):
            await train.submit(**bad)
    with pytest.raises(UnknownCategory):
        await train.submit("weather")
    with pytest.raises(UnknownCategory):
        train.requests.promise("weather", False)
    stranger = await visitor(train.database, "stranger", consents=False)
    with pytest.raises(ConsentNeeded):
        await train.requests.submit(
            stranger, key=key(), channel="web", category="legal-aid", urgent=False, facts="x", phone="13812345678"
        )
    assert await train.requests.queue(train.dispatcher) == []
    assert (await train.submit()).number.endswith("-000001")


async def test_numbers_in_the_facts_are_masked_and_unreadable_in_the_database(train: Train) -> None:
    request = await train.submit(facts="对方身份证 11010519491231002X，卡号 6222021234567890123")
    view = await train.requests.read(train.boss, request.id)
    assert "11010519491231002X" not in view.facts
    assert "6222021234567890123" not in view.facts
    assert "对方" in view.facts


# The same message twice


async def test_the_same_message_twice_makes_one_request_also_at_once(train: Train) -> None:
    made = await asyncio.gather(*(train.submit(key="web:same") for _ in range(6)))
    assert len({request.id for request in made}) == 1
    assert (await train.submit(key="web:same")).id == made[0].id
    assert len(await train.requests.mine(train.boss)) == 1
    assert len(await told(train.database, "request_new")) == 1
    assert (await train.submit()).number.endswith("-000002")


async def test_the_same_registration_twice_makes_one_enterprise_also_at_once(train: Train) -> None:
    form = {"key": "web:r", "name": "新厂", "code": "91330100799655058B", "contact": "周某", "phone": "13812345678"}
    made = await asyncio.gather(*(train.requests.register(train.boss, **form) for _ in range(6)))
    assert len({enterprise.id for enterprise in made}) == 1
    async with train.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(EnterpriseRow)) == 2


async def test_one_enterprise_registered_from_two_windows_is_registered_once(train: Train) -> None:
    form = {"name": "新厂", "code": "91330100799655058B", "contact": "周某", "phone": "13812345678"}
    made = await asyncio.gather(
        *(train.requests.register(train.boss, key=key(), **form) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyRegistered) for result in made) == 5


async def test_every_step_taken_twice_with_one_key_is_taken_once(train: Train) -> None:
    request = await train.submit()
    for _ in range(2):
        await train.requests.dispatch(train.dispatcher, request.id, "labour", "k", "归口办理")
        await train.requests.take(train.officer, request.id, "k")
        await train.requests.contacted(train.officer, request.id, "k", "已通话")
        await train.requests.ask_more(train.officer, request.id, "k", "请补充考勤表")
        await train.requests.add_info(train.boss, request.id, "k", "考勤表如下")
        await train.requests.reply(train.officer, request.id, "k", "事实", "依据", "处理", "救济")
        await train.requests.judge(train.boss, request.id, "k", True)
        await train.requests.rate(train.boss, request.id, "k", 5)
    verbs = [event.verb for event in (await train.requests.read(train.boss, request.id)).events]
    assert verbs == ["submit", "dispatch", "take", "contacted", "ask_more", "add_info", "reply", "judge", "rate"]


async def test_one_step_with_one_key_twice_at_once_is_taken_once(train: Train) -> None:
    request = await train.taken()
    replies = [train.requests.reply(train.officer, request.id, "k", "事实", "依据", "处理", "救济") for _ in range(6)]
    assert {done.state for done in await asyncio.gather(*replies)} == {"replied"}
    assert len(await told(train.database, "request_replied")) == 1


async def test_eight_officers_take_at_once_and_one_has_it(train: Train) -> None:
    officers = [await staff(train.database, Role.OFFICER, f"经办{n}", "labour") for n in range(8)]
    request = await train.submit()
    tried = await asyncio.gather(
        *(train.requests.take(officer, request.id, key()) for officer in officers), return_exceptions=True
    )
    winners = [
        officer.name for officer, result in zip(officers, tried, strict=True) if not isinstance(result, Exception)
    ]
    assert len(winners) == 1
    lost = [result for result in tried if isinstance(result, Exception)]
    assert all(isinstance(result, AlreadyTaken) and str(winners[0]) in str(result) for result in lost)
    view = await train.requests.read(train.boss, request.id)
    assert [event.verb for event in view.events] == ["submit", "take"]


# Whose step it is


async def test_nobody_sees_what_is_not_theirs(train: Train) -> None:
    file = await train.files.keep(train.boss.id, "考勤.pdf", PDF)
    request = await train.submit(files=[file.id])
    stranger = await visitor(train.database, "stranger")
    others = [
        stranger,
        await staff(train.database, Role.OFFICER, "税务", "tax"),
        await staff(train.database, Role.MEDIATOR, "调解员"),
        await staff(train.database, Role.EDITOR, "编辑"),
        await staff(train.database, Role.ADMINISTRATOR, "管理员"),
    ]
    for other in others:
        for attempt in (
            train.requests.read(other, request.id),
            train.requests.attachment(other, request.id, file.id),
            train.requests.take(other, request.id, key()),
            train.requests.add_info(other, request.id, key(), "x"),
            train.requests.withdraw(other, request.id, key()),
            train.requests.reply(other, request.id, key(), "a", "b", "c", "d"),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await train.requests.mine(other) == []
    for other in (stranger, *others[2:]):
        with pytest.raises(NotAllowed):
            await train.requests.queue(other)
    assert await train.requests.queue(others[1]) == []
    with pytest.raises(NotFound):
        await train.requests.read(train.boss, request.id + 1)


async def test_staff_reading_is_written_down_and_the_authors_own_is_not(train: Train) -> None:
    file = await train.files.keep(train.boss.id, "考勤.pdf", PDF)
    request = await train.submit(files=[file.id])
    await train.requests.read(train.boss, request.id)
    await train.requests.attachment(train.boss, request.id, file.id)
    before = [entry.act for entry in await AuditLog(train.database).latest()]
    for reader in (train.officer, train.dispatcher, train.supervisor):
        assert (await train.requests.read(reader, request.id)).phone == "13812345678"
    stored, content = await train.requests.attachment(train.officer, request.id, file.id)
    assert (stored.name, content) == ("考勤.pdf", PDF)
    after = [(entry.act, entry.actor_id, entry.subject) for entry in await AuditLog(train.database).latest()]
    about = f"request:{request.id}"
    assert after[: len(after) - len(before)] == [
        ("read attachment", train.officer.id, about),
        ("read request", train.supervisor.id, about),
        ("read request", train.dispatcher.id, about),
        ("read request", train.officer.id, about),
    ]


async def test_a_file_is_reached_only_through_its_own_request_and_given_only_by_its_owner(train: Train) -> None:
    file = await train.files.keep(train.boss.id, "考勤.pdf", PDF)
    mine, other = await train.submit(files=[file.id]), await train.submit()
    with pytest.raises(NotFound):
        await train.requests.attachment(train.officer, other.id, file.id)
    foreign = await train.files.keep(train.officer.id, "公文.pdf", PDF)
    with pytest.raises(NotFound):
        await train.requests.add_info(train.boss, mine.id, key(), "", files=[foreign.id])
    await train.requests.add_info(
        train.boss, mine.id, key(), "", files=[(await train.files.keep(train.boss.id, "b.pdf", PDF)).id]
    )
    assert [a.name for a in (await train.requests.read(train.boss, mine.id)).attachments] == ["考勤.pdf", "b.pdf"]


async def test_only_the_officer_in_charge_handles(train: Train) -> None:
    request = await train.submit()
    with pytest.raises(TakeFirst):
        await train.reply(request)
    await train.requests.take(train.officer, request.id, key())
    with pytest.raises(AlreadyTaken, match="您"):
        await train.requests.take(train.officer, request.id, key())
    colleague = await staff(train.database, Role.OFFICER, "同事", "labour")
    for attempt in (
        train.reply(request, by=colleague),
        train.requests.contacted(colleague, request.id, key(), ""),
        train.requests.ask_more(colleague, request.id, key(), "?"),
    ):
        with pytest.raises(NotYours, match="王某"):
            await attempt
    for outsider in (train.dispatcher, train.supervisor, train.boss):
        with pytest.raises(NotAllowed):
            await train.reply(request, by=outsider)
    for staff_member in (train.officer, train.dispatcher, train.supervisor):
        for attempt in (
            train.requests.add_info(staff_member, request.id, key(), "x"),
            train.requests.withdraw(staff_member, request.id, key()),
            train.requests.rate(staff_member, request.id, key(), 5),
        ):
            with pytest.raises(NotYours, match="提交人"):
                await attempt
    for outsider in (train.officer, train.supervisor, train.boss):
        with pytest.raises(NotAllowed):
            await train.requests.dispatch(outsider, request.id, "tax", key(), "x")
        with pytest.raises(NotAllowed):
            await train.requests.reject(outsider, request.id, key(), "x")


async def test_what_may_be_done_is_what_the_verbs_allow(train: Train) -> None:
    async def may(account: Account) -> set[str]:
        return set((await train.requests.read(account, request.id)).may)

    request = await train.submit()
    assert await may(train.boss) == {"add_info", "withdraw"}
    assert await may(train.officer) == {"take"}
    assert await may(train.dispatcher) == {"dispatch", "reject"}
    assert await may(train.supervisor) == set()
    await train.requests.take(train.officer, request.id, key())
    assert await may(train.officer) == {"contacted", "ask_more", "reply"}
    await train.reply(request)
    assert await may(train.boss) == {"judge", "rate", "withdraw"}
    assert await may(train.officer) == set()
    assert await may(train.supervisor) == {"close"}
    await train.requests.judge(train.boss, request.id, key(), True)
    assert await may(train.boss) == {"rate"}
    assert await may(train.supervisor) == set()


# On the way


async def test_a_dispatched_request_waits_for_its_new_department_and_its_dates_stay(train: Train) -> None:
    request = await train.taken()
    tax = await staff(train.database, Role.OFFICER, "税务", "tax")
    with pytest.raises(UnknownDepartment):
        await train.requests.dispatch(train.dispatcher, request.id, "moon", key(), "x")
    moved = await train.requests.dispatch(train.dispatcher, request.id, "tax", key(), "实为税费问题")
    assert (moved.state, moved.department, moved.officer) == ("submitted", "tax", None)
    assert (moved.contact_due, moved.answer_due) == (request.contact_due, request.answer_due)
    assert {n.account for n in await told(train.database, "request_moved")} == {train.boss.id, train.officer.id}
    assert [n.account for n in await told(train.database, "request_new")] == [tax.id]
    with pytest.raises(NotFound):
        await train.requests.read(train.officer, request.id)
    assert (await train.requests.take(tax, request.id, key())).officer == "税务"
    events = (await train.requests.read(train.boss, request.id)).events
    assert [event.label for event in events][-2:] == ["转到税务局", "签收"]


async def test_a_reply_needs_all_four_parts_and_reaches_the_author(train: Train) -> None:
    request = await train.taken()
    for missing in range(4):
        parts = ["事实", "依据", "处理", "救济"]
        parts[missing] = " "
        with pytest.raises(Empty):
            await train.requests.reply(train.officer, request.id, key(), *parts)
    replied = await train.reply(request)
    assert replied.state == "replied"
    assert replied.contacted_at is not None
    assert [n.account for n in await told(train.database, "request_replied")] == [train.boss.id]
    view = await train.requests.read(train.boss, request.id)
    assert view.reply is not None
    assert view.reply.basis == "《劳动法》第四十四条"
    assert "救济途径：不服的可以申请劳动仲裁。" in view.events[-1].note
    for again in (train.reply(request), train.requests.ask_more(train.officer, request.id, key(), "?")):
        with pytest.raises(WrongState, match="已答复"):
            await again


async def test_the_officers_note_of_a_call_is_the_staffs_own(train: Train) -> None:
    request = await train.taken()
    await train.requests.contacted(train.officer, request.id, key(), "态度急躁")
    author, officer = [(await train.requests.read(a, request.id)).events[-1] for a in (train.boss, train.officer)]
    assert (author.label, author.note, author.who) == ("已与提交人联系", "", "工作人员")
    assert (officer.note, officer.who) == ("态度急躁", "王某")


async def test_solved_closes_and_is_rated_once(train: Train) -> None:
    request = await train.replied()
    closed = await train.requests.judge(train.boss, request.id, key(), True)
    assert closed.state == "closed"
    await train.requests.rate(train.boss, request.id, key(), 4, "快")
    for stars in (0, 6):
        with pytest.raises(BadStars):
            await train.requests.rate(train.boss, request.id, key(), stars)
    with pytest.raises(AlreadyRated):
        await train.requests.rate(train.boss, request.id, key(), 5)
    view = await train.requests.read(train.boss, request.id)
    assert (view.solved, view.rating, view.events[-1].label) == (True, 4, "评分 4 分")
    for late in (
        train.requests.judge(train.boss, request.id, key(), False),
        train.requests.withdraw(train.boss, request.id, key()),
        train.requests.add_info(train.boss, request.id, key(), "x"),
    ):
        with pytest.raises(WrongState, match="已办结"):
            await late


async def test_before_a_reply_there_is_nothing_to_judge_or_rate_or_close(train: Train) -> None:
    request = await train.taken()
    for early in (
        train.requests.judge(train.boss, request.id, key(), True),
        train.requests.rate(train.boss, request.id, key(), 5),
        train.requests.close(train.supervisor, request.id, key(), "reasonable", "x"),
        train.requests.close(train.officer, request.id, key(), "reasonable", "x"),
    ):
        with pytest.raises(WrongState):
            await early


async def test_not_solved_opens_a_second_round_and_then_a_supervisor_decides(train: Train) -> None:
    with clock.moved_to(at("2026-11-24 10:00")):
        request = await train.replied()
        await train.requests.rate(train.boss, request.id, key(), 1)
    with clock.moved_to(at("2026-11-27 10:00")):
        second = await train.requests.judge(train.boss, request.id, key(), False, "没算加班")
        assert (second.state, second.round, second.answer_due) == ("handling", 2, at("2026-12-04 17:30"))
        informed = {n.account for n in await told(train.database, "request_unsolved")}
        assert informed == {train.officer.id, train.dispatcher.id, train.supervisor.id}
        event = (await train.requests.read(train.boss, request.id)).events[-1]
        assert (event.old_due, event.new_due) == (at("2026-12-01 17:30"), at("2026-12-04 17:30"))
        assert "close" in (await train.requests.read(train.supervisor, request.id)).may
        with pytest.raises(AlreadyRated):  # still about the first round
            await train.requests.rate(train.boss, request.id, key(), 2)
        await train.reply(request)
        await train.requests.rate(train.boss, request.id, key(), 2)
        final = await train.requests.judge(train.boss, request.id, key(), False)
        assert final.state == "review"
        assert train.supervisor.id in {n.account for n in await told(train.database, "request_review")}
        with pytest.raises(WrongState):
            await train.requests.close(train.officer, request.id, key(), "unreasonable", "x")
        with pytest.raises(WrongState):
            await train.requests.judge(train.boss, request.id, key(), True)
        with pytest.raises(UnknownOutcome):
            await train.requests.close(train.supervisor, request.id, key(), "whatever", "x")
        with pytest.raises(Empty):
            await train.requests.close(train.supervisor, request.id, key(), "partly", "")
        closed = await train.requests.close(train.supervisor, request.id, key(), "partly", "部分诉求无依据")
    assert closed.state == "closed"
    view = await train.requests.read(train.boss, request.id)
    assert (view.solved, view.events[-1].label) == (False, "结案：诉求部分合理，已说明")
    assert {n.account for n in await told(train.database, "request_closed")} == {train.boss.id, train.officer.id}


async def test_an_officer_closes_only_after_three_working_days_of_silence(train: Train) -> None:
    with clock.moved_to(at("2026-09-24 10:00")):  # Thursday before the Mid-Autumn holiday of 25–27 September
        request = await train.replied()
    for moment in ("2026-09-28 10:00", "2026-09-30 17:29"):
        with clock.moved_to(at(moment)), pytest.raises(StillWaiting, match="3 个工作日"):
            await train.requests.close(train.officer, request.id, key(), "unanswered", "无回音")
    with clock.moved_to(at("2026-09-30 17:30")):
        closed = await train.requests.close(train.officer, request.id, key(), "unanswered", "无回音")
    assert closed.state == "closed"
    assert (await train.requests.read(train.boss, request.id)).solved is None


async def test_a_supervisor_closes_at_once_after_a_reply(train: Train) -> None:
    request = await train.replied()
    assert (await train.requests.close(train.supervisor, request.id, key(), "explained", "已说明")).state == "closed"


async def test_withdrawing_and_rejecting_end_a_request_and_silence_its_notices(train: Train) -> None:
    withdrawn, rejected = await train.submit(), await train.submit()
    assert (await train.requests.withdraw(train.boss, withdrawn.id, key())).state == "withdrawn"
    with pytest.raises(Empty):
        await train.requests.reject(train.dispatcher, rejected.id, key(), "")
    route = COUNTY.excluded[0].route
    assert (await train.requests.reject(train.dispatcher, rejected.id, key(), route)).state == "rejected"
    assert await told(train.database, "request_new") == []
    assert [n.account for n in await told(train.database, "request_rejected")] == [train.boss.id]
    assert (await train.requests.read(train.boss, rejected.id)).events[-1].note == route
    for request in (withdrawn, rejected):
        for attempt in (
            train.requests.take(train.officer, request.id, key()),
            train.requests.withdraw(train.boss, request.id, key()),
            train.requests.rate(train.boss, request.id, key(), 5),
        ):
            with pytest.raises(WrongState):
                await attempt


async def test_taking_tells_the_author_and_no_longer_the_department(train: Train) -> None:
    await train.taken()
    assert [n.account for n in await told(train.database, "request_taken")] == [train.boss.id]
    assert await told(train.database, "request_new") == []


# Lists


async def test_the_queue_is_ordered_by_what_is_due_next_with_its_light(train: Train) -> None:
    with clock.moved_to(at("2026-11-24 10:00")):
        contacted = await train.taken()
        await train.requests.contacted(train.officer, contacted.id, key(), "")
        paused = await train.taken()
        await train.requests.ask_more(train.officer, paused.id, key(), "?")
        replied = await train.replied()
        uncontacted = await train.submit()
        urgent = await train.submit(urgent=True)
        gone = await train.submit()
        await train.requests.withdraw(train.boss, gone.id, key())
        tax = await train.submit("tax")
    with clock.moved_to(at("2026-11-24 14:00")):
        lines = await train.requests.queue(train.supervisor)
        assert [line.id for line in lines] == [urgent.id, uncontacted.id, tax.id, contacted.id, paused.id, replied.id]
        assert [line.light for line in lines] == ["red", "yellow", "yellow", "green", "green", "green"]
        assert [line.due_next for line in lines[-2:]] == [None, None]
        assert {(line.who, line.phone) for line in lines} == {("清河机械厂", "138****5678")}
        own = await train.requests.queue(train.officer)
        assert [line.id for line in own] == [urgent.id, uncontacted.id, contacted.id, paused.id, replied.id]
        assert await train.requests.queue(train.officer, department="tax") == []
        assert [line.id for line in await train.requests.queue(train.dispatcher, department="tax")] == [tax.id]
        assert [line.id for line in await train.requests.queue(train.dispatcher, state="replied")] == [replied.id]
        assert [line.id for line in await train.requests.queue(train.dispatcher, state="withdrawn")] == [gone.id]
        assert len(await train.requests.queue(train.dispatcher, limit=2)) == 2
    with clock.moved_to(at("2026-11-30 09:00")):
        assert {line.light for line in await train.requests.queue(train.officer) if line.id == contacted.id} == {
            "yellow"
        }
    assert (await train.requests.mine(train.boss))[0].id == tax.id


async def test_a_deleted_request_is_gone_for_everybody(train: Train) -> None:
    request = await train.submit()
    async with train.database.transaction() as db:
        (await db.get_one(RequestRow, request.id)).deleted_at = clock.now()
    for reader in (train.boss, train.dispatcher):
        with pytest.raises(NotFound):
            await train.requests.read(reader, request.id)
    assert await train.requests.mine(train.boss) == await train.requests.queue(train.dispatcher) == []


async def test_events_are_only_added_and_every_step_has_one(train: Train) -> None:
    request = await train.replied()
    async with train.database.reading() as db:
        events = await db.scalars(select(RequestEventRow).order_by(RequestEventRow.id))
        assert [(e.verb, e.actor_id) for e in events] == [
            ("submit", train.boss.id),
            ("take", train.officer.id),
            ("reply", train.officer.id),
        ]
    assert request.officer == "王某"
