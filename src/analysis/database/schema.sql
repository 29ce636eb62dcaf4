-- The curated database. Tables stand in the order they are loaded: what is referred to comes first.
-- The data dictionary is generated from the comments in this file.

CREATE TYPE document_kind AS ENUM ('plan', 'plan_summary', 'draft_summary', 'progress_report');
CREATE TYPE date_precision AS ENUM ('day', 'month');
CREATE TYPE measure_level AS ENUM ('viewpoint', 'pillar', 'policy', 'measure', 'project');
CREATE TYPE novelty AS ENUM ('new', 'continuing');
CREATE TYPE lead_body AS ENUM ('ward', 'tokyo', 'nation');
CREATE TYPE activity_kind AS ENUM ('result', 'plan', 'schedule', 'effect', 'goal');
CREATE TYPE measure_status AS ENUM (
    'ahead', 'on_schedule', 'behind', 'not_started', 'achieved', 'continuing', 'under_review', 'completed', 'merged'
);
CREATE TYPE value_type AS ENUM ('baseline', 'target', 'actual');
CREATE TYPE direction AS ENUM ('higher', 'lower');
CREATE TYPE nature AS ENUM ('stock', 'flow', 'cumulative', 'increment', 'ratio');
CREATE TYPE quantity_scope AS ENUM ('ward', 'tokyo', 'nation');
CREATE TYPE event_kind AS ENUM ('event', 'plan_period');
-- Best first, so that min() gives the best.
CREATE TYPE comparability AS ENUM ('direct', 'convertible', 'related');
CREATE TYPE theme_method AS ENUM ('rule', 'curated');
CREATE TYPE line_use AS ENUM ('read', 'prose', 'ignored', 'blank', 'unread');
CREATE TYPE correction_kind AS ENUM ('moved_cell', 'curated');


-- ---------------------------------------------------------------------------------- who, when, where from

CREATE TABLE wards (
    ward_code CHAR(5) PRIMARY KEY CHECK (regexp_full_match(ward_code, '[0-9]{5}')),
    -- JIS X 0401/0402: weights 6 to 2, the check digit is the last digit of 11 - (sum mod 11).
    lg_code CHAR(6) NOT NULL UNIQUE CHECK (
        regexp_full_match(lg_code, '[0-9]{6}')
        AND lg_code[1:5] = ward_code
        AND TRY_CAST(lg_code[6] AS INTEGER) = (11 - (
            6 * TRY_CAST(lg_code[1] AS INTEGER)
            + 5 * TRY_CAST(lg_code[2] AS INTEGER)
            + 4 * TRY_CAST(lg_code[3] AS INTEGER)
            + 3 * TRY_CAST(lg_code[4] AS INTEGER)
            + 2 * TRY_CAST(lg_code[5] AS INTEGER)
        ) % 11) % 10
    ),
    slug VARCHAR NOT NULL UNIQUE CHECK (regexp_full_match(slug, '[a-z][a-z-]*')),
    name_ja VARCHAR NOT NULL UNIQUE,
    name_en VARCHAR NOT NULL UNIQUE,
    is_covered BOOLEAN NOT NULL,
    tile_row INTEGER NOT NULL CHECK (tile_row >= 0),
    tile_column INTEGER NOT NULL CHECK (tile_column >= 0),
    UNIQUE (tile_row, tile_column)
);
COMMENT ON TABLE wards IS 'The 23 special wards of Tokyo, whether or not a document of theirs has been read.';
COMMENT ON COLUMN wards.ward_code IS 'Municipality code, JIS X 0401 + JIS X 0402: five digits as text, without check digit, e.g. 13114.';
COMMENT ON COLUMN wards.lg_code IS 'Local government code (全国地方公共団体コード): ward_code and its check digit, six digits as text, e.g. 131148.';
COMMENT ON COLUMN wards.slug IS 'Lower-case Latin name used in ids, folders and file names, e.g. nakano.';
COMMENT ON COLUMN wards.name_ja IS 'Name in Japanese, e.g. 中野区.';
COMMENT ON COLUMN wards.name_en IS 'Name in English, e.g. Nakano.';
COMMENT ON COLUMN wards.is_covered IS 'True when the database holds at least one document of the ward.';
COMMENT ON COLUMN wards.tile_row IS 'Row of the ward in the tile map, from 0 in the north. Our drawing, not a distance.';
COMMENT ON COLUMN wards.tile_column IS 'Column of the ward in the tile map, from 0 in the west. Our drawing, not a distance.';

CREATE TABLE ward_populations (
    ward_code CHAR(5) REFERENCES wards (ward_code),
    year INTEGER CHECK (year BETWEEN 1868 AND 2200),
    population INTEGER NOT NULL CHECK (population > 0),
    source_ja VARCHAR NOT NULL,
    PRIMARY KEY (ward_code, year)
);
COMMENT ON TABLE ward_populations IS 'Residents of a ward on 1 January of a year, from the resident register (住民基本台帳): the denominators of per-resident figures.';
COMMENT ON COLUMN ward_populations.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN ward_populations.year IS 'Calendar year; the count is of 1 January.';
COMMENT ON COLUMN ward_populations.population IS 'Residents. Unit: persons.';
COMMENT ON COLUMN ward_populations.source_ja IS 'Where the figure is from, in Japanese.';

CREATE TABLE years (
    fiscal_year INTEGER PRIMARY KEY CHECK (fiscal_year BETWEEN 1868 AND 2200),
    label_ja VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL CHECK (label_en = 'FY' || fiscal_year),
    era_ja VARCHAR NOT NULL,
    era_year INTEGER NOT NULL CHECK (era_year >= 1),
    alias_ja VARCHAR,
    starts_on DATE NOT NULL CHECK (starts_on = make_date(fiscal_year, 4, 1)),
    ends_on DATE NOT NULL CHECK (ends_on = make_date(fiscal_year + 1, 3, 31)),
    CHECK (label_ja = era_ja || CASE era_year WHEN 1 THEN '元' ELSE CAST(era_year AS VARCHAR) END || '年度')
);
COMMENT ON TABLE years IS 'Japanese fiscal years (年度, April to March), named by the calendar year in which they begin.';
COMMENT ON COLUMN years.fiscal_year IS 'Calendar year in which the fiscal year begins: 令和5年度 is 2023.';
COMMENT ON COLUMN years.label_ja IS 'Label in Japanese, e.g. 令和5年度; the first year of an era is 元年度.';
COMMENT ON COLUMN years.label_en IS 'Label in English, e.g. FY2023.';
COMMENT ON COLUMN years.era_ja IS 'Era (元号) of the label, e.g. 令和.';
COMMENT ON COLUMN years.era_year IS 'Year within the era, from 1.';
COMMENT ON COLUMN years.alias_ja IS 'Another label in use, such as 平成31年度 for 2019 or 平成32年度 for 2020. NULL: none.';
COMMENT ON COLUMN years.starts_on IS 'First day: 1 April.';
COMMENT ON COLUMN years.ends_on IS 'Last day: 31 March of the following calendar year.';

