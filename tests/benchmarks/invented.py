"""Invented messages of a hotline: places, matters and the many words that people find for them."""

import random
from collections.abc import Iterator

from models.intake_rows import IncomingRow

_SYLLABLES = "".join(chr(code) for code in range(0x4E00, 0x9F00, 27))
"""Some 770 characters for names, as many as names of places really use."""
_KINDS = ("小区", "花园", "家园", "社区", "公寓", "路", "街道", "广场", "科技公司", "村")
_MATTERS = (
    ("夜间施工扰民", "工地施工到凌晨三点|打桩声音很大|渣土车整夜进出|孩子第二天还要上学"),
    ("底商油烟直排", "烧烤店没有烟道|油烟排到楼上住户家里|衣服都不敢晾|营业到半夜"),
    ("捆绑销售车位", "买房必须同时买车位|不买车位不给签合同|车位要十五万|销售态度强硬"),
    ("物业收费不公示", "物业费每平方米涨了八毛|没有召开业主大会|收支从不公示|保洁一周来一次"),
    ("停水频繁", "本月已经停水六次|水压不够|自来水公司说设备检修|家里没法做饭"),
    ("房产证迟迟不办", "交房三年没有房产证|开发商一直推脱|孩子上学要用产权证|税费早已交齐"),
    ("拖欠工程款", "验收合格三年没有付款|每次都说领导没签字|工人工资发不出|欠款八十万元"),
    ("营业执照变更受阻", "窗口三次要求补材料|每次说法不一样|网上系统报错|没有一次告知"),
    ("违章停车堵路", "消防通道停满了车|交警只贴条|早晚高峰堵一小时|救护车进不来"),
    ("垃圾站臭气", "垃圾站离住户不到十米|夏天臭气熏天|污水流到路上|清运车凌晨作业"),
)
_FILLERS = (
    "请有关部门尽快处理",
    "多次拨打热线没有结果",
    "希望领导重视",
    "已经反映过两次",
    "望给予答复",
    "居民苦不堪言",
    "请查处",
    "严重影响生活",
    "大家意见很大",
    "至今没有人管",
)


def messages(count: int, seed: int = 7) -> Iterator[IncomingRow]:
    """Give so many messages; about one in ten is about what another told already."""
    chance = random.Random(seed)
    told: list[tuple[str, int]] = []
    for number in range(1, count + 1):
        if told and chance.random() < 0.1:
            place, matter = chance.choice(told)
        else:
            name = "".join(chance.sample(_SYLLABLES, chance.randint(2, 4)))
            place, matter = name + chance.choice(_KINDS), chance.randrange(len(_MATTERS))
            told.append((place, matter))
        what, details = _MATTERS[matter]
        said = chance.sample(details.split("|"), 3) + chance.sample(_FILLERS, 4)
        chance.shuffle(said)
        unit = "".join(chance.sample(_SYLLABLES, 6))
        body = f"我住在{place}，{'，'.join(said)}。{unit}，{chance.randint(1, 60)}号楼。"
        subject = chance.choice((f"{place}{what}", f"反映{place}{what}问题", f"{what}：{place}"))
        yield IncomingRow(number, f"{seed}-{number}", subject, body * 2)
