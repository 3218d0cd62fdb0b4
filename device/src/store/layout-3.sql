-- What the lists say of a notebook, as JSON text; see store/briefs.rs. A row goes with everything that could make it untrue.
CREATE TABLE brief (notebook TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

CREATE TRIGGER brief_change_made AFTER INSERT ON change BEGIN
    DELETE FROM brief WHERE notebook = NEW.notebook;
END;
CREATE TRIGGER brief_change_gone AFTER DELETE ON change BEGIN
    DELETE FROM brief WHERE notebook = OLD.notebook;
END;
CREATE TRIGGER brief_change_moved AFTER UPDATE OF notebook, own, state, reason, made, at ON change BEGIN
    DELETE FROM brief WHERE notebook IN (OLD.notebook, NEW.notebook);
END;
CREATE TRIGGER brief_part_made AFTER INSERT ON part BEGIN
    DELETE FROM brief WHERE notebook = (SELECT notebook FROM change WHERE hash = NEW.hash);
END;
CREATE TRIGGER brief_part_gone AFTER DELETE ON part BEGIN
    DELETE FROM brief WHERE notebook = (SELECT notebook FROM change WHERE hash = OLD.hash);
END;
CREATE TRIGGER brief_notebook_changed AFTER UPDATE OF generation, chunk ON notebook BEGIN
    DELETE FROM brief WHERE notebook = NEW.id;
END;
CREATE TRIGGER brief_notebook_gone AFTER DELETE ON notebook BEGIN
    DELETE FROM brief WHERE notebook = OLD.id;
END;
