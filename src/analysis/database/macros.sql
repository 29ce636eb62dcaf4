-- Macros for people who write SQL. They give what the library's functions give; tests compare them.
-- What the caller writes is put in the place of an argument, and there it must mean what it means to the caller: where
-- an argument stands, no column of ours is in sight but under names that nobody else uses. That is why it comes first
-- after FROM.

CREATE MACRO fiscal_year(printed) AS
list_transform(
    -- As the library folds a print: full-width forms, look-alikes of CJK, spaces and what cannot be seen.
    [regexp_replace(
        nfc_normalize(translate(
            regexp_replace(CAST(printed AS VARCHAR), '(?i)<br\s*/?>', '', 'g'),
            '０１２３４５６７８９ＦＹＭＴＳＨＲ（）⼀⼆⼋⼗⼤',
            '0123456789FYMTSHR()一二八十大'
        )),
        '[\s\x{0B}\x{1C}-\x{1F}\x{85}\x{AD}\x{200B}-\x{200D}\x{2060}\x{FEFF}\p{Z}]', '', 'g'
    )],
    lambda squeezed: CASE
        WHEN squeezed IS NULL THEN NULL
        WHEN regexp_full_match(squeezed, 'FY[0-9]{4}') AND squeezed >= 'FY1868' THEN CAST(squeezed[3:] AS INTEGER)
        ELSE coalesce(
            list_transform(
                [regexp_extract(
                    squeezed,
                    '^(明治|大正|昭和|平成|令和|[MTSHR])?(元|[0-9]{1,4}|[〇零一二三四五六七八九十]{1,4})(年度?)?'
                    || '(\((明治|大正|昭和|平成|令和|[MTSHR])?(元|[0-9]{1,4}|[〇零一二三四五六七八九十]{1,4})(年度?)?\))?'
                    || '(年?度)?$',
                    ['era', 'number', 'behind', 'beside', 'other_era', 'other_number', 'inside', 'closing']
                )],
                lambda parts: list_transform(
                    [list_transform(
                        [
                            {'era': parts.era, 'number': parts.number},
                            {'era': parts.other_era, 'number': parts.other_number}
                        ],
                        lambda one: CASE
                            WHEN one.number = '' THEN NULL
                            WHEN one.era = '' AND one.number = '元' THEN 0
                            ELSE list_transform(
                                [CASE
                                    WHEN one.number = '元' THEN 1
                                    WHEN contains(one.number, '十') THEN list_transform(
                                        [regexp_extract(
                                            translate(one.number, '一二三四五六七八九', '123456789'),
                                            '^([1-9]?)(十)([1-9]?)$',
                                            ['tens', 'ten', 'ones']
                                        )],
                                        lambda kanji: CASE
                                            WHEN kanji.ten = '' THEN 0
                                            ELSE
                                                10 * coalesce(TRY_CAST(kanji.tens AS INTEGER), 1)
                                                + coalesce(TRY_CAST(kanji.ones AS INTEGER), 0)
                                        END
                                    )[1]
                                    ELSE CAST(translate(one.number, '〇零一二三四五六七八九', '00123456789') AS INTEGER)
                                END],
                                lambda counted: CASE
                                    WHEN one.era = '' THEN CASE WHEN counted >= 1868 THEN counted ELSE 0 END
                                    WHEN counted NOT BETWEEN 1 AND 99 THEN 0
                                    ELSE counted + CASE one.era[1]
                                        WHEN '明' THEN 1867 WHEN 'M' THEN 1867
                                        WHEN '大' THEN 1911 WHEN 'T' THEN 1911
                                        WHEN '昭' THEN 1925 WHEN 'S' THEN 1925
                                        WHEN '平' THEN 1988 WHEN 'H' THEN 1988
                                        WHEN '令' THEN 2018 WHEN 'R' THEN 2018
                                    END
                                END
                            )[1]
                        END
                    )],
                    lambda years: CASE
                        WHEN coalesce(years[1], 0) = 0 OR coalesce(years[2], years[1]) <> years[1] THEN NULL
                        -- 年度 once, or behind both; 年 alone tells a calendar year.
                        WHEN parts.behind || '/' || parts.inside || '/' || parts.closing IN ('年度//', '//年度')
                            THEN years[1]
                        WHEN
                            parts.beside <> ''
                            AND parts.behind || '/' || parts.inside || '/' || parts.closing
                            IN ('年度/年度/', '/年度/', '年/年/度')
                            THEN years[1]
                        WHEN
                            parts.behind || parts.inside || parts.closing = ''
                            AND parts.era || parts.other_era <> ''
                            THEN years[1]
                    END
                )[1]
            )[1],
            error('cannot read ''' || printed || ''': expected a fiscal year such as 令和5年度, R6年度, 2023年度 or FY2023')
        )
    END
)[1];
COMMENT ON MACRO fiscal_year IS 'The calendar year in which a fiscal year begins, from its name: fiscal_year(''令和5年度'') is 2023. Read are 令和5年度, 令和元年度, R5年度, 平成31年度, 2023年度, 平成28(2016)年度, FY2023, kanji and full-width digits, spaces anywhere. Any other text is an error; NULL gives NULL.';

CREATE MACRO fiscal_year_of(any_day) AS
CAST(year(CAST(any_day AS DATE)) - CASE WHEN month(CAST(any_day AS DATE)) < 4 THEN 1 ELSE 0 END AS INTEGER);
COMMENT ON MACRO fiscal_year_of IS 'The fiscal year in which a day lies: fiscal_year_of(DATE ''2024-03-31'') is 2023. NULL gives NULL.';

CREATE MACRO era_label(begins_in) AS
list_transform(
    [CASE
        WHEN begins_in IS NULL THEN NULL
        WHEN begins_in <> CAST(begins_in AS INTEGER) THEN error('a fiscal year is a whole number, not ' || begins_in)
        WHEN begins_in >= 2019 THEN {'era': '令和', 'first': 2019}
        WHEN begins_in >= 1989 THEN {'era': '平成', 'first': 1989}
        WHEN begins_in >= 1926 THEN {'era': '昭和', 'first': 1926}
        WHEN begins_in >= 1912 THEN {'era': '大正', 'first': 1912}
        WHEN begins_in >= 1868 THEN {'era': '明治', 'first': 1868}
        ELSE error('no era is known for the fiscal year ' || begins_in || ': expected 1868 or later')
    END],
    lambda named: CASE CAST(begins_in AS INTEGER)
        WHEN named.first THEN named.era || '元年度'
        ELSE named.era || (CAST(begins_in AS INTEGER) - named.first + 1) || '年度'
    END
)[1];
COMMENT ON MACRO era_label IS 'What a fiscal year is called in Japanese: era_label(2023) is 令和5年度. A year before 1868 is an error; NULL gives NULL.';

CREATE MACRO ward_code(ward) AS
CASE WHEN ward IS NOT NULL THEN coalesce(
    (
        SELECT "its code"
        FROM (
            SELECT
                wards.ward_code AS "its code",
                wards.slug AS "its slug",
                wards.name_ja AS "its name",
                wards.name_en AS "its English name"
            FROM wards
        ) AS "the ward"
        WHERE ward IN ("its code", "its slug", "its name", "its English name")
    ),
    error('unknown ward ''' || ward || ''': a code, slug or name of the table wards is expected, as in ward_code(''中野区'')')
) END;
COMMENT ON MACRO ward_code IS 'The code of a ward by its code, slug or name in Japanese or English: ward_code(''中野区'') is 13114. Any other text is an error; NULL gives NULL.';

CREATE MACRO citation(id, language := 'ja') AS
CASE WHEN id IS NOT NULL THEN coalesce(
    (
        SELECT CASE language
            WHEN 'ja' THEN "in Japanese"
            WHEN 'en' THEN "in English"
            ELSE error('unknown language ''' || language || ''': ''ja'' and ''en'' are there')
        END
        FROM (
            SELECT
                cited.citation_id AS "its id",
                CASE
                    WHEN cited.publisher_ja IS NULL THEN cited.title_ja
                    ELSE cited.publisher_ja || '「' || cited.title_ja || '」'
                END
                || coalesce('(' || cited.published_ja || ')', '')
                || coalesce(cited.page || 'ページ、', 'シート「' || cited.sheet_ja || '」、', '')
                || cited.line_start
                || CASE WHEN cited.line_end = cited.line_start THEN '' ELSE '-' || cited.line_end END
                || '行目、「' || cited.words || '」。(' || cited.files || ')' AS "in Japanese",
                coalesce(cited.publisher_en || ' City, ', '')
                || CASE
                    WHEN cited.title_en IS NULL THEN cited.title_ja
                    WHEN cited.publisher_en IS NULL THEN cited.title_en
                    ELSE cited.title_ja || ' [' || cited.title_en || ']'
                END
                || coalesce(' (' || cited.published_ja || ')', '')
                || ', '
                || coalesce('page ' || cited.page || ', ', 'sheet “' || cited.sheet_ja || '”, ', '')
                || CASE
                    WHEN cited.line_end = cited.line_start THEN 'line ' || cited.line_start
                    ELSE 'lines ' || cited.line_start || '-' || cited.line_end
                END
                || ': “' || cited.words || '”. (' || cited.files || ')' AS "in English"
            FROM (
                SELECT
                    citation_texts.*,
                    -- The breaks of a cell's lines are read as nothing, or as a blank between two words of Latin letters;
                    -- twice, for one letter may stand between two breaks.
                    trim(regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                regexp_replace(
                                    citation_texts.quote,
                                    '(?i)([a-z])(?:<br\s*/?>)+([a-z])', '\1 \2', 'g'
                                ),
                                '(?i)([a-z])(?:<br\s*/?>)+([a-z])', '\1 \2', 'g'
                            ),
                            '(?i)<br\s*/?>', '', 'g'
                        ),
                        '[\s\x{0B}\x{1C}-\x{1F}\x{85}\p{Z}]+', ' ', 'g'
                    )) AS words,
                    coalesce(
                        citation_texts.original_file_name
                        || ', SHA-256 ' || citation_texts.original_sha256[:12] || ', ',
                        ''
                    )
                    || citation_texts.file_name || ', SHA-256 ' || citation_texts.sha256[:12]
                    || ', ward-plans '
                    || coalesce(
                        (SELECT build_info.value FROM build_info WHERE build_info.key = 'library_version'),
                        'of unknown version'
                    ) AS files
                FROM citation_texts
            ) AS cited
        ) AS "the citation"
        WHERE "its id" = id
    ),
    error('no citation ''' || id || ''' in the database')
) END;
COMMENT ON MACRO citation IS 'A ready citation text, in Japanese or with language := ''en'' in English: SELECT value, citation(citation_id) FROM observations. An id that is none is an error; NULL gives NULL.';

CREATE MACRO search(word) AS TABLE
SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    measures.title_ja AS measure_title_ja,
    passages.header_ja,
    citations.quote,
    citations.line_start AS line,
    citations.citation_id
FROM (
    SELECT CASE
        WHEN trim(coalesce(word, '')) = '' THEN error('search needs a word, as in FROM search(''生成AI'')')
        ELSE CAST(word AS VARCHAR)
    END AS "the word"
) AS "the search"
CROSS JOIN passages
JOIN citations ON passages.citation_id = citations.citation_id
JOIN documents ON passages.document_id = documents.document_id
JOIN wards ON documents.ward_code = wards.ward_code
LEFT JOIN measures ON passages.measure_id = measures.measure_id
WHERE contains(passages.text_ja, "the word")
ORDER BY wards.ward_code, documents.published_on NULLS FIRST, documents.document_id, citations.char_start;
COMMENT ON MACRO TABLE search IS 'Every sentence, bullet and table cell of the documents that holds a word, with where it is printed: FROM search(''生成AI''). A ward that is not there does not say the word; that is no proof that it does nothing.';

CREATE MACRO compare(indicator) AS TABLE
SELECT comparisons.*
FROM (
    SELECT coalesce(
        "an id",
        error(
            'unknown indicator ''' || coalesce("what is asked for", 'NULL')
            || ''': SELECT indicator_id, name_ja, name_en FROM indicators tells which there are'
        )
    ) AS "the id"
    FROM (SELECT indicator AS "what is asked for") AS "the argument"
    LEFT JOIN (SELECT indicators.indicator_id AS "an id" FROM indicators) AS "the indicators"
        ON "what is asked for" = "an id"
) AS "the question"
JOIN comparisons ON comparisons.indicator_id = "the id"
LEFT JOIN documents ON comparisons.document_id = documents.document_id
-- Of a figure that several editions print: a legible one rather than none, then the newest edition's.
QUALIFY
    row_number() OVER (
        PARTITION BY comparisons.series_id, comparisons.fiscal_year, comparisons.value_type
        ORDER BY comparisons.value IS NULL, documents.published_on DESC NULLS LAST, comparisons.document_id DESC
    ) = 1
ORDER BY comparisons.ward_code, comparisons.series_id, comparisons.fiscal_year, comparisons.value_type;
COMMENT ON MACRO TABLE compare IS 'The rows of the view comparisons for one indicator, each figure once, from the newest document that prints it legibly: FROM compare(''online_procedures''). Compare wards by indicator_value only.';
