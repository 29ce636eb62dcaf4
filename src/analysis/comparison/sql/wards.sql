SELECT
    ward_code,
    lg_code,
    slug,
    name_ja AS ward_name_ja,
    name_en AS ward_name_en,
    is_covered,
    tile_row,
    tile_column
FROM wards
ORDER BY ward_code