CREATE TABLE units (
    unit_id VARCHAR PRIMARY KEY,
    label_ja VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL CHECK (regexp_full_match(dimension, '[a-z][a-z_]*'))
);
COMMENT ON TABLE units IS 'Units of measurement.';
COMMENT ON COLUMN units.unit_id IS 'Id of the unit.';
COMMENT ON COLUMN units.label_ja IS 'Label in Japanese, e.g. 手続.';
COMMENT ON COLUMN units.label_en IS 'Label in English, e.g. procedures.';
COMMENT ON COLUMN units.dimension IS 'What the unit measures: count, share, time, length, people … Only figures of one dimension can be converted; share marks percentages and ratios.';

CREATE TABLE statistics (
    statistic_id VARCHAR PRIMARY KEY CHECK (regexp_full_match(statistic_id, '[a-z_]+')),
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL REFERENCES units (unit_id),
    nature nature NOT NULL,
    source_ja VARCHAR NOT NULL,
    source_en VARCHAR NOT NULL,
    transcription VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    sha256 CHAR(64) NOT NULL CHECK (regexp_full_match(sha256, '[0-9a-f]{64}'))
);
COMMENT ON TABLE statistics IS 'Series of national statistics that cover all wards, from outside the wards'' own documents.';
COMMENT ON COLUMN statistics.statistic_id IS 'Id of the series, e.g. mynumber_cards_rate.';
COMMENT ON COLUMN statistics.name_ja IS 'What it counts, in Japanese.';
COMMENT ON COLUMN statistics.name_en IS 'What it counts, in English.';
COMMENT ON COLUMN statistics.unit_id IS 'Its unit; units.unit_id.';
COMMENT ON COLUMN statistics.nature IS 'stock, flow, cumulative, increment or ratio, as in kpis.nature.';
COMMENT ON COLUMN statistics.source_ja IS 'Publication the figures are from, in Japanese.';
COMMENT ON COLUMN statistics.source_en IS 'Publication the figures are from, in English.';
COMMENT ON COLUMN statistics.transcription IS 'Who turned the publication into a table, and what was left out, in English.';
COMMENT ON COLUMN statistics.file_name IS 'File of the table in data/reference.';
COMMENT ON COLUMN statistics.sha256 IS 'SHA-256 of the bytes of that file: 64 lower-case hexadecimal digits.';

CREATE TABLE statistic_citations (
    citation_id VARCHAR PRIMARY KEY CHECK (regexp_full_match(citation_id, '[a-z_]+:.+')),
    file_name VARCHAR NOT NULL,
    line_start INTEGER NOT NULL CHECK (line_start >= 1),
    line_end INTEGER NOT NULL,
    char_start INTEGER NOT NULL CHECK (char_start >= 0),
    char_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    CHECK (line_start <= line_end),
    CHECK (char_start < char_end),
    CHECK (length(quote) = char_end - char_start)
);
COMMENT ON TABLE statistic_citations IS 'Rows of the statistical tables in data/reference that figures were read from: what citations is for documents. For every row file_text[char_start:char_end] = quote.';
COMMENT ON COLUMN statistic_citations.citation_id IS 'Id: the table and the id of the row that cites, <table>:<row id>; never an id of citations.';
COMMENT ON COLUMN statistic_citations.file_name IS 'File of the table in data/reference; statistics.file_name.';
COMMENT ON COLUMN statistic_citations.line_start IS 'First line of the row, counted from 1.';
COMMENT ON COLUMN statistic_citations.line_end IS 'Last line of the row, counted from 1, inclusive.';
COMMENT ON COLUMN statistic_citations.char_start IS 'Offset of the first character in the file, in Unicode code points from 0.';
COMMENT ON COLUMN statistic_citations.char_end IS 'Offset behind the last character, in Unicode code points.';
COMMENT ON COLUMN statistic_citations.quote IS 'The row as it stands in the file.';

CREATE TABLE mynumber_cards (
    ward_code CHAR(5) REFERENCES wards (ward_code),
    as_of DATE,
    cards_issued INTEGER NOT NULL CHECK (cards_issued > 0),
    population INTEGER NOT NULL CHECK (population > 0),
    population_as_of DATE NOT NULL CHECK (population_as_of <= as_of),
    issuance_rate_percent DOUBLE NOT NULL CHECK (isfinite(issuance_rate_percent)),
    source_ja VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES statistic_citations (citation_id),
    PRIMARY KEY (ward_code, as_of),
    CHECK (round(100.0 * cards_issued / population, 1) = issuance_rate_percent)
);
COMMENT ON TABLE mynumber_cards IS 'My Number Cards issued in every special ward at the dates of the national tables: the one series that compares all 23 wards. It is 交付率 (cards issued over residents), not 保有率 (cards held).';
COMMENT ON COLUMN mynumber_cards.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN mynumber_cards.as_of IS 'Date of the table.';
COMMENT ON COLUMN mynumber_cards.cards_issued IS 'Cards issued up to that date, reissued ones among them. Unit: cards.';
COMMENT ON COLUMN mynumber_cards.population IS 'Residents on population_as_of, the denominator of the rate. Unit: persons.';
COMMENT ON COLUMN mynumber_cards.population_as_of IS 'Date of the population: 1 January.';
COMMENT ON COLUMN mynumber_cards.issuance_rate_percent IS 'Cards issued per hundred residents, as published, one decimal. Unit: percent.';
COMMENT ON COLUMN mynumber_cards.source_ja IS 'Publication the figures are from, in Japanese.';
COMMENT ON COLUMN mynumber_cards.citation_id IS 'The row of the table it was read from; statistic_citations.citation_id.';

CREATE TABLE plans (
    plan_id VARCHAR PRIMARY KEY,
    ward_code CHAR(5) NOT NULL REFERENCES wards (ward_code),
    title_ja VARCHAR NOT NULL,
    title_en VARCHAR,
    start_fiscal_year INTEGER REFERENCES years (fiscal_year),
    end_fiscal_year INTEGER REFERENCES years (fiscal_year),
    -- citations -> documents -> plans is a ring that FOREIGN KEY cannot close; checks.sql does.
    title_citation_id VARCHAR,
    period_citation_id VARCHAR,
    CHECK (start_fiscal_year <= end_fiscal_year)
);
COMMENT ON TABLE plans IS 'Digital-transformation (informatization) plans; one plan may be told by several documents.';
COMMENT ON COLUMN plans.plan_id IS 'Id of the plan.';
COMMENT ON COLUMN plans.ward_code IS 'The ward whose plan it is; wards.ward_code.';
COMMENT ON COLUMN plans.title_ja IS 'Title in Japanese.';
COMMENT ON COLUMN plans.title_en IS 'Title in English, our translation. NULL: not translated.';
COMMENT ON COLUMN plans.start_fiscal_year IS 'First fiscal year of the plan. NULL: no document read says so.';
COMMENT ON COLUMN plans.end_fiscal_year IS 'Last fiscal year of the plan. NULL: no document read says so.';
COMMENT ON COLUMN plans.title_citation_id IS 'Where the title is printed; citations.citation_id. NULL: the text read does not print it.';
COMMENT ON COLUMN plans.period_citation_id IS 'Where the period is printed; citations.citation_id. NULL: the text read does not print it.';

