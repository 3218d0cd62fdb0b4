-- What of a notebook is kept and not shown: looked at with every push, when almost always there is nothing.
CREATE INDEX change_unpublished ON change (org, notebook, arrival) WHERE state <> 'published';
-- Whether an id is another organisation's is asked with every new notebook.
CREATE INDEX notebook_id ON notebook (id);
CREATE INDEX visit_id ON visit (id);
