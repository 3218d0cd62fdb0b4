-- So that every statement a tablet waits for finds its rows by more than the organisation, whatever the record has grown to.
-- The old indices of these names did not hold the order that was asked for, and all rows were read in that order instead.
DROP INDEX notebook_of_visit;
CREATE INDEX notebook_of_visit ON notebook (org, visit, id);
DROP INDEX grants_of_ref;
CREATE INDEX grants_of_ref ON grants (org, kind, ref, device);
DROP INDEX assignment_of_person;
CREATE INDEX assignment_of_person ON assignment (org, person, visit);
DROP INDEX gone_of_notebook;
CREATE INDEX gone_of_notebook ON gone (org, notebook, kind, ref);
CREATE INDEX visit_of_place ON visit (org, place, id);
-- What came after somebody left a team: almost always nothing.
CREATE INDEX change_marked ON change (org, device) WHERE mark IS NOT NULL;