CREATE TABLE documents (
    document_id VARCHAR PRIMARY KEY,
    ward_code CHAR(5) NOT NULL REFERENCES wards (ward_code),
    plan_id VARCHAR NOT NULL REFERENCES plans (plan_id),
    title_ja VARCHAR NOT NULL,
    title_en VARCHAR,
    kind document_kind NOT NULL,
    published_on DATE,
    published_ja VARCHAR,
    published_precision date_precision,
    file_name VARCHAR NOT NULL,
    sha256 CHAR(64) NOT NULL CHECK (regexp_full_match(sha256, '[0-9a-f]{64}')),
    descriptor_sha256 CHAR(64) CHECK (regexp_full_match(descriptor_sha256, '[0-9a-f]{64}')),
    original_file_name VARCHAR,
    original_sha256 CHAR(64) CHECK (regexp_full_match(original_sha256, '[0-9a-f]{64}')),
    char_count INTEGER NOT NULL CHECK (char_count > 0),
    line_count INTEGER NOT NULL CHECK (line_count > 0),
    CHECK ((original_file_name IS NULL) = (original_sha256 IS NULL)),
    CHECK ((published_on IS NULL) = (published_precision IS NULL)),
    CHECK (published_on IS NULL OR published_ja IS NOT NULL),
    CHECK (published_precision <> 'month' OR day(published_on) = 1)
);
COMMENT ON TABLE documents IS 'The raw documents: plans, summaries, drafts and progress reports, as text.';
COMMENT ON COLUMN documents.document_id IS 'Id of the document.';
COMMENT ON COLUMN documents.ward_code IS 'The ward that published it; wards.ward_code.';
COMMENT ON COLUMN documents.plan_id IS 'The plan it tells of; plans.plan_id.';
COMMENT ON COLUMN documents.title_ja IS 'Title in Japanese.';
COMMENT ON COLUMN documents.title_en IS 'Title in English, our translation. NULL: not translated.';
COMMENT ON COLUMN documents.kind IS 'plan, plan_summary (概要版), draft_summary (summary of a draft, 案の概要) or progress_report (進捗状況の報告).';
COMMENT ON COLUMN documents.published_on IS 'Day of publication; the first of the month where only a month is printed (see published_precision). NULL: no date is printed.';
COMMENT ON COLUMN documents.published_ja IS 'Date of publication as printed, in Japanese, e.g. 令和6年5月. NULL: no date is printed.';
COMMENT ON COLUMN documents.published_precision IS 'What the printed date says: day or month. NULL: published_on is NULL.';
COMMENT ON COLUMN documents.file_name IS 'File of the raw text.';
COMMENT ON COLUMN documents.sha256 IS 'SHA-256 of the bytes of the raw file: 64 lower-case hexadecimal digits.';
COMMENT ON COLUMN documents.descriptor_sha256 IS 'SHA-256 of the bytes of the descriptor beside the text, which says how it is laid out. NULL: the rows were not read from a text.';
COMMENT ON COLUMN documents.original_file_name IS 'File beside the raw text that it was imported from: a PDF, a Word or Excel file, a web page, or a text in another encoding. NULL: the text is what was received.';
COMMENT ON COLUMN documents.original_sha256 IS 'SHA-256 of the bytes of that file. NULL: the text is what was received.';
COMMENT ON COLUMN documents.char_count IS 'Length of the raw text. Unit: Unicode code points.';
COMMENT ON COLUMN documents.line_count IS 'Number of lines of the raw text. Unit: lines.';

CREATE TABLE citations (
    citation_id VARCHAR PRIMARY KEY CHECK (regexp_full_match(citation_id, '[a-z_]+:.+')),
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    line_start INTEGER NOT NULL CHECK (line_start >= 1),
    line_end INTEGER NOT NULL,
    char_start INTEGER NOT NULL CHECK (char_start >= 0),
    char_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    page INTEGER CHECK (page >= 1),
    sheet_ja VARCHAR,
    CHECK (line_start <= line_end),
    CHECK (char_start < char_end),
    CHECK (length(quote) = char_end - char_start),
    CHECK (page IS NULL OR sheet_ja IS NULL)
);
COMMENT ON TABLE citations IS 'Passages of the raw documents that facts were read from. For every row raw_text[char_start:char_end] = quote.';
COMMENT ON COLUMN citations.citation_id IS 'Id: the table and the id of the row that cites, <table>:<row id>.';
COMMENT ON COLUMN citations.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN citations.line_start IS 'First line of the passage, counted from 1.';
COMMENT ON COLUMN citations.line_end IS 'Last line of the passage, counted from 1, inclusive.';
COMMENT ON COLUMN citations.char_start IS 'Offset of the first character in the raw text, in Unicode code points from 0.';
COMMENT ON COLUMN citations.char_end IS 'Offset just after the last character, in Unicode code points (half-open).';
COMMENT ON COLUMN citations.quote IS 'The passage, character for character as in the raw text, in Japanese.';
COMMENT ON COLUMN citations.page IS 'Page of the original file on which the passage stands, counted from 1 (the number printed on it may differ). NULL: the text has no page marks, for it was received as text or the original has no pages.';
COMMENT ON COLUMN citations.sheet_ja IS 'Sheet of the original workbook on which the passage stands, as it is named there. NULL: the original is no workbook.';

CREATE TABLE departments (
    department_id VARCHAR PRIMARY KEY,
    ward_code CHAR(5) NOT NULL REFERENCES wards (ward_code),
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR,
    citation_id VARCHAR REFERENCES citations (citation_id),
    UNIQUE (ward_code, name_ja)
);
COMMENT ON TABLE departments IS 'Sections and departments of a ward that a document names as responsible.';
COMMENT ON COLUMN departments.department_id IS 'Id of the department.';
COMMENT ON COLUMN departments.ward_code IS 'The ward it belongs to; wards.ward_code.';
COMMENT ON COLUMN departments.name_ja IS 'Name as printed, in Japanese.';
COMMENT ON COLUMN departments.name_en IS 'Name in English, our translation. NULL: not translated.';
COMMENT ON COLUMN departments.citation_id IS 'Where it is first named; citations.citation_id. NULL: it is cited only in measure_departments.';

