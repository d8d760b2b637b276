"""Reports as files of office programs: spreadsheets and slides, from the same figures as the PDF."""
