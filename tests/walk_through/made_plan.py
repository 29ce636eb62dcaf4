"""The made document: a progress report of a plan that does not exist, in a layout that none of the five has.

Everything in it is invented for the walk-through of docs/adding-a-ward.md, and its title says so. It is data here;
`written_as` in tests/walk_through/formats.py prints it as PDF, Word, Excel or HTML.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Text:
    """One line or paragraph; `style` is title, heading, item, line, paragraph or contents."""

    text: str
    style: str = "paragraph"


@dataclass(frozen=True)
class Table:
    """A table whose first row is its header; `widths` are in millimetres."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class NewPart:
    """A new part: a sheet of its own where the format has sheets, a page of its own where `starts_page`."""

    sheet: str
    starts_page: bool = False


Block = Text | Table | NewPart

RUNNING_HEADER = "杉並区 デジタル化推進プランの進捗 6年度実績【架空の見本】"


@dataclass(frozen=True)
class Item:
    """A numbered item of the plan: who is in charge, its grade, its result and its own KPI."""

    code: str
    title: str
    departments: str
    grade: str
    result: str
    kpi: str


GOALS = {
    "目標1 区民に身近な窓口サービスの実現": (
        Item(
            "1-1",
            "行政手続のオンライン化",
            "情報政策課、区民課",
            "A",
            "電子申請サービスで新たに51手続の受付を始めた。",
            "電子申請サービスで受け付ける手続の種類:320手続(累計) 【A】",
        ),
        Item(
            "1-2",
            "マイナンバーカードの普及促進",
            "区民課",
            "B",
            "休日の交付窓口を24回開いた。",
            "出張申請の受付会場数:40施設(累計) 【B】",
        ),
        Item(
            "1-3",
            "キャッシュレス決済の拡大",
            "会計課",
            "B",
            "区民事務所の窓口にキャッシュレス決済の端末を置いた。",
            "キャッシュレス決済の端末を置く窓口の台数:65台(累計) 【B】",
        ),
        Item(
            "1-4",
            "デジタルデバイドの解消",
            "情報政策課、地域課",
            "B",
            "スマートフォン教室を地域区民センターで開いた。",
            "スマートフォン教室の開催回数:120回(累計) 【C】",
        ),
    ),
    "目標2 業務の効率化と職員の生産性の向上": (
        Item(
            "2-1",
            "RPAの導入による業務の自動化",
            "情報政策課",
            "A",
            "RPAの適用により、年間424時間44分の業務時間を削減した。",
            "RPAを適用した業務の数:30業務(累計) 【A】",
        ),
        Item(
            "2-2",
            "生成AIの活用",
            "情報政策課",
            "B",
            "文案の作成を補助する生成AIの利用を全庁で始めた。",
            "生成AIの研修を受けた職員の数:900人(累計) 【B】",
        ),
        Item(
            "2-3",
            "ペーパーレス化の推進",
            "総務課",
            "C",
            "会議資料の電子化を進めたが、保存文書の電子化が遅れている。",
            "電子決裁へ移行した文書の種類:180件(累計) 【C】",
        ),
        Item(
            "2-4",
            "テレワーク環境の整備",
            "人事課、情報政策課",
            "D",
            "端末の調達を見直したため、着手していない。",
            "テレワークを行った職員の数:500人(累計) 【D】",
        ),
    ),
    "目標3 安全なネットワークとデータ利活用の基盤": (
        Item(
            "3-1",
            "情報セキュリティ対策の強化",
            "情報政策課",
            "C",
            "情報セキュリティ監査を6課で行ったが、予定した課に及ばなかった。",
            "情報セキュリティ監査を行った課の数:45課(累計) 【C】",
        ),
        Item(
            "3-2",
            "公衆無線LANの整備",
            "施設課",
            "B",
            "新たに6施設で公衆無線LANを使えるようにした。",
            "公衆無線LANのアクセスポイントの台数:210台(累計) 【B】",
        ),
        Item(
            "3-3",
            "オープンデータの推進",
            "情報政策課",
            "A",
            "避難所の一覧などを機械で読める形で公開した。",
            "標準の形式で公開したデータの件数:90件(累計) 【A】",
        ),
        Item(
            "3-4",
            "業務システムの標準化",
            "情報政策課、課税課",
            "B",
            "標準準拠システムへの移行の手順を定めた。",
            "標準準拠システムへ移行した業務の数:20業務(累計) 【B】",
        ),
    ),
}

GRADES = (
    ("評価", "評価の区分", "取組数"),
    ("A", "目標を達成した", "3"),
    ("B", "おおむね予定どおり進んだ", "6"),
    ("C", "予定より遅れた", "2"),
    ("D", "着手していない", "1"),
)

KPIS = (
    ("指標", "策定時", "前年度", "現状値", "目標値", "評価"),
    ("オンラインで申請できる行政手続の数", "86手続", "152手続", "203手続", "300手続", "A"),
    ("マイナンバーカードの保有率", "―", "71.4%", "76.9%", "85%", "B"),
    ("窓口でのキャッシュレス決済件数", "1,204件", "8,530件", "約12,000件", "20,000件", "B"),
    ("スマートフォン教室の受講者数(延べ)", "212人", "530人", "894人", "1,500人", "B"),
    ("RPAの導入による業務削減時間", "118時間30分", "305時間15分", "424時間44分", "600時間", "A"),
    ("生成AIを利用する課の数", "―", "9課", "21課", "40課", "B"),
    ("電子決裁率", "48.2%", "61.0%", "70.5%", "90%", "C"),
    ("テレワーク用端末の整備台数", "0台", "0台", "0台", "200台", "D"),
    ("情報セキュリティ事故発生件数", "4件", "3件", "2件", "0件", "C"),
    ("情報セキュリティ研修の受講者数", "1,020人", "1,388人", "1,502人", "1,600人", "B"),
    ("公衆無線LANを利用できる施設数", "31施設", "38施設", "44施設", "60施設", "B"),
    ("オープンデータの公開件数", "40件", "66件", "118件", "150件", "A"),
    (
        "学習用端末を毎日使う児童・生徒の割合",
        "91.2%(小) 93.5%(中)",
        "95.1%(小) 96.4%(中)",
        "97.0%(小) 98.2%(中)",
        "100%(小) 100%(中)",
        "B",
    ),
    ("標準準拠システムへ移行した業務数", "0業務", "0業務", "6業務", "20業務", "B"),
)