CREATE TABLE glossary_terms (
    term_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    term_ja VARCHAR NOT NULL,
    definition_ja VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id)
);
COMMENT ON TABLE glossary_terms IS 'Terms that a document explains itself, in its footnotes or glossary.';
COMMENT ON COLUMN glossary_terms.term_id IS 'Id of the term.';
COMMENT ON COLUMN glossary_terms.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN glossary_terms.term_ja IS 'The term as printed, in Japanese.';
COMMENT ON COLUMN glossary_terms.definition_ja IS 'The explanation as printed, in Japanese.';
COMMENT ON COLUMN glossary_terms.citation_id IS 'Where it is printed; citations.citation_id.';


-- ------------------------------------------------------------------------------------- what the plans say

CREATE TABLE measures (
    measure_id VARCHAR PRIMARY KEY,
    plan_id VARCHAR NOT NULL REFERENCES plans (plan_id),
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    parent_measure_id VARCHAR REFERENCES measures (measure_id),
    -- A row at the top names itself, which FOREIGN KEY refuses on insertion; checks.sql looks.
    root_measure_id VARCHAR NOT NULL,
    is_parent_known BOOLEAN NOT NULL,
    level measure_level NOT NULL,
    level_ja VARCHAR,
    code VARCHAR,
    title_ja VARCHAR NOT NULL,
    title_en VARCHAR,
    position INTEGER NOT NULL CHECK (position >= 1),
    repeats_measure_id VARCHAR REFERENCES measures (measure_id),
    novelty novelty,
    is_national_priority BOOLEAN,
    lead_body lead_body,
    mark_ja VARCHAR,
    page INTEGER CHECK (page >= 1),
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    CHECK (is_parent_known OR parent_measure_id IS NULL)
);
COMMENT ON TABLE measures IS 'What a plan undertakes, at every level of its hierarchy, from viewpoint to single project.';
COMMENT ON COLUMN measures.measure_id IS 'Id, derived from ward, plan and printed code.';
COMMENT ON COLUMN measures.plan_id IS 'The plan; plans.plan_id.';
COMMENT ON COLUMN measures.document_id IS 'The document it was read from; documents.document_id.';
COMMENT ON COLUMN measures.parent_measure_id IS 'The measure one level up; measures.measure_id. NULL: at the top, or the source has lost it (then is_parent_known is false).';
COMMENT ON COLUMN measures.root_measure_id IS 'The topmost ancestor that the source shows, itself at the top; measures.measure_id.';
COMMENT ON COLUMN measures.is_parent_known IS 'False where the measure has a parent in the plan that the source text has lost.';
COMMENT ON COLUMN measures.level IS 'Level, harmonised over plans: viewpoint, pillar, policy, measure or project, from the top down.';
COMMENT ON COLUMN measures.level_ja IS 'The plan''s own word for the level, in Japanese: 指針, 施策, 個別施策, 取組, 事業内容 … NULL: the plan has no word for it.';
COMMENT ON COLUMN measures.code IS 'Number or code as printed, e.g. 1-1-① or 取組23. NULL: none is printed.';
COMMENT ON COLUMN measures.title_ja IS 'Title as printed, in Japanese.';
COMMENT ON COLUMN measures.title_en IS 'Title in English, our translation. NULL: not translated.';
COMMENT ON COLUMN measures.position IS 'Order in the document, from 1.';
COMMENT ON COLUMN measures.repeats_measure_id IS 'The measure of which this row is a printed repetition (再掲); measures.measure_id. NULL: it is not one. Leave repetitions out of counts.';
COMMENT ON COLUMN measures.novelty IS 'new (新規) or continuing (継続). NULL: the document does not say.';
COMMENT ON COLUMN measures.is_national_priority IS 'Whether the plan marks it as an item of the national 自治体DX推進計画 (★). NULL: the plan makes no such marks.';
COMMENT ON COLUMN measures.lead_body IS 'Who carries it out: ward, tokyo ((都)) or nation ((国)). NULL: the document does not say.';
COMMENT ON COLUMN measures.mark_ja IS 'A printed mark that the document does not explain, such as ☆. NULL: none.';
COMMENT ON COLUMN measures.page IS 'Page number as printed. NULL: none is printed.';
COMMENT ON COLUMN measures.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE activities (
    activity_id VARCHAR PRIMARY KEY,
    measure_id VARCHAR NOT NULL REFERENCES measures (measure_id),
    fiscal_year INTEGER REFERENCES years (fiscal_year),
    is_open_ended BOOLEAN NOT NULL,
    kind activity_kind NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 1),
    depth INTEGER CHECK (depth BETWEEN 1 AND 2),
    header_ja VARCHAR,
    text_ja VARCHAR NOT NULL,
    text_en VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    CHECK (NOT is_open_ended OR fiscal_year IS NOT NULL)
);
COMMENT ON TABLE activities IS 'What was done, is planned or is aimed at under a measure: one row a bullet, or a cell without bullets.';
COMMENT ON COLUMN activities.activity_id IS 'Id of the activity.';
COMMENT ON COLUMN activities.measure_id IS 'The measure; measures.measure_id.';
COMMENT ON COLUMN activities.fiscal_year IS 'The year it speaks of; years.fiscal_year. NULL: no year is printed.';
COMMENT ON COLUMN activities.is_open_ended IS 'True where the print says from that year on (以降).';
COMMENT ON COLUMN activities.kind IS 'result (実績), plan (予定), schedule (a cell of a timetable), effect (ねらい・効果) or goal (成果目標).';
COMMENT ON COLUMN activities.position IS 'Order within the measure, from 1.';
COMMENT ON COLUMN activities.depth IS '2 for a bullet below the bullet before it, else 1. NULL: not known.';
COMMENT ON COLUMN activities.header_ja IS 'The printed header of the column, or heading of the block, that it stands under. NULL: none.';
COMMENT ON COLUMN activities.text_ja IS 'Text as printed, in Japanese.';
COMMENT ON COLUMN activities.text_en IS 'Text in English, our translation. NULL: not translated.';
COMMENT ON COLUMN activities.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE statuses (
    measure_id VARCHAR REFERENCES measures (measure_id),
    fiscal_year INTEGER REFERENCES years (fiscal_year),
    status measure_status NOT NULL,
    label_ja VARCHAR NOT NULL,
    printed_year_ja VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    PRIMARY KEY (measure_id, fiscal_year)
);
COMMENT ON TABLE statuses IS 'What a ward says of the progress of its measures: its own judgement, each ward on a scale of its own.';
COMMENT ON COLUMN statuses.measure_id IS 'The measure; measures.measure_id.';
COMMENT ON COLUMN statuses.fiscal_year IS 'The year the statement speaks of, not that of its publication; years.fiscal_year.';
COMMENT ON COLUMN statuses.status IS 'Harmonised: ahead (further than planned), on_schedule (as planned), behind (later or less than planned), not_started (not begun), achieved (the goal is reached), continuing (goes on, whether or not it is as planned), under_review (to be thought over again), completed (finished, nothing is left to do) or merged (carried on within another item).';
COMMENT ON COLUMN statuses.label_ja IS 'The mark, letter or word as printed, in Japanese, e.g. ○, A or 達成.';
COMMENT ON COLUMN statuses.printed_year_ja IS 'The year as printed, in Japanese, e.g. 令和5年度. NULL: no year is printed with the statement.';
COMMENT ON COLUMN statuses.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE status_groups (
    status measure_status PRIMARY KEY,
    status_group VARCHAR NOT NULL CHECK (status_group IN ('done', 'under_way', 'other')),
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL
);
COMMENT ON TABLE status_groups IS 'The coarse groups in which the statuses of different wards can stand side by side: the finest that all their scales allow.';
COMMENT ON COLUMN status_groups.status IS 'The status: ahead, on_schedule, behind, not_started, achieved, continuing, under_review, completed or merged; statuses.status.';
COMMENT ON COLUMN status_groups.status_group IS 'done, under_way or other (not begun, under review or merged into another item).';
COMMENT ON COLUMN status_groups.name_ja IS 'Name of the group in Japanese.';
COMMENT ON COLUMN status_groups.name_en IS 'Name of the group in English.';

