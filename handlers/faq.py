"""Questions: whatever is typed outside a form is one. Danger first, then reviewed answers and nothing else."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from handlers.buttons import MENU, PERSON, Act, Fill, Go, button, keyboard, rows
from handlers.consult import LEAVE_WORD, LEGAL_AID
from handlers.talk import Talk
from knowledge import Entry
from knowledge.danger import spot

router = Router(name="faq")

LONG = 1000
"""Characters from which a text is a story, not a question: what is found is then only suggested."""
GIST = 120
"""Characters of a long text that are looked at: the matter comes first, then the story."""
SUGGESTED = 3
UNHELPFUL = 3
"""“Not helpful” so often in a row hands over to a person (county default)."""

WAYS_ON = {"mediation": button("预约调解", Fill(form="book")), "legal_aid": LEGAL_AID, "person": PERSON}


@router.message(F.text)
async def asked(message: Message, talk: Talk) -> None:
    """Answer what was typed."""
    text = (message.text or "").strip()
    await warn(talk, text)
    long = len(text) if len(text) > LONG else 0
    found = await talk.services.faq.ask(talk.account.id, talk.channel, text[:GIST] if long else text, talk.key)
    if found.outcome == "none":
        await talk.say("faq/none", long=long, buttons=keyboard([LEAVE_WORD], [PERSON, MENU]))
    elif found.outcome == "suggest" or long:
        likely = [asking(entry) for entry in found.entries[:SUGGESTED]]
        await talk.say(
            "faq/suggest", long=long, buttons=keyboard(*rows(likely), [button("都不是", Go(page="none")), PERSON])
        )
    else:
        await tell(talk, found.entries[0])


@router.callback_query(Go.filter(F.page == "entry"))
async def entry(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show an entry that was picked; a new message, because people scroll back."""
    await talk.toast()
    await tell(talk, talk.services.faq.entry(callback_data.arg))


@router.callback_query(Go.filter(F.page == "detail"))
async def detail(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show the longer explanation of an entry."""
    await talk.toast()
    found = talk.services.faq.entry(callback_data.arg)
    await talk.say("faq/detail", entry=found, review=found.review, buttons=keyboard(_ways_on(found), [MENU]))


@router.callback_query(Go.filter(F.page == "none"))
async def none_of_these(_query: CallbackQuery, talk: Talk) -> None:
    """None of the suggestions was meant."""
    await talk.toast()
    await talk.say("faq/none_of_these", buttons=keyboard([LEAVE_WORD], [PERSON, MENU]))


@router.callback_query(Act.filter(F.verb == "vote"))
async def vote(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Take down whether an entry helped; offer more where it did not."""
    helpful = callback_data.arg == "yes"
    await talk.services.faq.vote(talk.account.id, callback_data.id, helpful)
    await talk.toast("谢谢" if helpful else "已记下")
    if helpful:
        await talk.say("faq/thanks", buttons=keyboard([MENU]))
        return
    enough = await talk.services.faq.unhelpful_streak(talk.account.id) >= UNHELPFUL
    found = talk.services.faq.entry(callback_data.id)
    near = [] if enough else [asking(other) for other in talk.services.faq.related(found)[:SUGGESTED]]
    await talk.say("faq/sorry", person=enough, buttons=keyboard(*rows(near), [LEAVE_WORD], [PERSON, MENU]))


async def warn(talk: Talk, text: str) -> None:
    """Show the emergency card before anything else when the words speak of danger."""
    danger = spot(text)
    if danger:
        await talk.say("faq/danger", danger=danger)


async def tell(talk: Talk, entry: Entry) -> None:
    """Say an entry, with its neighbours, a vote, and the ways on."""
    votes = [
        button("有用", Act(verb="vote", id=entry.id, arg="yes")),
        button("没用", Act(verb="vote", id=entry.id, arg="no")),
    ]
    more = [button("再说细一点", Go(page="detail", arg=entry.id))] if entry.detail else []
    near = [asking(other) for other in talk.services.faq.related(entry)[:SUGGESTED]]
    await talk.say(
        "faq/entry",
        entry=entry,
        review=entry.review,
        buttons=keyboard(more, *rows(near), votes, _ways_on(entry), [MENU]),
    )


def asking(entry: Entry) -> InlineKeyboardButton:
    """Return the button that shows an entry."""
    return button(entry.title, Go(page="entry", arg=entry.id))


def _ways_on(entry: Entry) -> list[InlineKeyboardButton]:
    named = [WAYS_ON[way] for way in entry.ways_on]
    return named if PERSON in named else [*named, PERSON]
