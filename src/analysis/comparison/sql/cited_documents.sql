SELECT citation_id, document_id
FROM citation_texts
WHERE citation_id IN (SELECT unnest($citations))
