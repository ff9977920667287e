"""Who writes of danger gets the card; who haggles over a price does not."""

import pytest

from knowledge.danger import spot


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我不想活了", "self_harm"),
        ("想死的心都有了，欠了二十万", "self_harm"),
        ("欠債太多，我想自殺", "self_harm"),
        ("自 杀", "self_harm"),
        ("活着没意思", "self_harm"),
        ("我老婆喝了农药", "self_harm"),
        ("还不如死了算了", "self_harm"),
        ("我要跳楼讨薪", "self_harm"),
        ("我想去死", "self_harm"),
        ("活不下去了，工资要不回来", "self_harm"),
        ("被老公打了怎么办", "violence"),
        ("老公又喝酒打我", "violence"),
        ("他天天打我", "violence"),
        ("丈夫正在打我快来人", "violence"),
        ("家暴离婚怎么判", "violence"),
        ("丈夫家暴，我帶著孩子跑出來了", "violence"),
        ("救命", "violence"),
        ("外面有人打架打起来了", "violence"),
        ("我被几个人打了", "violence"),
        ("我爸打我妈", "violence"),
        ("他打我，钱也抢走了", "violence"),
        ("三个人打他一个", "violence"),
        ("威胁要打我", "violence"),
        ("保姆打老人", "violence"),
        ("他把我锁在家里", "crime"),
        ("我走投无路了", "self_harm"),
        ("他拿着刀在我家门口", "weapon"),
        ("前夫扬言要杀我全家", "weapon"),
        ("他说要弄死我", "weapon"),
        ("债主提着汽油上门", "weapon"),
        ("女儿被老师猥亵了", "minor"),
        ("孩子在学校被同学打了", "minor"),
        ("我儿子走丢了", "minor"),
        ("我１３岁，他跟我发生关系", "minor"),
        ("孩子被拐走了", "minor"),
        ("校园霸凌怎么办", "minor"),
        ("我被关在传销窝点出不来", "crime"),
        ("有人入室偷东西", "crime"),
        ("刚才被抢劫了", "crime"),
        ("他强奸了我", "crime"),
        ("有人一直尾随我", "crime"),
        ("老板扣着身份证不让我走", "crime"),
        ("家里煤气泄漏了", "fire"),
        ("闻到一股煤气味", "fire"),
        ("隔壁着火了", "fire"),
        ("我刚刚被骗了五万", "scam"),
        ("自称公安让我转账到安全账户", "scam"),
    ],
)
def test_danger_brings_its_card(text: str, kind: str) -> None:
    danger = spot(text)
    assert danger is not None, text
    assert danger.kind == kind
    assert danger.title
    assert any(number in line for line in danger.lines for number in ("110", "119", "120"))


@pytest.mark.parametrize(
    "text",
    [
        "老板拖欠工资两个月了怎么办",
        "跟商家杀价被骂了",
        "对方打人民币到我卡上",
        "自杀式营销算不算虚假广告",
        "跳楼价买的衣服能退吗",
        "我想打官司",
        "他打电话骚扰我",
        "他打我电话催债",
        "老板给我打了欠条",
        "工资打到我卡里少了",
        "房东把钱打给我了",
        "他给我打了一张借条",
        "我打了个电话给法院",
        "打死我也不签字",
        "救命钱能不能查封",
        "被打折的商品能退吗",
        "老公打工的工资拿不到",
        "他打我微信里五千块",
        "双十一秒杀的货不发",
        "买的杀虫剂是假的",
        "家里消防通道被堵了",
        "孩子抚养费怎么算",
        "刀具能快递吗",
        "拼多多砍价是不是骗人",
        "想死守这套房子不拆",
        "物业费不交会怎样",
        "儿子打游戏充值能退吗",
        "",
        "😀😀😀",
    ],
)
def test_ordinary_questions_bring_no_card(text: str) -> None:
    assert spot(text) is None, text


def test_the_gravest_danger_wins() -> None:
    danger = spot("老公天天打我，我不想活了")
    assert danger is not None
    assert danger.kind == "self_harm"


def test_a_harmless_word_does_not_hide_a_grave_one() -> None:
    assert spot("他打电话说要弄死我") is not None
    assert spot("跳楼价买的药，我不想活了") is not None
