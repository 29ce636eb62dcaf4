"""The words by which guesses are made: how plans name their levels, columns, grades and years.

They are general Japanese of such plans and no document's own. What a guess rests on is always shown beside it.
"""

import re

from analysis.documents.layouts import ActivityKind, Level, Status

LEVELS: tuple[tuple[str, Level], ...] = (
    ("視点", "viewpoint"),
    ("基本目標|目標|指針|基本方針|方針|柱", "pillar"),
    ("個別施策|実施内容|取組項目|取組|取り組み", "measure"),
    ("基本施策|施策", "policy"),
    ("事業内容|個別事業|事業|プロジェクト", "project"),
)
LEVEL_WORD = "|".join(words for words, _ in LEVELS)

DEPARTMENTS = re.compile(r"所管|担当|主管|実施主体")
STATUS = re.compile(r"評価|進捗状況|進捗度|達成状況|達成度|判定|^進捗$")
RESULT = re.compile(r"実績|結果|実施状況|取組状況|成果$")
PLAN = re.compile(r"予定|計画|今後|方向性")
EFFECT = re.compile(r"ねらい|効果")
GOAL = re.compile(r"成果目標")
NOTE = re.compile(r"理由|備考|特記|コメント|課題|達成率|進捗率|増減|目標比")
UNIT = re.compile(r"\(?単位\)?")
NUMBER = re.compile(r"|No\.?|№|番号|項番|#|コード|整理番号")
PAGE = re.compile(r"頁|ページ|掲載頁")
KPI_HEADING = re.compile(r"KPI|指標|活動目標")
KPI_NAME = re.compile(r"(?:成果|評価|活動|数値|重要業績)?指標(?:項目|名)?|KPI(?:名|項目)?|項目")

BASELINE = re.compile(r"策定時|策定期|基準値|当初|開始時|起点")
STATE = re.compile(r"現状|基準値|策定時|策定期")
BEFORE = re.compile(r"前年度|昨年度")
TARGET = re.compile(r"目標")
ACTUAL = re.compile(r"現状|実績|現在|直近")

STATUS_MEANINGS: tuple[tuple[str, Status], ...] = (
    ("未着手|着手していない|未実施|実施していない", "not_started"),
    ("上回|前倒し|先行して|以上に進", "ahead"),
    ("遅れ|下回|遅延|十分でない|不十分", "behind"),
    ("統合", "merged"),
    ("再検討|見直し", "under_review"),
    ("目標を達成|達成した|達成$|達成済", "achieved"),
    ("予定どおり|予定通り|計画どおり|計画通り|順調|概ね|おおむね", "on_schedule"),
    ("完了|終了", "completed"),
    ("継続", "continuing"),
)
NATURES = {"累計": "cumulative", "累積": "cumulative", "延べ累計": "cumulative"}

KINDS = (
    ("素案.*概要", "draft_summary"),
    ("進捗|実績報告|取組状況", "progress_report"),
    ("概要", "plan_summary"),
    ("計画|プラン|構想|ビジョン", "plan"),
)

SYMBOL = re.compile(r"[A-ES◎○●◇□△▲×☆★]|[A-E][+-]?")
ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR](?=\d))"
AMOUNT = (
    r"約? ?[▲-]?\d[\d,]*(?:\.\d+)?(?:/\d+)?(?:[億万]\d[\d,]*)*[万億]? ?(?:時間\d+分|[^\d\s()【】、。,~/:;|<>\-]{0,8})"
)
YEAR = (
    rf"{ERA} ?(?:元|\d+)(?: ?\(\d{{4}}\))? ?年度|\d{{4}}(?: ?\({ERA} ?(?:元|\d+)\))? ?年度|\d+ ?年度"
    r"|(?<![A-Za-z])[HR]\d{1,2}(?:年度)?(?![\d.A-Za-z])"
)


def level_of(word: str) -> Level | None:
    """Return the level that a word for items, or a header that ends in one, speaks of; None where it is none.

    Example:
        >>> level_of("情報化指針")
        'pillar'
    """
    plain = re.sub(r"(?:名称?|一覧|の体系|項目)$", "", word)
    return next((level for words, level in LEVELS if re.search(rf"(?:{words})$", plain)), None)


def status_of(meaning: str) -> Status | None:
    """Return the status that a legend's words mean, None where they do not say."""
    return next((status for words, status in STATUS_MEANINGS if re.search(words, meaning)), None)


def activity_of(header: str) -> ActivityKind | None:
    """Return what a column or block that tells of the work holds, None where its heading does not say."""
    kinds: tuple[tuple[re.Pattern[str], ActivityKind], ...] = (
        (GOAL, "goal"),
        (EFFECT, "effect"),
        (PLAN, "plan"),
        (RESULT, "result"),
    )
    return next((kind for words, kind in kinds if words.search(header)), None)


def escaped(text: str) -> str:
    """Return a text as a pattern, no more escaped than need be."""
    return re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)


def escaped_but_digits(text: str) -> str:
    r"""Return a text as a pattern in which each number is any number: `- \d+ -` of '- 3 -'."""
    return re.sub(r"\d+", lambda _: r"\d+", escaped(text))
