"""The words of the pages that show a raw text and what was read from it, in Japanese and English."""

from analysis.charts.wording import STATUSES
from analysis.reporting.prose import Language

KINDS = {
    "passages": ("文・セル", "Sentences and cells"),
    "mynumber_cards": ("統計表の行", "Rows of the table"),
    "measures": ("計画の項目", "Items of the plan"),
    "plans": ("計画の名称・期間", "Title and period of the plan"),
    "activities": ("取組の内容", "Results and plans"),
    "glossary_terms": ("用語の説明", "Terms explained"),
    "events": ("これまでの経緯", "Events"),
    "reconciliations": ("資料が示す合計", "Totals stated"),
    "departments": ("部署", "Departments"),
    "measure_departments": ("担当部署", "Departments in charge"),
    "statuses": ("進捗の評価", "Progress"),
    "kpis": ("成果指標", "KPIs"),
    "quantities": ("本文の数値", "Figures of the text"),
    "kpi_values": ("成果指標の数値", "KPI figures"),
    "kpi_statuses": ("成果指標の評価", "Grades of KPIs"),
    "corrections": ("訂正", "Corrections"),
}
"""The tables that cite, in words. Of two that cite the same characters, the later is marked inside the earlier."""

UNMARKED = frozenset({"passages", "mynumber_cards"})
"""Kinds that cover the whole text: a mark of theirs would say nothing."""

SEARCHED = "passages"
"""The kind that is there to be searched: it repeats the text and says nothing of its own."""

DETAILS = {
    "figures": ("値", "Value"),
    "status": ("評価", "Status"),
    "activity_kind": ("種類", "Kind"),
    "event_kind": ("種類", "Kind"),
    "value_type": ("値の種類", "Type of value"),
    "year": ("年度", "Fiscal year"),
    "printed_year": ("印字された年", "Year as printed"),
    "as_of": ("時点", "As of"),
    "obs_status": ("値の状態", "Status of the value"),
    "nature": ("数え方", "Nature"),
    "target_nature": ("目標の数え方", "Nature of the targets"),
    "scope": ("範囲", "About"),
    "unit": ("単位", "Unit"),
    "direction": ("望ましい向き", "Better when"),
    "population": ("人口", "Residents"),
    "note": ("注記", "Note"),
    "period": ("計画期間", "Plan period"),
    "level": ("階層", "Level"),
    "parent": ("上位の項目", "Part of"),
    "item": ("計画の項目", "Item of the plan"),
    "header": ("表の欄", "Column"),
    "repeats": ("再掲", "Repeats"),
    "themes": ("主題", "Themes"),
    "novelty": ("新規・継続", "Novelty"),
    "lead_body": ("実施主体", "Carried out by"),
    "national_priority": ("国の重点取組", "National priority"),
    "mark": ("説明のない印", "Unexplained mark"),
    "page": ("頁", "Page"),
    "definition": ("説明", "Explanation"),
    "translation": ("訳", "Translation"),
    "indicators": ("対応する指標", "Feeds the indicator"),
    "stated": ("資料の記載", "Stated"),
    "extracted": ("読み取り", "Read"),
    "difference": ("差", "Difference"),
    "explanation": ("差の理由", "Why they differ"),
    "corrects": ("訂正した値", "Value corrected"),
    "correction": ("訂正", "Correction"),
    "reason": ("訂正の理由", "Reason"),
}
"""What is told of a fact, in this order."""

CODES = {
    "level": {
        "viewpoint": ("視点", "viewpoint"),
        "pillar": ("柱", "pillar"),
        "policy": ("施策", "policy"),
        "measure": ("取組", "measure"),
        "project": ("事業", "project"),
    },
    "activity_kind": {
        "result": ("実績", "result"),
        "plan": ("予定", "plan"),
        "schedule": ("年次計画", "schedule"),
        "effect": ("ねらい・効果", "effect aimed at"),
        "goal": ("成果目標", "goal"),
    },
    "event_kind": {"event": ("出来事", "event"), "plan_period": ("計画の期間", "period of a plan")},
    "value_type": {
        "baseline": ("計画策定時", "baseline"),
        "target": ("目標", "target"),
        "actual": ("実績", "result"),
    },
    "scope": {"ward": ("区", "the ward"), "tokyo": ("東京都", "Tokyo"), "nation": ("国", "the nation")},
    "nature": {
        "stock": ("時点の数", "stock"),
        "flow": ("年度の数", "flow"),
        "cumulative": ("累計", "cumulative"),
        "increment": ("増加分", "increment"),
        "ratio": ("割合", "ratio"),
    },
    "direction": {"higher": ("大きいほど良い", "higher"), "lower": ("小さいほど良い", "lower")},
    "obs_status": {
        "A": ("通常の値", "normal"),
        "B": ("系列の断絶", "break in the series"),
        "D": ("定義が異なる", "definition differs"),
        "E": ("概数・推計", "approximate or estimated"),
        "F": ("予測", "forecast"),
        "G": ("試行的な値", "experimental"),
        "H": ("休日のため欠測", "missing: holiday"),
        "I": ("補完した値", "imputed"),
        "J": ("適用除外", "derogation"),
        "K": ("他の項目に含む", "included elsewhere"),
        "L": ("欠測", "not collected"),
        "M": ("存在しえない", "cannot exist"),
        "N": ("有意でない", "not significant"),
        "O": ("記載なし", "not stated"),
        "P": ("暫定値", "provisional"),
        "Q": ("秘匿", "suppressed"),
        "S": ("特別な出来事", "special event"),
        "U": ("判読できない", "illegible"),
        "V": ("未検証", "unvalidated"),
        "W": ("他の区分を含む", "includes another category"),
    },
    "status": STATUSES,
    "comparability": {
        "direct": ("比較できる", "comparable"),
        "convertible": ("換算すれば比較できる", "comparable after conversion"),
        "related": ("比較できない", "not comparable"),
    },
    "novelty": {"new": ("新規", "new"), "continuing": ("継続", "continuing")},
    "lead_body": {"ward": ("区", "the ward"), "tokyo": ("東京都", "Tokyo"), "nation": ("国", "the nation")},
    "national_priority": {"yes": ("該当", "yes")},
    "bound": {"at_least": ("以上", "or more"), "more_than": ("を超える", "exceeded")},
    "document_kind": {
        "plan": ("計画", "plan"),
        "plan_summary": ("計画の概要", "summary of a plan"),
        "draft_summary": ("素案の概要", "summary of a draft"),
        "progress_report": ("進捗報告", "progress report"),
    },
}
"""The codes of the database in words, by what they are codes of."""

