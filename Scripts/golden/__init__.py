"""The oracle's cases, a module a family; `writer` holds the file's form."""
