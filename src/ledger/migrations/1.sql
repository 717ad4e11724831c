CREATE TABLE chain (
    seq BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL,
    record_sha256 TEXT NOT NULL
);

CREATE TABLE runs (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    run_id TEXT NOT NULL UNIQUE,
    data_set TEXT NOT NULL,
    program_version TEXT NOT NULL,
    rule_pack TEXT NOT NULL,
    rule_pack_sha256 TEXT NOT NULL,
    settings TEXT NOT NULL,
    inputs TEXT NOT NULL,
    recorded_at TEXT NOT NULL
);

-- One row a version of a batch. An empty batch_id holds the findings about the body itself, an empty body_id the
-- batches whose body is not on record.
CREATE TABLE batches (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    run_seq BIGINT NOT NULL REFERENCES runs (seq),
    body_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    rule_pack TEXT NOT NULL,
    version BIGINT NOT NULL,
    occupation_code TEXT,
    occupation TEXT,
    level BIGINT,
    exam_date TEXT,
    held BIGINT,
    candidates BIGINT,
    met BIGINT NOT NULL,
    indication BIGINT NOT NULL,
    human BIGINT NOT NULL,
    undetermined BIGINT NOT NULL,
    not_met BIGINT NOT NULL,
    content_sha256 TEXT NOT NULL,
    UNIQUE (body_id, batch_id, rule_pack, version)
);

CREATE INDEX batches_by_batch ON batches (batch_id);

CREATE TABLE findings (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    batch_seq BIGINT NOT NULL REFERENCES batches (seq),
    finding_id TEXT NOT NULL,
    rule_pack TEXT NOT NULL,
    body_id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    exam_date TEXT,
    article TEXT NOT NULL,
    reading TEXT NOT NULL,
    detector TEXT NOT NULL,
    verdict TEXT NOT NULL,
    measure TEXT,
    subjects TEXT NOT NULL,
    figures TEXT NOT NULL,
    missing TEXT NOT NULL,
    readings TEXT NOT NULL,
    cases TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT NOT NULL
);

CREATE INDEX findings_by_batch ON findings (batch_seq);
CREATE INDEX findings_by_id ON findings (finding_id);
CREATE INDEX findings_shown_by_body ON findings (body_id) WHERE verdict IN ('MET', 'INDICATION');

CREATE TABLE decisions (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    finding_seq BIGINT NOT NULL REFERENCES findings (seq),
    finding_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL
);

CREATE INDEX decisions_by_finding ON decisions (finding_seq);

CREATE TABLE measures (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    body_id TEXT NOT NULL,
    measure TEXT NOT NULL,
    article TEXT,
    decided_on TEXT NOT NULL,
    ends_on TEXT,
    terms TEXT NOT NULL,
    recorded_at TEXT NOT NULL
);

CREATE INDEX measures_by_body ON measures (body_id);

CREATE TABLE rectifications (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES chain (seq),
    body_id TEXT NOT NULL,
    ordered_on TEXT NOT NULL,
    deadline TEXT,
    closed_on TEXT,
    recorded_at TEXT NOT NULL
);

CREATE INDEX rectifications_by_body ON rectifications (body_id);
