"""Bad input of every kind: one message that says where and what was expected, and the old database stays."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.curation.curate import curate
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError
from command_line import refusal, succeeded, wardplans

MINATO = "13103-minato/informatization-plan-draft-summary.txt"
SUMIDA = "13107-sumida/informatization-plan-2018-review.txt"
KOTO = "13108-koto/informatization-plan-progress-fy2022.txt"
OTA = "13111-ota/informatization-plan-v5-summary.txt"
NAKANO = "13114-nakano/informatization-plan-progress-fy2023.txt"
OTA_DESCRIPTOR = OTA.replace(".txt", ".yaml")
NAKANO_DESCRIPTOR = NAKANO.replace(".txt", ".yaml")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return Path(shutil.copytree(raw_folder(), tmp_path / "raw"))


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return Path(shutil.copytree(reference_folder(), tmp_path / "reference"))


@pytest.fixture(scope="module")
def old_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("database") / "wards.duckdb"
    succeeded(wardplans("build", "--database", database))
    return database


@pytest.fixture
def refused(raw: Path, old_database: Path) -> Callable[[], str]:
    """Build from the edited copy; give the message, and look that the old database was left alone."""

    def fingerprint() -> tuple[str, int, list[str]]:
        digest = hashlib.sha256(old_database.read_bytes()).hexdigest()
        return digest, old_database.stat().st_ino, sorted(path.name for path in old_database.parent.iterdir())

    def build() -> str:
        before = fingerprint()
        message = refusal(wardplans("build", "--raw", raw, "--database", old_database))
        assert fingerprint() == before
        return message

    return build


def edit(file: Path, old: str, new: str) -> int:
    """Replace a text wherever it stands in a file; give the line where it first stood."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r} any more"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# -- files of data/raw --------------------------------------------------------------------------------------


def test_a_missing_document(raw: Path, refused: Callable[[], str]) -> None:
    (raw / OTA).unlink()
    assert refused().startswith(f"{raw / OTA}: listed in SHA256SUMS but missing; to accept the change")


def test_a_missing_document_that_was_accepted_leaves_its_descriptor_lonely(
    raw: Path, refused: Callable[[], str]
) -> None:
    (raw / OTA).unlink()
    accept_checksums(raw)
    assert refused() == f"{raw / OTA_DESCRIPTOR}: a descriptor without its document {Path(OTA).name}"


def test_a_missing_descriptor(raw: Path, refused: Callable[[], str]) -> None:
    (raw / OTA_DESCRIPTOR).unlink()
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{raw / OTA_DESCRIPTOR}: cannot be read")
    assert "each .txt needs a .yaml beside it" in message


@pytest.mark.parametrize("text", ["", "\n \n\u3000\n"], ids=["no bytes", "white space"])
def test_an_empty_document(raw: Path, refused: Callable[[], str], text: str) -> None:
    (raw / OTA).write_text(text, encoding="utf-8")
    accept_checksums(raw)
    assert refused() == f"{raw / OTA}: the file is empty; expected the text of a document"


def test_a_document_in_shift_jis(raw: Path, refused: Callable[[], str]) -> None:
    text = (raw / OTA).read_text(encoding="utf-8")
    (raw / OTA).write_bytes(text.encode("shift_jis", errors="replace"))
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{raw / OTA}: not UTF-8 (byte 0x91 at offset 2)")  # the first of 大
    assert f"convert the file to UTF-8 and run `wardplans accept --raw {raw}`" in message


def test_a_descriptor_in_shift_jis(raw: Path, refused: Callable[[], str]) -> None:
    text = (raw / OTA_DESCRIPTOR).read_text(encoding="utf-8")
    (raw / OTA_DESCRIPTOR).write_bytes(text.encode("shift_jis", errors="replace"))
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{raw / OTA_DESCRIPTOR}:3: not YAML")  # the first line in Japanese
    assert "utf-8" in message


