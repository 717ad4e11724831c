//! Integration tests: similarity.
