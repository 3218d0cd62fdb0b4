-- What each tablet has at the office that is not shown: counted at each of its pushes.
CREATE INDEX change_kept ON change (org, device, state) WHERE state IN ('taken', 'waits', 'held');