@pytest.mark.parametrize("name", [OTA, OTA_DESCRIPTOR])
def test_an_edited_file_until_the_change_is_accepted(raw: Path, refused: Callable[[], str], name: str) -> None:
    with (raw / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    message = refused()
    assert message.startswith(f"{raw / name}: edited since it was accepted")
    assert message.endswith(f"to accept the change, review it and run `wardplans accept --raw {raw}`")

    assert succeeded(wardplans("accept", "--raw", raw)) == f"changed  {name}\n"
    succeeded(wardplans("build", "--raw", raw, "--database", raw.parent / "new.duckdb"))
    assert succeeded(wardplans("accept", "--raw", raw)) == "nothing has changed\n"


def test_accept_tells_what_is_new_changed_and_removed(raw: Path) -> None:
    minato = "13103-minato/informatization-plan-draft-summary"
    for ending in ("txt", "yaml"):
        (raw / f"{minato}.{ending}").unlink()
    with (raw / OTA).open("a", encoding="utf-8") as file:
        file.write("\n")
    (raw / OTA).with_suffix(".pdf").write_bytes(b"%PDF")
    assert succeeded(wardplans("accept", "--raw", raw)).splitlines() == [
        f"removed  {minato}.txt",
        f"removed  {minato}.yaml",
        f"new      {OTA.removesuffix('txt')}pdf",
        f"changed  {OTA}",
    ]


def test_an_original_that_is_gone_is_refused_while_its_text_is_there(raw: Path) -> None:
    original = (raw / OTA).with_suffix(".pdf")
    original.write_bytes(b"%PDF")
    accept_checksums(raw)
    listed = (raw / "SHA256SUMS").read_bytes()
    original.unlink()
    message = refusal(wardplans("accept", "--raw", raw))
    assert message.startswith(f"{original}: the original of {Path(OTA).name} is gone")
    assert (raw / "SHA256SUMS").read_bytes() == listed
    (raw / OTA).with_suffix(".docx").write_bytes(b"PK")  # another takes its place
    assert [str(accepted) for accepted in accept_checksums(raw)] == [
        f"new      {OTA.removesuffix('txt')}docx",
        f"removed  {OTA.removesuffix('txt')}pdf",
    ]
    for file in raw.glob(f"{OTA.removesuffix('txt')}*"):
        file.unlink()
    assert {accepted.change for accepted in accept_checksums(raw)} == {"removed"}


def test_a_file_that_is_not_listed(raw: Path, refused: Callable[[], str]) -> None:
    added = raw / OTA.replace("summary", "summary-2")
    shutil.copy(raw / OTA, added)
    message = refused()
    assert message.startswith(f"{added}: not listed in SHA256SUMS")
    assert f"wardplans accept --raw {raw}" in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ": cannot be read (No such file or directory)"),
        (b"<<<<<<< ours\n", ":1: met '<<<<<<< ours', expected '<sha256>  <file>'"),
        ("大田区".encode("shift_jis"), ": not UTF-8"),
    ],
    ids=["missing", "not a list", "not UTF-8"],
)
def test_a_broken_list_of_checksums(
    raw: Path, refused: Callable[[], str], content: bytes | None, expected: str
) -> None:
    (raw / "SHA256SUMS").unlink()
    if content is not None:
        (raw / "SHA256SUMS").write_bytes(content)
    assert refused().startswith(f"{raw / 'SHA256SUMS'}{expected}")


def test_a_document_that_is_a_folder(raw: Path, refused: Callable[[], str]) -> None:
    (raw / OTA).unlink()
    (raw / OTA).mkdir()
    assert refused() == f"{raw / OTA}: cannot be read (Is a directory)"


@pytest.mark.parametrize("command", ["build", "accept", "check"])
def test_a_raw_folder_that_is_not_there(tmp_path: Path, command: str) -> None:
    nowhere = tmp_path / "nowhere"
    assert refusal(wardplans(command, "--raw", nowhere)).startswith(f"{nowhere}: ")
    assert not nowhere.exists()


# -- descriptors --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A text of a file, what it is replaced by, and what the message has to say."""

    file: str
    old: str
    new: str
    expected: tuple[str, ...]


