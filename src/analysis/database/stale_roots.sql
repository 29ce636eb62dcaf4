-- Deletes the rest of what was read from the documents of the wards of $wards, once their items are gone.

DELETE FROM glossary_terms WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM departments WHERE ward_code IN (SELECT unnest($wards));
DELETE FROM citations WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM documents WHERE ward_code IN (SELECT unnest($wards));
DELETE FROM plans WHERE ward_code IN (SELECT unnest($wards));
