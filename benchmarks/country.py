"""A country of made-up municipalities: the five real layouts, other figures, and the truth written down beside them.

    python benchmarks/country.py --municipalities 1741 /tmp/country

writes `raw/` and `reference/`, which `wardplans build --raw … --reference …` takes, and `truth.jsonl`: for each
municipality every KPI value and varied figure that its texts print, and how many items, activities and statuses each
document has. None of it is read by the library's readers: figures are put in by plain rules about cells and phrases,
and the truth is what was put in.
"""

import argparse
import csv
import functools
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder

JAPAN = 1741
_PREFECTURES = 47
_NAME_CHARACTERS = "青赤白黒東西南北上中下大小山川田野原森林松竹梅桜花星"
_NAME_ENDS = "市町村"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Prime to 26**4, so that neighbours' slugs lie anywhere in the alphabet, as real ones do.
_SLUG_STEP = 7919


@dataclass(frozen=True)
class Layout:
    """A real document as a layout, and what its text holds as received.

    Attributes:
        stem: the real ids begin with it.
        measures: how many items the document has.
        activities: how many bullets and cells of results, plans, aims and goals.
    """

    name: str
    file: str
    ward_name: str
    ward_code: str
    stem: str
    measures: int
    activities: int


# The counts are those of the second reading in tests/truth, less the titles it has from other documents.
LAYOUTS = (
    Layout("outline", "13103-minato/informatization-plan-draft-summary", "港区", "13103", "minato", 51, 0),
    Layout("sections", "13107-sumida/informatization-plan-2018-review", "墨田区", "13107", "sumida", 35, 104),
    Layout("cells", "13108-koto/informatization-plan-progress-fy2022", "江東区", "13108", "koto", 32, 86),
    Layout("panels", "13111-ota/informatization-plan-v5-summary", "大田区", "13111", "ota", 41, 0),
    Layout("statuses", "13114-nakano/informatization-plan-progress-fy2023", "中野区", "13114", "nakano", 154, 289),
)

# Prints that need a correction in the real documents are put right; the made-up ones need none.
_REPAIRS = {
    "cells": (
        ("区のオープンガバナメントを加速する", "区のオープンガバメントを加速する"),
        ("施策10 セキュリティを強化する", "施策10 セキュリティを強固にする"),
    ),
    "panels": (("(101 * 40窓口)", "(101)"),),
}


