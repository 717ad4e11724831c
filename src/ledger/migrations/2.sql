-- One row a written answer: fingerprints and a hash, no word of the text.
CREATE TABLE written_answers (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    run_seq BIGINT NOT NULL REFERENCES runs (seq),
    body_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    exam_date TEXT,
    candidate_id TEXT NOT NULL,
    question TEXT NOT NULL,
    characters BIGINT NOT NULL,
    text_sha256 TEXT NOT NULL,
    fingerprints TEXT NOT NULL
);

CREATE INDEX written_answers_by_batch ON written_answers (batch_id);
CREATE INDEX written_answers_by_question ON written_answers (question, seq);
CREATE INDEX written_answers_by_text ON written_answers (text_sha256);
