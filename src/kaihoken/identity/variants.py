"""異体字: characters that write the same name in another shape.

Each group begins with the shape that every system in the field can show (JIS X 0208). The others count as it when
names are compared, and it stands in for them where a system cannot take them. Only shapes of one character are grouped:
斎 and 斉 are two characters, however often they are confused. Shapes that Unicode itself calls equal (the compatibility
ideographs) need no group. Written from general knowledge of name characters; add a group when a received name shows
that one is missing.
"""

from functools import cache

_GROUPS = """
亜亞 圧壓 囲圍 為爲 栄榮 衛衞 円圓 塩鹽 応應 桜櫻 横橫 温溫 価價 会會 絵繪 拡擴 学學 岳嶽 楽樂 巻卷
寛寬 関關 観觀 巌巖 館舘 喜㐂 帰歸 気氣 亀龜 吉𠮷 旧舊 峡峽 郷鄕 尭堯 暁曉 駆驅 区區 勲勳 薫薰 群羣
恵惠 経經 渓溪 継繼 蛍螢 鶏鷄 芸藝 県縣 剣劍劔剱 顕顯 厳嚴 戸戶 広廣 恒恆 晃晄 昂昻 昇曻 黄黃 高髙
国國 黒黑 児兒 斎齋 斉齊 済濟 歳歲 崎﨑嵜碕 雑雜 参參 産產 糸絲 歯齒 実實 舎舍 釈釋 寿壽 収收 従從
処處 緒緖 将將 渉涉 奨奬 称稱 条條 浄淨 畳疊 譲讓 穣穰 真眞 慎愼 尽盡 粋粹 酔醉 穂穗 随隨 数數 瀬瀨
声聲 青靑 清淸 静靜 摂攝 専專 浅淺 銭錢 禅禪 壮壯 荘莊 曽曾 総總 聡聰 双雙 巣巢 装裝 増增 蔵藏 続續
対對 帯帶 台臺 滝瀧 沢澤 単單 団團 弾彈 遅遲 昼晝 鋳鑄 庁廳 聴聽 土圡𡈽 鉄鐵 点點 転轉 伝傳 当當
灯燈 党黨 島嶋嶌 徳德 稲稻 読讀 栃杤 富冨 豊豐 兎兔 虎乕 沖冲 拝拜 売賣 麦麥 発發 浜濱濵 秘祕 彦彥
桧檜 仏佛 払拂 辺邊邉 変變 歩步 峰峯 宝寶 褒襃 舗舖 万萬 毎每 満滿 桝枡 松枩 弥彌 祢禰 黙默 訳譯
薬藥 柳栁 薮藪籔 予豫 余餘 与與 誉譽 揺搖 様樣 謡謠 遥遙 瑶瑤 来來 頼賴 覧覽 竜龍 涼凉 緑綠 礼禮
霊靈 暦曆 歴歷 齢齡 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓 録錄 湾灣 淵渕渊 野埜 秋穐 桑桒 船舩 橋𣘺 鶴靏靍
鴎鷗 槙槇 芦蘆 鎮鎭 猪豬 劉刘 張张 陳陈 楊杨 趙赵 呉吳 頬頰 填塡 蝉蟬 莱萊 祷禱 掴摑 噛嚙 侠俠 姫姬
叱𠮟
"""


@cache
def everyday_shape() -> dict[int, str]:
    """For `str.translate`: each variant to the everyday shape of its group."""
    return {ord(variant): group[0] for group in _GROUPS.split() for variant in group[1:]}
