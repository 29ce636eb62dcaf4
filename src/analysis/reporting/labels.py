"""The words the pages themselves say, in both languages; what a report says is in its notebook."""

from analysis.reporting.prose import Language

LABELS: dict[Language, dict[str, str]] = {
    "ja": {
        "front_done": "実績の記述",
        "front_done_text": "{reported_count}件({reported_years})",
        "front_judged": "区の自己評価",
        "front_judged_text": "{rated_count}項目({judged_plan}、{year_label}): {statuses}",
        "front_not_done": "実績の記述",
        "front_not_done_text": "実績を列記した欄はない",
        "front_not_judged": "区の自己評価",
        "front_not_judged_text": "読んだ資料に項目ごとの評価は載っていない",
        "front_plan": "計画",
        "front_plan_text": "{plan}。読み取った項目{item_count}、KPIの系列{kpi_count}",
        "front_sure": "確かさ",
        "front_sure_text": (
            "資料が述べる合計{stated_total_count}件のうち{agreeing_total_count}件が読み取りと一致{apart}。"
            "訂正{correction_count}件、未読の行{unread_line_count}"
        ),
        "indicator": "指標",
        "level_absent": "なし",
        "level_absent_text": "検索した語に当たる記述がない",
        "level_comparable": "公表・比較可",
        "level_comparable_text": "系列があり、換算を含め他区と比べられる",
        "level_mentioned": "言及のみ",
        "level_mentioned_text": "関わりのある数値または文章だけがある",
        "level_published": "公表・比較不可",
        "level_published_text": "系列はあるが、ほかに公表する区がないか、定義が違うか示されていない",
        "matrix": "どの区が何を公表しているか",
        "matrix_lead": (
            "{wards}区の資料に{indicators}の指標を求めた(国の統計は含まない)。系列(目標を含む2年度以上の値)を公表する区があるものは{published}、"
            "2区以上が公表するものは{shared}、そのうち区どうしで比べられるものは{comparable}。"
        ),
        "section_comparison": "区を比べる",
        "section_method": "データと方法",
        "section_wards": "区ごとの報告",
        "sources": "原文",
        "sources_intro": "読み取った資料の全文。数値の元になった箇所に印がある。",
        "wards": "各区が行ったこと",
        "wards_note": ("読んだ資料に区自身が書いていること。数値は、そう記したもの以外、区どうしで比べられない。"),
        "data": "図のデータと保存",
        "data_of": "図のデータ: {}",
        "number": "数値",
        "picture": "図を{}で保存",
        "points_lead": "図の中の点や枠を選ぶと、原文のその箇所が開く。",
        "rows": "{}行",
        "about": "約",
        "break": "{}に系列が断絶",
        "front_apart": "({subject}: 資料{stated:g}、読み取り{extracted:g})",
        "all_reports": "報告一覧",
        "chart": "図",
        "code": "Code / コード",
        "companions": "データの変更と実行の記録",
        "contents": "目次",
        "documents": "もとにした文書",
        "front_targets": "自らの目標",
        "front_targets_text": "年度ごとの目標{target_count}のうち判定できる{judged_count}の{met_count}を達成",
        "index_intro": (
            "東京の特別区が公表した情報化計画・進捗報告を、横に並べて読むための報告である。数値はすべて、区の公表資料または"
            "国の統計から読み取ったもので、その箇所まで遡ることができる。"
        ),
        "index_title": "特別区の情報化計画：報告一覧",
        "library_version": "ライブラリの版",
        "no_reports": "報告はまだありません。",
        "no_script": "図の表示には JavaScript が必要です。図の内容：",
        "not_set": "指定なし",
        "all": "すべて",
        "parameters": "条件",
        "provenance": "出典と作成条件",
        "separator": "、",
        "skip": "本文へ移動",
        "table": "表",
        "undrawn": "図を表示できませんでした。図の内容：",
    },
    "en": {
        "front_done": "Reported results",
        "front_done_text": "entries: {reported_count} ({reported_years})",
        "front_judged": "By its own judgement",
        "front_judged_text": "{rated_count} items ({judged_plan}, {year_label}): {statuses}",
        "front_not_done": "Reported results",
        "front_not_done_text": "no list of what was done",
        "front_not_judged": "By its own judgement",
        "front_not_judged_text": "no judgement of single items in the documents read",
        "front_plan": "Plan",
        "front_plan_text": "{plan}; items read: {item_count}, series of KPIs: {kpi_count}",
        "front_sure": "How sure",
        "front_sure_text": (
            "totals that the documents state: {stated_total_count}, in agreement with what was read: "
            "{agreeing_total_count}{apart}; corrections: {correction_count}; lines not read: {unread_line_count}"
        ),
        "indicator": "Indicator",
        "level_absent": "absent",
        "level_absent_text": "no passage with a word sought",
        "level_comparable": "published, comparable",
        "level_comparable_text": "a series that compares with other wards, converted if need be",
        "level_mentioned": "mentioned",
        "level_mentioned_text": "related figures or words only",
        "level_published": "published, not comparable",
        "level_published_text": "a series, but no other ward publishes one, or the definition differs or is not given",
        "matrix": "Which ward publishes what",
        "matrix_lead": (
            "{indicators} indicators were sought in the documents of {wards} wards, national statistics left aside: "
            "{published} are published as a series (values of two years or more, targets among them) by some "
            "ward, {shared} by two or more, and of these {comparable} "
            "compare between wards."
        ),
        "section_comparison": "Wards compared",
        "section_method": "Data and method",
        "section_wards": "Ward by ward",
        "sources": "Source texts",
        "sources_intro": "The documents in full, with every passage marked that a figure was read from.",
        "wards": "What each ward has done",
        "wards_note": (
            "In the words of the documents read. Unless it is marked so, no figure here compares between wards."
        ),
        "data": "Data and downloads",
        "data_of": "Data of the chart: {}",
        "number": "number",
        "picture": "Save the chart as {}",
        "points_lead": "Select a mark to open the passage it was read from.",
        "rows": "rows: {}",
        "about": "about ",
        "break": "series broke in {}",
        "front_apart": " ({subject}: stated {stated:g}, read {extracted:g})",
        "all_reports": "All reports",
        "chart": "Chart",
        "code": "Code / コード",
        "companions": "What changed, and what ran",
        "contents": "Contents",
        "documents": "Documents read",
        "front_targets": "Its own targets",
        "front_targets_text": "of {target_count} yearly targets {judged_count} can be judged, and {met_count} were met",
        "index_intro": (
            "The digital plans and progress reports of Tokyo's special wards, read side by side. Every figure was read "
            "from a document that a ward published, or from a national statistic, and leads back to the passage."
        ),
        "index_title": "Digital plans of Tokyo's special wards: reports",
        "library_version": "Library version",
        "no_reports": "There are no reports yet.",
        "no_script": "Charts need JavaScript. What this one shows:",
        "not_set": "not set",
        "all": "all",
        "parameters": "Parameters",
        "provenance": "Sources and settings",
        "separator": ", ",
        "skip": "Skip to the content",
        "table": "Table",
        "undrawn": "This chart could not be drawn. What it shows:",
    },
}
"""For each language, the word or sentence under its key; both languages have the same keys."""

LANGUAGES: tuple[Language, ...] = ("ja", "en")

LANGUAGE_NAMES: dict[Language, str] = {"ja": "日本語", "en": "English"}

OTHER_LANGUAGE: dict[Language, Language] = {"ja": "en", "en": "ja"}
"""The language of a page's counterpart."""

INDEX_PAGES: dict[Language, str] = {"ja": "index.html", "en": "index.en.html"}
"""The file that lists the reports in a language."""

CHANGES_PAGES: dict[Language, str] = {"ja": "changes.html", "en": "changes.en.html"}
"""The file that tells in a language what changed in the data."""

RUNS_PAGES: dict[Language, str] = {"ja": "runs.html", "en": "runs.en.html"}
"""The file that tells in a language what ran."""
