"""Documents as they were published (PDF, Word, Excel, web page, text) made into raw texts."""
