"""Readings of the characters that ship names are written with: Mandarin (Hanyu Pinyin), and Japanese where 丸 follows.

A line is a reading and its characters, simplified and traditional: numbers, provinces and ports, words of virtue, luck,
sea, weather, plants and animals. What is not here stays as it is written and is compared as such.
"""

from __future__ import annotations

_PINYIN = """
AN 安 BA 八霸 BAI 白百柏 BAN 板 BANG 帮邦 BAO 宝寶保堡豹包 BEI 北贝貝倍 BI 碧璧 BIAN 边邊 BIN 宾賓滨濱斌 BING 冰兵
BO 波博渤泊 BU 布步 CAI 财財彩才 CANG 苍蒼沧滄仓倉 CAO 曹草 CHA 茶 CHANG 长長昌常畅暢 CHAO 潮朝超 CHEN 辰晨陈陳
CHENG 成城诚誠程澄承 CHI 驰馳赤池 CHONG 崇重 CHU 楚 CHUAN 川船传傳 CHUANG 创創 CHUN 春 CI 慈 CUI 翠 DA 大达達 DAN 丹
DAO 岛島道 DE 德 DENG 登灯燈 DI 第帝地 DIAN 电電 DIAO 钓釣 DING 鼎定 DONG 东東冬洞 DOU 斗 DU 渡都 DUN 敦 E 鄂峨 EN 恩
ER 二 FA 发發法 FAN 帆凡繁 FANG 方芳防 FEI 飞飛 FEN 奋奮 FENG 丰豐风風峰凤鳳奉 FU 福富复復抚撫辅輔 GAN 赣贛甘
GANG 港钢鋼岗崗 GAO 高 GE 歌格 GENG 耕 GONG 公功工供 GOU 沟溝 GU 古谷鼓 GUAN 冠关關观觀 GUANG 光广廣 GUI 桂贵貴归歸
GUO 国國果 HAI 海 HAN 汉漢翰瀚韩韓 HANG 航杭 HAO 号號浩豪好昊皓 HE 和合河荷禾 HEI 黑 HENG 恒恆亨衡
HONG 红紅宏洪鸿鴻虹弘 HOU 厚 HU 湖虎沪滬护護 HUA 华華花 HUAI 淮怀懷 HUAN 环環欢歡 HUANG 黄黃皇煌
HUI 惠辉輝汇匯慧徽晖暉 HUN 浑 HUO 火 JI 吉济濟冀集基及季纪紀机機 JIA 嘉家佳加甲 JIAN 建健舰艦剑劍坚堅 JIANG 江将將疆
JIAO 交胶膠 JIE 捷杰傑洁潔 JIN 金津锦錦进進晋晉近今 JING 京晶景静靜敬精鲸鯨 JIU 九久 JU 巨聚 JUN 军軍骏駿俊君
KAI 开開凯凱 KANG 康 KE 科客克 KONG 孔空 KUI 奎 KUN 昆坤崑 LAI 来來莱萊 LAN 兰蘭蓝藍岚嵐 LANG 浪廊 LAO 老 LE 乐樂
LEI 雷 LI 利力丽麗黎立理里 LIAN 连連联聯莲蓮廉 LIANG 良粮糧亮梁两 LIAO 辽遼 LIN 林临臨麟霖 LING 岭嶺凌灵靈玲
LIU 六柳流刘劉 LONG 龙龍隆 LU 鲁魯绿綠路陆陸 LV 旅 LUN 轮輪 LUO 罗羅洛 MA 马馬码碼玛瑪 MAN 满滿 MAO 茂茅 MEI 美梅湄
MENG 梦夢蒙 MI 米 MIN 闽閩民敏 MING 明名铭銘 MU 木牧穆 NA 娜 NAN 南 NENG 能 NI 尼 NIAN 年 NING 宁寧 NIU 牛 NONG 农農
OU 欧歐鸥鷗瓯甌 PAI 牌 PAN 盘盤磐 PENG 鹏鵬澎蓬彭 PING 平萍屏 PO 坡 PU 浦普莆朴 QI 七奇旗琪启啟齐齊祺 QIAN 千前乾谦謙
QIANG 强強 QIAO 桥橋侨僑 QIN 钦欽秦勤琴 QING 青清庆慶晴 QIONG 琼瓊 QIU 秋 QU 曲 QUAN 泉全权權 RAN 然 RAO 饶饒 REN 仁人
RI 日 RONG 荣榮融容蓉 RU 如 RUI 瑞锐銳 RUN 润潤 SAN 三 SEN 森 SHA 沙 SHAN 山善珊汕 SHANG 上商尚 SHAO 绍紹 SHE 射
SHEN 深神申 SHENG 胜勝盛升昇生晟圣聖嵊 SHI 十石狮獅世时時实實士 SHOU 寿壽 SHU 舒蜀书書 SHUANG 双雙 SHUI 水 SHUN 顺順
SI 四思 SONG 松嵩送 SU 苏蘇速 SUI 穗遂 TA 塔 TAI 台臺泰太 TAN 潭滩灘 TANG 唐塘汤湯 TAO 涛濤桃 TENG 腾騰 TIAN 天田
TIE 铁鐵 TING 亭庭 TONG 通同桐铜銅 TUO 拖拓 WAN 万萬湾灣皖 WANG 旺望王 WEI 威伟偉维維卫衛微潍濰为 WEN 文温溫稳穩
WU 五吴吳武舞梧 XI 西希喜溪锡錫熙 XIA 夏厦廈霞侠俠 XIAN 先仙鲜鮮贤賢 XIANG 祥香湘象翔向 XIAO 晓曉小晓孝 XIE 协協
XIN 新鑫信心欣辛 XING 兴興星行杏幸 XIONG 雄熊 XIU 秀 XU 旭徐许許 XUAN 宣轩軒 XUE 雪 XUN 迅讯訊 YA 亚亞雅
YAN 岩盐鹽燕烟煙雁炎延 YANG 洋阳陽扬揚杨楊养養羊 YAO 瑶瑤耀遥遙 YE 业業叶葉 YI 一益义義怡易宜亿億翼 YIN 银銀殷
YING 英鹰鷹盈营營赢贏 YONG 永甬勇涌 YOU 友优優油游 YU 渔漁鱼魚玉宇裕豫渝余雨育瑜 YUAN 远遠源元圆圓园園缘緣
YUE 粤粵月岳悦悅越跃躍 YUN 运運云雲 ZAN 赞贊 ZE 泽澤 ZHAN 湛展 ZHANG 漳章张張彰 ZHAO 兆照赵趙诏詔 ZHE 浙
ZHEN 振镇鎮珍真 ZHENG 正政郑鄭征 ZHI 智志之致芝 ZHONG 中忠众眾钟鐘 ZHOU 舟州洲周 ZHU 珠竹株朱 ZHUANG 庄莊壮壯
ZI 紫子自资資 ZONG 宗综 ZU 祖 ZUN 尊遵
"""
_ON = """
AI 愛 AN 安 ASAHI 旭 CHI 千知 CHO 長朝 DAI 大第代 DEN 伝 EI 栄榮永英 FU 富 FUJI 藤 FUKU 福 GEN 源元 GIN 銀 GO 豪五
GYO 漁 HACHI 八 HAN 阪 HO 宝寶豊豐鳳 HOKU 北 I 伊 IKU 育 IN 因 ITSU 一 JIN 仁 JU 寿壽重 JO 城 KAI 海開 KAKU 鶴
KAN 観 KEI 恵慶景 KEN 健 KI 喜輝 KICHI 吉 KIN 金 KO 幸光興弘孝広高 KOKU 国 KU 久九 KYO 共京恭 MAN 万満 MEI 明
MIYA 宮 MYO 妙 NAN 南 NICHI 日 RAI 来 REI 麗 RIKI 力 ROKU 六 RYO 良漁 RYU 竜龍隆 SAI 西 SAN 三 SEI 成盛清正星生西聖誠
SEN 千仙 SHICHI 七 SHIN 新神進辰真 SHO 昭勝祥松正翔尚昌 SHU 秀 SHUN 春 SHUTSU 出 SUI 水 SUMI 住 TAI 泰大太 TEN 天
TO 東 TOKU 徳德 TSU 通 U 宇 UN 運雲 WA 和 YA 弥 YO 洋陽 YU 有勇裕雄 ZEN 善
"""
NUMERALS = {one: value for value, one in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
TENS = {"十": 10, "百": 100}


def _table(text: str) -> dict[str, str]:
    words = text.split()
    found: dict[str, str] = {}
    for reading, characters in zip(words[::2], words[1::2], strict=True):
        for one in characters:
            found.setdefault(one, reading)
    return found


PINYIN = _table(_PINYIN)
JAPANESE = _table(_ON)
