"""`migrate`, `check` and `hire`: commands that talk to nobody and start fast."""

from datetime import date
from pathlib import Path

from bot.settings import Settings
from knowledge import county, validate
from knowledge.county import County
from services import clock
from services.accounts import Accounts, Grant, Role
from services.crypto import Keyring
from services.db import Database
from services.migrations import current, migrate

LINK_MINUTES = 24 * 60
OK, NOTE, FAULT = "✓", "·", "✗"
ABROAD = (
    "Telegram 的服务器在境外。面向公众使用时，请设 ZHITONG_TELEGRAM_PERSONAL_DATA=link，"
    "让填表转到境内网页（个人信息保护法第三十六条）。"
)


async def migrate_command(settings: Settings) -> int:
    """Bring the database to the newest revision."""
    if settings.embedded:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database, Keyring(settings.secret))
    try:
        await migrate(database)
        revision, _ = await current(database)
    finally:
        await database.close()
    print(f"数据库已是最新版本（{revision}）。")
    return 0


async def hire_command(settings: Settings, name: str, role: str, *, department: str | None, studio: str | None) -> int:
    """Make an account for a member of staff and print a sign-in link; 1 if the department or studio is unknown."""
    told = county.load()
    studios = {one.slug for one in told.studios}
    problem = None
    if role == Role.OFFICER and department not in told.departments:
        problem = f"经办人要写部门代号 --department：{'、'.join(told.departments)}"
    if role == Role.MEDIATOR and studio not in studios:
        problem = f"调解员要写工作室代号 --studio：{'、'.join(sorted(studios))}"
    if problem:
        print(problem)
        return 1
    database = Database(settings.database, Keyring(settings.secret))
    try:
        await migrate(database)
        accounts = Accounts(database)
        hired = await accounts.hire(name, Grant(Role(role), department, studio))
        token = await accounts.issue_link(hired.id, "desk", minutes=LINK_MINUTES)
    finally:
        await database.close()
    print(f"已登记 {name}（{Role(role).label}）。登录链接，一次有效，24 小时内：")
    print(f"{settings.address}/desk/enter/{token}")
    return 0


async def check_command(settings: Settings) -> int:
    """Look at settings, database, county data and knowledge; print a line each; 1 if anything is at fault."""
    today = clock.local(clock.now()).date()
    lines = [*_settings(settings), *await _database(settings), *_county(county.load(), today), *_knowledge(today)]
    for mark, line in lines:
        print(mark, line)
    return 1 if any(mark == FAULT for mark, _ in lines) else 0


def _settings(settings: Settings) -> list[tuple[str, str]]:
    lines = [(OK, f"运行方式：{'单机（SQLite）' if settings.embedded else '县级部署'}，地址 {settings.address}")]
    if settings.telegram_token.get_secret_value() and settings.telegram_personal_data == "allow":
        lines.append((NOTE if settings.embedded else FAULT, ABROAD))
    if settings.public_url and not settings.public_url.startswith("https://"):
        lines.append((FAULT, "ZHITONG_PUBLIC_URL 应以 https:// 开头。"))
    return lines


async def _database(settings: Settings) -> list[tuple[str, str]]:
    database = Database(settings.database, Keyring(settings.secret))
    try:
        if database.sqlite and not settings.data_dir.exists():
            return [(NOTE, "数据库还没有建立，第一次启动时会自动建立。")]
        if not await database.alive():
            return [(FAULT, "连不上数据库，请检查 ZHITONG_DATABASE_URL。")]
        revision, newest = await current(database)
    finally:
        await database.close()
    if revision != newest:
        return [
            (
                NOTE,
                f"数据库版本 {revision or '空'}，程序需要 {newest}：启动时会自动升级，或运行 python -m bot migrate。",
            )
        ]
    return [(OK, f"数据库版本 {revision}")]


def _county(county: County, today: date) -> list[tuple[str, str]]:
    from services.house import work_calendar

    lines = [(OK, f"县数据：{county.name}，{len(county.studios)} 个调解工作室，{len(county.categories)} 类诉求")]
    calendar = work_calendar(county.working_time)
    for year in (today.year, today.year + 1):
        if not calendar.knows(date(year, 12, 31)):
            lines.append((NOTE, f"{year} 年的放假安排还没有，期限暂按周一至周五计算；公布后请写入 calendar.toml。"))
    return lines


def _knowledge(today: date) -> list[tuple[str, str]]:
    faults = validate.check(Path(validate.__file__).parent, today)
    if faults:
        return [(FAULT, f"知识库：{fault.file} {fault.field}：{fault.message}") for fault in faults]
    return [(OK, "知识库：内容检查无误")]
