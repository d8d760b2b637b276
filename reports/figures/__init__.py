"""The figures of a report: gathered once, frozen as plain data, hashed, and carried inside the PDF."""