CREATE TABLE measure_departments (
    measure_id VARCHAR REFERENCES measures (measure_id),
    department_id VARCHAR REFERENCES departments (department_id),
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    PRIMARY KEY (measure_id, department_id)
);
COMMENT ON TABLE measure_departments IS 'Which departments are responsible for a measure.';
COMMENT ON COLUMN measure_departments.measure_id IS 'The measure; measures.measure_id.';
COMMENT ON COLUMN measure_departments.department_id IS 'The department; departments.department_id.';
COMMENT ON COLUMN measure_departments.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE kpis (
    kpi_id VARCHAR PRIMARY KEY,
    plan_id VARCHAR NOT NULL REFERENCES plans (plan_id),
    measure_id VARCHAR REFERENCES measures (measure_id),
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR,
    row_label_ja VARCHAR,
    unit_id VARCHAR REFERENCES units (unit_id),
    direction direction,
    nature nature,
    target_nature nature CHECK (target_nature <> nature),
    definition_ja VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id)
);
COMMENT ON TABLE kpis IS 'Indicators a plan sets itself (成果指標, 指標と目標値): one row a printed series.';
COMMENT ON COLUMN kpis.kpi_id IS 'Id of the series.';
COMMENT ON COLUMN kpis.plan_id IS 'The plan; plans.plan_id.';
COMMENT ON COLUMN kpis.measure_id IS 'The goal it belongs to; measures.measure_id. NULL: the document does not say.';
COMMENT ON COLUMN kpis.name_ja IS 'Name as printed, in Japanese.';
COMMENT ON COLUMN kpis.name_en IS 'Name in English, our translation. NULL: not translated.';
COMMENT ON COLUMN kpis.row_label_ja IS 'Which series it is, where several share one name: the row of a stacked cell (上段 or 下段), or the label printed with each value of a cell (小, 中). NULL: the name has one series.';
COMMENT ON COLUMN kpis.unit_id IS 'Unit of its values; units.unit_id. Where the cells print none, from the codebook. NULL: not known.';
COMMENT ON COLUMN kpis.direction IS 'Which way is better: higher or lower. NULL: not known.';
COMMENT ON COLUMN kpis.nature IS 'stock (at a date), flow (during a year), cumulative (since a start), increment (added in a year) or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN kpis.target_nature IS 'Nature of the targets where they count otherwise than the results, as yearly targets do that grow like totals: the two are then not measured against each other. stock, flow, cumulative, increment or ratio, as in nature. NULL: as nature.';
COMMENT ON COLUMN kpis.definition_ja IS 'The document''s own definition or footnote, in Japanese. NULL: it gives none.';
COMMENT ON COLUMN kpis.citation_id IS 'Where its name is printed; citations.citation_id.';

