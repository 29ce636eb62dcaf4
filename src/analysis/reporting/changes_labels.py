"""The words of the page that tells what changed in the data: its tables and columns in Japanese and English."""

from analysis.reporting.prose import Language
from analysis.reporting.source_labels import CODES, KINDS, coded, word

_TABLES = {
    "documents": ("資料", "Documents"),
    "measure_themes": ("項目の主題", "Themes of items"),
    "indicator_sources": ("指標に対応する系列", "Series of the indicators"),
    "indicators": ("比較のための指標", "Indicators"),
    "indicator_terms": ("指標を探す語", "Words that indicators are found by"),
    "themes": ("主題", "Themes"),
    "statistics": ("国の統計", "National statistics"),
    "wards": ("特別区", "Wards"),
    "ward_populations": ("人口", "Residents"),
    "units": ("単位", "Units"),
    "years": ("年度", "Fiscal years"),
    "status_groups": ("評価の区分", "Groups of statuses"),
    "line_uses": ("行の内訳", "Lines accounted for"),
    "build_info": ("データベースの作成条件", "How the database was built"),
}

TABLES = {
    name: ({**KINDS, **_TABLES})[name]
    for name in (
        *("documents", "kpi_values", "quantities", "mynumber_cards", "statuses", "kpi_statuses"),
        *("kpis", "measures", "activities"),
        *("plans", "events", "glossary_terms", "departments", "measure_departments", "reconciliations", "corrections"),
        *("passages", "measure_themes", "indicator_sources", "indicators", "indicator_terms", "themes", "statistics"),
        *("wards", "ward_populations", "units", "years", "status_groups", "line_uses", "build_info"),
    )
}
"""The tables that are compared, in words and in the order they are told: figures first, our own codebooks last."""

