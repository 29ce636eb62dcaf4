"""The line account as a chart: what became of the lines of each document."""

import altair as alt
import polars as pl

from analysis.charts.composed import Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.marks import x_at
from analysis.charts.theme import IS_NARROW, MUTED, PALETTE, ROOM, SEQUENCE, TEXT
from analysis.charts.wording import Language, choose, number, translated

_COLUMNS = (
    *("ward_name_ja", "ward_name_en", "document_id", "document_title_ja", "document_title_en", "use", "line_count"),
    *("document_line_count", "share"),
)
#: What became of a line, in the order of a bar.
LINE_USES = {
    "read": ("事実として読み取り", "read as facts"),
    "prose": ("文章として保存", "kept as text"),
    "ignored": ("理由を付けて除外", "set aside with a reason"),
    "blank": ("空行", "blank"),
    "unread": ("未読", "unread"),
}
_COLORS = {"read": PALETTE[0], "prose": SEQUENCE[1], "ignored": "#BDBDBD", "blank": "#EEEEEE", "unread": PALETTE[1]}
_INK = {"read": "white"}

#: Pixels: of a document with its two lines of words, and the least width of a part that holds its number.
_DOCUMENT = 78
_ROOM_FOR_A_NUMBER = 34


def line_account_chart(account: AnyFrame, language: Language) -> alt.LayerChart:
    """Return a bar for each document, cut into the uses its lines were put to.

    All bars are of one length: the parts are shares of the document's lines, the numbers in them lines.

    Args:
        account: rows of `analysis.line_account`, polars or pandas, at least one.
        language: of titles, labels and the text alternative.

    Raises:
        WardPlansError: the frame is empty or lacks a column.
    """
    data = _parts(required(account, _COLUMNS, "line_account_chart", is_filled=True), language)
    documents = 1 + int(max(data["top"]))
    y = alt.Y("upper:Q", axis=None, scale=alt.Scale(domain=[0, documents], range=[0, _DOCUMENT * documents]))
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart().encode(tooltip=_tooltips(language)).transform_filter("datum.line_count > 0")
    heads = alt.Chart().transform_filter("datum.head !== null")
    title = choose(language, "どの行を何として読んだか", "What every line was read as")
    layers = [
        base.transform_calculate(upper="datum.top + 0.5", lower="datum.top + 0.85")
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2("lower:Q"), color=_color(language)),
        base.transform_filter(f"datum.share * {ROOM} > {_ROOM_FOR_A_NUMBER}")
        .transform_calculate(upper="datum.top + 0.68", start="(datum.start + datum.end) / 2")
        .mark_text(baseline="middle")
        .encode(x=x, y=y, text=alt.Text("line_count:Q"), color=alt.Color("ink:N", scale=None)),
        *(
            heads.transform_calculate(upper=f"datum.top + {height}")
            .mark_text(align="left", baseline="middle", limit=alt.expr("width"), **style)
            .encode(x=x_at(0), y=y, text=alt.Text(f"{field}:N"))
            for field, height, style in (
                ("head", 0.13, {"fontWeight": "bold"}),
                ("document", 0.35, {"fontSize": 12, "color": MUTED}),
            )
        ),
    ]
    return Layers(
        layer=layers,
        data=data,
        height=_DOCUMENT * documents,
        title=alt.TitleParams(title, subtitle=_subtitle(language)),
        description=f"{title}: {_description(data, language)}",
    )


def _parts(account: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a document and use, with the ends of its part of the bar; the first of a document has its head."""
    documents = account.select("document_id").unique(maintain_order=True).with_row_index("top")
    names = {use: choose(language, *pair) for use, pair in LINE_USES.items()}
    unread = pl.col("line_count").filter(pl.col("use") == "unread").sum().over("top")
    head = choose(language, "{}: 全{}行、未読{}行", "{}: {} lines, {} unread")
    end = pl.col("share").cum_sum().over("top")
    is_first = pl.int_range(pl.len()).over("top") == 0
    return account.join(documents, on="document_id", maintain_order="left").select(
        "top",
        pl.col(f"ward_name_{language}").alias("ward"),
        translated("document_title", language).alias("document"),
        pl.col("use").replace_strict(names).alias("kind"),
        "line_count",
        "share",
        (end - pl.col("share")).alias("start"),
        end.alias("end"),
        pl.when(is_first)
        .then(
            pl.format(
                head,
                f"ward_name_{language}",
                pl.col("document_line_count").map_elements(number, pl.String),
                unread,
            )
        )
        .alias("head"),
        pl.col("use").replace_strict(_INK, default=TEXT).alias("ink"),
        "document_line_count",
    )


def _color(language: Language) -> alt.Color:
    names = [choose(language, *pair) for pair in LINE_USES.values()]
    return alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=names, range=list(_COLORS.values())),
        legend=alt.Legend(columns=alt.expr(f"{IS_NARROW} ? 2 : 5"), symbolType="square", offset=12),
    )


def _tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("ward:N", title=choose(language, "区", "ward")),
        alt.Tooltip("document:N", title=choose(language, "資料", "document")),
        alt.Tooltip("kind:N", title=choose(language, "行の扱い", "use")),
        alt.Tooltip("line_count:Q", title=choose(language, "行数", "lines")),
        alt.Tooltip("share:Q", format=".1%", title=choose(language, "資料の行に占める割合", "share of its lines")),
        alt.Tooltip("document_line_count:Q", title=choose(language, "資料の全行", "lines of the document")),
    ]


def _subtitle(language: Language) -> list[str]:
    if language == "ja":
        return ["数字は行数、長さは資料の全行に占める割合。", "出典: 各資料の原文を読んだときの行の台帳"]
    return [
        "Number: lines. Length: share of the document's lines.",
        "Source: the account kept when the texts were read.",
    ]


def _description(data: pl.DataFrame, language: Language) -> str:
    """Return every document with the lines of each use in words."""
    documents = []
    for part in data.partition_by("top", maintain_order=True):
        uses = [f"{row['kind']} {row['line_count']}" for row in part.iter_rows(named=True)]
        documents.append(f"{part['head'][0]}: {choose(language, '、', ', ').join(uses)}")
    return "; ".join(documents)