CREATE TABLE kpi_values (
    kpi_id VARCHAR REFERENCES kpis (kpi_id),
    fiscal_year INTEGER REFERENCES years (fiscal_year),
    value_type value_type,
    document_id VARCHAR REFERENCES documents (document_id),
    -- Beyond these, differences and quotients of two figures are no numbers any more; no plan prints such.
    value DOUBLE CHECK (value = 0 OR abs(value) BETWEEN 1e-15 AND 1e15),
    denominator DOUBLE CHECK (isfinite(denominator) AND denominator > 0),
    is_approximate BOOLEAN NOT NULL,
    -- SDMX CL_OBS_STATUS 2.2.
    obs_status CHAR(1) NOT NULL CHECK (
        obs_status IN (
            'A', 'B', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'S', 'U', 'V', 'W'
        )
    ),
    as_of DATE,
    as_of_precision date_precision,
    printed_year_ja VARCHAR,
    raw_text VARCHAR NOT NULL,
    note_ja VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    PRIMARY KEY (kpi_id, fiscal_year, value_type, document_id),
    CHECK (
        CASE
            -- Missing, for whatever reason.
            WHEN obs_status IN ('H', 'L', 'M', 'O', 'Q') THEN value IS NULL
            -- Derogation, included elsewhere, special event, low reliability: with a figure or without one.
            WHEN obs_status IN ('J', 'K', 'S', 'U') THEN TRUE
            ELSE value IS NOT NULL
        END
    ),
    CHECK (value IS NOT NULL OR denominator IS NULL),
    CHECK ((as_of IS NULL) = (as_of_precision IS NULL)),
    CHECK (as_of_precision <> 'month' OR day(as_of) = 1)
);
COMMENT ON TABLE kpi_values IS 'The figures of the series in kpis: one row a printed cell, baseline, target and actual apart.';
COMMENT ON COLUMN kpi_values.kpi_id IS 'The series; kpis.kpi_id.';
COMMENT ON COLUMN kpi_values.fiscal_year IS 'The year the figure is for; years.fiscal_year.';
COMMENT ON COLUMN kpi_values.value_type IS 'baseline (計画策定時), target (目標) or actual (実績).';
COMMENT ON COLUMN kpi_values.document_id IS 'The document that prints it; documents.document_id. Part of the key: a later report may restate a figure.';
COMMENT ON COLUMN kpi_values.value IS 'The figure, multipliers such as 万 worked out; the numerator of a fraction such as 0/15; 62.3% is 62.3. Unit: that of kpis.unit_id. NULL: missing or illegible, see obs_status.';
COMMENT ON COLUMN kpi_values.denominator IS 'The printed denominator of a fraction: 15 of 0/15. Unit: that of kpis.unit_id. NULL: not a fraction.';
COMMENT ON COLUMN kpi_values.is_approximate IS 'True where the print says about (約).';
COMMENT ON COLUMN kpi_values.obs_status IS 'Observation status, SDMX CL_OBS_STATUS 2.2, one letter: A normal, B break in series, D definition differs, E estimated or approximate, F forecast, G experimental, H missing (holiday), I imputed, J derogation, K included elsewhere, L missing (not collected), M missing (cannot exist), N not significant, O missing (no reason given, printed —), P provisional, Q missing (suppressed), S special event, U low reliability or illegible, V unvalidated, W includes another category. One letter only; where several apply the first of B O M L H Q J S D K W I F E P N U V G A.';
COMMENT ON COLUMN kpi_values.as_of IS 'The date the figure is as of; the first of the month where only a month is printed. NULL: no date is printed with it.';
COMMENT ON COLUMN kpi_values.as_of_precision IS 'What the printed date says: day or month. NULL: as_of is NULL.';
COMMENT ON COLUMN kpi_values.printed_year_ja IS 'The year as printed, in Japanese, e.g. 平成32年度 or 4年度: with the figure, above it, or where the document says what its columns speak of; the word of the column (前年度) where the year is counted from another. NULL: no year is printed.';
COMMENT ON COLUMN kpi_values.raw_text IS 'The cell as printed, in Japanese.';
COMMENT ON COLUMN kpi_values.note_ja IS 'The document''s note on this figure, or the words printed with it, e.g. (累計), in Japanese. NULL: none.';
COMMENT ON COLUMN kpi_values.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE kpi_statuses (
    kpi_id VARCHAR REFERENCES kpis (kpi_id),
    fiscal_year INTEGER REFERENCES years (fiscal_year),
    document_id VARCHAR REFERENCES documents (document_id),
    status measure_status NOT NULL,
    label_ja VARCHAR NOT NULL,
    printed_year_ja VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    PRIMARY KEY (kpi_id, fiscal_year, document_id)
);
COMMENT ON TABLE kpi_statuses IS 'The grades that a ward gives its own KPIs (評価): its own judgement, each ward on a scale of its own. Whether a target is met by the figures is another question: see achievements.is_met.';
COMMENT ON COLUMN kpi_statuses.kpi_id IS 'The series; kpis.kpi_id. A grade printed once for a name with several series stands at each of them, with the same passage.';
COMMENT ON COLUMN kpi_statuses.fiscal_year IS 'The year the grade speaks of, not that of its publication; years.fiscal_year.';
COMMENT ON COLUMN kpi_statuses.document_id IS 'The document that prints it; documents.document_id. Part of the key: a later report may grade a year anew.';
COMMENT ON COLUMN kpi_statuses.status IS 'Harmonised, as statuses.status: ahead, on_schedule, behind, not_started, achieved, continuing, under_review, completed or merged.';
COMMENT ON COLUMN kpi_statuses.label_ja IS 'The mark, letter or word as printed, in Japanese, e.g. A.';
COMMENT ON COLUMN kpi_statuses.printed_year_ja IS 'The year as printed, in Japanese, e.g. 6年度; the word of the column where the year is counted from another.';
COMMENT ON COLUMN kpi_statuses.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE quantities (
    quantity_id VARCHAR PRIMARY KEY,
    measure_id VARCHAR REFERENCES measures (measure_id),
    activity_id VARCHAR REFERENCES activities (activity_id),
    fiscal_year INTEGER REFERENCES years (fiscal_year),
    value DOUBLE NOT NULL CHECK (value = 0 OR abs(value) BETWEEN 1e-15 AND 1e15),
    unit_id VARCHAR REFERENCES units (unit_id),
    nature nature,
    subject_ja VARCHAR NOT NULL,
    subject_en VARCHAR,
    is_approximate BOOLEAN NOT NULL,
    scope quantity_scope NOT NULL,
    bound VARCHAR CHECK (bound IN ('at_least', 'more_than')),
    sentence_ja VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id)
);
COMMENT ON TABLE quantities IS 'Figures printed in running text, and targets printed without a year.';
COMMENT ON COLUMN quantities.quantity_id IS 'Id of the figure.';
COMMENT ON COLUMN quantities.measure_id IS 'The measure it is printed under; measures.measure_id. NULL: it stands outside any measure.';
COMMENT ON COLUMN quantities.activity_id IS 'The bullet or cell it is printed in; activities.activity_id. NULL: none.';
COMMENT ON COLUMN quantities.fiscal_year IS 'The year it is for; years.fiscal_year. NULL: no year is printed.';
COMMENT ON COLUMN quantities.value IS 'The figure, multipliers such as 万 worked out. Unit: that of unit_id.';
COMMENT ON COLUMN quantities.unit_id IS 'Its unit; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN quantities.nature IS 'stock, flow, cumulative, increment or ratio, as in kpis.nature. NULL: the document leaves it open.';
COMMENT ON COLUMN quantities.subject_ja IS 'What is counted, in the words of the document, in Japanese.';
COMMENT ON COLUMN quantities.subject_en IS 'What is counted, in English, our translation. NULL: not translated.';
COMMENT ON COLUMN quantities.is_approximate IS 'True where the print says about (約).';
COMMENT ON COLUMN quantities.scope IS 'Whom it is about: ward, tokyo or nation. Only figures about the ward are compared.';
COMMENT ON COLUMN quantities.bound IS 'at_least (以上) or more_than (を超える) where the text bounds the figure. NULL: it states it.';
COMMENT ON COLUMN quantities.sentence_ja IS 'The sentence, bullet or cell around the figure, as printed. NULL: not kept.';
COMMENT ON COLUMN quantities.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE events (
    event_id VARCHAR PRIMARY KEY,
    ward_code CHAR(5) NOT NULL REFERENCES wards (ward_code),
    fiscal_year INTEGER NOT NULL REFERENCES years (fiscal_year),
    end_fiscal_year INTEGER REFERENCES years (fiscal_year),
    kind event_kind NOT NULL,
    text_ja VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    CHECK (fiscal_year <= end_fiscal_year)
);
COMMENT ON TABLE events IS 'Dated history that a document tells of its ward, such as 情報化の歩み and earlier plan periods.';
COMMENT ON COLUMN events.event_id IS 'Id of the event.';
COMMENT ON COLUMN events.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN events.fiscal_year IS 'The year of the event or the first year of the period; years.fiscal_year.';
COMMENT ON COLUMN events.end_fiscal_year IS 'The last year of a period; years.fiscal_year. NULL: a single year, or no end is printed.';
COMMENT ON COLUMN events.kind IS 'event or plan_period (the period of an earlier plan).';
COMMENT ON COLUMN events.text_ja IS 'Text as printed, in Japanese.';
COMMENT ON COLUMN events.citation_id IS 'Where it is printed; citations.citation_id.';

