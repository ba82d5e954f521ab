-- Every SQL-visible object has a comment.
SELECT pg_describe_object(classid, objid, 0) AS without_comment
  FROM pg_depend d
 WHERE refclassid = 'pg_extension'::regclass
   AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'zdm')
   AND deptype = 'e'
   AND classid <> 'pg_type'::regclass
   AND obj_description(objid, classid::regclass::name) IS NULL;
SELECT attrelid::regclass, attname AS without_comment
  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
 WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'v' AND attnum > 0
   AND NOT attisdropped AND col_description(attrelid, attnum) IS NULL;
SELECT polname, polrelid::regclass AS without_comment
  FROM pg_policy WHERE polrelid::regclass::text LIKE 'zdm.%' AND obj_description(oid, 'pg_policy') IS NULL;
SELECT count(*) > 15 AS looked_at_some FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace
   AND obj_description(oid, 'pg_proc') IS NOT NULL;
-- the API's functions can't be fooled by a search_path: they are C, or parsed at creation
SELECT oid::regprocedure AS text_body FROM pg_proc
 WHERE pronamespace = 'zdm'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
   AND prosqlbody IS NULL;
