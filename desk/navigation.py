"""Which pages whose work needs. The services judge every act again; this decides what is offered and listed."""

from dataclasses import dataclass

from services.accounts import Account, Role

QUEUE = frozenset({Role.DISPATCHER, Role.OFFICER, Role.SUPERVISOR})
CODES = frozenset({Role.DISPATCHER, Role.ADMINISTRATOR})
STUDIO = frozenset({Role.MEDIATOR})
EDITING = frozenset({Role.EDITOR})
RUNNING = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Item:
    """A page in the navigation; no roles means everybody."""

    path: str
    label: str
    roles: frozenset[Role] = frozenset()


ITEMS = (
    Item("/desk/", "首页"),
    Item("/desk/requests", "诉求", QUEUE),
    Item("/desk/codes", "信用代码", CODES),
    Item("/desk/bookings", "调解预约", STUDIO),
    Item("/desk/lessons", "微课", EDITING),
    Item("/desk/pushes", "推送", EDITING),
    Item("/desk/questions", "没答上的问题", EDITING),
    Item("/desk/staff", "人员", RUNNING),
    Item("/desk/audit", "操作日志", RUNNING),
    Item("/desk/chat-link", "在聊天里办公"),
)


def items_for(account: Account) -> list[Item]:
    """Return the pages of an account's work, in the order in which they are shown."""
    return [item for item in ITEMS if not item.roles or account.has(*item.roles)]