CREATE TABLE passages (
    passage_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    measure_id VARCHAR REFERENCES measures (measure_id),
    header_ja VARCHAR,
    text_ja VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id)
);
COMMENT ON TABLE passages IS 'Every sentence, bullet and table cell of every document, to search in: text_ja LIKE ''%RPA%''.';
COMMENT ON COLUMN passages.passage_id IS 'Id of the passage.';
COMMENT ON COLUMN passages.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN passages.measure_id IS 'The measure it is printed under; measures.measure_id. NULL: none, or not known.';
COMMENT ON COLUMN passages.header_ja IS 'Header of the column of results or plans that it stands in, as printed: it says whether and of which year something was done or planned. NULL: not in such a column.';
COMMENT ON COLUMN passages.text_ja IS 'Text as printed, in Japanese.';
COMMENT ON COLUMN passages.citation_id IS 'Where it is printed; citations.citation_id.';


-- -------------------------------------------------------------------------- what makes wards comparable

CREATE TABLE themes (
    theme_id VARCHAR PRIMARY KEY,
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    scope_note_ja VARCHAR NOT NULL,
    scope_note_en VARCHAR NOT NULL,
    national_item_ja VARCHAR
);
COMMENT ON TABLE themes IS 'Policy themes, aligned with the national 自治体DX推進計画.';
COMMENT ON COLUMN themes.theme_id IS 'Id of the theme.';
COMMENT ON COLUMN themes.name_ja IS 'Name in Japanese.';
COMMENT ON COLUMN themes.name_en IS 'Name in English.';
COMMENT ON COLUMN themes.scope_note_ja IS 'What belongs to it and what does not, in Japanese.';
COMMENT ON COLUMN themes.scope_note_en IS 'What belongs to it and what does not, in English.';
COMMENT ON COLUMN themes.national_item_ja IS 'The item of the national plan it corresponds to, in Japanese. NULL: none.';

CREATE TABLE measure_themes (
    measure_id VARCHAR REFERENCES measures (measure_id),
    theme_id VARCHAR REFERENCES themes (theme_id),
    is_primary BOOLEAN NOT NULL,
    method theme_method NOT NULL,
    evidence VARCHAR,
    PRIMARY KEY (measure_id, theme_id),
    CHECK (method <> 'rule' OR evidence IS NOT NULL)
);
COMMENT ON TABLE measure_themes IS 'The themes of a measure: one primary, others beside it.';
COMMENT ON COLUMN measure_themes.measure_id IS 'The measure; measures.measure_id.';
COMMENT ON COLUMN measure_themes.theme_id IS 'The theme; themes.theme_id.';
COMMENT ON COLUMN measure_themes.is_primary IS 'True for the one main theme of the measure. Count by primary theme, or measures count twice.';
COMMENT ON COLUMN measure_themes.method IS 'How it was decided: rule (words in the text) or curated (a person).';
COMMENT ON COLUMN measure_themes.evidence IS 'The words of the text that decided it, in Japanese. NULL: a person decided without naming any.';

CREATE TABLE indicators (
    indicator_id VARCHAR PRIMARY KEY,
    name_ja VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    definition_ja VARCHAR NOT NULL,
    definition_en VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL REFERENCES units (unit_id),
    nature nature,
    direction direction,
    theme_id VARCHAR NOT NULL REFERENCES themes (theme_id),
    needed_ja VARCHAR NOT NULL,
    needed_en VARCHAR NOT NULL
);
COMMENT ON TABLE indicators IS 'Harmonised concepts that printed series are related to across wards.';
COMMENT ON COLUMN indicators.indicator_id IS 'Id, e.g. online_procedures.';
COMMENT ON COLUMN indicators.name_ja IS 'Name in Japanese.';
COMMENT ON COLUMN indicators.name_en IS 'Name in English.';
COMMENT ON COLUMN indicators.definition_ja IS 'Definition in Japanese.';
COMMENT ON COLUMN indicators.definition_en IS 'Definition in English.';
COMMENT ON COLUMN indicators.unit_id IS 'Unit of the concept; units.unit_id. A series that feeds it may be printed in another.';
COMMENT ON COLUMN indicators.nature IS 'stock, flow, cumulative, increment or ratio, as in kpis.nature. NULL: not settled.';
COMMENT ON COLUMN indicators.direction IS 'Which way is better: higher or lower. NULL: neither.';
COMMENT ON COLUMN indicators.theme_id IS 'The theme it belongs to; themes.theme_id.';
COMMENT ON COLUMN indicators.needed_ja IS 'What the wards would have to publish so that it could be compared, in Japanese.';
COMMENT ON COLUMN indicators.needed_en IS 'What the wards would have to publish so that it could be compared, in English.';

CREATE TABLE indicator_terms (
    indicator_id VARCHAR REFERENCES indicators (indicator_id),
    term_ja VARCHAR,
    PRIMARY KEY (indicator_id, term_ja)
);
COMMENT ON TABLE indicator_terms IS 'Words by which passages that speak of an indicator are found, in Japanese.';
COMMENT ON COLUMN indicator_terms.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN indicator_terms.term_ja IS 'A word or part of a word as documents print it, in Japanese.';