@dataclass(frozen=True)
class Municipality:
    """A made-up municipality, by its place in the country."""

    number: int

    @property
    def code(self) -> str:
        """Return five digits as JIS X 0402 has them: prefecture, then a number within it."""
        return f"{self.number % _PREFECTURES + 1:02d}{self.number // _PREFECTURES + 201:03d}"

    @property
    def lg_code(self) -> str:
        """Return the code with its check digit."""
        total = sum(weight * int(digit) for weight, digit in zip(range(6, 1, -1), self.code, strict=True))
        return f"{self.code}{(11 - total % 11) % 10}"

    @property
    def slug(self) -> str:
        """Return letters in no order of the codes."""
        place = self.number * _SLUG_STEP % len(_LETTERS) ** 4
        return "city-" + "".join(_LETTERS[place // len(_LETTERS) ** power % len(_LETTERS)] for power in range(4))

    @property
    def name_ja(self) -> str:
        """Return three characters and 市, 町 or 村."""
        base = len(_NAME_CHARACTERS)
        characters = "".join(_NAME_CHARACTERS[self.number // base**power % base] for power in range(3))
        return characters + _NAME_ENDS[self.number % len(_NAME_ENDS)]

    @property
    def folder(self) -> str:
        """Return the name of its folder in data/raw."""
        return f"{self.code}-{self.slug}"


@dataclass
class Truth:
    """What the texts of a municipality print.

    Attributes:
        kpi_values: value and denominator by 'kpi_id|fiscal_year|value_type'.
        quantities: value by quantity id.
        counts: by document id, the items, activities, and statuses by kind.
    """

    ward_code: str
    kpi_values: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    quantities: dict[str, float] = field(default_factory=dict)
    counts: dict[str, dict[str, object]] = field(default_factory=dict)


def municipalities(count: int) -> list[Municipality]:
    """Return the municipalities of a country, by code."""
    return sorted((Municipality(number) for number in range(count)), key=lambda town: town.code)


def write_country(out: Path, count: int) -> None:
    """Write the raw texts, the reference data and the truth of a country into a folder."""
    towns = municipalities(count)
    raw = out / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    with (out / "truth.jsonl").open("w", encoding="utf-8") as file:
        for town in towns:
            file.write(json.dumps(vars(write_documents(raw, town)), ensure_ascii=False) + "\n")
    accept_checksums(raw)
    write_reference(out / "reference", towns)


def read_truth(out: Path) -> Iterator[Truth]:
    """Yield the truth of each municipality."""
    with (out / "truth.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield Truth(**json.loads(line))


def write_documents(raw: Path, town: Municipality, edition: int = 0) -> Truth:
    """Write the five documents of a municipality; another `edition` has other figures.

    Returns:
        What they print.
    """
    folder = raw / town.folder
    folder.mkdir(exist_ok=True)
    truth = Truth(town.code)
    for layout in LAYOUTS:
        text, descriptor = _templates(layout)
        chance = random.Random(f"{town.code}-{layout.name}-{edition}")
        text = _VARY[layout.name](_Draft(text, town, layout, chance, truth))
        name = f"{layout.name}-{layout.file.rpartition('/')[2]}"
        (folder / f"{name}.txt").write_text(text.replace(layout.ward_name, town.name_ja), encoding="utf-8", newline="")
        (folder / f"{name}.yaml").write_text(_renamed(descriptor, town, layout), encoding="utf-8")
    return truth


def _templates(layout: Layout) -> tuple[str, str]:
    return _template(layout, ".txt"), _template(layout, ".yaml")


@functools.cache
def _template(layout: Layout, suffix: str) -> str:
    path = raw_folder() / layout.file
    text = path.with_name(path.name + suffix).read_bytes().decode("utf-8")
    for old, new in _REPAIRS.get(layout.name, ()) if suffix == ".txt" else ():
        if text.count(old) != 1:
            raise ValueError(f"{path}: {old!r} is there {text.count(old)} times")
        text = text.replace(old, new)
    return text


def _renamed(descriptor: str, town: Municipality, layout: Layout) -> str:
    """Return a descriptor with the ids and names of a municipality."""
    renamed = re.sub(rf"\b{layout.stem}-(?=[a-z0-9])", f"{_stem(town, layout)}-", descriptor)
    return renamed.replace(layout.ward_name, town.name_ja).replace(layout.ward_code, town.code)


def _stem(town: Municipality, layout: Layout) -> str:
    return f"{town.slug}-{layout.name}"


# ------------------------------------------------------------------------------------- the truth, recovered

_COUNTS = """
    SELECT document_id, (SELECT count(*) FROM measures WHERE measures.document_id = documents.document_id)
    FROM documents
"""
_ACTIVITIES = "SELECT document_id, count(*) FROM activities JOIN citations USING (citation_id) GROUP BY document_id"
_STATUSES = """
    SELECT document_id, CAST(status AS VARCHAR), count(*)
    FROM statuses JOIN citations USING (citation_id) GROUP BY ALL
"""


def compare_with_truth(database: Path, truths: Iterable[Truth]) -> tuple[int, list[str]]:
    """Return how many facts of the truth were looked for, and each that the database lacks or has otherwise."""
    with duckdb.connect(database, read_only=True) as connection:
        found = _recovered(connection)
    expected = dict(_expected(truths))
    keys = sorted(expected.keys() | found.keys())
    return len(expected), [
        f"{key}: expected {expected.get(key)!r}, found {found.get(key)!r}"
        for key in keys
        # Of the figures in running text only some are varied and written down.
        if expected.get(key) != found.get(key) and not (key.startswith("quantity ") and key not in expected)
    ]


def _expected(truths: Iterable[Truth]) -> Iterator[tuple[str, object]]:
    for truth in truths:
        for key, value in truth.kpi_values.items():
            yield f"value {key}", tuple(value)
        for key, quantity in truth.quantities.items():
            yield f"quantity {key}", quantity
        for document, counts in truth.counts.items():
            for name, count in counts.items():
                yield f"{name} {document}", count


def _recovered(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    found: dict[str, object] = {}
    for kpi, year, value_type, value, denominator in connection.execute(
        "SELECT kpi_id, fiscal_year, CAST(value_type AS VARCHAR), value, denominator FROM kpi_values"
    ).fetchall():
        found[f"value {kpi}|{year}|{value_type}"] = (value, denominator)
    for quantity, value in connection.execute("SELECT quantity_id, value FROM quantities").fetchall():
        found[f"quantity {quantity}"] = value
    for document, count in connection.execute(_COUNTS).fetchall():
        found |= {f"measures {document}": count, f"activities {document}": 0, f"statuses {document}": {}}
    for document, count in connection.execute(_ACTIVITIES).fetchall():
        found[f"activities {document}"] = count
    for document, status, count in connection.execute(_STATUSES).fetchall():
        statuses = found[f"statuses {document}"]
        assert isinstance(statuses, dict)
        statuses[status] = count
    return found


# ------------------------------------------------------------------------------------------------ figures


@dataclass
class _Draft:
    """A text in the making."""

    text: str
    town: Municipality
    layout: Layout
    chance: random.Random
    truth: Truth

    @property
    def stem(self) -> str:
        return _stem(self.town, self.layout)

    def near(self, number: int) -> int:
        """Return a number of about that size."""
        return self.chance.randint(max(1, number // 2), max(2, number * 2))

    def count(self, document: str, statuses: Counter[str] | None = None, **missing: int) -> None:
        """Write down how many items, activities and statuses the document has."""
        self.truth.counts[f"{self.stem}-{document}"] = {
            "measures": self.layout.measures - missing.get("measures", 0),
            "activities": self.layout.activities - missing.get("activities", 0),
            "statuses": dict(statuses or {}),
        }

    def put_quantity(self, quantity_id: str, before: str, after: str, number: int) -> None:
        """Put another figure between two phrases, and write it down."""
        pattern = re.compile(f"(?<={re.escape(before)})[0-9,]+(?={re.escape(after)})")
        if len(pattern.findall(self.text)) != 1:
            raise ValueError(f"{before!r}…{after!r} is there {len(pattern.findall(self.text))} times")
        self.text = pattern.sub(f"{number:,}", self.text)
        self.truth.quantities[f"{self.stem}-{quantity_id}"] = float(number)

    def put_value(
        self, plan: str, slug: str, year: int, value_type: str, value: float | None, denominator: float | None = None
    ) -> None:
        """Write down a KPI's value."""
        self.truth.kpi_values[f"{self.stem}-{plan}-{slug}|{year}|{value_type}"] = (value, denominator)


def _vary_outline(draft: _Draft) -> str:
    """Another split of the former projects; some towns have one initiative less, the last."""
    completed = draft.chance.randint(1, 9)
    merged = draft.chance.randint(1, 9)
    figures = {"completed": completed, "continued": 27 - completed - merged, "merged": merged}
    for name, (old, words) in {
        "completed": (3, "事業：構築完了"),
        "continued": (18, "事業：継続実施"),
        "merged": (6, "事業：別事業に統合して実施"),
    }.items():
        if draft.text.count(f"\n{old}{words}") != 1:
            raise ValueError(words)
        draft.text = draft.text.replace(f"\n{old}{words}", f"\n{figures[name]}{words}")
        draft.truth.quantities[f"{draft.stem}-plan-draft-summary-former_projects_{name}"] = float(figures[name])
    is_shorter = draft.chance.random() < 0.5
    if is_shorter:
        draft.text, removed = re.subn(r"\n[^\n]*\t39 AI等[^\n]*", "", draft.text)
        if removed != 1:
            raise ValueError("no initiative 39")
    draft.count("plan-draft-summary", measures=int(is_shorter))
    return draft.text


def _vary_sections(draft: _Draft) -> str:
    """Other statuses of the former plan's projects, other figures in the text."""
    statuses: Counter[str] = Counter()

    def rate(match: re.Match[str]) -> str:
        label = draft.chance.choice(["達成", "継続", "再検討"])
        statuses[{"達成": "achieved", "継続": "continuing", "再検討": "under_review"}[label]] += 1
        return f"\t{label}"

    draft.text = re.sub(r"\t(?:達成|継続|再検討)(?=\t*\r?\n)", rate, draft.text)
    draft.put_quantity("plan-2018-review-population", "4月には", "万人を超え", draft.near(27))
    draft.truth.quantities[f"{draft.stem}-plan-2018-review-population"] *= 10_000
    draft.count("plan-2018-review", statuses)
    return draft.text


def _vary_cells(draft: _Draft) -> str:
    """Other figures in the cells; some towns have done one thing less."""
    for quantity, before, after, number in (
        ("open_datasets_added", "人口ほか", "セット", 7),
        ("security_trainees", "研修の実施（", "名受講", 1635),
        ("mynapoint_smartphones", "スマートフォンの配備（", "台", 3),
        ("website_languages", "か国語から", "か国語に拡充", 121),
    ):
        draft.put_quantity(f"progress-2022-{quantity}", before, after, draft.near(number))
    is_shorter = draft.chance.random() < 0.5
    if is_shorter:
        draft.text = draft.text.replace(" ○庁内チャットの導入\t", "\t")
    draft.count("progress-2022", activities=int(is_shorter))
    return draft.text


_PANELS_KPIS = (
    "online_procedures_priority",
    "online_procedures_life_event",
    "cashless_points",
    "literacy_support_participants",
    "open_datasets",
    "health_data_analyses",
    "ict_partnerships",
    "rpa_tasks",
    "rpa_hours_saved",
    "ict_trainees",
)
_BASELINE_YEARS = {"令和元年度": 2019, "令和3年3月": 2020}
_CELL_PAIR = re.compile(r"([0-9,]+)(\D*?) ?\(([0-9,]+)(\D*)\)")
_CELL_BASELINE = re.compile(r"([0-9,]+)(\D*) \(([^()]+)\)")


def _vary_panels(draft: _Draft) -> str:
    """Other targets and results in the table of KPIs, ten rows below its two header rows."""
    lines = draft.text.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("\t\t計画策定期\t")) + 1
    for number, slug in enumerate(_PANELS_KPIS, start=first):
        cells = lines[number].split("\t")
        cells[2:7] = [_panels_cell(draft, slug, column, cell) for column, cell in enumerate(cells[2:7])]
        lines[number] = "\t".join(cells)
    draft.count("plan-v5-summary")
    return "\n".join(lines)


def _panels_cell(draft: _Draft, slug: str, column: int, cell: str) -> str:
    year = 2020 + column
    if cell.strip() == "—":
        if column:
            draft.put_value("2021", slug, year, "target", None)
            draft.put_value("2021", slug, year, "actual", None)
        return cell
    if column == 0:
        match = _CELL_BASELINE.fullmatch(cell.strip())
        assert match, cell
        value = draft.near(_number(match[1]))
        draft.put_value("2021", slug, _BASELINE_YEARS[match[3]], "baseline", float(value))
        return f"{value:,}{match[2]} ({match[3]})"
    match = _CELL_PAIR.fullmatch(cell.strip())
    assert match, cell
    target, actual = draft.near(_number(match[1])), draft.near(_number(match[3]))
    draft.put_value("2021", slug, year, "target", float(target))
    draft.put_value("2021", slug, year, "actual", float(actual))
    return f"{target:,}{match[2]} ({actual:,}{match[4]})"


_STATUSES_KPIS = {
    "区内のマイナンバーカード交付率": "card_issuance_rate",
    "オンラインによる申請受付件数": "online_applications",
    "地図情報に関する窓口及び電話等問い合わせ件数": "map_enquiries",
    "区が特に力を入れていると感じる施策が「情報化の推進」である割合": "priority_perception",
    "区と連携してデジタルデバイドの解消に向けた取組を行う団体数": "divide_partners",
    "本庁舎の執務室等で保有し、組織で共有している文書量": "paper_records",
    "AI・RPAの活用による業務改善数": "ai_rpa_improvements",
    "標準化システムへ移行した事業数": "standard_systems",
    "情報セキュリティ事故発生件数": "security_incidents",
    "ICT資格の「ITパスポート試験」取得者数": "it_passport_holders",
}
_STATUSES_COLUMNS = ((2022, "actual"), (2023, "actual"), (2023, "target"), (2025, "target"))
_STATUSES_MARKS = {"◎": "ahead", "○": "on_schedule", "△": "behind", "×": "not_started"}
_FIGURE = re.compile(r"(約 ?)?([0-9,]+(?:\.[0-9]+)?)(/[0-9]+)?( ?万)?(.*)")


def _vary_statuses(draft: _Draft) -> str:
    """Other values of the KPIs, and other statuses with the totals that the report states of them."""
    lines = draft.text.split("\n")
    statuses: Counter[str] = Counter()
    table = next(number for number, line in enumerate(lines) if line.startswith("別紙"))
    for number, line in enumerate(lines):
        cells = line.split("\t")
        slug = next((slug for name, slug in _STATUSES_KPIS.items() if cells[0].startswith(name)), None)
        if slug and len(cells) >= 5:
            cells[1:5] = [
                _statuses_cell(draft, slug, *column, cell)
                for column, cell in zip(_STATUSES_COLUMNS, cells[1:5], strict=True)
            ]
        elif number > table and "○" in cells:
            mark = draft.chance.choices("◎○△×", [1, 12, 2, 1])[0]
            cells[cells.index("○")] = mark
            statuses[mark] += 1
        lines[number] = "\t".join(cells)
    for mark in _STATUSES_MARKS:
        number = next(number for number, line in enumerate(lines) if re.match(rf"{mark} .+\t[0-9]+", line))
        lines[number] = re.sub(r"[0-9]+(?=\s*$)", str(statuses[mark]), lines[number])
    draft.text = "\n".join(lines)
    draft.put_quantity("progress-2023-cards_issued", "利便性を図った。(令和5年度交付数", "件", draft.near(44025))
    draft.put_quantity(
        "progress-2023-convenience_certificates", "促進を図った。(令和5年度交付数", "件", draft.near(138069)
    )
    draft.put_quantity("progress-2023-interpreting_devices", "窓口等に", "台を配備", draft.near(59))
    draft.count("progress-2023", Counter({_STATUSES_MARKS[mark]: count for mark, count in statuses.items()}))
    return draft.text


def _statuses_cell(draft: _Draft, slug: str, year: int, value_type: str, cell: str) -> str:
    match = _FIGURE.fullmatch(cell.strip())
    if match is None:
        draft.put_value("2nd-revised", slug, year, value_type, None)
        return cell
    about, figure, denominator, ten_thousands, rest = (part or "" for part in match.groups())
    if denominator:
        value: float = draft.chance.randint(0, int(denominator[1:]))
    elif rest.startswith("%"):
        value = draft.chance.randint(0, 1000) / 10
    else:
        value = draft.near(_number(figure))
    draft.put_value(
        "2nd-revised",
        slug,
        year,
        value_type,
        float(value) * (10_000 if ten_thousands else 1),
        float(denominator[1:]) if denominator else None,
    )
    return f"{about}{value:,}{denominator}{ten_thousands}{rest}"


def _number(text: str) -> int:
    return int(text.replace(",", ""))


_VARY: dict[str, Callable[[_Draft], str]] = {
    "outline": _vary_outline,
    "sections": _vary_sections,
    "cells": _vary_cells,
    "panels": _vary_panels,
    "statuses": _vary_statuses,
}


# ----------------------------------------------------------------------------------------- reference data

_KEPT = ("units.csv", "status_groups.csv", "themes.csv", "theme_rules.yaml", "mynumber_card_wards.yaml")
_EMPTIED = ("measure_titles.csv", "department_names.csv", "theme_exceptions.csv")
_TILE_COLUMNS = 50


def write_reference(out: Path, towns: list[Municipality]) -> None:
    """Write the codebooks of a country; what people would have to judge for each document is empty."""
    out.mkdir(parents=True, exist_ok=True)
    for name in _KEPT:
        (out / name).write_bytes((reference_folder() / name).read_bytes())
    for name in _EMPTIED:
        (out / name).write_text(_csv_rows(name)[0], encoding="utf-8")
    (out / "corrections.yaml").write_text("[]\n", encoding="utf-8")
    _write_rows(
        out / "wards.csv",
        ["ward_code", "lg_code", "slug", "name_ja", "name_en", "tile_row", "tile_column"],
        (
            [town.code, town.lg_code, town.slug, town.name_ja, town.slug.title(), *divmod(number, _TILE_COLUMNS)]
            for number, town in enumerate(towns)
        ),
    )
    _write_kpis(out / "kpis.csv", towns)
    _write_indicators(out / "indicators.yaml", towns)
    _write_card_counts(out / "mynumber_card_wards.csv", towns)


def _csv_rows(name: str) -> list[str]:
    return (reference_folder() / name).read_text(encoding="utf-8").splitlines(keepends=True)


def _write_rows(path: Path, header: list[str], rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _in_town(name: str, town: Municipality) -> str:
    """Return a real id as that of a municipality's own."""
    layout = next(layout for layout in LAYOUTS if name.startswith(f"{layout.stem}-"))
    return _stem(town, layout) + name.removeprefix(layout.stem)


def _write_kpis(path: Path, towns: list[Municipality]) -> None:
    header, *entries = csv.reader(_csv_rows("kpis.csv"))
    _write_rows(path, header, ([_in_town(plan, town), *entry] for town in towns for plan, *entry in entries))


def _write_indicators(path: Path, towns: list[Municipality]) -> None:
    """Write the real indicators, each with the series and figures of every municipality as its sources."""
    loaded = yaml.load((reference_folder() / "indicators.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    with path.open("w", encoding="utf-8") as file:
        for entry in loaded:
            sources = entry.pop("sources")
            file.write(yaml.dump([entry], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
            file.write("  sources:\n")
            for source in sources:
                file.writelines(_source_lines(source, towns))


def _source_lines(source: dict[str, str], towns: list[Municipality]) -> Iterator[str]:
    if "statistic" in source:
        yield f"  - {json.dumps(source, ensure_ascii=False)}\n"
        return
    kind = "kpi" if "kpi" in source else "quantity"
    judged = {
        "comparability": source["comparability"],
        "rationale_ja": "定義による。",
        "rationale_en": "By definition.",
    }
    if "transformation" in source:
        judged["transformation"] = source["transformation"]
    for town in towns:
        yield f"  - {json.dumps({kind: _in_town(source[kind], town), **judged}, ensure_ascii=False)}\n"


def _write_card_counts(path: Path, towns: list[Municipality]) -> None:
    """Write the real dates with counts that grow; the rate is what the counts give, rounded half up as printed."""
    header, *rows = csv.reader(_csv_rows("mynumber_card_wards.csv"))
    dates = sorted({(row[2], row[5]) for row in rows})
    _write_rows(path, header, (_card_count(town, step, *date) for town in towns for step, date in enumerate(dates)))


def _card_count(town: Municipality, step: int, as_of: str, population_as_of: str) -> list[object]:
    digest = int(hashlib.sha256(f"{town.code}|{population_as_of}".encode()).hexdigest()[:6], 16)
    population = 5_000 + digest % 400_000
    cards = population * (10 + step) // 100
    while (
        1000 * cards * 2 % population == 0 and 1000 * cards * 2 // population % 2
    ):  # a rate that could round both ways
        cards += 1
    return [town.lg_code, town.name_ja, as_of, cards, population, population_as_of, round(100 * cards / population, 1)]


def main() -> None:
    """Write a country, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--municipalities", type=int, default=JAPAN, help="how many (default: %(default)s)")
    parser.add_argument("out", type=Path, help="the folder to write to")
    arguments = parser.parse_args()
    write_country(arguments.out, arguments.municipalities)


if __name__ == "__main__":
    main()