CONTENTS = (
    ("第1章 計画の概要", 2),
    ("第2章 取組の実績と評価", 2),
    ("第3章 成果指標の推移", 4),
    ("第4章 今後の進め方", 5),
)


def made_plan() -> tuple[Block, ...]:
    """Return the made document, block by block."""
    return (*_front(), *_overview(), *_items(), *_kpis(), *_outlook())


def with_text(blocks: tuple[Block, ...], old: str, new: str) -> tuple[Block, ...]:
    """Return the document with `old` replaced by `new` in its only line or cell that holds it.

    Raises:
        ValueError: not exactly one line or cell holds it.
    """
    met = sum(_count(block, old) for block in blocks)
    if met != 1:
        raise ValueError(f"{old!r} stands in {met} lines or cells, expected one")
    return tuple(replaced(block, old, new) for block in blocks)


def _count(block: Block, old: str) -> int:
    if isinstance(block, Text):
        return int(old in block.text)
    return sum(old in cell for row in block.rows for cell in row) if isinstance(block, Table) else 0


def replaced(block: Block, old: str, new: str) -> Block:
    """Return a block with `old` replaced by `new` wherever it stands."""
    if isinstance(block, Text):
        return replace(block, text=block.text.replace(old, new))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(cell.replace(old, new) for cell in row) for row in block.rows))
    return block


def _front() -> tuple[Block, ...]:
    return (
        Text("架空の見本:説明のために作った文書であり、実在の計画ではない。", "line"),
        Text("杉並区デジタル化推進プラン進捗状況報告書(架空の見本)", "title"),
        Text("計画期間 2023(令和5)年度～2027(令和9)年度", "line"),
        Text("令和7年7月", "line"),
        Text("杉並区", "line"),
        Text("目次", "heading"),
        *(Text(f"{title} ・・・・・・・・・・ {page}", "contents") for title, page in CONTENTS),
    )


def _overview() -> tuple[Block, ...]:
    return (
        NewPart("概要", starts_page=True),
        Text("第1章 計画の概要", "heading"),
        Text(
            "区では、令和5年3月に「杉並区デジタル化推進プラン」(以下「プラン」という。)を策定し、デジタル技術を活用した"
            "区民サービスの向上と区政の効率化に取り組んでいる。この報告書は、2024(令和6)年度までの取組の実績と評価をまとめたものである。"
        ),
        Text("プランは、3つの目標と12の取組からなる。各取組は、毎年度、所管課が次の区分で評価する。"),
        Table(GRADES, (20, 90, 30)),
        Text("推進体制", "heading"),
        Text(
            "プランの進捗は、区長を本部長とする情報化推進本部が管理する。各取組の所管課は年度末に実績を報告し、"
            "本部は評価がCまたはDの取組について、翌年度の進め方を見直す。令和6年度は本部を4回開いた。"
        ),
        Text(
            "区民の意見は、無作為に選んだ3,000人への調査と、区のホームページで受け付ける意見によって把握する。"
            "令和6年度の調査では、回答した区民の62%が、区の手続をオンラインで行ったことがあると答えた。"
        ),
        Text("これまでの歩み", "heading"),
        Text("平成13～15年度に庁内LANを整備し、職員に1人1台の端末を配った。", "line"),
        Text("平成16年度に電子申請サービスの共同運営に加わった。", "line"),
        Text("平成28～30年度に基幹系システムをクラウドへ移した。", "line"),
        Text("令和2年度に窓口でのキャッシュレス決済を始めた。", "line"),
    )


def _items() -> tuple[Block, ...]:
    blocks: list[Block] = [NewPart("取組"), Text("第2章 取組の実績と評価", "heading")]
    for goal, items in GOALS.items():
        blocks.append(Text(goal, "heading"))
        for item in items:
            blocks += _item(item)
    return tuple(blocks)


def _item(item: Item) -> tuple[Block, ...]:
    return (
        Text(f"取組{item.code} {item.title}", "item"),
        Text(f"所管課:{item.departments}", "line"),
        Text(f"評価:{item.grade}", "line"),
        Text(f"6年度の実績:{item.result}", "line"),
        Text("KPI(9年度の目標値)", "line"),
        Text(f"・{item.kpi}", "line"),
    )


def _kpis() -> tuple[Block, ...]:
    return (
        NewPart("成果指標"),
        Text("第3章 成果指標の推移", "heading"),
        Text("策定時は4年度末、現状値は6年度末、目標値は9年度末の値である。", "line"),
        Table(KPIS, (62, 23, 23, 23, 23, 12)),
    )


def _outlook() -> tuple[Block, ...]:
    return (
        Text("第4章 今後の進め方", "heading"),
        Text(
            "社会状況の変化やデジタル技術の進展を踏まえ、令和9年度にプランの改定を行う。"
            "着手していない取組については、7年度に進め方を改める。"
        ),
    )