CREATE TABLE indicator_sources (
    indicator_source_id VARCHAR PRIMARY KEY,
    indicator_id VARCHAR NOT NULL REFERENCES indicators (indicator_id),
    kpi_id VARCHAR REFERENCES kpis (kpi_id),
    quantity_id VARCHAR REFERENCES quantities (quantity_id),
    statistic_id VARCHAR REFERENCES statistics (statistic_id),
    comparability comparability NOT NULL,
    transformation VARCHAR CHECK (transformation IN ('increment_to_level')),
    rationale_ja VARCHAR NOT NULL,
    rationale_en VARCHAR NOT NULL,
    CHECK (
        CAST(kpi_id IS NOT NULL AS INTEGER)
        + CAST(quantity_id IS NOT NULL AS INTEGER)
        + CAST(statistic_id IS NOT NULL AS INTEGER) = 1
    ),
    -- A key of one column, because those three may be NULL and a primary key may not.
    CHECK (indicator_source_id = indicator_id || ':' || coalesce(kpi_id, quantity_id, statistic_id)),
    CHECK ((comparability = 'convertible') = (transformation IS NOT NULL))
);
COMMENT ON TABLE indicator_sources IS 'Which printed series or figure feeds an indicator, and how far it may be compared.';
COMMENT ON COLUMN indicator_sources.indicator_source_id IS 'Id: <indicator_id>:<kpi_id>, <indicator_id>:<quantity_id> or <indicator_id>:<statistic_id>.';
COMMENT ON COLUMN indicator_sources.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN indicator_sources.kpi_id IS 'The series; kpis.kpi_id. NULL: the source is a figure of the text or a statistic.';
COMMENT ON COLUMN indicator_sources.quantity_id IS 'The figure; quantities.quantity_id. NULL: the source is a series or a statistic.';
COMMENT ON COLUMN indicator_sources.statistic_id IS 'The national statistic; statistics.statistic_id. NULL: the source is printed by a ward.';
COMMENT ON COLUMN indicator_sources.comparability IS 'direct (same definition), convertible (after transformation) or related (same aim, another definition: shown side by side, never ranked or drawn on one axis).';
COMMENT ON COLUMN indicator_sources.transformation IS 'What makes a convertible value comparable: increment_to_level adds it to the direct value of the same ward and indicator one fiscal year before. NULL: nothing is needed, or nothing would help.';
COMMENT ON COLUMN indicator_sources.rationale_ja IS 'Why it was so judged, in Japanese.';
COMMENT ON COLUMN indicator_sources.rationale_en IS 'Why it was so judged, in English.';


-- ------------------------------------------------------------------------------------- what keeps it honest

CREATE TABLE line_uses (
    document_id VARCHAR REFERENCES documents (document_id),
    use line_use,
    line_count INTEGER NOT NULL CHECK (line_count >= 0),
    PRIMARY KEY (document_id, use)
);
COMMENT ON TABLE line_uses IS 'The line account: what became of the lines of each document when it was read. The counts of a document add up to documents.line_count.';
COMMENT ON COLUMN line_uses.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN line_uses.use IS 'read (its cells and titles are rows of other tables), prose (running text, kept in passages, whose figures are in quantities), ignored (set aside by a rule of the descriptor, with its reason), blank (nothing is printed) or unread (nothing accounts for it).';
COMMENT ON COLUMN line_uses.line_count IS 'Number of lines put to that use; 0 where none is. Unit: lines.';

CREATE TABLE reconciliations (
    reconciliation_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    subject_ja VARCHAR NOT NULL,
    subject_en VARCHAR NOT NULL,
    stated DOUBLE NOT NULL CHECK (isfinite(stated)),
    extracted DOUBLE NOT NULL CHECK (isfinite(extracted)),
    difference DOUBLE NOT NULL,
    explanation_ja VARCHAR,
    explanation_en VARCHAR,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    CHECK (difference = extracted - stated),
    CHECK ((explanation_ja IS NULL) = (explanation_en IS NULL))
);
COMMENT ON TABLE reconciliations IS 'What a document states of itself, such as a number of measures, against what was read from it.';
COMMENT ON COLUMN reconciliations.reconciliation_id IS 'Id of the comparison.';
COMMENT ON COLUMN reconciliations.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN reconciliations.subject_ja IS 'What is counted, in Japanese.';
COMMENT ON COLUMN reconciliations.subject_en IS 'What is counted, in English, our translation.';
COMMENT ON COLUMN reconciliations.stated IS 'The number the document states. Unit: what subject_ja counts.';
COMMENT ON COLUMN reconciliations.extracted IS 'The number that was read. Unit: what subject_ja counts.';
COMMENT ON COLUMN reconciliations.difference IS 'extracted - stated: negative where less was read than the document states, 0 where they agree. Unit: what subject_ja counts.';
COMMENT ON COLUMN reconciliations.explanation_ja IS 'Why they differ, in Japanese. NULL: they agree, or nobody has explained it yet.';
COMMENT ON COLUMN reconciliations.explanation_en IS 'Why they differ, in English. NULL: as explanation_ja.';
COMMENT ON COLUMN reconciliations.citation_id IS 'Where the document states the number; citations.citation_id.';

CREATE TABLE corrections (
    correction_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL REFERENCES documents (document_id),
    table_name VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    kind correction_kind NOT NULL,
    printed VARCHAR,
    curated VARCHAR,
    reason_ja VARCHAR NOT NULL,
    reason_en VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL REFERENCES citations (citation_id),
    CHECK (printed IS DISTINCT FROM curated)
);
COMMENT ON TABLE corrections IS 'Every place where a value of this database departs from the print, with the reason.';
COMMENT ON COLUMN corrections.correction_id IS 'Id of the correction.';
COMMENT ON COLUMN corrections.document_id IS 'The document; documents.document_id.';
COMMENT ON COLUMN corrections.table_name IS 'The table of the corrected value.';
COMMENT ON COLUMN corrections.row_id IS 'The id of the corrected row; the parts of a key of several columns are joined by |. For a moved cell of a table that is still empty, the measure it belongs to.';
COMMENT ON COLUMN corrections.column_name IS 'The column of the corrected value.';
COMMENT ON COLUMN corrections.kind IS 'moved_cell (the conversion moved a cell to another column, and its text proves where it belongs) or curated (a person decided that the print cannot stand).';
COMMENT ON COLUMN corrections.printed IS 'What the document prints, as text; for a cell that the conversion moved, the header it stands under. NULL: nothing.';
COMMENT ON COLUMN corrections.curated IS 'What this database holds instead, as text; for a moved cell, the header it belongs to. NULL: no value.';
COMMENT ON COLUMN corrections.reason_ja IS 'Why, in Japanese.';
COMMENT ON COLUMN corrections.reason_en IS 'Why, in English.';
COMMENT ON COLUMN corrections.citation_id IS 'Where it is printed; citations.citation_id.';


-- ------------------------------------------------------------- filled by the build from the tables above

CREATE TABLE indicator_mentions (
    ward_code CHAR(5) REFERENCES wards (ward_code),
    indicator_id VARCHAR REFERENCES indicators (indicator_id),
    passage_count INTEGER NOT NULL CHECK (passage_count > 0),
    PRIMARY KEY (ward_code, indicator_id)
);
COMMENT ON TABLE indicator_mentions IS 'Derived: how many passages of a ward''s documents speak of an indicator; no row where none does.';
COMMENT ON COLUMN indicator_mentions.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN indicator_mentions.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN indicator_mentions.passage_count IS 'Number of passages that have one of its words, indicator_terms.term_ja.';


CREATE TABLE build_info (
    key VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);
COMMENT ON TABLE build_info IS 'What this file was built from. No clock time: the same inputs give the same content.';
COMMENT ON COLUMN build_info.key IS 'What is told, e.g. schema_version, library_version, raw_sha256.';
COMMENT ON COLUMN build_info.value IS 'Its value, as text.';