DESCRIPTORS = {
    "unknown key": Change(
        OTA_DESCRIPTOR, "publisher:", "color: red\npublisher:", ("key color: unknown key, met 'red'",)
    ),
    "missing key": Change(OTA_DESCRIPTOR, "publisher: 大田区\n", "", ("key publisher: is missing",)),
    "wrong type": Change(OTA_DESCRIPTOR, "panels: 2", "panels: two", ("key layouts.1.panels:", "'two'")),
    "number for text": Change(OTA_DESCRIPTOR, 'ward: "13111"', "ward: 13111", ("key ward:", "string", "met 13111")),
    "unknown kind": Change(
        OTA_DESCRIPTOR, "kind: plan_summary", "kind: leaflet", ("key kind:", "'progress_report'", "met 'leaflet'")
    ),
    "unknown layout": Change(
        OTA_DESCRIPTOR, "layout: kpi_table", "layout: kpi_tabel", ("key layouts.2:", "'kpi_tabel'", "'kpi_table'")
    ),
    "unknown level": Change(
        OTA_DESCRIPTOR,
        "level: viewpoint, level_ja",
        "level: vista, level_ja",
        ("levels.0.level:", "'pillar'", "'vista'"),
    ),
    "bad regex": Change(
        OTA_DESCRIPTOR,
        "'(?P<printed>視点(?P<code>\\d+)) ",
        "'(?P<printed>視点(?P<code>\\d+) ",
        ("levels.0.pattern: not a regular",),
    ),
    "group lacking in title": Change(
        OTA_DESCRIPTOR, "'^(?P<title>.+ 概要版)$'", "'^.+ 概要版$'", ("key title:", "(?P<title>…)", "'^.+ 概要版$'")
    ),
    "group lacking in total": Change(
        OTA_DESCRIPTOR, "掲げる(?P<stated>\\d+)つ", "掲げる\\d+つ", ("key totals.0.pattern:", "(?P<stated>…)")
    ),
    "group lacking in period": Change(
        OTA_DESCRIPTOR, "(?P<end>令和\\d+年度)", "令和\\d+年度", ("key plans.0.period:", "(?P<end>…)")
    ),
    "group lacking in goal": Change(
        OTA_DESCRIPTOR,
        "pattern: '目標(?P<code>\\d+) .+', anchor",
        "pattern: '目標\\d+ .+', anchor",
        ("key layouts.2.columns.0.pattern:", "(?P<code>…)"),
    ),
    "count of no level": Change(
        OTA_DESCRIPTOR, "{of: measures, level: viewpoint}", "{of: measures}", ("key totals.0.count:", "`level`")
    ),
    "label lacking": Change(
        NAKANO_DESCRIPTOR, "^(?P<label>[◎○△×]) .+", "^[◎○△×] .+", ("key totals.0:", "(?P<label>…)")
    ),
    "undeclared plan": Change(
        OTA_DESCRIPTOR,
        "  - plan: ota-2021",
        "  - plan: ota-2020",
        ("names plan 'ota-2021'", "declared are ['ota-2020']"),
    ),
    "not YAML": Change(OTA_DESCRIPTOR, "layouts:", "layouts: [", (".yaml:15: not YAML:", "while parsing a flow node")),
    "unexplained difference": Change(
        OTA_DESCRIPTOR,
        "    difference: -4\n",
        "    difference: -4\n    explanation: lost\n",
        ("explanation: unknown key",),
    ),
    "publisher of another ward": Change(
        OTA_DESCRIPTOR,
        "publisher: 大田区",
        "publisher: 港区",
        ("ward 13111 is 大田区 (ota)", "key publisher is '港区'"),
    ),
    "ward of another folder": Change(
        OTA_DESCRIPTOR, 'ward: "13111"', 'ward: "13103"', ("key ward: met '13103'", "the folder is of ward '13111'")
    ),
    "region without its boundary": Change(
        OTA_DESCRIPTOR, "'^目標\\t'", "'^目的\\t'", ("no line from", "matches '^目的\\\\t'", "a boundary of a region")
    ),
}


