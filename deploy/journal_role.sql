-- The role that the product signs in with: it may add to the journal and read it, never change what stands there
-- (CJISSECPOL AU-9). Run by the owner of the tables, again after every upgrade that adds tables:
--
--     psql "$OWNER_URL" -v app=commonweal_app -f deploy/journal_role.sql
--
-- The role itself is made once: CREATE ROLE commonweal_app LOGIN PASSWORD '...'. It must own nothing.
GRANT USAGE ON SCHEMA public TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"app";
REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON kernel_journalline, kernel_seal FROM :"app";
