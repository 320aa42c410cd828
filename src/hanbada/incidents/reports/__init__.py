"""Reports of merchant ships and their companies: forms, what a text says by one, what is overdue, who may know.

`forms`: FORMS, form_named. `parsing`: parsed, form_of. `blank`: text_of, csv_of, rows_in. A text is never believed to
be whole: what was read stands beside where it was read, what is missing and what was left over are said.
"""