@pytest.mark.parametrize("change", DESCRIPTORS.values(), ids=DESCRIPTORS.keys())
def test_a_malformed_descriptor(raw: Path, refused: Callable[[], str], change: Change) -> None:
    edit(raw / change.file, change.old, change.new)
    accept_checksums(raw)
    message = refused()
    assert message.startswith(str((raw / change.file).with_suffix("")))
    for text in change.expected:
        assert text in message


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just a sentence\n"])
def test_a_descriptor_without_keys(raw: Path, refused: Callable[[], str], content: str) -> None:
    (raw / OTA_DESCRIPTOR).write_text(content, encoding="utf-8")
    accept_checksums(raw)
    assert refused().startswith(f"{raw / OTA_DESCRIPTOR}: the descriptor: expected keys with values")


def test_an_unknown_ward_code(raw: Path, refused: Callable[[], str]) -> None:
    (raw / "13111-ota").rename(raw / "13999-ota")
    descriptor = raw / OTA_DESCRIPTOR.replace("13111", "13999")
    edit(descriptor, 'ward: "13111"', 'ward: "13999"')
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{descriptor}: key ward: unknown ward code '13999', expected one of 13101, ")
    assert message.endswith("13123")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("ota", "met 'ota', expected '<five-digit ward code>-<slug>'"),
        ("13111-oota", "ward 13111 is 大田区 (ota), but the folder is of 'oota'"),
        ("13103-ota", "key ward: met '13111', but the folder is of ward '13103'"),
    ],
)
def test_a_folder_named_after_another_ward(raw: Path, refused: Callable[[], str], folder: str, expected: str) -> None:
    (raw / "13111-ota").rename(raw / folder)
    accept_checksums(raw)
    message = refused()
    assert message.startswith(str(raw / folder))
    assert expected in message


def test_two_documents_with_one_id(raw: Path, refused: Callable[[], str]) -> None:
    edit(raw / OTA_DESCRIPTOR, "document: ota-plan-v5-summary", "document: nakano-progress-2023")
    accept_checksums(raw)
    assert refused() == f"{raw / NAKANO}: document id 'nakano-progress-2023' is taken by {raw / OTA}"


# -- texts --------------------------------------------------------------------------------------------------

TEXTS = {
    "column of a hierarchy table": Change(
        MINATO, "情報化指針\t施策\t取組\t頁", "情報化指針\t施策\t取り組み\t頁", ("columns it lacks: '取組'",)
    ),
    "column of a progress table": Change(
        NAKANO, "\t進捗状況\tスケジュール", "\t状況\tスケジュール", ("columns it lacks: '進捗状況'",)
    ),
    "column of a KPI table": Change(
        OTA, "\t\t目標値\t\t\t\t\n\t\t計画策定期\t", "\t\t目標値\t\t\t\t\n\t\t策定期\t", ("('目標値', '策定期')",)
    ),
    "status of a progress table": Change(
        NAKANO, "の拡大や交付体制の強化\t○", "の拡大や交付体制の強化\t●", ("unknown status '●'", "◎ ○ △ ×")
    ),
    "status of a list of projects": Change(
        SUMIDA, "\t再検討", "\t見送り", ("unknown status '見送り'", "達成 継続 再検討")
    ),
    "number with a comma out of place": Change(
        OTA,
        "(2,232時間)",
        "(22,32時間)",
        ("'22,32時間'", "expected one like", "kpi_values", "ota-2021-rpa_hours_saved|2024|actual"),
    ),
    "number with a question mark": Change(OTA, "(288手續)", "(28?手續)", ("'28?手續'", "expected one like")),
    "number that is a word": Change(
        NAKANO, "約 179 万件", "多数", ("'オンラインによる申請受付件数\\t多数", "令和 4 年度")
    ),
    "unit": Change(OTA, "(288手續)", "(288手帖)", ("unknown unit '手帖'", "expected 手続 or 手続き or 手續")),
    "unit of a share": Change(NAKANO, "62.3%", "62.3 点", ("unknown unit '点' in '62.3 点'", "expected %")),
    "era in a cell": Change(OTA, "29手続 (令和元年度)", "29手続 (光和元年度)", ("'光和元年度'", "令和 (R)")),
    "era in the header of a KPI table": Change(
        OTA,
        "\t\t目標値\t\t\t\t\n\t\t計画策定期\t令和3年度",
        "\t\t目標値\t\t\t\t\n\t\t計画策定期\t光和3年度",
        ("'光和3年度 (実績)'",),
    ),
    "era in the header of a progress table": Change(
        NAKANO, "取組結果 (令和5年度)", "取組結果 (光和5年度)", ("columns it lacks", "取組結果")
    ),
    "KPI": Change(
        OTA, "オープンデータ公開件数", "オープンデータの公開数", ("unknown KPI 'オープンデータの公開数'", "kpis.csv")
    ),
    "title in two spellings": Change(
        KOTO,
        "施策9 ガバナンスを強化する",
        "施策9 ガバナンスを高める",
        ("'ガバナンスを強化する'", "'ガバナンスを高める'"),
    ),
    "total": Change(
        OTA,
        "指針で掲げる4つの視点",
        "指針で掲げる5つの視点",
        ("stated are 5 (視点), read were 4", "total 'viewpoints'"),
    ),
    "total of a status": Change(
        NAKANO, "○ 予定どおり取り組んだ\t105", "○ 予定どおり取り組んだ\t106", ("stated are 106", "read were 105")
    ),
}


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_that_does_not_fit(raw: Path, refused: Callable[[], str], change: Change) -> None:
    line = edit(raw / change.file, change.old, change.new)
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{raw / change.file}:{line}: ")
    for text in change.expected:
        assert text in message


