CREATE TRIGGER {table}_keeps BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER {table}_holds BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