COLUMNS = {
    "alias_ja": ("別名", "Other label"),
    "as_of": ("時点", "As of"),
    "as_of_precision": ("時点の細かさ", "Precision of the date"),
    "bound": ("限界", "Bound"),
    "cards_issued": ("交付枚数", "Cards issued"),
    "code": ("番号", "Code"),
    "column_name": ("列", "Column"),
    "comparability": ("比較の可否", "Comparability"),
    "curated": ("訂正後", "Curated"),
    "definition_en": ("説明(英語)", "Definition in English"),
    "definition_ja": ("説明", "Definition"),
    "denominator": ("分母", "Denominator"),
    "depth": ("箇条書きの深さ", "Depth of the bullet"),
    "difference": ("差", "Difference"),
    "dimension": ("次元", "Dimension"),
    "direction": ("望ましい向き", "Better when"),
    "document_id": ("資料", "Document"),
    "end_fiscal_year": ("終わりの年度", "Last fiscal year"),
    "ends_on": ("末日", "Last day"),
    "era_ja": ("元号", "Era"),
    "era_year": ("元号の年", "Year of the era"),
    "evidence": ("根拠の語", "Words that decided it"),
    "explanation_en": ("差の理由(英語)", "Why they differ, in English"),
    "explanation_ja": ("差の理由", "Why they differ"),
    "extracted": ("読み取り", "Read"),
    "file_name": ("ファイル", "File"),
    "fiscal_year": ("年度", "Fiscal year"),
    "header_ja": ("表の欄", "Column of the print"),
    "indicator_id": ("指標", "Indicator"),
    "is_approximate": ("概数", "Approximate"),
    "is_covered": ("資料の有無", "Has a document"),
    "is_national_priority": ("国の重点取組", "National priority"),
    "is_open_ended": ("以降", "And later"),
    "is_parent_known": ("上位の項目の記載", "Parent known"),
    "is_primary": ("主な主題", "Main theme"),
    "issuance_rate_percent": ("交付率(%)", "Issuance rate (%)"),
    "kind": ("種類", "Kind"),
    "kpi_id": ("成果指標", "KPI"),
    "label_en": ("名称(英語)", "Label in English"),
    "label_ja": ("印字された語", "Label as printed"),
    "lead_body": ("実施主体", "Carried out by"),
    "level": ("階層", "Level"),
    "level_ja": ("階層の呼び名", "Word for the level"),
    "lg_code": ("団体コード", "Local government code"),
    "line_count": ("行数", "Lines"),
    "mark_ja": ("説明のない印", "Unexplained mark"),
    "measure_id": ("計画の項目", "Item of the plan"),
    "method": ("決め方", "How it was decided"),
    "name_en": ("名称(英語)", "Name in English"),
    "name_ja": ("名称", "Name"),
    "national_item_ja": ("国の計画の項目", "Item of the national plan"),
    "nature": ("数え方", "Nature"),
    "needed_en": ("比較に要るもの(英語)", "What comparison needs, in English"),
    "needed_ja": ("比較に要るもの", "What comparison needs"),
    "note_ja": ("注記", "Note"),
    "novelty": ("新規・継続", "Novelty"),
    "obs_status": ("値の状態", "Status of the value"),
    "original_file_name": ("元のファイル", "Original file"),
    "page": ("頁", "Page"),
    "parent_measure_id": ("上位の項目", "Part of"),
    "plan_id": ("計画", "Plan"),
    "population": ("人口", "Residents"),
    "population_as_of": ("人口の時点", "Date of the population"),
    "printed": ("印字", "Printed"),
    "printed_year_ja": ("印字された年", "Year as printed"),
    "published_ja": ("公表の日付(印字)", "Date of publication as printed"),
    "published_on": ("公表日", "Published on"),
    "published_precision": ("公表日の細かさ", "Precision of the date of publication"),
    "quantity_id": ("本文の数値", "Figure of the text"),
    "rationale_en": ("判断の理由(英語)", "Reason of the verdict, in English"),
    "rationale_ja": ("判断の理由", "Reason of the verdict"),
    "raw_text": ("印字", "As printed"),
    "reason_en": ("訂正の理由(英語)", "Reason, in English"),
    "reason_ja": ("訂正の理由", "Reason"),
    "repeats_measure_id": ("再掲", "Repeats"),
    "root_measure_id": ("最上位の項目", "Topmost item"),
    "row_id": ("行", "Row"),
    "row_label_ja": ("段", "Row of the cell"),
    "scope": ("範囲", "About"),
    "scope_note_en": ("範囲の説明(英語)", "Scope note in English"),
    "scope_note_ja": ("範囲の説明", "Scope note"),
    "sentence_ja": ("前後の文", "Sentence around it"),
    "slug": ("ローマ字名", "Latin name"),
    "source_en": ("出典(英語)", "Source in English"),
    "source_ja": ("出典", "Source"),
    "start_fiscal_year": ("始まりの年度", "First fiscal year"),
    "starts_on": ("初日", "First day"),
    "stated": ("資料の記載", "Stated"),
    "statistic_id": ("国の統計", "National statistic"),
    "status": ("評価", "Status"),
    "status_group": ("評価の区分", "Group of the status"),
    "subject_en": ("対象(英語)", "Subject in English"),
    "subject_ja": ("対象", "Subject"),
    "table_name": ("表", "Table"),
    "target_nature": ("目標の数え方", "Nature of the targets"),
    "term_ja": ("用語", "Term"),
    "text_en": ("訳", "Translation"),
    "text_ja": ("本文", "Text"),
    "theme_id": ("主題", "Theme"),
    "tile_column": ("区の配置図の列", "Column of the tile map"),
    "tile_row": ("区の配置図の行", "Row of the tile map"),
    "title_en": ("名称(英語)", "Title in English"),
    "title_ja": ("名称", "Title"),
    "transcription": ("作成", "Transcription"),
    "transformation": ("換算", "Conversion"),
    "unit_id": ("単位", "Unit"),
    "value": ("値", "Value"),
    "ward_code": ("区", "Ward"),
}
"""The columns that are compared, in words."""

_CODES = {
    "activities.kind": "activity_kind",
    "documents.kind": "document_kind",
    "events.kind": "event_kind",
    "target_nature": "nature",
}
"""Columns of codes that are not called as in `CODES`: of every table, or of the one that is named."""

