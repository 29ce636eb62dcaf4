SELECT * FROM citation_texts WHERE citation_id = $citation
