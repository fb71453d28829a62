"""An empty form of FACTS.yaml: what is needed first, the rest commented out, one line each."""

FACTS_TEMPLATE = """\
# 導入の前に確かめること / what a facility asks before it buys  (docs/adoption.md)
facility: clinic            # hospital clinic dental-clinic pharmacy chain-pharmacy
claims: online              # online disc paper  請求の方法 / how claims are sent
order_on: 2022-05-20        # カードリーダーを申し込む日 / day of ordering the card reader
quotes:                     # 見積書。金額は税込みの円 / quotes; yen with tax
  - seller: 架空システム
    lines:
      - {name: オンライン資格確認端末, yen: 150000}
      - {name: 保守, yen: 6000, per: month}    # per: once month year
# as_of: 2022-10-15         # いつの制度で見るか（なければ今日）/ the law of which day (today)
# readers: 1                # カードリーダーの台数 / card readers
# contract_on: 2022-09-30   # 契約の日 / day of the contract
# live_on: 2022-12-01       # 運用を始める日 / day of going live
# applied_on: 2023-02-01    # 補助金を申請した日 / day of asking for the subsidy
# paid_before: false        # 見直しの前に補助金を受けた / paid before the terms were bettered
# days_a_month: 24          # 1か月の診療日数 / days of care a month
# first_visit_percent: 15   # 初診の割合 / part of first visits
# patients_a_day: 50        # 1日の患者 / patients a day
# claims_a_month: 1000      # 1か月のレセプト / claims a month
# add_on: enhancement-1     # 計算に使う加算 / the add-on to count by
# closing: {day: 2024-03-31, reason: fire}  # disaster fire succession given-on unavoidable
# postponement: {filed: 1}  # 猶予類型 1-6; line_since works_until closing_on hardship_until
"""
