"""Staff who have bound no chat read on their first page what they were to be told."""

from datetime import timedelta

from services import clock
from tests.desk.office import Office


async def test_an_officer_reads_that_half_the_time_is_gone(office: Office) -> None:
    request = await office.taken()
    with clock.moved_to(request.answer_due - timedelta(minutes=1)):
        await office.services.requests.remind_due()
        browser = await office.signed_in("officer")
        browser.sees("最近的提醒", "离答复期限只剩一个工作日", request.number, f'href="/desk/requests/{request.id}"')
    with clock.moved_to(request.answer_due + timedelta(minutes=1)):
        await office.services.requests.remind_due()
        supervisor = await office.signed_in("supervisor")
        supervisor.sees("答复期限已到", request.number)


async def test_nobody_reads_what_another_was_told(office: Office) -> None:
    request = await office.taken()
    browser = await office.signed_in("stranger")
    browser.misses(request.number)
