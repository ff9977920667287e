"""The demonstration county's people and a few matters, all invented: loaded into an empty database, never elsewhere."""

from services.accounts import Account, Grant, Role
from services.house import Services

DAY = 24 * 60
# The second code fails its check digit on purpose: staff see how such a code is confirmed.
ENTERPRISES = (
    ("示例山货加工有限公司", "91610000MA00000016", "张示例", "13800000001"),
    ("示例建筑劳务有限公司", "91610000MA0000002X", "李示例", "13800000002"),
)
MATTERS = (
    ("contract", False, "（演示）供货三个月，对方拖着十二万元货款不付，合同约定收货后三十天付清，想知道怎么要。"),
    ("labour", False, "（演示）有两名员工合同月底到期，公司不准备续签，想问补偿怎么算、要提前多久通知。"),
    ("enforcement", True, "（演示）今天来检查的人没有出示证件，也没有扫码，要求我们停产，想请尽快核实。"),
)
DISPUTES = (
    ("xiaojiang", "邻里相邻", "（演示）楼上漏水泡了屋顶，说了两次没有修，想请调解员一起看看。"),
    ("zhaojie", "继承赡养", "（演示）兄妹三人轮流照顾老人，为医药费怎么分说不到一起。"),
)


async def load(services: Services) -> None:
    """Make staff for every department and studio, two enterprises and three requests."""
    await services.mediation.seed()
    county = services.county
    await services.accounts.hire("分拨员（演示）", Grant(Role.DISPATCHER))
    for department in county.departments.values():
        await services.accounts.hire(
            f"{department.name}经办人（演示）", Grant(Role.OFFICER, department=department.slug)
        )
    await services.accounts.hire("督办员（演示）", Grant(Role.SUPERVISOR))
    for studio in county.studios:
        await services.accounts.hire(f"{studio.mediator}（演示）", Grant(Role.MEDIATOR, studio=studio.slug))
    await services.accounts.hire("普法编辑（演示）", Grant(Role.EDITOR))
    await services.accounts.hire("系统管理员（演示）", Grant(Role.ADMINISTRATOR))
    await _matters(services)
    await _bookings(services)


async def links(services: Services) -> list[tuple[str, str]]:
    """Return a one-time sign-in token for the first member of staff of each role, with the role's name."""
    issued = []
    staff = await services.accounts.staff()
    for role in Role:
        person = next((account for account in staff if account.has(role)), None)
        if person is not None:
            token = await services.accounts.issue_link(person.id, "desk", minutes=DAY)
            issued.append((role.label, token))
    return issued


async def _matters(services: Services) -> None:
    owner = await services.accounts.meet("demonstration", "enterprises")
    await services.accounts.consent(owner.id, services.county.notice_version, "demonstration")
    registered = [await _register(services, owner, number) for number in range(len(ENTERPRISES))]
    for number, (category, urgent, facts) in enumerate(MATTERS):
        await services.requests.submit(
            owner,
            key=f"demonstration:request:{number}",
            channel="web",
            category=category,
            urgent=urgent,
            facts=facts,
            enterprise_id=registered[number % len(registered)],
        )


async def _register(services: Services, owner: Account, number: int) -> int:
    name, code, contact, phone = ENTERPRISES[number]
    made = await services.requests.register(
        owner, key=f"demonstration:enterprise:{number}", name=name, code=code, contact=contact, phone=phone
    )
    return made.id


async def _bookings(services: Services) -> None:
    for number, (studio, kind, facts) in enumerate(DISPUTES):
        neighbour = await services.accounts.meet("demonstration", f"neighbour {number}")
        await services.accounts.consent(neighbour.id, services.county.notice_version, "demonstration")
        day = (await services.mediation.open_days(studio))[0].day
        slot = (await services.mediation.slots(studio, day))[0]
        await services.mediation.book(
            neighbour,
            key=f"demonstration:booking:{number}",
            channel="web",
            studio=studio,
            starts_at=slot.starts_at,
            kind=kind,
            facts=facts,
            phone="13800000003",
        )
