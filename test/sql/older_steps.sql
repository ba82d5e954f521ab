-- Steps of 0.1.0 were SQL, and called functions for what are actions now.  The script that updates
-- the extension makes these of them; each form that its planners have written stands here.
CREATE FUNCTION update_deed(text) RETURNS jsonb AS '$libdir/zdm', 'zdm_update_deed' LANGUAGE C STRICT;
\pset format unaligned
\pset tuples_only on
SELECT jsonb_pretty(update_deed(text)) FROM (VALUES
($$ALTER TABLE public."O'dd\ ""t""" ADD COLUMN zdm_new_id bigint$$),
($$ANALYZE public."O'dd\ ""t""" (zdm_new_id)$$),
($$CREATE INDEX CONCURRENTLY "zdm_new_O'dd\ ""t""_pkey" ON public."O'dd\ ""t""" USING btree (zdm_new_id)$$),
($$CREATE INDEX i ON ONLY public.p USING btree (a)$$),
($$REINDEX TABLE CONCURRENTLY public.t$$),
($$CREATE OR REPLACE TRIGGER "~zdm_it's" BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"forward": ["(\\"a b\\" || c)"]}');
ALTER TABLE public.t ENABLE ALWAYS TRIGGER "~zdm_it's";
CREATE OR REPLACE TRIGGER "~zdm_it's" BEFORE INSERT OR UPDATE ON public.u FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"forward": ["(\\"a b\\" || c)"]}');
ALTER TABLE public.u ENABLE ALWAYS TRIGGER "~zdm_it's"$$),
($$DROP TRIGGER IF EXISTS "~zdm_it's" ON public.t$$),
($$SELECT zdm.require_known(E'public."O''dd\\ ""t"""', ARRAY['id'], ARRAY[E'"O''dd\\ ""t""_pkey" on public."O''dd\\ ""t""": PRIMARY KEY (id)', 'id not null']::text[], E'public."zdm_null_O''dd\\ ""t""_id"')$$),
($$SELECT zdm.require_known('public.t', ARRAY['a b', 'c'], ARRAY[]::text[], 'public.guard')$$),
($$SELECT zdm.release_constraint(E'public."O''dd\\ ""t"""', E'O''dd\\ "t"_pkey');
ALTER INDEX public."O'dd\ ""t""_pkey" RENAME TO "zdm_new_O'dd\ ""t""_pkey"$$),
($$ALTER INDEX public.zdm_new_t_pkey RENAME TO t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;
COMMENT ON CONSTRAINT t_pkey ON public.t IS 'a key;
SELECT zdm.set_unique(1)'$$),
($$SELECT zdm.set_unique(E'public."zdm_old_O''dd\\ ""t""_pkey"', true, false)$$),
($$ALTER TABLE public.u ADD CONSTRAINT u_fkey FOREIGN KEY (p) REFERENCES public.t (zdm_old_id) NOT VALID;
SELECT zdm.trust_constraint('public.u', 'u_fkey');
COMMENT ON CONSTRAINT u_fkey ON public.u IS 'one
line'$$),
($$SELECT zdm.trust_not_null(E'public."O''dd\\ ""t"""', 'zdm_old_id', '', E'zdm_null_O''dd\\ "t"_id')$$),
($$SELECT zdm.trust_not_null('public.t', 'zdm_old_id', 't_id_not_null', 'zdm_null_t_id');
COMMENT ON CONSTRAINT t_id_not_null ON public.t IS 'x'$$),
($$SELECT zdm.move_identity('public.t', 'zdm_old_id', 'id')$$),
($$SELECT zdm.refuse_sequence('change_type_t_id', 'public.t_id_seq', 'integer');
ALTER SEQUENCE public.t_id_seq AS integer$$),
($$SELECT zdm.refuse_lossy('it''s', 'public.t', '~zdm_it''s', E'zdm_null_O''dd\\ "t"_a b', ARRAY['zdm_old_id']::text[], true);
CREATE OR REPLACE TRIGGER "~zdm_it's" BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"reverse": ["x", "1"]}');
ALTER TABLE public.t ENABLE ALWAYS TRIGGER "~zdm_it's"$$),
($$SELECT zdm.set_index_visible('public.t_idx'::pg_catalog.regclass, false)$$)) AS v (text);
SELECT update_deed('SELECT zdm.something(1)');
DROP FUNCTION update_deed(text);
