"""Words: ids, enums, frozen records, table specifications, issues, errors and views, with the standard library only."""