WORDS = {
    "ja": {
        "added": "追加",
        "after": "新",
        "all_rows": "全件はPythonで:",
        "altered": "本文が変わった資料",
        "altered_note": "数値・項目の変更の有無にかかわらず、受け取ったファイルの文字が前と違う資料。",
        "before": "旧",
        "brought": "この資料から加わったもの: {}",
        "by_document": "資料と表ごとの件数",
        "changed": "変更",
        "checked": "最後に確かめた日時",
        "codebooks": "資料によらない表",
        "compared": "比べたデータ",
        "count_added": "加わった行",
        "count_changed": "変わった値",
        "count_moved": "位置だけが変わったもの",
        "count_removed": "なくなった行",
        "first": (
            "このフォルダーに報告を公表するのは、この実行が初めてである(または前回のデータが残っていない)。"
            "比べる相手がないので、変更は次回から示す。"
        ),
        "gone": "なくなった資料",
        "how": "比べ方",
        "how_text": (
            "2つのデータベースの行を主キーで対応させ、値を1つずつ比べた。資料の中で位置だけが変わったもの(行番号、文字の位置、並び順)は"
            "値の変更とせず、「位置だけが変わったもの」として数える。文とセルの全文は、ほかの表と重なるので、資料ごとに件数だけを示す。"
            "旧の側は、資料のファイルが今も同じである場合に限り、原文の行に結んである。"
        ),
        "just_text": "数値・項目の変更はない",
        "line": "{}行目",
        "more": "ほかに{}件ある。",
        "more_documents": "ほかに{}資料ある。",
        "new": "新しい資料",
        "none": "値の変更はない。",
        "nothing_before": "公表しているデータは{}の実行から変わっていない。それより前のデータは残っていない。",
        "now": "新しいデータ",
        "passages": "文・セル",
        "refused": "理由:",
        "removed": "削除",
        "run": "実行",
        "since": "前のデータ",
        "summary_first": "比べる前のデータはまだない。",
        "summary_refused": "前のデータとは比べられなかった。",
        "summary_same": "変更は記録されていない。",
        "table": "表",
        "title": "データの変更",
        "unchanged": "{}に公表したデータから変わっていない。下に示すのは、そのときの変更である。",
        "value_by_value": "値ごとの変更",
        "wide": "全体",
    },
    "en": {
        "added": "new",
        "after": "new",
        "all_rows": "All of them in Python:",
        "altered": "Documents whose text changed",
        "altered_note": (
            "Files whose characters differ from those received before, whether or not that changed what was read."
        ),
        "before": "old",
        "brought": "It brought {}",
        "by_document": "Counts by document and table",
        "changed": "changed",
        "checked": "Last checked",
        "codebooks": "Tables that are of no document",
        "compared": "Data compared",
        "count_added": "rows new",
        "count_changed": "values changed",
        "count_moved": "moved only",
        "count_removed": "rows gone",
        "first": (
            "This is the first run that publishes reports into this folder, or the data of the last one are gone. "
            "There is nothing to compare with; changes are shown from the next run on."
        ),
        "gone": "Documents gone",
        "how": "How this was compared",
        "how_text": (
            "The rows of two databases were matched by their keys and compared value by value. What only stands "
            "elsewhere in its document (line, offset, order) is no change of data and is counted as “moved only”. "
            "Sentences and cells of the full text repeat what other tables say; of these only the number is given for "
            "each document. The old side leads to the line of the source where the file of the document is still the "
            "same."
        ),
        "just_text": "nothing that was read has changed",
        "line": "line {}",
        "more": "There are {} more.",
        "more_documents": "There are {} more documents.",
        "new": "New documents",
        "none": "No value has changed.",
        "nothing_before": "The published data are the same since the run of {}. No earlier data were kept.",
        "now": "New data",
        "passages": "sentences and cells",
        "refused": "The reason:",
        "removed": "gone",
        "run": "Run",
        "since": "Earlier data",
        "summary_first": "There are no earlier data to compare with yet.",
        "summary_refused": "The earlier data could not be compared.",
        "summary_same": "No change is on record.",
        "table": "Table",
        "title": "What changed in the data",
        "unchanged": "Nothing has changed since {}. Shown below is what changed then.",
        "value_by_value": "Value by value",
        "wide": "In all",
    },
}
"""For each language, the word or sentence under its key; both languages have the same keys."""


def table_name(table: str, language: Language) -> str:
    """Return a table in words, or its name where there are none for it."""
    return word(TABLES[table], language) if table in TABLES else table


def column_name(column: str, language: Language) -> str:
    """Return a column in words, or its name where there are none for it."""
    return word(COLUMNS[column], language) if column in COLUMNS else column


def code_name(table: str, column: str, code: str, language: Language) -> str:
    """Return a value of a column in words where it is a code, else as it is."""
    name = _CODES.get(f"{table}.{column}") or _CODES.get(column) or column
    return coded(name, code, language) if name in CODES else code
