"""The words of the page that tells what ran, in Japanese and English."""

from analysis.reporting.prose import Language

WORDS: dict[Language, dict[str, str]] = {
    "ja": {
        "attempts": "{}回目で",
        "changed": "内容が変わった",
        "clock": "時計が前の実行より戻っている。並びは記録の順である。",
        "duration": "時間",
        "executed": "実行したノートブック",
        "failed": "失敗",
        "how": "記録について",
        "how_text": (
            "1行に1ページの記録が、このフォルダーの runs.jsonl にあり、DuckDB・pandas・polars で表として読める。"
            "記録の時刻はUTC、このページの時刻は日本時間(UTC+9)である。「変更なし」は、もとになるデータ・ノートブック・プログラムが前と同じなので"
            "作り直さなかったページ、「内容が変わった」は、作り直して前と違う内容になったページを指す。"
        ),
        "interrupted": "中断",
        "interrupted_text": "終わりの記録がない。途中で止められたか、電源が切れた。前のページはそのまま残っている。",
        "lead_failed": "最後の実行では{}ページが失敗し、前のページが残っている。",
        "lead_interrupted": "最後の実行は途中で止まっている。",
        "lead_refused": "最後の実行は失敗した。",
        "lead_succeeded": "最後の実行は成功した。",
        "missing": "予定の{}ページのうち{}ページの記録がない。",
        "more_pages": "ほかに{}ページある。",
        "more_runs": "これより古い{}回の実行は、記録のファイルにある。",
        "none": "まだ実行の記録がない。",
        "outcome": "結果",
        "partly": "失敗あり",
        "runs": "実行ごとの記録",
        "started": "開始(日本時間、UTC+9)",
        "succeeded": "成功",
        "summary": "いつ、どれだけの時間で動き、どのページが変わり、何が失敗したか。",
        "table": "実行の一覧",
        "title": "実行の記録",
        "unchanged": "変更なし",
        "unchanged_pages": "変更がなく、作り直さなかったページ",
        "written": "作成",
        "code": "終了コード {}",
    },
    "en": {
        "attempts": "attempt {}",
        "changed": "changed",
        "clock": "The clock went back after the run before. The order is that of the log.",
        "duration": "Time taken",
        "executed": "executed notebook",
        "failed": "failed",
        "how": "About the log",
        "how_text": (
            "One line a page stands in runs.jsonl of this folder, which DuckDB, pandas and polars read as a table. "
            "Times are UTC there and Japan time (UTC+9) on this page. An unchanged page was not made again, because "
            "data, notebook and program were as before; a changed one was, and came out otherwise than before."
        ),
        "interrupted": "interrupted",
        "interrupted_text": (
            "It has no closing line: it was killed, or the power failed. The pages from before are still in place."
        ),
        "lead_failed": "In the last run {} pages failed; those from before are still in place.",
        "lead_interrupted": "The last run was interrupted.",
        "lead_refused": "The last run failed.",
        "lead_succeeded": "The last run succeeded.",
        "missing": "Of {} pages that were due, {} have no line.",
        "more_pages": "There are {} more pages.",
        "more_runs": "The {} runs before these are in the file of the log.",
        "none": "Nothing has run yet.",
        "outcome": "Outcome",
        "partly": "failures",
        "runs": "Run by run",
        "started": "Started (Japan time, UTC+9)",
        "succeeded": "succeeded",
        "summary": "When the reports were run, how long that took, which pages changed and what failed.",
        "table": "All runs",
        "title": "What ran",
        "unchanged": "unchanged",
        "unchanged_pages": "Pages unchanged and not made again",
        "written": "written",
        "code": "exit code {}",
    },
}
"""For each language, the word or sentence under its key; both languages have the same keys."""
