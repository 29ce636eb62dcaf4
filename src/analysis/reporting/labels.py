"""The words the pages themselves say, in both languages; what a report says is in its notebook."""

LABELS = {
    "ja": {
        "all_reports": "報告一覧",
        "chart": "図",
        "code": "Code / コード",
        "contents": "目次",
        "documents": "もとにした文書",
        "index_intro": (
            "東京23区の情報化計画・進捗報告を横断して読むための報告です。数値はすべて各区の公表文書から読み取っています。"
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
        "all_reports": "All reports",
        "chart": "Chart",
        "code": "Code / コード",
        "contents": "Contents",
        "documents": "Documents read",
        "index_intro": (
            "Reports that read the digital plans and progress reports of Tokyo's 23 special wards side by "
            "side. Every figure was read from a document the ward published."
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

LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}
