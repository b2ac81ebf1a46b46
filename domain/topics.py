"""What complaints are usually about: words that tell one matter at a place from another.

The list is an office's common sense, not learned: each line is one topic with the words that name
it. A text has a topic when it holds any of its words.
"""

import re

_TOPICS = (
    "油烟 排烟 烟道 烧烤 夜宵 宵夜 餐馆 餐饮 饭店",
    "噪音 噪声 扰民 吵 轰鸣 嘈杂 声音大 睡",
    "施工 工地 打桩 通宵 渣土 挖机",
    "搅拌 水泥 混凝土 混泥土",
    "扬尘 粉尘 灰尘 尘土",
    "车位 车库 人防",
    "停车 违停 乱停",
    "垃圾 臭味 恶臭 粪 污水",
    "停水 供水 水压 无水 自来水 水质 水管",
    "停电 用电 供电 电压 断电",
    "高压 变电 辐射 变压器 充电",
    "退款 退房 退钱 退费 退铺 不退 未到账",
    "房产证 产权 不动产 办证 两证",
    "质量 开裂 裂缝 漏水 渗水 空鼓 漏雨",
    "停工 烂尾 复工 交房 验收",
    "拆迁 征收 安置 棚改 征地 旧城改造",
    "规划 建议 优化",
    "断头路 修路 道路 通车 拉通 路面 围挡 沥青",
    "公交 班次 发车 站牌 首末站",
    "地铁 轨道 出入口 号线",
    "高铁 铁路",
    "隧道 匝道 过江",
    "学校 入学 学区 小学 幼儿园 招生 学位",
    "物业费 物业管理 物业公司 业委会 物业服务",
    "消防 火灾 安全隐患 起火",
    "违建 违章 违规搭建 违法建",
    "诈骗 经侦 立案 集资 爆雷 报案 网贷",
    "拖欠 工资 薪资 欠薪 农民工 欠款",
    "社保 医保 报销 养老",
    "补贴 补助 人才 奖励",
    "宽带 网络 垄断 运营商",
    "捆绑 强制 强买",
    "涨价 降价 房价 收费 价格",
    "招商 商户 加盟 招标 投标",
    "飙车 超速 改装 摩的",
    "电梯",
    "栏杆 过道 走廊",
    "操场 球场 田径场",
    "公园 绿化 绿地",
    "培训 学费 课程",
    "市场 摆摊 占道",
    "空调 暖气 供暖",
    "许可 预售 网签 合同 审批 执照",
    "税 发票 纳税",
    "贷款 抵押 担保 融资",
    "落户 户口 居住证",
    "检查 罚款 执法 处罚",
)
_OF = {word: 1 << bit for bit, line in enumerate(_TOPICS) for word in line.split()}
_FINDER = re.compile("|".join(sorted(_OF, key=lambda word: (-len(word), word))))


def topics(text: str) -> int:
    """Give the topics of a text, one bit each."""
    found = 0
    for word in set(_FINDER.findall(text)):
        found |= _OF[word]
    return found


def is_topic_word(word: str) -> bool:
    """Whether a word is one of the list, and so says nothing of who used it."""
    return word in _OF


def topic_words(text: str, wanted: int) -> list[str]:
    """Give the words of a text that name one of the topics wanted, in their order."""
    return [word for word in dict.fromkeys(_FINDER.findall(text)) if _OF[word] & wanted]