WORDS = {
    "ja": {
        "about": "約",
        "around": "重なる箇所",
        "characters": "{:,}字",
        "close": "閉じる",
        "copied": "引用文をコピーしました。",
        "copy_citation": "引用文をコピー",
        "count_label": "{}行目から読み取った項目:{}件",
        "count_label_text_only": "{}行目の文・セル:{}件",
        "database_row": "データベースの引用ID",
        "dot": " · ",
        "extent": "分量",
        "file": "ファイル",
        "hint": "本文の印を選ぶと、そこから何を読み取ったかをここに示します。印のない文も選べます。",
        "intro": (
            "データベースの値を読み取った元の文字列です。受け取ったままの文字を1行ずつ示し、引用した箇所に印を付けています。"
            "行の右端の数は、その行から読み取った項目の数です。"
        ),
        "kind": "種類",
        "legend": "表示する印",
        "lines": "{:,}行",
        "lines_label": "本文",
        "next": "次の印",
        "nothing": "(なし)",
        "original": "元のファイル",
        "other_sources": "ほかの原資料",
        "page": "{}ページ",
        "passage": "選んだ箇所",
        "previous": "前の印",
        "published": "公表",
        "publisher": "発行",
        "quote_mark": "「{}」",
        "row_of_line": "{}行目",
        "select": "コピーできませんでした。引用文を選択したので、そのままコピーしてください。",
        "separator": "、",
        "sheet": "シート「{}」",
        "title": "{} 原文",
        "transcription": "作成",
        "unknown": "この箇所は本文にありません。データベースが新しくなっている可能性があります。",
        "value_changed": "{} → {}",
    },
    "en": {
        "about": "about ",
        "around": "Overlapping passages",
        "characters": "{:,} characters",
        "close": "Close",
        "copied": "Citation copied.",
        "copy_citation": "Copy the citation",
        "count_label": "Facts read from line {}: {}",
        "count_label_text_only": "Sentences or cells in line {}: {}",
        "database_row": "Citation in the database",
        "dot": " · ",
        "extent": "Extent",
        "file": "File",
        "hint": "Choose a mark in the text to see what was read there. Text without a mark can be chosen as well.",
        "intro": (
            "The text that the values of the database were read from: the characters as received, line by line, with "
            "every cited passage marked. The number at the end of a line is how many facts were read from it."
        ),
        "kind": "Kind",
        "legend": "Marks shown",
        "lines": "{:,} lines",
        "lines_label": "Text",
        "next": "Next mark",
        "nothing": "(nothing)",
        "original": "Imported from",
        "other_sources": "Other sources",
        "page": "Page {}",
        "passage": "Chosen passage",
        "previous": "Previous mark",
        "published": "Published",
        "publisher": "Publisher",
        "quote_mark": "“{}”",
        "row_of_line": "Line {}",
        "select": "Copying failed. The citation is selected: copy it from there.",
        "separator": ", ",
        "sheet": "Sheet “{}”",
        "title": "{}: source text",
        "transcription": "Transcription",
        "unknown": "There is no such passage in this text. The database may have been rebuilt since the link was made.",
        "value_changed": "{} → {}",
    },
}
"""For each language, the word or sentence under its key; both languages have the same keys."""


def word(pair: tuple[str, str], language: Language) -> str:
    """Return the Japanese or the English of a pair."""
    return pair[language == "en"]


def kind_name(table: str, language: Language) -> str:
    """Return a table of the database in words, or its name where there are none for it."""
    return word(KINDS[table], language) if table in KINDS else table


def coded(name: str, code: str, language: Language) -> str:
    """Return a code of the database in words, or as it is where there are none for it.

    Args:
        name: what it is a code of: a key of `CODES`.
        code: the code.
        language: of the words.
    """
    pair = CODES[name].get(code)
    return word(pair, language) if pair else code
