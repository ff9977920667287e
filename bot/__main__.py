"""The program's command line: serve, chat, migrate, check, hire. Only what a command needs is imported."""

import argparse
import asyncio
import sys

from bot.settings import SecretMissing, Settings


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="直通：县域法律服务助手")
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve | chat | migrate | check | hire")
    commands.add_parser("serve", help="启动网页聊天、工作台、Telegram（设置了令牌时）和定时提醒")
    chat = commands.add_parser("chat", help="在终端里对话；输入不是终端时逐行读取")
    chat.add_argument("--as", dest="name", default="guest", metavar="NAME", help="访客名；同名即同一人")
    commands.add_parser("migrate", help="把数据库升级到最新版本")
    commands.add_parser("check", help="检查设置、数据库、县数据和知识库，有问题时退出码为 1")
    hire = commands.add_parser("hire", help="登记一名工作人员，打印一次性登录链接")
    hire.add_argument("name", metavar="姓名")
    hire.add_argument("role", choices=["dispatcher", "officer", "supervisor", "mediator", "editor", "administrator"])
    hire.add_argument("--department", help="经办人所在部门的代号，如 justice")
    hire.add_argument("--studio", help="调解员所在工作室的代号，如 xiaojiang")
    options = parser.parse_args(argv)
    try:
        return _run(options, Settings())
    except SecretMissing as missing:
        print(missing, file=sys.stderr)
        return 2


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.command == "serve":
        from bot.serve import serve

        return serve(settings)
    if options.command == "chat":
        from bot.chat import chat

        return asyncio.run(chat(settings, options.name))
    if options.command == "migrate":
        from bot.upkeep import migrate_command

        return asyncio.run(migrate_command(settings))
    if options.command == "hire":
        from bot.upkeep import hire_command

        return asyncio.run(
            hire_command(settings, options.name, options.role, department=options.department, studio=options.studio)
        )
    from bot.upkeep import check_command

    return asyncio.run(check_command(settings))


if __name__ == "__main__":
    sys.exit(main())
