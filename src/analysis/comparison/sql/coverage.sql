SELECT
    * REPLACE (CAST(best_comparability AS VARCHAR) AS best_comparability)
FROM coverage
WHERE
    ward_code IN (SELECT unnest($wards))
    AND ($indicator IS NULL OR indicator_id = $indicator)
ORDER BY ward_code, indicator_id