@pytest.mark.parametrize(
    ("file", "old", "new", "pattern"),
    [
        (OTA, "大田区情報化推進計画(ver.5.0) 概要版", "大田区情報化推進計画(ver.5.0)", "(?P<title>.+ 概要版)"),
        (OTA, "- 令和3年度から令和6年度の4年間", "- 光和3年度から光和6年度の4年間", "(?P<start>令和\\\\d+年度)"),
        (SUMIDA, "平成31（2019）年3月", "平戌31（2019）年3月", "(?P<published>平成\\\\d+"),
    ],
    ids=["title", "era of the period", "era of the publication"],
)
def test_a_text_that_lacks_what_the_descriptor_looks_for(
    raw: Path, refused: Callable[[], str], file: str, old: str, new: str, pattern: str
) -> None:
    edit(raw / file, old, new)
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{raw / file}: no line matches ")
    assert pattern in message


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "printed", "read"),
    [
        (OTA, "75 (101 * 40窓口)", "75 (101)", "ota-2021-cashless_points|2024|actual", "'101 * 40窓口'", "101.0"),
        (
            MINATO,
            "デジタルを活用活用した",
            "デジタルを活用した",
            "minato-2021-measure-18",
            "'デジタルを活用活用した観光情報の発信'",
            "'デジタルを活用した観光情報の発信'",
        ),
    ],
    ids=["figure", "title"],
)
def test_a_text_mended_so_that_a_correction_matches_nothing(
    raw: Path, refused: Callable[[], str], file: str, old: str, new: str, row: str, printed: str, read: str
) -> None:
    edit(raw / file, old, new)
    accept_checksums(raw)
    message = refused()
    assert message.startswith(f"{reference_folder() / 'corrections.yaml'}: the correction of ")
    assert f"row {row}, " in message
    assert f"matches nothing: it expects the print {printed}; read was {read}" in message


# -- codebooks: the command line takes them from the checkout, so these tests call what it calls ----------------

