"""Where booking says no. Each docstring is the sentence that a person reads."""

from services.errors import Refusal


class SlotTaken(Refusal):
    """这个时间刚刚被别人约走了，请另选一个时间。"""


class SlotNotOffered(Refusal):
    """这个时间现在不能预约，请从列出的时间里选一个。"""


class SameSlot(Refusal):
    """您现在约的就是这个时间，不用改。"""


class OwnOverlap(Refusal):
    """这个时间您已经有一个预约（{number}），同一时间只能约一处。"""


class TooManyBookings(Refusal):
    """您已经有 {limit} 个还没到时间的预约，请先办完或取消一个，再约新的。"""


class TooManyMoves(Refusal):
    """一次预约最多改期 {limit} 次。还要改的话，请打电话给工作室：{phone}。"""


class TooLate(Refusal):
    """离预约时间不到 {before}，不能自己改期或取消了，请直接打电话给工作室：{phone}。"""


class NotForMediation(Refusal):
    """这类事情不在调解范围内，请换一个类别，或拨打 12348 问问怎么办。"""


class KindNotTaken(Refusal):
    """{studio}不调解“{kind}”，请换一家工作室。"""


class AlreadyAccepted(Refusal):
    """这次预约已经确认过了。"""


class BookingOver(Refusal):
    """这次预约已经结束或取消，不能再改。需要的话请重新预约。"""