CODEBOOKS = {
    "header of wards.csv": Change("wards.csv", "ward_code,lg_code", "code,lg_code", (":1: met columns", "'ward_code'")),
    "header of units.csv": Change("units.csv", ",aliases", ",alias", (":1: met columns", "'aliases'")),
    "header of kpis.csv": Change("kpis.csv", ",unit_id,", ",unit,", (":1: met columns", "'unit_id'")),
    "header of themes.csv": Change("themes.csv", "name_ja,name_en", "name_en,name_ja", (":1: met columns",)),
    "row with a cell too many": Change("wards.csv", "港区,Minato", "港区,Minato,x", (":4: the row has more or fewer",)),
    "row with a cell too few": Change("wards.csv", "港区,Minato", "港区", (":4: the row has more or fewer",)),
    "unit of a KPI": Change(
        "kpis.csv", "service_points,stock", "points,stock", ("unknown unit 'points'", "cashless_points")
    ),
    "KPI that is not printed": Change("kpis.csv", "オープンデータ公開件数", "データ公開件数", ("kpis.csv",)),
    "unit of an indicator": Change(
        "indicators.yaml", "unit: hours", "unit: days", ("rpa_hours_saved: unknown unit 'days'",)
    ),
    "theme of an indicator": Change("indicators.yaml", "theme: T05", "theme: T99", ("unknown theme 'T99'",)),
    "KPI of an indicator": Change(
        "indicators.yaml", "kpi: ota-2021-rpa_tasks", "kpi: ota-2021-rpa", ("'ota-2021-rpa'",)
    ),
    "key of an indicator": Change("indicators.yaml", "  nature: stock", "  kind: stock", ("entry 1, key nature",)),
    "comparability": Change(
        "indicators.yaml", "comparability: related", "comparability: total", ("entry 1, key sources.0.comparability",)
    ),
    "key of a correction": Change(
        "corrections.yaml", "  reason_en: The word", "  reason: The word", ("key reason_en",)
    ),
    "not YAML": Change(
        "corrections.yaml", "- document: ota", "- [document: ota", ("corrections.yaml:6: not YAML: while parsing",)
    ),
    "row of a correction": Change(
        "corrections.yaml", "minato-2021-measure-18", "minato-2021-measure-81", ("measure-81", "0 rows have that key")
    ),
    "column of a correction": Change(
        "corrections.yaml", "  column: value", "  column: values", ("column values matches nothing",)
    ),
    "table of a correction": Change(
        "corrections.yaml", "  table: kpi_values", "  table: kpi_value", ("corrections are taken for documents, plans",)
    ),
    "print of a correction": Change(
        "corrections.yaml", "printed: 101 *", "printed: 102 *", ("it expects the print '102 * 40窓口'",)
    ),
}


@pytest.mark.parametrize("change", CODEBOOKS.values(), ids=CODEBOOKS.keys())
def test_a_wrong_codebook(reference: Path, change: Change) -> None:
    edit(reference / change.file, change.old, change.new)
    with pytest.raises(WardPlansError) as refusal:
        curate(raw_folder(), reference)
    message = str(refusal.value)
    assert "\n" not in message
    assert str(reference / change.file) in message
    for text in change.expected:
        assert text in message


@pytest.mark.parametrize(
    "name", ["wards.csv", "units.csv", "kpis.csv", "themes.csv", "indicators.yaml", "corrections.yaml"]
)
def test_a_missing_codebook(reference: Path, name: str) -> None:
    (reference / name).unlink()
    with pytest.raises(WardPlansError) as refusal:
        curate(raw_folder(), reference)
    assert str(refusal.value).startswith(f"{reference / name}: cannot be read")


@pytest.mark.parametrize("name", ["wards.csv", "corrections.yaml"])
def test_a_codebook_in_shift_jis(reference: Path, name: str) -> None:
    text = (reference / name).read_text(encoding="utf-8")
    (reference / name).write_bytes(text.encode("shift_jis", errors="replace"))
    with pytest.raises(WardPlansError) as refusal:
        curate(raw_folder(), reference)
    assert str(refusal.value).startswith(f"{reference / name}: cannot be read")
    assert "utf-8" in str(refusal.value)


def test_a_correction_without_which_a_misprint_stays_open(reference: Path) -> None:
    path = reference / "corrections.yaml"
    entries = path.read_text(encoding="utf-8").split("- document: ")
    path.write_text("- document: ".join(entry for entry in entries if "101 * 40窓口" not in entry), encoding="utf-8")
    with pytest.raises(WardPlansError) as refusal:
        curate(raw_folder(), reference)
    message = str(refusal.value)
    assert message.startswith(f"{raw_folder() / OTA}:152: cannot read '101 * 40窓口' as an amount")
    assert "add a correction of table kpi_values, row ota-2021-cashless_points|2024|actual, column value" in message
    assert message.endswith(f"to {path}")
