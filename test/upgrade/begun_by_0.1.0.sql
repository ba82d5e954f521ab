SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA "Odd schema";
ALTER SCHEMA "Odd schema" OWNER TO postgres;
CREATE EXTENSION IF NOT EXISTS zdm WITH SCHEMA pg_catalog;
COMMENT ON EXTENSION zdm IS 'zero-downtime schema migrations: expand, backfill, contract';
CREATE FUNCTION "Odd schema"."Twice it's"(v integer) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT 2 * v $$;
ALTER FUNCTION "Odd schema"."Twice it's"(v integer) OWNER TO postgres;
CREATE FUNCTION public.label(v integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT 'no ' || v $$;
ALTER FUNCTION public.label(v integer) OWNER TO postgres;
CREATE FUNCTION public.label(v text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT 'text ' || v $$;
ALTER FUNCTION public.label(v text) OWNER TO postgres;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.add_computed_contracted (
    id integer NOT NULL,
    v integer,
    c text NOT NULL
);
ALTER TABLE public.add_computed_contracted OWNER TO postgres;
COMMENT ON COLUMN public.add_computed_contracted.c IS 'computed';
CREATE TABLE public.add_computed_failed (
    id integer NOT NULL,
    v integer,
    c text
);
ALTER TABLE public.add_computed_failed OWNER TO postgres;
COMMENT ON COLUMN public.add_computed_failed.c IS 'computed';
CREATE TABLE public.add_computed_paused (
    id integer NOT NULL,
    v integer,
    c text
);
ALTER TABLE public.add_computed_paused OWNER TO postgres;
COMMENT ON COLUMN public.add_computed_paused.c IS 'computed';
CREATE TABLE public.add_computed_ready (
    id integer NOT NULL,
    v integer,
    c text NOT NULL
);
ALTER TABLE public.add_computed_ready OWNER TO postgres;
COMMENT ON COLUMN public.add_computed_ready.c IS 'computed';
CREATE TABLE public.add_computed_running (
    id integer NOT NULL,
    v integer,
    c text
);
ALTER TABLE public.add_computed_running OWNER TO postgres;
COMMENT ON COLUMN public.add_computed_running.c IS 'computed';
CREATE TABLE public.add_constant_contracted (
    id integer NOT NULL,
    d integer DEFAULT 7 NOT NULL
);
ALTER TABLE public.add_constant_contracted OWNER TO postgres;
CREATE TABLE public.add_constant_ready (
    id integer NOT NULL,
    d integer DEFAULT 7 NOT NULL
);
ALTER TABLE public.add_constant_ready OWNER TO postgres;
CREATE TABLE public.catalog_type_contracted (
    id integer NOT NULL,
    v character varying(40)
);
ALTER TABLE public.catalog_type_contracted OWNER TO postgres;
CREATE TABLE public.catalog_type_ready (
    id integer NOT NULL,
    v character varying(40)
);
ALTER TABLE public.catalog_type_ready OWNER TO postgres;
CREATE TABLE public.change_type_contracted (
    id integer NOT NULL,
    zdm_old_v text,
    k text,
    v integer NOT NULL,
    CONSTRAINT change_type_contracted_v_check CHECK ((v IS NOT NULL))
);
ALTER TABLE public.change_type_contracted OWNER TO postgres;
COMMENT ON COLUMN public.change_type_contracted.zdm_old_v IS 'its v';
COMMENT ON COLUMN public.change_type_contracted.v IS 'its v';
CREATE TABLE public.change_type_failed (
    id integer NOT NULL,
    v text NOT NULL,
    k text,
    zdm_new_v integer,
    CONSTRAINT change_type_failed_v_check CHECK ((v IS NOT NULL))
);
ALTER TABLE public.change_type_failed OWNER TO postgres;
COMMENT ON COLUMN public.change_type_failed.v IS 'its v';
COMMENT ON COLUMN public.change_type_failed.zdm_new_v IS 'its v';
CREATE TABLE public.change_type_paused (
    id integer NOT NULL,
    v text NOT NULL,
    k text,
    zdm_new_v integer,
    CONSTRAINT change_type_paused_v_check CHECK ((v IS NOT NULL))
);
ALTER TABLE public.change_type_paused OWNER TO postgres;
COMMENT ON COLUMN public.change_type_paused.v IS 'its v';
COMMENT ON COLUMN public.change_type_paused.zdm_new_v IS 'its v';
CREATE TABLE public.change_type_ready (
    id integer NOT NULL,
    v text NOT NULL,
    k text,
    zdm_new_v integer NOT NULL,
    CONSTRAINT change_type_ready_v_check CHECK ((v IS NOT NULL)),
    CONSTRAINT zdm_new_change_type_ready_v_check CHECK ((zdm_new_v IS NOT NULL))
);
ALTER TABLE public.change_type_ready OWNER TO postgres;
COMMENT ON COLUMN public.change_type_ready.v IS 'its v';
COMMENT ON COLUMN public.change_type_ready.zdm_new_v IS 'its v';
CREATE TABLE public.change_type_running (
    id integer NOT NULL,
    v text NOT NULL,
    k text,
    zdm_new_v integer,
    CONSTRAINT change_type_running_v_check CHECK ((v IS NOT NULL))
);
ALTER TABLE public.change_type_running OWNER TO postgres;
COMMENT ON COLUMN public.change_type_running.v IS 'its v';
COMMENT ON COLUMN public.change_type_running.zdm_new_v IS 'its v';
CREATE TABLE public.check_it_contracted (
    id integer NOT NULL,
    v integer,
    CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text))
);
ALTER TABLE public.check_it_contracted OWNER TO postgres;
CREATE TABLE public.check_it_paused (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.check_it_paused OWNER TO postgres;
CREATE TABLE public.check_it_ready (
    id integer NOT NULL,
    v integer,
    CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text))
);
ALTER TABLE public.check_it_ready OWNER TO postgres;
CREATE TABLE public.check_it_running (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.check_it_running OWNER TO postgres;
CREATE TABLE public.drop_column_contracted (
    id integer NOT NULL,
    zdm_old_v integer DEFAULT 3 NOT NULL,
    n text
);
ALTER TABLE public.drop_column_contracted OWNER TO postgres;
CREATE TABLE public.drop_column_ready (
    id integer NOT NULL,
    v integer DEFAULT 3 NOT NULL,
    n text
);
ALTER TABLE public.drop_column_ready OWNER TO postgres;
CREATE TABLE public.drop_index_contracted (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.drop_index_contracted OWNER TO postgres;
CREATE TABLE public.drop_index_ready (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.drop_index_ready OWNER TO postgres;
CREATE TABLE public.drop_reversible_contracted (
    id integer NOT NULL,
    zdm_old_v integer,
    n text
);
ALTER TABLE public.drop_reversible_contracted OWNER TO postgres;
CREATE TABLE public.drop_reversible_ready (
    id integer NOT NULL,
    v integer,
    n text
);
ALTER TABLE public.drop_reversible_ready OWNER TO postgres;
CREATE TABLE public.fill_nulls_contracted (
    id integer NOT NULL,
    v integer NOT NULL,
    n integer
);
ALTER TABLE public.fill_nulls_contracted OWNER TO postgres;
CREATE TABLE public.fill_nulls_failed (
    id integer NOT NULL,
    v integer,
    n integer
);
ALTER TABLE public.fill_nulls_failed OWNER TO postgres;
CREATE TABLE public.fill_nulls_paused (
    id integer NOT NULL,
    v integer,
    n integer
);
ALTER TABLE public.fill_nulls_paused OWNER TO postgres;
CREATE TABLE public.fill_nulls_ready (
    id integer NOT NULL,
    v integer NOT NULL,
    n integer
);
ALTER TABLE public.fill_nulls_ready OWNER TO postgres;
CREATE TABLE public.fill_nulls_running (
    id integer NOT NULL,
    v integer,
    n integer
);
ALTER TABLE public.fill_nulls_running OWNER TO postgres;
CREATE TABLE public.foreign_key_contracted (
    id integer NOT NULL,
    r integer
);
ALTER TABLE public.foreign_key_contracted OWNER TO postgres;
CREATE TABLE public.foreign_key_paused (
    id integer NOT NULL,
    r integer
);
ALTER TABLE public.foreign_key_paused OWNER TO postgres;
CREATE TABLE public.foreign_key_ready (
    id integer NOT NULL,
    r integer
);
ALTER TABLE public.foreign_key_ready OWNER TO postgres;
CREATE TABLE public.foreign_key_running (
    id integer NOT NULL,
    r integer
);
ALTER TABLE public.foreign_key_running OWNER TO postgres;
CREATE TABLE public.index_it_contracted (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_it_contracted OWNER TO postgres;
CREATE TABLE public.index_it_paused (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_it_paused OWNER TO postgres;
CREATE TABLE public.index_it_ready (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_it_ready OWNER TO postgres;
CREATE TABLE public.index_it_running (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_it_running OWNER TO postgres;
CREATE TABLE public.index_parts_contracted (
    id integer NOT NULL,
    v integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.index_parts_contracted OWNER TO postgres;
CREATE TABLE public.index_parts_contracted_1 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_contracted_1 OWNER TO postgres;
CREATE TABLE public.index_parts_contracted_2 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_contracted_2 OWNER TO postgres;
CREATE TABLE public.index_parts_paused (
    id integer NOT NULL,
    v integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.index_parts_paused OWNER TO postgres;
CREATE TABLE public.index_parts_paused_1 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_paused_1 OWNER TO postgres;
CREATE TABLE public.index_parts_paused_2 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_paused_2 OWNER TO postgres;
CREATE TABLE public.index_parts_ready (
    id integer NOT NULL,
    v integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.index_parts_ready OWNER TO postgres;
CREATE TABLE public.index_parts_ready_1 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_ready_1 OWNER TO postgres;
CREATE TABLE public.index_parts_ready_2 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_ready_2 OWNER TO postgres;
CREATE TABLE public.index_parts_running (
    id integer NOT NULL,
    v integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.index_parts_running OWNER TO postgres;
CREATE TABLE public.index_parts_running_1 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_running_1 OWNER TO postgres;
CREATE TABLE public.index_parts_running_2 (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.index_parts_running_2 OWNER TO postgres;
CREATE TABLE public.key_type_contracted (
    zdm_old_id integer,
    parent integer,
    n text,
    id bigint NOT NULL
);
ALTER TABLE public.key_type_contracted OWNER TO postgres;
COMMENT ON COLUMN public.key_type_contracted.zdm_old_id IS 'the key';
COMMENT ON COLUMN public.key_type_contracted.id IS 'the key';
CREATE TABLE public.key_type_contracted_child (
    id integer NOT NULL,
    key_type_contracted_id integer NOT NULL
);
ALTER TABLE public.key_type_contracted_child OWNER TO postgres;
ALTER TABLE public.key_type_contracted ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.key_type_contracted_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.key_type_paused (
    id integer NOT NULL,
    parent integer,
    n text,
    zdm_new_id bigint
);
ALTER TABLE public.key_type_paused OWNER TO postgres;
COMMENT ON COLUMN public.key_type_paused.id IS 'the key';
COMMENT ON COLUMN public.key_type_paused.zdm_new_id IS 'the key';
CREATE TABLE public.key_type_paused_child (
    id integer NOT NULL,
    key_type_paused_id integer NOT NULL
);
ALTER TABLE public.key_type_paused_child OWNER TO postgres;
ALTER TABLE public.key_type_paused ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.key_type_paused_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.key_type_ready (
    id integer NOT NULL,
    parent integer,
    n text,
    zdm_new_id bigint NOT NULL
);
ALTER TABLE public.key_type_ready OWNER TO postgres;
COMMENT ON COLUMN public.key_type_ready.id IS 'the key';
COMMENT ON COLUMN public.key_type_ready.zdm_new_id IS 'the key';
CREATE TABLE public.key_type_ready_child (
    id integer NOT NULL,
    key_type_ready_id integer NOT NULL
);
ALTER TABLE public.key_type_ready_child OWNER TO postgres;
ALTER TABLE public.key_type_ready ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.key_type_ready_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.key_type_running (
    id integer NOT NULL,
    parent integer,
    n text,
    zdm_new_id bigint
);
ALTER TABLE public.key_type_running OWNER TO postgres;
COMMENT ON COLUMN public.key_type_running.id IS 'the key';
COMMENT ON COLUMN public.key_type_running.zdm_new_id IS 'the key';
CREATE TABLE public.key_type_running_child (
    id integer NOT NULL,
    key_type_running_id integer NOT NULL
);
ALTER TABLE public.key_type_running_child OWNER TO postgres;
ALTER TABLE public.key_type_running ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.key_type_running_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.kind (
    n integer NOT NULL,
    kind text NOT NULL,
    make text,
    call text,
    broken text,
    mended text,
    old_app text,
    new_app text
);
ALTER TABLE public.kind OWNER TO postgres;
ALTER TABLE public.kind ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.kind_n_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lossy_type_contracted (
    id integer NOT NULL,
    zdm_old_v numeric(10,2),
    v smallint DEFAULT 7
);
ALTER TABLE public.lossy_type_contracted OWNER TO postgres;
CREATE TABLE public.lossy_type_failed (
    id integer NOT NULL,
    v numeric(10,2) DEFAULT 7,
    zdm_new_v smallint
);
ALTER TABLE public.lossy_type_failed OWNER TO postgres;
CREATE TABLE public.lossy_type_paused (
    id integer NOT NULL,
    v numeric(10,2) DEFAULT 7,
    zdm_new_v smallint
);
ALTER TABLE public.lossy_type_paused OWNER TO postgres;
CREATE TABLE public.lossy_type_ready (
    id integer NOT NULL,
    v numeric(10,2) DEFAULT 7,
    zdm_new_v smallint
);
ALTER TABLE public.lossy_type_ready OWNER TO postgres;
CREATE TABLE public.lossy_type_rolled_back (
    id integer NOT NULL,
    v numeric(10,2) DEFAULT 7
);
ALTER TABLE public.lossy_type_rolled_back OWNER TO postgres;
CREATE TABLE public.lossy_type_running (
    id integer NOT NULL,
    v numeric(10,2) DEFAULT 7,
    zdm_new_v smallint
);
ALTER TABLE public.lossy_type_running OWNER TO postgres;
CREATE TABLE public.not_null_contracted (
    id integer NOT NULL,
    v integer NOT NULL
);
ALTER TABLE public.not_null_contracted OWNER TO postgres;
CREATE TABLE public.not_null_paused (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.not_null_paused OWNER TO postgres;
CREATE TABLE public.not_null_ready (
    id integer NOT NULL,
    v integer NOT NULL
);
ALTER TABLE public.not_null_ready OWNER TO postgres;
CREATE TABLE public.not_null_running (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.not_null_running OWNER TO postgres;
CREATE TABLE public.primary_key_contracted (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.primary_key_contracted OWNER TO postgres;
CREATE TABLE public.primary_key_paused (
    id integer,
    v integer
);
ALTER TABLE public.primary_key_paused OWNER TO postgres;
CREATE TABLE public.primary_key_ready (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.primary_key_ready OWNER TO postgres;
CREATE TABLE public.primary_key_running (
    id integer,
    v integer
);
ALTER TABLE public.primary_key_running OWNER TO postgres;
CREATE TABLE public.ref (
    id integer NOT NULL
);
ALTER TABLE public.ref OWNER TO postgres;
CREATE TABLE public.rename_contracted (
    id integer NOT NULL,
    w integer NOT NULL,
    "Odd name" text,
    zdm_old_v integer,
    CONSTRAINT rename_contracted_v_check CHECK ((w > 0))
);
ALTER TABLE public.rename_contracted OWNER TO postgres;
COMMENT ON COLUMN public.rename_contracted.w IS 'its v';
CREATE TABLE public.rename_finalized (
    id integer NOT NULL,
    w integer NOT NULL,
    "Odd name" text,
    CONSTRAINT rename_finalized_v_check CHECK ((w > 0))
);
ALTER TABLE public.rename_finalized OWNER TO postgres;
COMMENT ON COLUMN public.rename_finalized.w IS 'its v';
CREATE TABLE public.rename_odd_contracted (
    id integer NOT NULL,
    "it's ""new""" text,
    "zdm_old_Odd name" text
);
ALTER TABLE public.rename_odd_contracted OWNER TO postgres;
CREATE TABLE public.rename_odd_paused (
    id integer NOT NULL,
    "Odd name" text,
    "it's ""new""" text
);
ALTER TABLE public.rename_odd_paused OWNER TO postgres;
CREATE TABLE public.rename_odd_ready (
    id integer NOT NULL,
    "Odd name" text,
    "it's ""new""" text
);
ALTER TABLE public.rename_odd_ready OWNER TO postgres;
CREATE TABLE public.rename_odd_running (
    id integer NOT NULL,
    "Odd name" text,
    "it's ""new""" text
);
ALTER TABLE public.rename_odd_running OWNER TO postgres;
CREATE TABLE public.rename_parts_contracted (
    id integer NOT NULL,
    w integer,
    zdm_old_v integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.rename_parts_contracted OWNER TO postgres;
CREATE TABLE public.rename_parts_contracted_1 (
    id integer NOT NULL,
    w integer,
    zdm_old_v integer
);
ALTER TABLE public.rename_parts_contracted_1 OWNER TO postgres;
CREATE TABLE public.rename_parts_contracted_2 (
    id integer NOT NULL,
    w integer,
    zdm_old_v integer
);
ALTER TABLE public.rename_parts_contracted_2 OWNER TO postgres;
CREATE TABLE public.rename_parts_paused (
    id integer NOT NULL,
    v integer,
    w integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.rename_parts_paused OWNER TO postgres;
CREATE TABLE public.rename_parts_paused_1 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_paused_1 OWNER TO postgres;
CREATE TABLE public.rename_parts_paused_2 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_paused_2 OWNER TO postgres;
CREATE TABLE public.rename_parts_ready (
    id integer NOT NULL,
    v integer,
    w integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.rename_parts_ready OWNER TO postgres;
CREATE TABLE public.rename_parts_ready_1 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_ready_1 OWNER TO postgres;
CREATE TABLE public.rename_parts_ready_2 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_ready_2 OWNER TO postgres;
CREATE TABLE public.rename_parts_running (
    id integer NOT NULL,
    v integer,
    w integer
)
PARTITION BY RANGE (id);
ALTER TABLE public.rename_parts_running OWNER TO postgres;
CREATE TABLE public.rename_parts_running_1 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_running_1 OWNER TO postgres;
CREATE TABLE public.rename_parts_running_2 (
    id integer NOT NULL,
    v integer,
    w integer
);
ALTER TABLE public.rename_parts_running_2 OWNER TO postgres;
CREATE TABLE public.rename_paused (
    id integer NOT NULL,
    v integer NOT NULL,
    "Odd name" text,
    w integer,
    CONSTRAINT rename_paused_v_check CHECK ((v > 0))
);
ALTER TABLE public.rename_paused OWNER TO postgres;
COMMENT ON COLUMN public.rename_paused.v IS 'its v';
CREATE TABLE public.rename_ready (
    id integer NOT NULL,
    v integer NOT NULL,
    "Odd name" text,
    w integer,
    CONSTRAINT rename_ready_v_check CHECK ((v > 0))
);
ALTER TABLE public.rename_ready OWNER TO postgres;
COMMENT ON COLUMN public.rename_ready.v IS 'its v';
CREATE TABLE public.rename_running (
    id integer NOT NULL,
    v integer NOT NULL,
    "Odd name" text,
    w integer,
    CONSTRAINT rename_running_v_check CHECK ((v > 0))
);
ALTER TABLE public.rename_running OWNER TO postgres;
COMMENT ON COLUMN public.rename_running.v IS 'its v';
CREATE TABLE public.serial_type_contracted (
    zdm_old_id integer,
    n text,
    id bigint NOT NULL
);
ALTER TABLE public.serial_type_contracted OWNER TO postgres;
CREATE SEQUENCE public.serial_type_contracted_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.serial_type_contracted_id_seq OWNER TO postgres;
ALTER SEQUENCE public.serial_type_contracted_id_seq OWNED BY public.serial_type_contracted.id;
CREATE TABLE public.serial_type_paused (
    id integer NOT NULL,
    n text,
    zdm_new_id bigint
);
ALTER TABLE public.serial_type_paused OWNER TO postgres;
CREATE SEQUENCE public.serial_type_paused_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.serial_type_paused_id_seq OWNER TO postgres;
ALTER SEQUENCE public.serial_type_paused_id_seq OWNED BY public.serial_type_paused.id;
CREATE TABLE public.serial_type_ready (
    id integer NOT NULL,
    n text,
    zdm_new_id bigint NOT NULL
);
ALTER TABLE public.serial_type_ready OWNER TO postgres;
CREATE SEQUENCE public.serial_type_ready_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.serial_type_ready_id_seq OWNER TO postgres;
ALTER SEQUENCE public.serial_type_ready_id_seq OWNED BY public.serial_type_ready.id;
CREATE TABLE public.serial_type_running (
    id integer NOT NULL,
    n text,
    zdm_new_id bigint
);
ALTER TABLE public.serial_type_running OWNER TO postgres;
CREATE SEQUENCE public.serial_type_running_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.serial_type_running_id_seq OWNER TO postgres;
ALTER SEQUENCE public.serial_type_running_id_seq OWNED BY public.serial_type_running.id;
CREATE TABLE public.step_of (
    kind text NOT NULL,
    state text NOT NULL
);
ALTER TABLE public.step_of OWNER TO postgres;
CREATE TABLE public.transform_contracted (
    id integer NOT NULL,
    zdm_old_a integer,
    zdm_old_b integer,
    p integer,
    q integer,
    r integer
);
ALTER TABLE public.transform_contracted OWNER TO postgres;
CREATE TABLE public.transform_failed (
    id integer NOT NULL,
    a integer NOT NULL,
    b integer NOT NULL,
    p integer,
    q integer,
    r integer
);
ALTER TABLE public.transform_failed OWNER TO postgres;
CREATE TABLE public.transform_paused (
    id integer NOT NULL,
    a integer NOT NULL,
    b integer NOT NULL,
    p integer,
    q integer,
    r integer
);
ALTER TABLE public.transform_paused OWNER TO postgres;
CREATE TABLE public.transform_ready (
    id integer NOT NULL,
    a integer NOT NULL,
    b integer NOT NULL,
    p integer,
    q integer,
    r integer
);
ALTER TABLE public.transform_ready OWNER TO postgres;
CREATE TABLE public.transform_running (
    id integer NOT NULL,
    a integer NOT NULL,
    b integer NOT NULL,
    p integer,
    q integer,
    r integer
);
ALTER TABLE public.transform_running OWNER TO postgres;
CREATE TABLE public.unique_one_contracted (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.unique_one_contracted OWNER TO postgres;
CREATE TABLE public.unique_one_paused (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.unique_one_paused OWNER TO postgres;
CREATE TABLE public.unique_one_ready (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.unique_one_ready OWNER TO postgres;
CREATE TABLE public.unique_one_running (
    id integer NOT NULL,
    v integer
);
ALTER TABLE public.unique_one_running OWNER TO postgres;
ALTER TABLE ONLY public.index_parts_contracted ATTACH PARTITION public.index_parts_contracted_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.index_parts_contracted ATTACH PARTITION public.index_parts_contracted_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.index_parts_paused ATTACH PARTITION public.index_parts_paused_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.index_parts_paused ATTACH PARTITION public.index_parts_paused_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.index_parts_ready ATTACH PARTITION public.index_parts_ready_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.index_parts_ready ATTACH PARTITION public.index_parts_ready_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.index_parts_running ATTACH PARTITION public.index_parts_running_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.index_parts_running ATTACH PARTITION public.index_parts_running_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.rename_parts_contracted ATTACH PARTITION public.rename_parts_contracted_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.rename_parts_contracted ATTACH PARTITION public.rename_parts_contracted_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.rename_parts_paused ATTACH PARTITION public.rename_parts_paused_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.rename_parts_paused ATTACH PARTITION public.rename_parts_paused_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.rename_parts_ready ATTACH PARTITION public.rename_parts_ready_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.rename_parts_ready ATTACH PARTITION public.rename_parts_ready_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.rename_parts_running ATTACH PARTITION public.rename_parts_running_1 FOR VALUES FROM (1) TO (11);
ALTER TABLE ONLY public.rename_parts_running ATTACH PARTITION public.rename_parts_running_2 FOR VALUES FROM (11) TO (100000);
ALTER TABLE ONLY public.serial_type_contracted ALTER COLUMN id SET DEFAULT nextval('public.serial_type_contracted_id_seq'::regclass);
ALTER TABLE ONLY public.serial_type_paused ALTER COLUMN id SET DEFAULT nextval('public.serial_type_paused_id_seq'::regclass);
ALTER TABLE ONLY public.serial_type_ready ALTER COLUMN id SET DEFAULT nextval('public.serial_type_ready_id_seq'::regclass);
ALTER TABLE ONLY public.serial_type_running ALTER COLUMN id SET DEFAULT nextval('public.serial_type_running_id_seq'::regclass);
COPY public.add_computed_contracted (id, v, c) FROM stdin;
1	1	no 2
2	2	no 4
3	3	no 6
4	4	no 8
5	5	no 10
6	6	no 12
7	7	no 14
8	8	no 16
9	9	no 18
10	10	no 20
11	11	no 22
12	12	no 24
13	13	no 26
14	14	no 28
15	15	no 30
16	16	no 32
17	17	no 34
18	18	no 36
19	19	no 38
20	20	no 40
\.
COPY public.add_computed_failed (id, v, c) FROM stdin;
2	2	no 4
3	3	no 6
5	5	no 10
6	6	no 12
7	7	no 14
9	9	no 18
10	10	no 20
11	11	no 22
72	72	no 144
73	73	no 146
74	74	no 148
75	75	no 150
76	76	no 152
77	77	no 154
78	78	no 156
79	79	no 158
80	80	no 160
81	81	no 162
82	82	no 164
83	83	no 166
84	84	no 168
85	85	no 170
86	86	no 172
87	87	no 174
88	88	no 176
89	89	no 178
90	90	no 180
91	91	no 182
92	92	no 184
93	93	no 186
94	94	no 188
95	95	no 190
96	96	no 192
97	97	no 194
98	98	no 196
99	99	no 198
100	100	no 200
101	101	no 202
102	102	no 204
103	103	no 206
104	104	no 208
105	105	no 210
106	106	no 212
107	107	no 214
108	108	no 216
109	109	no 218
110	110	no 220
111	111	no 222
112	112	no 224
113	113	no 226
114	114	no 228
115	115	no 230
116	116	no 232
117	117	no 234
118	118	no 236
119	119	no 238
120	120	no 240
121	121	no 242
122	122	no 244
123	123	no 246
124	124	no 248
125	125	no 250
126	126	no 252
127	127	no 254
128	128	no 256
285	285	no 570
286	286	no 572
287	287	no 574
288	288	no 576
289	289	no 578
290	290	no 580
291	291	no 582
292	292	no 584
293	293	no 586
294	294	no 588
295	295	no 590
296	296	no 592
297	297	no 594
298	298	no 596
299	299	no 598
300	300	no 600
301	301	no 602
302	302	no 604
303	303	no 606
304	304	no 608
305	305	no 610
306	306	no 612
307	307	no 614
308	308	no 616
309	309	no 618
310	310	no 620
311	311	no 622
312	312	no 624
313	313	no 626
314	314	no 628
315	315	no 630
316	316	no 632
317	317	no 634
318	318	no 636
319	319	no 638
320	320	no 640
321	321	no 642
322	322	no 644
323	323	no 646
324	324	no 648
325	325	no 650
326	326	no 652
327	327	no 654
328	328	no 656
329	329	no 658
330	330	no 660
331	331	no 662
332	332	no 664
333	333	no 666
334	334	no 668
335	335	no 670
336	336	no 672
337	337	no 674
338	338	no 676
339	339	no 678
340	340	no 680
341	341	no 682
342	342	no 684
343	343	no 686
344	344	no 688
345	345	no 690
346	346	no 692
347	347	no 694
348	348	no 696
349	349	no 698
511	511	no 1022
512	512	no 1024
513	513	no 1026
514	514	no 1028
515	515	no 1030
516	516	no 1032
517	517	no 1034
518	518	no 1036
519	519	no 1038
520	520	no 1040
521	521	no 1042
522	522	no 1044
523	523	no 1046
524	524	no 1048
525	525	no 1050
526	526	no 1052
527	527	no 1054
528	528	no 1056
529	529	no 1058
530	530	no 1060
531	531	no 1062
532	532	no 1064
533	533	no 1066
534	534	no 1068
535	535	no 1070
536	536	no 1072
537	537	no 1074
538	538	no 1076
539	539	no 1078
540	540	no 1080
541	541	no 1082
542	542	no 1084
543	543	no 1086
544	544	no 1088
545	545	no 1090
546	546	no 1092
547	547	no 1094
548	548	no 1096
549	549	no 1098
550	550	no 1100
551	551	no 1102
552	552	no 1104
553	553	no 1106
554	554	no 1108
555	555	no 1110
556	556	no 1112
557	557	no 1114
558	558	no 1116
559	559	no 1118
560	560	no 1120
561	561	no 1122
562	562	no 1124
563	563	no 1126
564	564	no 1128
565	565	no 1130
566	566	no 1132
567	567	no 1134
568	568	no 1136
569	569	no 1138
570	570	no 1140
571	571	no 1142
572	572	no 1144
573	573	no 1146
574	574	no 1148
575	575	no 1150
737	737	no 1474
738	738	no 1476
739	739	no 1478
740	740	no 1480
741	741	no 1482
742	742	no 1484
743	743	no 1486
744	744	no 1488
745	745	no 1490
746	746	no 1492
747	747	no 1494
748	748	no 1496
749	749	no 1498
750	750	no 1500
751	751	no 1502
752	752	no 1504
753	753	no 1506
754	754	no 1508
755	755	no 1510
756	756	no 1512
757	757	no 1514
758	758	no 1516
759	759	no 1518
760	760	no 1520
761	761	no 1522
762	762	no 1524
763	763	no 1526
764	764	no 1528
765	765	no 1530
766	766	no 1532
767	767	no 1534
768	768	no 1536
769	769	no 1538
770	770	no 1540
771	771	no 1542
772	772	no 1544
773	773	no 1546
774	774	no 1548
775	775	no 1550
776	776	no 1552
777	777	no 1554
778	778	no 1556
779	779	no 1558
780	780	no 1560
781	781	no 1562
782	782	no 1564
783	783	no 1566
784	784	no 1568
785	785	no 1570
786	786	no 1572
787	787	no 1574
788	788	no 1576
789	789	no 1578
790	790	no 1580
791	791	no 1582
792	792	no 1584
793	793	no 1586
794	794	no 1588
795	795	no 1590
796	796	no 1592
797	797	no 1594
798	798	no 1596
799	799	no 1598
800	800	no 1600
801	801	no 1602
952	952	no 1904
953	953	no 1906
954	954	no 1908
955	955	no 1910
956	956	no 1912
957	957	no 1914
958	958	no 1916
959	959	no 1918
960	960	no 1920
961	961	no 1922
962	962	no 1924
963	963	no 1926
964	964	no 1928
965	965	no 1930
966	966	no 1932
967	967	no 1934
968	968	no 1936
969	969	no 1938
970	970	no 1940
971	971	no 1942
972	972	no 1944
973	973	no 1946
974	974	no 1948
975	975	no 1950
976	976	no 1952
977	977	no 1954
978	978	no 1956
979	979	no 1958
980	980	no 1960
981	981	no 1962
982	982	no 1964
983	983	no 1966
984	984	no 1968
985	985	no 1970
986	986	no 1972
987	987	no 1974
988	988	no 1976
989	989	no 1978
990	990	no 1980
991	991	no 1982
992	992	no 1984
993	993	no 1986
994	994	no 1988
995	995	no 1990
996	996	no 1992
997	997	no 1994
998	998	no 1996
999	999	no 1998
1000	1000	no 2000
1001	1001	no 2002
1002	1002	no 2004
1003	1003	no 2006
1004	1004	no 2008
1005	1005	no 2010
1006	1006	no 2012
1007	1007	no 2014
1008	1008	no 2016
1009	1009	no 2018
1010	1010	no 2020
1011	1011	no 2022
1012	1012	no 2024
1013	1013	no 2026
1014	1014	no 2028
1015	1015	no 2030
1016	1016	no 2032
1189	1189	no 2378
1190	1190	no 2380
1191	1191	no 2382
1192	1192	no 2384
1193	1193	no 2386
1194	1194	no 2388
1195	1195	no 2390
1196	1196	no 2392
1197	1197	no 2394
1198	1198	no 2396
1199	1199	no 2398
1200	1200	no 2400
1201	1201	no 2402
1202	1202	no 2404
1203	1203	no 2406
1204	1204	no 2408
1205	1205	no 2410
1206	1206	no 2412
1207	1207	no 2414
1208	1208	no 2416
1209	1209	no 2418
1210	1210	no 2420
1211	1211	no 2422
1212	1212	no 2424
1213	1213	no 2426
1214	1214	no 2428
1215	1215	no 2430
1216	1216	no 2432
1217	1217	no 2434
1218	1218	no 2436
1219	1219	no 2438
1220	1220	no 2440
1221	1221	no 2442
1222	1222	no 2444
1223	1223	no 2446
1224	1224	no 2448
1225	1225	no 2450
1226	1226	no 2452
1227	1227	no 2454
1228	1228	no 2456
1229	1229	no 2458
1230	1230	no 2460
1231	1231	no 2462
1232	1232	no 2464
1233	1233	no 2466
1234	1234	no 2468
1235	1235	no 2470
1236	1236	no 2472
1237	1237	no 2474
1238	1238	no 2476
1239	1239	no 2478
1240	1240	no 2480
1241	1241	no 2482
1242	1242	no 2484
1243	1243	no 2486
1244	1244	no 2488
1245	1245	no 2490
1246	1246	no 2492
1247	1247	no 2494
1248	1248	no 2496
1249	1249	no 2498
1250	1250	no 2500
1251	1251	no 2502
1252	1252	no 2504
1253	1253	no 2506
1457	1457	\N
1458	1458	\N
1459	1459	\N
1460	1460	\N
1461	1461	\N
1462	1462	\N
1463	1463	\N
1464	1464	\N
1465	1465	\N
1466	1466	\N
1467	1467	\N
1468	1468	\N
1469	1469	\N
1470	1470	\N
1471	1471	\N
1472	1472	\N
1473	1473	\N
1474	1474	\N
1475	1475	\N
1476	1476	\N
1477	1477	\N
1478	1478	\N
1479	1479	\N
1480	1480	\N
1481	1481	\N
1482	1482	\N
1483	1483	\N
1484	1484	\N
1485	1485	\N
1486	1486	\N
1487	1487	\N
1488	1488	\N
1489	1489	\N
1490	1490	\N
1491	1491	\N
1492	1492	\N
1493	1493	\N
1494	1494	\N
1495	1495	\N
1496	1496	\N
1497	1497	\N
1498	1498	\N
1499	1499	\N
1500	1500	\N
1	1	no 2
227	227	no 454
228	228	no 456
229	229	no 458
230	230	no 460
231	231	no 462
232	232	no 464
233	233	no 466
234	234	no 468
235	235	no 470
236	236	no 472
237	237	no 474
238	238	no 476
239	239	no 478
240	240	no 480
241	241	no 482
242	242	no 484
243	243	no 486
244	244	no 488
245	245	no 490
246	246	no 492
247	247	no 494
248	248	no 496
249	249	no 498
250	250	no 500
251	251	no 502
252	252	no 504
253	253	no 506
254	254	no 508
255	255	no 510
256	256	no 512
257	257	no 514
258	258	no 516
259	259	no 518
260	260	no 520
261	261	no 522
262	262	no 524
263	263	no 526
264	264	no 528
265	265	no 530
266	266	no 532
267	267	no 534
268	268	no 536
269	269	no 538
270	270	no 540
271	271	no 542
272	272	no 544
273	273	no 546
274	274	no 548
275	275	no 550
276	276	no 552
277	277	no 554
278	278	no 556
279	279	no 558
280	280	no 560
281	281	no 562
282	282	no 564
283	283	no 566
284	284	no 568
453	453	no 906
454	454	no 908
455	455	no 910
456	456	no 912
457	457	no 914
458	458	no 916
459	459	no 918
460	460	no 920
1382	1382	no 2764
1383	1383	no 2766
1384	1384	no 2768
1385	1385	no 2770
1386	1386	no 2772
1387	1387	no 2774
1388	1388	no 2776
1389	1389	no 2778
1390	1390	no 2780
1391	1391	no 2782
1392	1392	no 2784
1393	1393	no 2786
1394	1394	no 2788
1395	1395	no 2790
1396	1396	no 2792
1397	1397	no 2794
1398	1398	no 2796
1399	1399	no 2798
1401	1401	no 2802
1402	1402	no 2804
1403	1403	no 2806
1404	1404	no 2808
1405	1405	no 2810
1406	1406	no 2812
1407	1407	no 2814
1408	1408	no 2816
1409	1409	no 2818
1410	1410	no 2820
1411	1411	no 2822
1412	1412	no 2824
1413	1413	no 2826
1414	1414	no 2828
1415	1415	no 2830
1416	1416	no 2832
1417	1417	no 2834
1418	1418	no 2836
1419	1419	no 2838
1420	1420	no 2840
1421	1421	no 2842
1422	1422	no 2844
1423	1423	no 2846
1424	1424	no 2848
1425	1425	no 2850
1426	1426	no 2852
1427	1427	no 2854
1428	1428	no 2856
1429	1429	no 2858
1430	1430	no 2860
1431	1431	no 2862
1432	1432	no 2864
1433	1433	no 2866
1434	1434	no 2868
1435	1435	no 2870
1436	1436	no 2872
1437	1437	no 2874
1438	1438	no 2876
1439	1439	no 2878
1440	1440	no 2880
1441	1441	no 2882
1442	1442	no 2884
1443	1443	no 2886
1444	1444	no 2888
1445	1445	no 2890
1446	1446	no 2892
1447	1447	no 2894
1448	1448	no 2896
1450	1450	no 2900
1451	1451	no 2902
1452	1452	no 2904
1454	1454	no 2908
1455	1455	no 2910
1456	1456	no 2912
461	461	no 922
462	462	no 924
463	463	no 926
464	464	no 928
465	465	no 930
466	466	no 932
467	467	no 934
468	468	no 936
469	469	no 938
470	470	no 940
471	471	no 942
472	472	no 944
473	473	no 946
474	474	no 948
475	475	no 950
476	476	no 952
477	477	no 954
478	478	no 956
479	479	no 958
480	480	no 960
481	481	no 962
482	482	no 964
483	483	no 966
484	484	no 968
485	485	no 970
486	486	no 972
487	487	no 974
488	488	no 976
489	489	no 978
490	490	no 980
491	491	no 982
492	492	no 984
493	493	no 986
494	494	no 988
495	495	no 990
496	496	no 992
497	497	no 994
498	498	no 996
499	499	no 998
500	500	no 1000
501	501	no 1002
502	502	no 1004
503	503	no 1006
504	504	no 1008
505	505	no 1010
506	506	no 1012
507	507	no 1014
508	508	no 1016
509	509	no 1018
510	510	no 1020
679	679	no 1358
680	680	no 1360
681	681	no 1362
682	682	no 1364
683	683	no 1366
684	684	no 1368
685	685	no 1370
686	686	no 1372
687	687	no 1374
688	688	no 1376
689	689	no 1378
690	690	no 1380
691	691	no 1382
692	692	no 1384
693	693	no 1386
694	694	no 1388
695	695	no 1390
696	696	no 1392
697	697	no 1394
698	698	no 1396
699	699	no 1398
700	700	no 1400
701	701	no 1402
702	702	no 1404
703	703	no 1406
704	704	no 1408
705	705	no 1410
706	706	no 1412
707	707	no 1414
708	708	no 1416
709	709	no 1418
710	710	no 1420
711	711	no 1422
712	712	no 1424
713	713	no 1426
714	714	no 1428
715	715	no 1430
716	716	no 1432
717	717	no 1434
718	718	no 1436
719	719	no 1438
720	720	no 1440
721	721	no 1442
722	722	no 1444
723	723	no 1446
724	724	no 1448
725	725	no 1450
726	726	no 1452
727	727	no 1454
728	728	no 1456
729	729	no 1458
730	730	no 1460
731	731	no 1462
732	732	no 1464
733	733	no 1466
734	734	no 1468
735	735	no 1470
736	736	no 1472
905	905	no 1810
906	906	no 1812
907	907	no 1814
908	908	no 1816
909	909	no 1818
910	910	no 1820
911	911	no 1822
912	912	no 1824
913	913	no 1826
914	914	no 1828
915	915	no 1830
916	916	no 1832
917	917	no 1834
918	918	no 1836
919	919	no 1838
920	920	no 1840
921	921	no 1842
922	922	no 1844
923	923	no 1846
924	924	no 1848
925	925	no 1850
926	926	no 1852
927	927	no 1854
928	928	no 1856
929	929	no 1858
930	930	no 1860
931	931	no 1862
932	932	no 1864
933	933	no 1866
934	934	no 1868
935	935	no 1870
936	936	no 1872
937	937	no 1874
938	938	no 1876
939	939	no 1878
940	940	no 1880
941	941	no 1882
942	942	no 1884
943	943	no 1886
944	944	no 1888
945	945	no 1890
946	946	no 1892
947	947	no 1894
948	948	no 1896
949	949	no 1898
950	950	no 1900
951	951	no 1902
1131	1131	no 2262
1132	1132	no 2264
1133	1133	no 2266
1134	1134	no 2268
1135	1135	no 2270
1136	1136	no 2272
1137	1137	no 2274
1138	1138	no 2276
1139	1139	no 2278
1140	1140	no 2280
1141	1141	no 2282
1142	1142	no 2284
1143	1143	no 2286
1144	1144	no 2288
1145	1145	no 2290
1146	1146	no 2292
1147	1147	no 2294
1148	1148	no 2296
1149	1149	no 2298
1150	1150	no 2300
1151	1151	no 2302
1152	1152	no 2304
1153	1153	no 2306
1154	1154	no 2308
1155	1155	no 2310
1156	1156	no 2312
1157	1157	no 2314
1158	1158	no 2316
1159	1159	no 2318
1160	1160	no 2320
1161	1161	no 2322
1162	1162	no 2324
1163	1163	no 2326
1164	1164	no 2328
1165	1165	no 2330
1166	1166	no 2332
1167	1167	no 2334
1168	1168	no 2336
1169	1169	no 2338
1170	1170	no 2340
1171	1171	no 2342
1172	1172	no 2344
1173	1173	no 2346
1174	1174	no 2348
1175	1175	no 2350
1176	1176	no 2352
1177	1177	no 2354
1178	1178	no 2356
1179	1179	no 2358
1180	1180	no 2360
1181	1181	no 2362
1182	1182	no 2364
1183	1183	no 2366
1184	1184	no 2368
1185	1185	no 2370
1186	1186	no 2372
1187	1187	no 2374
1188	1188	no 2376
1357	1357	no 2714
1358	1358	no 2716
1359	1359	no 2718
1360	1360	no 2720
1361	1361	no 2722
1362	1362	no 2724
1363	1363	no 2726
1364	1364	no 2728
1365	1365	no 2730
1366	1366	no 2732
1367	1367	no 2734
1368	1368	no 2736
1369	1369	no 2738
1370	1370	no 2740
1371	1371	no 2742
1372	1372	no 2744
1373	1373	no 2746
1374	1374	no 2748
1375	1375	no 2750
1376	1376	no 2752
1377	1377	no 2754
1378	1378	no 2756
1379	1379	no 2758
1380	1380	no 2760
1381	1381	no 2762
4	4	no 8
350	350	no 700
351	351	no 702
352	352	no 704
353	353	no 706
354	354	no 708
355	355	no 710
356	356	no 712
357	357	no 714
358	358	no 716
359	359	no 718
360	360	no 720
361	361	no 722
362	362	no 724
363	363	no 726
364	364	no 728
365	365	no 730
366	366	no 732
367	367	no 734
368	368	no 736
369	369	no 738
370	370	no 740
371	371	no 742
372	372	no 744
373	373	no 746
374	374	no 748
375	375	no 750
376	376	no 752
377	377	no 754
378	378	no 756
379	379	no 758
380	380	no 760
381	381	no 762
382	382	no 764
383	383	no 766
384	384	no 768
385	385	no 770
386	386	no 772
387	387	no 774
388	388	no 776
389	389	no 778
390	390	no 780
391	391	no 782
392	392	no 784
393	393	no 786
394	394	no 788
395	395	no 790
396	396	no 792
397	397	no 794
398	398	no 796
399	399	no 798
400	400	no 800
401	401	no 802
402	402	no 804
403	403	no 806
404	404	no 808
405	405	no 810
406	406	no 812
407	407	no 814
408	408	no 816
409	409	no 818
410	410	no 820
411	411	no 822
412	412	no 824
413	413	no 826
414	414	no 828
415	415	no 830
416	416	no 832
417	417	no 834
418	418	no 836
419	419	no 838
420	420	no 840
421	421	no 842
422	422	no 844
423	423	no 846
424	424	no 848
576	576	no 1152
577	577	no 1154
578	578	no 1156
579	579	no 1158
580	580	no 1160
581	581	no 1162
582	582	no 1164
583	583	no 1166
584	584	no 1168
585	585	no 1170
586	586	no 1172
587	587	no 1174
588	588	no 1176
589	589	no 1178
590	590	no 1180
591	591	no 1182
592	592	no 1184
593	593	no 1186
594	594	no 1188
595	595	no 1190
596	596	no 1192
597	597	no 1194
598	598	no 1196
599	599	no 1198
600	600	no 1200
601	601	no 1202
602	602	no 1204
603	603	no 1206
604	604	no 1208
605	605	no 1210
606	606	no 1212
607	607	no 1214
608	608	no 1216
609	609	no 1218
610	610	no 1220
611	611	no 1222
612	612	no 1224
613	613	no 1226
614	614	no 1228
615	615	no 1230
616	616	no 1232
617	617	no 1234
618	618	no 1236
619	619	no 1238
620	620	no 1240
621	621	no 1242
622	622	no 1244
623	623	no 1246
624	624	no 1248
625	625	no 1250
626	626	no 1252
627	627	no 1254
628	628	no 1256
629	629	no 1258
630	630	no 1260
631	631	no 1262
632	632	no 1264
633	633	no 1266
634	634	no 1268
635	635	no 1270
636	636	no 1272
637	637	no 1274
638	638	no 1276
639	639	no 1278
640	640	no 1280
641	641	no 1282
642	642	no 1284
643	643	no 1286
644	644	no 1288
645	645	no 1290
646	646	no 1292
647	647	no 1294
648	648	no 1296
649	649	no 1298
650	650	no 1300
802	802	no 1604
803	803	no 1606
804	804	no 1608
805	805	no 1610
806	806	no 1612
807	807	no 1614
808	808	no 1616
809	809	no 1618
810	810	no 1620
811	811	no 1622
812	812	no 1624
813	813	no 1626
814	814	no 1628
815	815	no 1630
816	816	no 1632
817	817	no 1634
818	818	no 1636
819	819	no 1638
820	820	no 1640
821	821	no 1642
822	822	no 1644
823	823	no 1646
824	824	no 1648
825	825	no 1650
826	826	no 1652
827	827	no 1654
828	828	no 1656
829	829	no 1658
830	830	no 1660
831	831	no 1662
832	832	no 1664
833	833	no 1666
834	834	no 1668
835	835	no 1670
836	836	no 1672
837	837	no 1674
838	838	no 1676
839	839	no 1678
840	840	no 1680
841	841	no 1682
842	842	no 1684
843	843	no 1686
844	844	no 1688
845	845	no 1690
846	846	no 1692
847	847	no 1694
848	848	no 1696
849	849	no 1698
850	850	no 1700
851	851	no 1702
852	852	no 1704
853	853	no 1706
854	854	no 1708
855	855	no 1710
856	856	no 1712
857	857	no 1714
858	858	no 1716
859	859	no 1718
860	860	no 1720
861	861	no 1722
862	862	no 1724
863	863	no 1726
864	864	no 1728
865	865	no 1730
866	866	no 1732
867	867	no 1734
868	868	no 1736
869	869	no 1738
870	870	no 1740
871	871	no 1742
872	872	no 1744
873	873	no 1746
874	874	no 1748
875	875	no 1750
876	876	no 1752
1017	1017	no 2034
1018	1018	no 2036
1019	1019	no 2038
1020	1020	no 2040
1021	1021	no 2042
1022	1022	no 2044
1023	1023	no 2046
1024	1024	no 2048
1025	1025	no 2050
1026	1026	no 2052
1027	1027	no 2054
1028	1028	no 2056
1029	1029	no 2058
1030	1030	no 2060
1031	1031	no 2062
1032	1032	no 2064
1033	1033	no 2066
1034	1034	no 2068
1035	1035	no 2070
1036	1036	no 2072
1037	1037	no 2074
1038	1038	no 2076
1039	1039	no 2078
1040	1040	no 2080
1041	1041	no 2082
1042	1042	no 2084
1043	1043	no 2086
1044	1044	no 2088
1045	1045	no 2090
1046	1046	no 2092
1047	1047	no 2094
1048	1048	no 2096
1049	1049	no 2098
1050	1050	no 2100
1051	1051	no 2102
1052	1052	no 2104
1053	1053	no 2106
1054	1054	no 2108
1055	1055	no 2110
1056	1056	no 2112
1057	1057	no 2114
1058	1058	no 2116
1059	1059	no 2118
1060	1060	no 2120
1061	1061	no 2122
1062	1062	no 2124
1063	1063	no 2126
1064	1064	no 2128
1065	1065	no 2130
1066	1066	no 2132
1067	1067	no 2134
1068	1068	no 2136
1069	1069	no 2138
1070	1070	no 2140
1071	1071	no 2142
1072	1072	no 2144
1073	1073	no 2146
1074	1074	no 2148
1075	1075	no 2150
1076	1076	no 2152
1077	1077	no 2154
1078	1078	no 2156
1079	1079	no 2158
1080	1080	no 2160
1081	1081	no 2162
1082	1082	no 2164
1083	1083	no 2166
1084	1084	no 2168
1085	1085	no 2170
1086	1086	no 2172
1087	1087	no 2174
1088	1088	no 2176
1089	1089	no 2178
1090	1090	no 2180
1091	1091	no 2182
1254	1254	no 2508
1255	1255	no 2510
1256	1256	no 2512
1257	1257	no 2514
1258	1258	no 2516
1259	1259	no 2518
1260	1260	no 2520
1261	1261	no 2522
1262	1262	no 2524
1263	1263	no 2526
1264	1264	no 2528
1265	1265	no 2530
1266	1266	no 2532
1267	1267	no 2534
1268	1268	no 2536
1269	1269	no 2538
1270	1270	no 2540
1271	1271	no 2542
1272	1272	no 2544
1273	1273	no 2546
1274	1274	no 2548
1275	1275	no 2550
1276	1276	no 2552
1277	1277	no 2554
1278	1278	no 2556
1279	1279	no 2558
1280	1280	no 2560
1281	1281	no 2562
1282	1282	no 2564
1283	1283	no 2566
1284	1284	no 2568
1285	1285	no 2570
1286	1286	no 2572
1287	1287	no 2574
1288	1288	no 2576
1289	1289	no 2578
1290	1290	no 2580
1291	1291	no 2582
1292	1292	no 2584
1293	1293	no 2586
1294	1294	no 2588
1295	1295	no 2590
1296	1296	no 2592
1297	1297	no 2594
1298	1298	no 2596
1299	1299	no 2598
1300	1300	no 2600
1301	1301	no 2602
1302	1302	no 2604
1303	1303	no 2606
1304	1304	no 2608
1305	1305	no 2610
1306	1306	no 2612
1307	1307	no 2614
1308	1308	no 2616
1309	1309	no 2618
1310	1310	no 2620
1311	1311	no 2622
1312	1312	no 2624
1313	1313	no 2626
1314	1314	no 2628
1315	1315	no 2630
1316	1316	no 2632
1317	1317	no 2634
1318	1318	no 2636
1319	1319	no 2638
1320	1320	no 2640
1321	1321	no 2642
1322	1322	no 2644
1323	1323	no 2646
1324	1324	no 2648
1325	1325	no 2650
1326	1326	no 2652
1327	1327	no 2654
1328	1328	no 2656
425	425	no 850
426	426	no 852
427	427	no 854
428	428	no 856
429	429	no 858
430	430	no 860
431	431	no 862
432	432	no 864
433	433	no 866
434	434	no 868
435	435	no 870
436	436	no 872
437	437	no 874
438	438	no 876
439	439	no 878
440	440	no 880
441	441	no 882
442	442	no 884
443	443	no 886
444	444	no 888
445	445	no 890
446	446	no 892
447	447	no 894
448	448	no 896
449	449	no 898
450	450	no 900
451	451	no 902
452	452	no 904
651	651	no 1302
652	652	no 1304
653	653	no 1306
654	654	no 1308
655	655	no 1310
656	656	no 1312
657	657	no 1314
658	658	no 1316
659	659	no 1318
660	660	no 1320
661	661	no 1322
662	662	no 1324
663	663	no 1326
664	664	no 1328
665	665	no 1330
666	666	no 1332
667	667	no 1334
668	668	no 1336
669	669	no 1338
670	670	no 1340
671	671	no 1342
672	672	no 1344
673	673	no 1346
674	674	no 1348
675	675	no 1350
676	676	no 1352
677	677	no 1354
678	678	no 1356
877	877	no 1754
878	878	no 1756
879	879	no 1758
880	880	no 1760
881	881	no 1762
882	882	no 1764
883	883	no 1766
884	884	no 1768
885	885	no 1770
886	886	no 1772
887	887	no 1774
888	888	no 1776
889	889	no 1778
890	890	no 1780
891	891	no 1782
892	892	no 1784
893	893	no 1786
894	894	no 1788
895	895	no 1790
896	896	no 1792
897	897	no 1794
898	898	no 1796
899	899	no 1798
900	900	no 1800
901	901	no 1802
902	902	no 1804
903	903	no 1806
904	904	no 1808
1092	1092	no 2184
1093	1093	no 2186
1094	1094	no 2188
1095	1095	no 2190
1096	1096	no 2192
1097	1097	no 2194
1098	1098	no 2196
1099	1099	no 2198
1100	1100	no 2200
1101	1101	no 2202
1102	1102	no 2204
1103	1103	no 2206
1104	1104	no 2208
1105	1105	no 2210
1106	1106	no 2212
1107	1107	no 2214
1108	1108	no 2216
1109	1109	no 2218
1110	1110	no 2220
1111	1111	no 2222
1112	1112	no 2224
1113	1113	no 2226
1114	1114	no 2228
1115	1115	no 2230
1116	1116	no 2232
1117	1117	no 2234
1118	1118	no 2236
1119	1119	no 2238
1120	1120	no 2240
1121	1121	no 2242
1122	1122	no 2244
1123	1123	no 2246
1124	1124	no 2248
1125	1125	no 2250
1126	1126	no 2252
1127	1127	no 2254
1128	1128	no 2256
1129	1129	no 2258
1130	1130	no 2260
1329	1329	no 2658
1330	1330	no 2660
1331	1331	no 2662
1332	1332	no 2664
1333	1333	no 2666
1334	1334	no 2668
1335	1335	no 2670
1336	1336	no 2672
1337	1337	no 2674
1338	1338	no 2676
1339	1339	no 2678
1340	1340	no 2680
1341	1341	no 2682
1342	1342	no 2684
1343	1343	no 2686
1344	1344	no 2688
1345	1345	no 2690
1346	1346	no 2692
1347	1347	no 2694
1348	1348	no 2696
1349	1349	no 2698
1350	1350	no 2700
1351	1351	no 2702
1352	1352	no 2704
1353	1353	no 2706
1354	1354	no 2708
1355	1355	no 2710
1356	1356	no 2712
8	8	no 16
12	12	no 24
13	13	no 26
14	14	no 28
15	15	no 30
16	16	no 32
17	17	no 34
18	18	no 36
19	19	no 38
20	20	no 40
21	21	no 42
22	22	no 44
23	23	no 46
24	24	no 48
25	25	no 50
26	26	no 52
27	27	no 54
28	28	no 56
29	29	no 58
30	30	no 60
31	31	no 62
32	32	no 64
33	33	no 66
34	34	no 68
35	35	no 70
36	36	no 72
37	37	no 74
38	38	no 76
39	39	no 78
40	40	no 80
41	41	no 82
42	42	no 84
43	43	no 86
44	44	no 88
45	45	no 90
46	46	no 92
47	47	no 94
48	48	no 96
49	49	no 98
50	50	no 100
51	51	no 102
52	52	no 104
53	53	no 106
54	54	no 108
55	55	no 110
56	56	no 112
57	57	no 114
58	58	no 116
59	59	no 118
60	60	no 120
61	61	no 122
62	62	no 124
63	63	no 126
64	64	no 128
65	65	no 130
66	66	no 132
67	67	no 134
68	68	no 136
69	69	no 138
70	70	no 140
71	71	no 142
1449	1449	no 2898
129	129	no 258
130	130	no 260
131	131	no 262
132	132	no 264
133	133	no 266
134	134	no 268
135	135	no 270
136	136	no 272
137	137	no 274
138	138	no 276
139	139	no 278
140	140	no 280
141	141	no 282
142	142	no 284
143	143	no 286
144	144	no 288
145	145	no 290
146	146	no 292
147	147	no 294
148	148	no 296
149	149	no 298
150	150	no 300
151	151	no 302
152	152	no 304
153	153	no 306
154	154	no 308
155	155	no 310
156	156	no 312
157	157	no 314
158	158	no 316
159	159	no 318
160	160	no 320
161	161	no 322
162	162	no 324
163	163	no 326
164	164	no 328
165	165	no 330
166	166	no 332
167	167	no 334
168	168	no 336
169	169	no 338
170	170	no 340
171	171	no 342
172	172	no 344
173	173	no 346
174	174	no 348
175	175	no 350
176	176	no 352
177	177	no 354
178	178	no 356
179	179	no 358
180	180	no 360
181	181	no 362
182	182	no 364
183	183	no 366
184	184	no 368
185	185	no 370
186	186	no 372
187	187	no 374
188	188	no 376
189	189	no 378
190	190	no 380
191	191	no 382
192	192	no 384
193	193	no 386
194	194	no 388
195	195	no 390
196	196	no 392
197	197	no 394
198	198	no 396
199	199	no 398
200	200	no 400
201	201	no 402
202	202	no 404
203	203	no 406
204	204	no 408
205	205	no 410
206	206	no 412
207	207	no 414
208	208	no 416
209	209	no 418
210	210	no 420
211	211	no 422
212	212	no 424
213	213	no 426
214	214	no 428
215	215	no 430
216	216	no 432
217	217	no 434
218	218	no 436
219	219	no 438
220	220	no 440
221	221	no 442
222	222	no 444
223	223	no 446
224	224	no 448
225	225	no 450
226	226	no 452
1453	1453	no 2906
1400	1400	no 2800
\.
COPY public.add_computed_paused (id, v, c) FROM stdin;
1	1	\N
2	2	\N
3	3	\N
4	4	\N
5	5	\N
6	6	\N
7	7	\N
8	8	\N
9	9	\N
10	10	\N
11	11	\N
12	12	\N
13	13	\N
14	14	\N
15	15	\N
16	16	\N
17	17	\N
18	18	\N
19	19	\N
20	20	\N
\.
COPY public.add_computed_ready (id, v, c) FROM stdin;
1	1	no 2
2	2	no 4
3	3	no 6
4	4	no 8
5	5	no 10
6	6	no 12
7	7	no 14
8	8	no 16
9	9	no 18
10	10	no 20
11	11	no 22
12	12	no 24
13	13	no 26
14	14	no 28
15	15	no 30
16	16	no 32
17	17	no 34
18	18	no 36
19	19	no 38
20	20	no 40
\.
COPY public.add_computed_running (id, v, c) FROM stdin;
1	1	\N
2	2	\N
3	3	\N
4	4	\N
5	5	\N
6	6	\N
7	7	\N
8	8	\N
9	9	\N
10	10	\N
11	11	\N
12	12	\N
13	13	\N
14	14	\N
15	15	\N
16	16	\N
17	17	\N
18	18	\N
19	19	\N
20	20	\N
\.
COPY public.add_constant_contracted (id, d) FROM stdin;
1	7
2	7
3	7
4	7
5	7
6	7
7	7
8	7
9	7
10	7
11	7
12	7
13	7
14	7
15	7
16	7
17	7
18	7
19	7
20	7
\.
COPY public.add_constant_ready (id, d) FROM stdin;
1	7
2	7
3	7
4	7
5	7
6	7
7	7
8	7
9	7
10	7
11	7
12	7
13	7
14	7
15	7
16	7
17	7
18	7
19	7
20	7
\.
COPY public.catalog_type_contracted (id, v) FROM stdin;
1	row 1
2	row 2
3	row 3
4	row 4
5	row 5
6	row 6
7	row 7
8	row 8
9	row 9
10	row 10
11	row 11
12	row 12
13	row 13
14	row 14
15	row 15
16	row 16
17	row 17
18	row 18
19	row 19
20	row 20
\.
COPY public.catalog_type_ready (id, v) FROM stdin;
1	row 1
2	row 2
3	row 3
4	row 4
5	row 5
6	row 6
7	row 7
8	row 8
9	row 9
10	row 10
11	row 11
12	row 12
13	row 13
14	row 14
15	row 15
16	row 16
17	row 17
18	row 18
19	row 19
20	row 20
\.
COPY public.change_type_contracted (id, zdm_old_v, k, v) FROM stdin;
1	1	\N	1
2	2	\N	2
3	3	\N	3
4	4	\N	4
5	5	\N	5
6	6	\N	6
7	7	\N	7
8	8	\N	8
9	9	\N	9
10	10	\N	10
11	11	\N	11
12	12	\N	12
13	13	\N	13
14	14	\N	14
15	15	\N	15
16	16	\N	16
17	17	\N	17
18	18	\N	18
19	19	\N	19
20	20	\N	20
\.
COPY public.change_type_failed (id, v, k, zdm_new_v) FROM stdin;
199	199	\N	\N
200	200	\N	\N
201	201	\N	\N
202	202	\N	\N
203	203	\N	\N
204	204	\N	\N
205	205	\N	\N
206	206	\N	\N
207	207	\N	\N
208	208	\N	\N
209	209	\N	\N
210	210	\N	\N
211	211	\N	\N
212	212	\N	\N
213	213	\N	\N
214	214	\N	\N
215	215	\N	\N
216	216	\N	\N
217	217	\N	\N
218	218	\N	\N
219	219	\N	\N
220	220	\N	\N
221	221	\N	\N
222	222	\N	\N
223	223	\N	\N
224	224	\N	\N
225	225	\N	\N
226	226	\N	\N
59	59	\N	59
60	60	\N	60
61	61	\N	61
62	62	\N	62
63	63	\N	63
64	64	\N	64
65	65	\N	65
66	66	\N	66
67	67	\N	67
68	68	\N	68
69	69	\N	69
70	70	\N	70
71	71	\N	71
72	72	\N	72
73	73	\N	73
74	74	\N	74
75	75	\N	75
76	76	\N	76
77	77	\N	77
78	78	\N	78
79	79	\N	79
80	80	\N	80
81	81	\N	81
82	82	\N	82
83	83	\N	83
84	84	\N	84
85	85	\N	85
86	86	\N	86
87	87	\N	87
88	88	\N	88
89	89	\N	89
90	90	\N	90
91	91	\N	91
92	92	\N	92
93	93	\N	93
94	94	\N	94
95	95	\N	95
96	96	\N	96
97	97	\N	97
98	98	\N	98
99	99	\N	99
100	100	\N	100
101	101	\N	101
102	102	\N	102
103	103	\N	103
104	104	\N	104
105	105	\N	105
106	106	\N	106
107	107	\N	107
108	108	\N	108
109	109	\N	109
110	110	\N	110
111	111	\N	111
112	112	\N	112
113	113	\N	113
114	114	\N	114
115	115	\N	115
116	116	\N	116
117	117	\N	117
118	118	\N	118
119	119	\N	119
120	120	\N	120
121	121	\N	121
122	122	\N	122
123	123	\N	123
425	425	\N	\N
426	426	\N	\N
427	427	\N	\N
428	428	\N	\N
429	429	\N	\N
430	430	\N	\N
431	431	\N	\N
432	432	\N	\N
433	433	\N	\N
434	434	\N	\N
435	435	\N	\N
436	436	\N	\N
437	437	\N	\N
438	438	\N	\N
439	439	\N	\N
440	440	\N	\N
441	441	\N	\N
442	442	\N	\N
443	443	\N	\N
444	444	\N	\N
445	445	\N	\N
446	446	\N	\N
447	447	\N	\N
448	448	\N	\N
449	449	\N	\N
450	450	\N	\N
451	451	\N	\N
452	452	\N	\N
285	285	\N	285
286	286	\N	286
287	287	\N	287
288	288	\N	288
289	289	\N	289
290	290	\N	290
291	291	\N	291
292	292	\N	292
293	293	\N	293
294	294	\N	294
295	295	\N	295
296	296	\N	296
297	297	\N	297
298	298	\N	298
299	299	\N	299
300	300	\N	300
301	301	\N	301
302	302	\N	302
303	303	\N	303
304	304	\N	304
305	305	\N	305
306	306	\N	306
307	307	\N	307
308	308	\N	308
309	309	\N	309
310	310	\N	310
311	311	\N	311
312	312	\N	312
313	313	\N	313
314	314	\N	314
315	315	\N	315
316	316	\N	316
317	317	\N	317
318	318	\N	318
319	319	\N	319
320	320	\N	320
321	321	\N	321
322	322	\N	322
323	323	\N	323
324	324	\N	324
325	325	\N	325
326	326	\N	326
327	327	\N	327
328	328	\N	328
329	329	\N	329
330	330	\N	330
331	331	\N	331
332	332	\N	332
333	333	\N	333
334	334	\N	334
335	335	\N	335
336	336	\N	336
337	337	\N	337
338	338	\N	338
339	339	\N	339
340	340	\N	340
341	341	\N	341
342	342	\N	342
343	343	\N	343
344	344	\N	344
345	345	\N	345
346	346	\N	346
347	347	\N	347
348	348	\N	348
349	349	\N	349
504	504	\N	\N
505	505	\N	\N
506	506	\N	\N
507	507	\N	\N
508	508	\N	\N
509	509	\N	\N
510	510	\N	\N
511	511	\N	\N
512	512	\N	\N
513	513	\N	\N
514	514	\N	\N
515	515	\N	\N
516	516	\N	\N
517	517	\N	\N
518	518	\N	\N
519	519	\N	\N
520	520	\N	\N
521	521	\N	\N
522	522	\N	\N
523	523	\N	\N
524	524	\N	\N
525	525	\N	\N
526	526	\N	\N
527	527	\N	\N
528	528	\N	\N
529	529	\N	\N
530	530	\N	\N
531	531	\N	\N
532	532	\N	\N
533	533	\N	\N
534	534	\N	\N
535	535	\N	\N
536	536	\N	\N
537	537	\N	\N
538	538	\N	\N
539	539	\N	\N
540	540	\N	\N
541	541	\N	\N
542	542	\N	\N
543	543	\N	\N
544	544	\N	\N
545	545	\N	\N
546	546	\N	\N
547	547	\N	\N
548	548	\N	\N
549	549	\N	\N
550	550	\N	\N
551	551	\N	\N
552	552	\N	\N
553	553	\N	\N
554	554	\N	\N
555	555	\N	\N
556	556	\N	\N
557	557	\N	\N
558	558	\N	\N
559	559	\N	\N
560	560	\N	\N
561	561	\N	\N
562	562	\N	\N
563	563	\N	\N
564	564	\N	\N
565	565	\N	\N
566	566	\N	\N
567	567	\N	\N
568	568	\N	\N
569	569	\N	\N
570	570	\N	\N
571	571	\N	\N
572	572	\N	\N
573	573	\N	\N
574	574	\N	\N
575	575	\N	\N
576	576	\N	\N
577	577	\N	\N
578	578	\N	\N
579	579	\N	\N
580	580	\N	\N
581	581	\N	\N
582	582	\N	\N
583	583	\N	\N
584	584	\N	\N
585	585	\N	\N
586	586	\N	\N
587	587	\N	\N
588	588	\N	\N
589	589	\N	\N
590	590	\N	\N
591	591	\N	\N
592	592	\N	\N
593	593	\N	\N
594	594	\N	\N
595	595	\N	\N
596	596	\N	\N
597	597	\N	\N
598	598	\N	\N
599	599	\N	\N
600	600	\N	\N
601	601	\N	\N
602	602	\N	\N
603	603	\N	\N
604	604	\N	\N
605	605	\N	\N
606	606	\N	\N
607	607	\N	\N
608	608	\N	\N
609	609	\N	\N
610	610	\N	\N
611	611	\N	\N
612	612	\N	\N
613	613	\N	\N
614	614	\N	\N
615	615	\N	\N
616	616	\N	\N
617	617	\N	\N
618	618	\N	\N
619	619	\N	\N
620	620	\N	\N
621	621	\N	\N
622	622	\N	\N
623	623	\N	\N
624	624	\N	\N
625	625	\N	\N
626	626	\N	\N
627	627	\N	\N
628	628	\N	\N
629	629	\N	\N
630	630	\N	\N
631	631	\N	\N
632	632	\N	\N
633	633	\N	\N
634	634	\N	\N
635	635	\N	\N
636	636	\N	\N
637	637	\N	\N
638	638	\N	\N
639	639	\N	\N
640	640	\N	\N
641	641	\N	\N
642	642	\N	\N
643	643	\N	\N
644	644	\N	\N
645	645	\N	\N
646	646	\N	\N
647	647	\N	\N
648	648	\N	\N
649	649	\N	\N
650	650	\N	\N
651	651	\N	\N
652	652	\N	\N
653	653	\N	\N
654	654	\N	\N
655	655	\N	\N
656	656	\N	\N
657	657	\N	\N
658	658	\N	\N
659	659	\N	\N
660	660	\N	\N
661	661	\N	\N
662	662	\N	\N
663	663	\N	\N
664	664	\N	\N
665	665	\N	\N
666	666	\N	\N
667	667	\N	\N
668	668	\N	\N
669	669	\N	\N
670	670	\N	\N
671	671	\N	\N
672	672	\N	\N
673	673	\N	\N
674	674	\N	\N
675	675	\N	\N
676	676	\N	\N
677	677	\N	\N
678	678	\N	\N
470	470	\N	470
471	471	\N	471
472	472	\N	472
473	473	\N	473
474	474	\N	474
475	475	\N	475
476	476	\N	476
477	477	\N	477
478	478	\N	478
479	479	\N	479
480	480	\N	480
481	481	\N	481
482	482	\N	482
483	483	\N	483
484	484	\N	484
485	485	\N	485
486	486	\N	486
487	487	\N	487
488	488	\N	488
489	489	\N	489
490	490	\N	490
491	491	\N	491
492	492	\N	492
493	493	\N	493
494	494	\N	494
495	495	\N	495
496	496	\N	496
497	497	\N	497
498	498	\N	498
499	499	\N	499
500	500	\N	500
501	501	\N	501
502	502	\N	502
503	503	\N	503
838	838	\N	\N
839	839	\N	\N
840	840	\N	\N
841	841	\N	\N
842	842	\N	\N
843	843	\N	\N
844	844	\N	\N
845	845	\N	\N
846	846	\N	\N
847	847	\N	\N
848	848	\N	\N
849	849	\N	\N
850	850	\N	\N
851	851	\N	\N
852	852	\N	\N
853	853	\N	\N
854	854	\N	\N
855	855	\N	\N
856	856	\N	\N
857	857	\N	\N
858	858	\N	\N
859	859	\N	\N
860	860	\N	\N
861	861	\N	\N
862	862	\N	\N
863	863	\N	\N
864	864	\N	\N
865	865	\N	\N
866	866	\N	\N
867	867	\N	\N
868	868	\N	\N
869	869	\N	\N
870	870	\N	\N
871	871	\N	\N
872	872	\N	\N
873	873	\N	\N
874	874	\N	\N
875	875	\N	\N
876	876	\N	\N
877	877	\N	\N
878	878	\N	\N
879	879	\N	\N
880	880	\N	\N
881	881	\N	\N
882	882	\N	\N
883	883	\N	\N
884	884	\N	\N
885	885	\N	\N
886	886	\N	\N
887	887	\N	\N
888	888	\N	\N
889	889	\N	\N
890	890	\N	\N
891	891	\N	\N
892	892	\N	\N
893	893	\N	\N
894	894	\N	\N
895	895	\N	\N
896	896	\N	\N
897	897	\N	\N
898	898	\N	\N
899	899	\N	\N
900	900	\N	\N
901	901	\N	\N
902	902	\N	\N
903	903	\N	\N
904	904	\N	\N
737	737	\N	737
738	738	\N	738
739	739	\N	739
740	740	\N	740
741	741	\N	741
742	742	\N	742
743	743	\N	743
744	744	\N	744
745	745	\N	745
746	746	\N	746
747	747	\N	747
748	748	\N	748
749	749	\N	749
750	750	\N	750
751	751	\N	751
752	752	\N	752
753	753	\N	753
754	754	\N	754
755	755	\N	755
756	756	\N	756
757	757	\N	757
758	758	\N	758
759	759	\N	759
760	760	\N	760
761	761	\N	761
762	762	\N	762
763	763	\N	763
764	764	\N	764
765	765	\N	765
766	766	\N	766
767	767	\N	767
768	768	\N	768
769	769	\N	769
770	770	\N	770
771	771	\N	771
772	772	\N	772
773	773	\N	773
774	774	\N	774
775	775	\N	775
776	776	\N	776
777	777	\N	777
778	778	\N	778
779	779	\N	779
780	780	\N	780
781	781	\N	781
782	782	\N	782
783	783	\N	783
784	784	\N	784
785	785	\N	785
786	786	\N	786
787	787	\N	787
788	788	\N	788
789	789	\N	789
790	790	\N	790
791	791	\N	791
792	792	\N	792
793	793	\N	793
794	794	\N	794
795	795	\N	795
796	796	\N	796
797	797	\N	797
798	798	\N	798
799	799	\N	799
800	800	\N	800
801	801	\N	801
908	908	\N	\N
909	909	\N	\N
910	910	\N	\N
911	911	\N	\N
912	912	\N	\N
913	913	\N	\N
914	914	\N	\N
915	915	\N	\N
916	916	\N	\N
917	917	\N	\N
918	918	\N	\N
919	919	\N	\N
920	920	\N	\N
921	921	\N	\N
922	922	\N	\N
923	923	\N	\N
924	924	\N	\N
925	925	\N	\N
926	926	\N	\N
927	927	\N	\N
928	928	\N	\N
929	929	\N	\N
930	930	\N	\N
931	931	\N	\N
932	932	\N	\N
933	933	\N	\N
934	934	\N	\N
935	935	\N	\N
936	936	\N	\N
937	937	\N	\N
938	938	\N	\N
939	939	\N	\N
940	940	\N	\N
941	941	\N	\N
942	942	\N	\N
943	943	\N	\N
944	944	\N	\N
945	945	\N	\N
946	946	\N	\N
947	947	\N	\N
948	948	\N	\N
949	949	\N	\N
950	950	\N	\N
951	951	\N	\N
952	952	\N	\N
953	953	\N	\N
954	954	\N	\N
955	955	\N	\N
956	956	\N	\N
957	957	\N	\N
958	958	\N	\N
959	959	\N	\N
960	960	\N	\N
961	961	\N	\N
962	962	\N	\N
963	963	\N	\N
964	964	\N	\N
965	965	\N	\N
966	966	\N	\N
967	967	\N	\N
968	968	\N	\N
969	969	\N	\N
970	970	\N	\N
971	971	\N	\N
972	972	\N	\N
973	973	\N	\N
974	974	\N	\N
975	975	\N	\N
976	976	\N	\N
977	977	\N	\N
978	978	\N	\N
979	979	\N	\N
980	980	\N	\N
981	981	\N	\N
982	982	\N	\N
983	983	\N	\N
984	984	\N	\N
985	985	\N	\N
986	986	\N	\N
987	987	\N	\N
988	988	\N	\N
989	989	\N	\N
990	990	\N	\N
991	991	\N	\N
992	992	\N	\N
993	993	\N	\N
994	994	\N	\N
995	995	\N	\N
996	996	\N	\N
997	997	\N	\N
998	998	\N	\N
999	999	\N	\N
1000	1000	\N	\N
1001	1001	\N	\N
1002	1002	\N	\N
1003	1003	\N	\N
1004	1004	\N	\N
1005	1005	\N	\N
1006	1006	\N	\N
1007	1007	\N	\N
1008	1008	\N	\N
1009	1009	\N	\N
1010	1010	\N	\N
1011	1011	\N	\N
1012	1012	\N	\N
1013	1013	\N	\N
1014	1014	\N	\N
1015	1015	\N	\N
1016	1016	\N	\N
1017	1017	\N	\N
1018	1018	\N	\N
1019	1019	\N	\N
1020	1020	\N	\N
1021	1021	\N	\N
1022	1022	\N	\N
1023	1023	\N	\N
1024	1024	\N	\N
1025	1025	\N	\N
1026	1026	\N	\N
1027	1027	\N	\N
1028	1028	\N	\N
1029	1029	\N	\N
1030	1030	\N	\N
1031	1031	\N	\N
1032	1032	\N	\N
1033	1033	\N	\N
1034	1034	\N	\N
1035	1035	\N	\N
1036	1036	\N	\N
1037	1037	\N	\N
1038	1038	\N	\N
1039	1039	\N	\N
1040	1040	\N	\N
1041	1041	\N	\N
1042	1042	\N	\N
1043	1043	\N	\N
1044	1044	\N	\N
1045	1045	\N	\N
1046	1046	\N	\N
1047	1047	\N	\N
1048	1048	\N	\N
1049	1049	\N	\N
1050	1050	\N	\N
1051	1051	\N	\N
1052	1052	\N	\N
1053	1053	\N	\N
1054	1054	\N	\N
1055	1055	\N	\N
1056	1056	\N	\N
1057	1057	\N	\N
1058	1058	\N	\N
1059	1059	\N	\N
1060	1060	\N	\N
1061	1061	\N	\N
1062	1062	\N	\N
1063	1063	\N	\N
1064	1064	\N	\N
1065	1065	\N	\N
1066	1066	\N	\N
1067	1067	\N	\N
1068	1068	\N	\N
1069	1069	\N	\N
1070	1070	\N	\N
1071	1071	\N	\N
1072	1072	\N	\N
1073	1073	\N	\N
1074	1074	\N	\N
1075	1075	\N	\N
1076	1076	\N	\N
1077	1077	\N	\N
1078	1078	\N	\N
1079	1079	\N	\N
1080	1080	\N	\N
1081	1081	\N	\N
1082	1082	\N	\N
1083	1083	\N	\N
1084	1084	\N	\N
1085	1085	\N	\N
1086	1086	\N	\N
1087	1087	\N	\N
1088	1088	\N	\N
1089	1089	\N	\N
1090	1090	\N	\N
1091	1091	\N	\N
1092	1092	\N	\N
1093	1093	\N	\N
1094	1094	\N	\N
1095	1095	\N	\N
1096	1096	\N	\N
1097	1097	\N	\N
1098	1098	\N	\N
1099	1099	\N	\N
1100	1100	\N	\N
1101	1101	\N	\N
1102	1102	\N	\N
1103	1103	\N	\N
1104	1104	\N	\N
1105	1105	\N	\N
1106	1106	\N	\N
906	906	\N	906
907	907	\N	907
1129	1129	\N	\N
1130	1130	\N	\N
1131	1131	\N	\N
1132	1132	\N	\N
1133	1133	\N	\N
1134	1134	\N	\N
1135	1135	\N	\N
1136	1136	\N	\N
1137	1137	\N	\N
1138	1138	\N	\N
1139	1139	\N	\N
1140	1140	\N	\N
1141	1141	\N	\N
1142	1142	\N	\N
1143	1143	\N	\N
1144	1144	\N	\N
1145	1145	\N	\N
1146	1146	\N	\N
1147	1147	\N	\N
1148	1148	\N	\N
1149	1149	\N	\N
1150	1150	\N	\N
1151	1151	\N	\N
1152	1152	\N	\N
1153	1153	\N	\N
1154	1154	\N	\N
1155	1155	\N	\N
1156	1156	\N	\N
1157	1157	\N	\N
1158	1158	\N	\N
1159	1159	\N	\N
1160	1160	\N	\N
1161	1161	\N	\N
1162	1162	\N	\N
1163	1163	\N	\N
1164	1164	\N	\N
1165	1165	\N	\N
1166	1166	\N	\N
1167	1167	\N	\N
1168	1168	\N	\N
1169	1169	\N	\N
1170	1170	\N	\N
1171	1171	\N	\N
1172	1172	\N	\N
1173	1173	\N	\N
1174	1174	\N	\N
1175	1175	\N	\N
1176	1176	\N	\N
1177	1177	\N	\N
1178	1178	\N	\N
1179	1179	\N	\N
1180	1180	\N	\N
1181	1181	\N	\N
1182	1182	\N	\N
1183	1183	\N	\N
1184	1184	\N	\N
1185	1185	\N	\N
1186	1186	\N	\N
1187	1187	\N	\N
1188	1188	\N	\N
1189	1189	\N	\N
1190	1190	\N	\N
1191	1191	\N	\N
1192	1192	\N	\N
1193	1193	\N	\N
1194	1194	\N	\N
1195	1195	\N	\N
1196	1196	\N	\N
1197	1197	\N	\N
1198	1198	\N	\N
1199	1199	\N	\N
1200	1200	\N	\N
1201	1201	\N	\N
1202	1202	\N	\N
1203	1203	\N	\N
1204	1204	\N	\N
1205	1205	\N	\N
1206	1206	\N	\N
1207	1207	\N	\N
1208	1208	\N	\N
1209	1209	\N	\N
1210	1210	\N	\N
1211	1211	\N	\N
1212	1212	\N	\N
1213	1213	\N	\N
1214	1214	\N	\N
1215	1215	\N	\N
1216	1216	\N	\N
1217	1217	\N	\N
1218	1218	\N	\N
1219	1219	\N	\N
1220	1220	\N	\N
1221	1221	\N	\N
1222	1222	\N	\N
1223	1223	\N	\N
1224	1224	\N	\N
1225	1225	\N	\N
1226	1226	\N	\N
1227	1227	\N	\N
1228	1228	\N	\N
1229	1229	\N	\N
1230	1230	\N	\N
1231	1231	\N	\N
1232	1232	\N	\N
1233	1233	\N	\N
1234	1234	\N	\N
1235	1235	\N	\N
1236	1236	\N	\N
1237	1237	\N	\N
1238	1238	\N	\N
1239	1239	\N	\N
1240	1240	\N	\N
1241	1241	\N	\N
1242	1242	\N	\N
1243	1243	\N	\N
1244	1244	\N	\N
1245	1245	\N	\N
1246	1246	\N	\N
1247	1247	\N	\N
1248	1248	\N	\N
1249	1249	\N	\N
1250	1250	\N	\N
1251	1251	\N	\N
1252	1252	\N	\N
1253	1253	\N	\N
1254	1254	\N	\N
1255	1255	\N	\N
1256	1256	\N	\N
1257	1257	\N	\N
1258	1258	\N	\N
1259	1259	\N	\N
1260	1260	\N	\N
1261	1261	\N	\N
1262	1262	\N	\N
1263	1263	\N	\N
1264	1264	\N	\N
1265	1265	\N	\N
1266	1266	\N	\N
1267	1267	\N	\N
1268	1268	\N	\N
1269	1269	\N	\N
1270	1270	\N	\N
1271	1271	\N	\N
1272	1272	\N	\N
1273	1273	\N	\N
1274	1274	\N	\N
1275	1275	\N	\N
1276	1276	\N	\N
1277	1277	\N	\N
1278	1278	\N	\N
1279	1279	\N	\N
1280	1280	\N	\N
1281	1281	\N	\N
1282	1282	\N	\N
1283	1283	\N	\N
1284	1284	\N	\N
1285	1285	\N	\N
1286	1286	\N	\N
1287	1287	\N	\N
1288	1288	\N	\N
1289	1289	\N	\N
1290	1290	\N	\N
1291	1291	\N	\N
1115	1115	\N	1115
1116	1116	\N	1116
1117	1117	\N	1117
1118	1118	\N	1118
1119	1119	\N	1119
1120	1120	\N	1120
1121	1121	\N	1121
1122	1122	\N	1122
1123	1123	\N	1123
1124	1124	\N	1124
1125	1125	\N	1125
1126	1126	\N	1126
1127	1127	\N	1127
1128	1128	\N	1128
1295	1295	\N	\N
1296	1296	\N	\N
1297	1297	\N	\N
1298	1298	\N	\N
1299	1299	\N	\N
1300	1300	\N	\N
1301	1301	\N	\N
1302	1302	\N	\N
1303	1303	\N	\N
1304	1304	\N	\N
1305	1305	\N	\N
1306	1306	\N	\N
1307	1307	\N	\N
1308	1308	\N	\N
1309	1309	\N	\N
1310	1310	\N	\N
1311	1311	\N	\N
1312	1312	\N	\N
1313	1313	\N	\N
1314	1314	\N	\N
1315	1315	\N	\N
1316	1316	\N	\N
1317	1317	\N	\N
1318	1318	\N	\N
1319	1319	\N	\N
1320	1320	\N	\N
1321	1321	\N	\N
1322	1322	\N	\N
1323	1323	\N	\N
1324	1324	\N	\N
1325	1325	\N	\N
1326	1326	\N	\N
1327	1327	\N	\N
1328	1328	\N	\N
1329	1329	\N	\N
1330	1330	\N	\N
1331	1331	\N	\N
1332	1332	\N	\N
1333	1333	\N	\N
1334	1334	\N	\N
1335	1335	\N	\N
1336	1336	\N	\N
1337	1337	\N	\N
1338	1338	\N	\N
1339	1339	\N	\N
1340	1340	\N	\N
1341	1341	\N	\N
1342	1342	\N	\N
1343	1343	\N	\N
1344	1344	\N	\N
1345	1345	\N	\N
1346	1346	\N	\N
1347	1347	\N	\N
1348	1348	\N	\N
1349	1349	\N	\N
1350	1350	\N	\N
1351	1351	\N	\N
1352	1352	\N	\N
1353	1353	\N	\N
1354	1354	\N	\N
1355	1355	\N	\N
1356	1356	\N	\N
1357	1357	\N	\N
1358	1358	\N	\N
1359	1359	\N	\N
1360	1360	\N	\N
1361	1361	\N	\N
1362	1362	\N	\N
1363	1363	\N	\N
1364	1364	\N	\N
1365	1365	\N	\N
1366	1366	\N	\N
1367	1367	\N	\N
1368	1368	\N	\N
1369	1369	\N	\N
1370	1370	\N	\N
1371	1371	\N	\N
1372	1372	\N	\N
1373	1373	\N	\N
1374	1374	\N	\N
1375	1375	\N	\N
1376	1376	\N	\N
1377	1377	\N	\N
1378	1378	\N	\N
1379	1379	\N	\N
1380	1380	\N	\N
1381	1381	\N	\N
1382	1382	\N	\N
1383	1383	\N	\N
1384	1384	\N	\N
1385	1385	\N	\N
1386	1386	\N	\N
1387	1387	\N	\N
1388	1388	\N	\N
1389	1389	\N	\N
1390	1390	\N	\N
1391	1391	\N	\N
1392	1392	\N	\N
1393	1393	\N	\N
1394	1394	\N	\N
1395	1395	\N	\N
1396	1396	\N	\N
1397	1397	\N	\N
1398	1398	\N	\N
1399	1399	\N	\N
1401	1401	\N	\N
1402	1402	\N	\N
1403	1403	\N	\N
1404	1404	\N	\N
1405	1405	\N	\N
1406	1406	\N	\N
1407	1407	\N	\N
1408	1408	\N	\N
1409	1409	\N	\N
1410	1410	\N	\N
1411	1411	\N	\N
1412	1412	\N	\N
1413	1413	\N	\N
1414	1414	\N	\N
1415	1415	\N	\N
1416	1416	\N	\N
1417	1417	\N	\N
1418	1418	\N	\N
1419	1419	\N	\N
1420	1420	\N	\N
1421	1421	\N	\N
1422	1422	\N	\N
1423	1423	\N	\N
1424	1424	\N	\N
1425	1425	\N	\N
1426	1426	\N	\N
1427	1427	\N	\N
1428	1428	\N	\N
1429	1429	\N	\N
1430	1430	\N	\N
1431	1431	\N	\N
1432	1432	\N	\N
1433	1433	\N	\N
1434	1434	\N	\N
1435	1435	\N	\N
1436	1436	\N	\N
1437	1437	\N	\N
1438	1438	\N	\N
1439	1439	\N	\N
1440	1440	\N	\N
1441	1441	\N	\N
1442	1442	\N	\N
1443	1443	\N	\N
1444	1444	\N	\N
1445	1445	\N	\N
1446	1446	\N	\N
1447	1447	\N	\N
1448	1448	\N	\N
1449	1449	\N	\N
1450	1450	\N	\N
1451	1451	\N	\N
1452	1452	\N	\N
1453	1453	\N	\N
1454	1454	\N	\N
1455	1455	\N	\N
1456	1456	\N	\N
1457	1457	\N	\N
1458	1458	\N	\N
1459	1459	\N	\N
1460	1460	\N	\N
1461	1461	\N	\N
1462	1462	\N	\N
1463	1463	\N	\N
1464	1464	\N	\N
1465	1465	\N	\N
1466	1466	\N	\N
1467	1467	\N	\N
1468	1468	\N	\N
1469	1469	\N	\N
1470	1470	\N	\N
1471	1471	\N	\N
1472	1472	\N	\N
1473	1473	\N	\N
1474	1474	\N	\N
1475	1475	\N	\N
1476	1476	\N	\N
1292	1292	\N	1292
1293	1293	\N	1293
1294	1294	\N	1294
1499	1499	\N	\N
1500	1500	\N	\N
1	1	\N	1
2	2	\N	2
3	3	\N	3
4	4	\N	4
5	5	\N	5
6	6	\N	6
7	7	\N	7
8	8	\N	8
9	9	\N	9
10	10	\N	10
11	11	\N	11
12	12	\N	12
13	13	\N	13
14	14	\N	14
15	15	\N	15
16	16	\N	16
17	17	\N	17
18	18	\N	18
19	19	\N	19
20	20	\N	20
21	21	\N	21
22	22	\N	22
23	23	\N	23
24	24	\N	24
25	25	\N	25
26	26	\N	26
27	27	\N	27
28	28	\N	28
29	29	\N	29
30	30	\N	30
31	31	\N	31
32	32	\N	32
33	33	\N	33
34	34	\N	34
35	35	\N	35
36	36	\N	36
37	37	\N	37
38	38	\N	38
39	39	\N	39
40	40	\N	40
41	41	\N	41
42	42	\N	42
43	43	\N	43
44	44	\N	44
45	45	\N	45
46	46	\N	46
47	47	\N	47
48	48	\N	48
49	49	\N	49
50	50	\N	50
51	51	\N	51
52	52	\N	52
53	53	\N	53
54	54	\N	54
55	55	\N	55
56	56	\N	56
57	57	\N	57
58	58	\N	58
227	227	\N	227
228	228	\N	228
229	229	\N	229
230	230	\N	230
231	231	\N	231
232	232	\N	232
233	233	\N	233
234	234	\N	234
235	235	\N	235
236	236	\N	236
237	237	\N	237
238	238	\N	238
239	239	\N	239
240	240	\N	240
241	241	\N	241
242	242	\N	242
243	243	\N	243
244	244	\N	244
245	245	\N	245
246	246	\N	246
247	247	\N	247
248	248	\N	248
249	249	\N	249
250	250	\N	250
251	251	\N	251
252	252	\N	252
253	253	\N	253
254	254	\N	254
255	255	\N	255
256	256	\N	256
257	257	\N	257
258	258	\N	258
259	259	\N	259
260	260	\N	260
261	261	\N	261
262	262	\N	262
263	263	\N	263
264	264	\N	264
265	265	\N	265
266	266	\N	266
267	267	\N	267
268	268	\N	268
269	269	\N	269
270	270	\N	270
271	271	\N	271
272	272	\N	272
273	273	\N	273
274	274	\N	274
275	275	\N	275
276	276	\N	276
277	277	\N	277
278	278	\N	278
279	279	\N	279
280	280	\N	280
281	281	\N	281
282	282	\N	282
283	283	\N	283
284	284	\N	284
453	453	\N	453
454	454	\N	454
455	455	\N	455
456	456	\N	456
457	457	\N	457
458	458	\N	458
459	459	\N	459
460	460	\N	460
461	461	\N	461
462	462	\N	462
463	463	\N	463
464	464	\N	464
465	465	\N	465
466	466	\N	466
467	467	\N	467
468	468	\N	468
469	469	\N	469
679	679	\N	679
680	680	\N	680
681	681	\N	681
682	682	\N	682
683	683	\N	683
684	684	\N	684
685	685	\N	685
686	686	\N	686
687	687	\N	687
688	688	\N	688
689	689	\N	689
690	690	\N	690
691	691	\N	691
692	692	\N	692
693	693	\N	693
694	694	\N	694
695	695	\N	695
696	696	\N	696
697	697	\N	697
698	698	\N	698
699	699	\N	699
700	700	\N	700
701	701	\N	701
702	702	\N	702
703	703	\N	703
704	704	\N	704
705	705	\N	705
1485	1485	\N	1485
1486	1486	\N	1486
1487	1487	\N	1487
1488	1488	\N	1488
1489	1489	\N	1489
1490	1490	\N	1490
1491	1491	\N	1491
1492	1492	\N	1492
1493	1493	\N	1493
1494	1494	\N	1494
1495	1495	\N	1495
1496	1496	\N	1496
1497	1497	\N	1497
1498	1498	\N	1498
1400	1400	\N	1400
706	706	\N	706
707	707	\N	707
708	708	\N	708
709	709	\N	709
710	710	\N	710
711	711	\N	711
712	712	\N	712
713	713	\N	713
714	714	\N	714
715	715	\N	715
716	716	\N	716
717	717	\N	717
718	718	\N	718
719	719	\N	719
720	720	\N	720
721	721	\N	721
722	722	\N	722
723	723	\N	723
724	724	\N	724
725	725	\N	725
726	726	\N	726
727	727	\N	727
728	728	\N	728
729	729	\N	729
730	730	\N	730
731	731	\N	731
732	732	\N	732
733	733	\N	733
734	734	\N	734
735	735	\N	735
736	736	\N	736
905	905	\N	905
1107	1107	\N	1107
1108	1108	\N	1108
1109	1109	\N	1109
1110	1110	\N	1110
1111	1111	\N	1111
1112	1112	\N	1112
1113	1113	\N	1113
1114	1114	\N	1114
1477	1477	\N	1477
1478	1478	\N	1478
1479	1479	\N	1479
1480	1480	\N	1480
1481	1481	\N	1481
1482	1482	\N	1482
1483	1483	\N	1483
1484	1484	\N	1484
124	124	\N	124
125	125	\N	125
126	126	\N	126
127	127	\N	127
128	128	\N	128
129	129	\N	129
130	130	\N	130
131	131	\N	131
132	132	\N	132
133	133	\N	133
134	134	\N	134
135	135	\N	135
136	136	\N	136
137	137	\N	137
138	138	\N	138
139	139	\N	139
140	140	\N	140
141	141	\N	141
142	142	\N	142
143	143	\N	143
144	144	\N	144
145	145	\N	145
146	146	\N	146
147	147	\N	147
148	148	\N	148
149	149	\N	149
150	150	\N	150
151	151	\N	151
152	152	\N	152
153	153	\N	153
154	154	\N	154
155	155	\N	155
156	156	\N	156
157	157	\N	157
158	158	\N	158
159	159	\N	159
160	160	\N	160
161	161	\N	161
162	162	\N	162
163	163	\N	163
164	164	\N	164
165	165	\N	165
166	166	\N	166
167	167	\N	167
168	168	\N	168
169	169	\N	169
170	170	\N	170
171	171	\N	171
172	172	\N	172
173	173	\N	173
174	174	\N	174
175	175	\N	175
176	176	\N	176
177	177	\N	177
178	178	\N	178
179	179	\N	179
180	180	\N	180
181	181	\N	181
182	182	\N	182
183	183	\N	183
184	184	\N	184
185	185	\N	185
186	186	\N	186
187	187	\N	187
188	188	\N	188
189	189	\N	189
190	190	\N	190
191	191	\N	191
192	192	\N	192
193	193	\N	193
194	194	\N	194
195	195	\N	195
196	196	\N	196
197	197	\N	197
198	198	\N	198
350	350	\N	350
351	351	\N	351
352	352	\N	352
353	353	\N	353
354	354	\N	354
355	355	\N	355
356	356	\N	356
357	357	\N	357
358	358	\N	358
359	359	\N	359
360	360	\N	360
361	361	\N	361
362	362	\N	362
363	363	\N	363
364	364	\N	364
365	365	\N	365
366	366	\N	366
367	367	\N	367
368	368	\N	368
369	369	\N	369
370	370	\N	370
371	371	\N	371
372	372	\N	372
373	373	\N	373
374	374	\N	374
375	375	\N	375
376	376	\N	376
377	377	\N	377
378	378	\N	378
379	379	\N	379
380	380	\N	380
381	381	\N	381
382	382	\N	382
383	383	\N	383
384	384	\N	384
385	385	\N	385
386	386	\N	386
387	387	\N	387
388	388	\N	388
389	389	\N	389
390	390	\N	390
391	391	\N	391
392	392	\N	392
393	393	\N	393
394	394	\N	394
395	395	\N	395
396	396	\N	396
397	397	\N	397
398	398	\N	398
399	399	\N	399
400	400	\N	400
401	401	\N	401
402	402	\N	402
403	403	\N	403
404	404	\N	404
405	405	\N	405
406	406	\N	406
407	407	\N	407
408	408	\N	408
409	409	\N	409
410	410	\N	410
411	411	\N	411
412	412	\N	412
413	413	\N	413
414	414	\N	414
415	415	\N	415
416	416	\N	416
417	417	\N	417
418	418	\N	418
419	419	\N	419
420	420	\N	420
421	421	\N	421
422	422	\N	422
423	423	\N	423
424	424	\N	424
802	802	\N	802
803	803	\N	803
804	804	\N	804
805	805	\N	805
806	806	\N	806
807	807	\N	807
808	808	\N	808
809	809	\N	809
810	810	\N	810
811	811	\N	811
812	812	\N	812
813	813	\N	813
814	814	\N	814
815	815	\N	815
816	816	\N	816
817	817	\N	817
818	818	\N	818
819	819	\N	819
820	820	\N	820
821	821	\N	821
822	822	\N	822
823	823	\N	823
824	824	\N	824
825	825	\N	825
826	826	\N	826
827	827	\N	827
828	828	\N	828
829	829	\N	829
830	830	\N	830
831	831	\N	831
832	832	\N	832
833	833	\N	833
834	834	\N	834
835	835	\N	835
836	836	\N	836
837	837	\N	837
\.
COPY public.change_type_paused (id, v, k, zdm_new_v) FROM stdin;
1	1	\N	\N
2	2	\N	\N
3	3	\N	\N
4	4	\N	\N
5	5	\N	\N
6	6	\N	\N
7	7	\N	\N
8	8	\N	\N
9	9	\N	\N
10	10	\N	\N
11	11	\N	\N
12	12	\N	\N
13	13	\N	\N
14	14	\N	\N
15	15	\N	\N
16	16	\N	\N
17	17	\N	\N
18	18	\N	\N
19	19	\N	\N
20	20	\N	\N
\.
COPY public.change_type_ready (id, v, k, zdm_new_v) FROM stdin;
1	1	\N	1
2	2	\N	2
3	3	\N	3
4	4	\N	4
5	5	\N	5
6	6	\N	6
7	7	\N	7
8	8	\N	8
9	9	\N	9
10	10	\N	10
11	11	\N	11
12	12	\N	12
13	13	\N	13
14	14	\N	14
15	15	\N	15
16	16	\N	16
17	17	\N	17
18	18	\N	18
19	19	\N	19
20	20	\N	20
\.
COPY public.change_type_running (id, v, k, zdm_new_v) FROM stdin;
1	1	\N	\N
2	2	\N	\N
3	3	\N	\N
4	4	\N	\N
5	5	\N	\N
6	6	\N	\N
7	7	\N	\N
8	8	\N	\N
9	9	\N	\N
10	10	\N	\N
11	11	\N	\N
12	12	\N	\N
13	13	\N	\N
14	14	\N	\N
15	15	\N	\N
16	16	\N	\N
17	17	\N	\N
18	18	\N	\N
19	19	\N	\N
20	20	\N	\N
\.
COPY public.check_it_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.check_it_paused (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.check_it_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.check_it_running (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.drop_column_contracted (id, zdm_old_v, n) FROM stdin;
1	1	row 1
2	2	row 2
3	3	row 3
4	4	row 4
5	5	row 5
6	6	row 6
7	7	row 7
8	8	row 8
9	9	row 9
10	10	row 10
11	11	row 11
12	12	row 12
13	13	row 13
14	14	row 14
15	15	row 15
16	16	row 16
17	17	row 17
18	18	row 18
19	19	row 19
20	20	row 20
\.
COPY public.drop_column_ready (id, v, n) FROM stdin;
1	1	row 1
2	2	row 2
3	3	row 3
4	4	row 4
5	5	row 5
6	6	row 6
7	7	row 7
8	8	row 8
9	9	row 9
10	10	row 10
11	11	row 11
12	12	row 12
13	13	row 13
14	14	row 14
15	15	row 15
16	16	row 16
17	17	row 17
18	18	row 18
19	19	row 19
20	20	row 20
\.
COPY public.drop_index_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.drop_index_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.drop_reversible_contracted (id, zdm_old_v, n) FROM stdin;
1	1	row 1
2	2	row 2
3	3	row 3
4	4	row 4
5	5	row 5
6	6	row 6
7	7	row 7
8	8	row 8
9	9	row 9
10	10	row 10
11	11	row 11
12	12	row 12
13	13	row 13
14	14	row 14
15	15	row 15
16	16	row 16
17	17	row 17
18	18	row 18
19	19	row 19
20	20	row 20
\.
COPY public.drop_reversible_ready (id, v, n) FROM stdin;
1	1	row 1
2	2	row 2
3	3	row 3
4	4	row 4
5	5	row 5
6	6	row 6
7	7	row 7
8	8	row 8
9	9	row 9
10	10	row 10
11	11	row 11
12	12	row 12
13	13	row 13
14	14	row 14
15	15	row 15
16	16	row 16
17	17	row 17
18	18	row 18
19	19	row 19
20	20	row 20
\.
COPY public.fill_nulls_contracted (id, v, n) FROM stdin;
1	1	1
2	2	2
4	1	4
5	2	5
7	1	7
8	2	8
10	1	10
11	2	11
13	1	13
14	2	14
16	1	16
17	2	17
19	1	19
20	2	20
3	33	3
6	16	6
9	11	9
12	8	12
15	6	15
18	5	18
\.
COPY public.fill_nulls_failed (id, v, n) FROM stdin;
1	1	1
2	2	2
4	1	4
5	2	5
7	1	7
8	2	8
10	1	10
11	2	11
13	1	13
14	2	14
16	1	16
17	2	17
19	1	19
20	2	20
22	1	22
23	2	23
25	1	25
26	2	26
28	1	28
29	2	29
31	1	31
32	2	32
34	1	34
35	2	35
37	1	37
38	2	38
40	1	40
41	2	41
43	1	43
44	2	44
46	1	46
47	2	47
49	1	49
50	2	50
52	1	52
53	2	53
55	1	55
56	2	56
58	1	58
59	2	59
61	1	61
62	2	62
64	1	64
65	2	65
67	1	67
68	2	68
70	1	70
71	2	71
73	1	73
74	2	74
76	1	76
77	2	77
79	1	79
80	2	80
82	1	82
83	2	83
85	1	85
86	2	86
88	1	88
89	2	89
91	1	91
92	2	92
94	1	94
95	2	95
97	1	97
98	2	98
100	1	100
101	2	101
103	1	103
104	2	104
106	1	106
107	2	107
109	1	109
110	2	110
112	1	112
113	2	113
115	1	115
116	2	116
118	1	118
119	2	119
121	1	121
122	2	122
124	1	124
125	2	125
127	1	127
128	2	128
130	1	130
131	2	131
133	1	133
134	2	134
136	1	136
137	2	137
139	1	139
140	2	140
142	1	142
143	2	143
145	1	145
146	2	146
148	1	148
149	2	149
151	1	151
152	2	152
154	1	154
155	2	155
156	\N	156
157	1	157
158	2	158
159	\N	159
160	1	160
161	2	161
162	\N	162
163	1	163
164	2	164
165	\N	165
166	1	166
167	2	167
168	\N	168
169	1	169
170	2	170
171	\N	171
172	1	172
173	2	173
174	\N	174
175	1	175
176	2	176
177	\N	177
178	1	178
179	2	179
180	\N	180
181	1	181
182	2	182
183	\N	183
184	1	184
185	2	185
186	\N	186
187	1	187
188	2	188
189	\N	189
190	1	190
191	2	191
192	\N	192
193	1	193
194	2	194
195	\N	195
196	1	196
197	2	197
199	1	199
200	2	200
202	1	202
203	2	203
205	1	205
206	2	206
208	1	208
209	2	209
211	1	211
212	2	212
214	1	214
215	2	215
217	1	217
218	2	218
220	1	220
221	2	221
223	1	223
224	2	224
226	1	226
227	2	227
229	1	229
230	2	230
232	1	232
233	2	233
235	1	235
236	2	236
238	1	238
239	2	239
241	1	241
242	2	242
244	1	244
245	2	245
247	1	247
248	2	248
250	1	250
251	2	251
253	1	253
254	2	254
256	1	256
257	2	257
259	1	259
260	2	260
262	1	262
263	2	263
265	1	265
266	2	266
268	1	268
269	2	269
271	1	271
272	2	272
274	1	274
275	2	275
277	1	277
278	2	278
280	1	280
281	2	281
283	1	283
284	2	284
286	1	286
287	2	287
289	1	289
290	2	290
292	1	292
293	2	293
295	1	295
296	2	296
298	1	298
299	2	299
301	1	301
302	2	302
304	1	304
305	2	305
307	1	307
308	2	308
310	1	310
311	2	311
313	1	313
314	2	314
316	1	316
317	2	317
319	1	319
320	2	320
322	1	322
323	2	323
325	1	325
326	2	326
328	1	328
329	2	329
331	1	331
332	2	332
334	1	334
335	2	335
337	1	337
338	2	338
340	1	340
341	2	341
343	1	343
344	2	344
346	1	346
347	2	347
349	1	349
350	2	350
351	\N	351
352	1	352
353	2	353
354	\N	354
355	1	355
356	2	356
357	\N	357
358	1	358
359	2	359
360	\N	360
361	1	361
362	2	362
363	\N	363
364	1	364
365	2	365
366	\N	366
367	1	367
368	2	368
369	\N	369
370	1	370
371	2	371
372	\N	372
373	1	373
374	2	374
375	\N	375
376	1	376
377	2	377
378	\N	378
379	1	379
380	2	380
381	\N	381
382	1	382
383	2	383
384	\N	384
385	1	385
386	2	386
387	\N	387
388	1	388
389	2	389
390	\N	390
391	1	391
392	2	392
393	\N	393
394	1	394
395	2	395
397	1	397
398	2	398
400	1	400
401	2	401
403	1	403
404	2	404
406	1	406
407	2	407
409	1	409
410	2	410
412	1	412
413	2	413
415	1	415
416	2	416
418	1	418
419	2	419
421	1	421
422	2	422
424	1	424
425	2	425
427	1	427
428	2	428
430	1	430
431	2	431
433	1	433
434	2	434
436	1	436
437	2	437
439	1	439
440	2	440
442	1	442
443	2	443
445	1	445
446	2	446
448	1	448
449	2	449
451	1	451
452	2	452
454	1	454
455	2	455
457	1	457
458	2	458
460	1	460
461	2	461
463	1	463
464	2	464
466	1	466
467	2	467
469	1	469
470	2	470
472	1	472
473	2	473
475	1	475
476	2	476
478	1	478
479	2	479
481	1	481
482	2	482
484	1	484
485	2	485
487	1	487
488	2	488
490	1	490
491	2	491
493	1	493
494	2	494
496	1	496
497	2	497
499	1	499
500	2	500
502	1	502
503	2	503
505	1	505
506	2	506
508	1	508
509	2	509
511	1	511
512	2	512
514	1	514
515	2	515
517	1	517
518	2	518
520	1	520
521	2	521
523	1	523
524	2	524
526	1	526
527	2	527
529	1	529
530	2	530
532	1	532
533	2	533
535	1	535
536	2	536
538	1	538
539	2	539
541	1	541
542	2	542
544	1	544
545	2	545
547	1	547
548	2	548
549	\N	549
550	1	550
551	2	551
552	\N	552
553	1	553
554	2	554
555	\N	555
556	1	556
557	2	557
558	\N	558
559	1	559
560	2	560
561	\N	561
562	1	562
563	2	563
564	\N	564
565	1	565
566	2	566
567	\N	567
568	1	568
569	2	569
570	\N	570
571	1	571
572	2	572
573	\N	573
574	1	574
575	2	575
576	\N	576
577	1	577
578	2	578
579	\N	579
580	1	580
581	2	581
582	\N	582
583	1	583
584	2	584
585	\N	585
586	1	586
587	2	587
588	\N	588
589	1	589
590	2	590
591	\N	591
592	1	592
593	2	593
595	1	595
596	2	596
598	1	598
599	2	599
601	1	601
602	2	602
604	1	604
605	2	605
607	1	607
608	2	608
610	1	610
611	2	611
613	1	613
614	2	614
616	1	616
617	2	617
619	1	619
620	2	620
622	1	622
623	2	623
625	1	625
626	2	626
628	1	628
629	2	629
631	1	631
632	2	632
634	1	634
635	2	635
637	1	637
638	2	638
640	1	640
641	2	641
643	1	643
644	2	644
646	1	646
647	2	647
649	1	649
650	2	650
652	1	652
653	2	653
655	1	655
656	2	656
658	1	658
659	2	659
661	1	661
662	2	662
664	1	664
665	2	665
667	1	667
668	2	668
670	1	670
671	2	671
673	1	673
674	2	674
676	1	676
677	2	677
679	1	679
680	2	680
682	1	682
683	2	683
685	1	685
686	2	686
688	1	688
689	2	689
691	1	691
692	2	692
694	1	694
695	2	695
697	1	697
698	2	698
700	1	700
701	2	701
703	1	703
704	2	704
706	1	706
707	2	707
709	1	709
710	2	710
712	1	712
713	2	713
715	1	715
716	2	716
718	1	718
719	2	719
721	1	721
722	2	722
724	1	724
725	2	725
727	1	727
728	2	728
730	1	730
731	2	731
733	1	733
734	2	734
736	1	736
737	2	737
739	1	739
740	2	740
742	1	742
743	2	743
745	1	745
746	2	746
747	\N	747
748	1	748
749	2	749
750	\N	750
751	1	751
752	2	752
753	\N	753
754	1	754
755	2	755
756	\N	756
757	1	757
758	2	758
759	\N	759
760	1	760
761	2	761
762	\N	762
763	1	763
764	2	764
765	\N	765
766	1	766
767	2	767
768	\N	768
769	1	769
770	2	770
771	\N	771
772	1	772
773	2	773
774	\N	774
775	1	775
776	2	776
777	\N	777
778	1	778
779	2	779
780	\N	780
781	1	781
782	2	782
783	\N	783
784	1	784
785	2	785
786	\N	786
787	1	787
788	2	788
790	1	790
791	2	791
793	1	793
794	2	794
796	1	796
797	2	797
799	1	799
800	2	800
802	1	802
803	2	803
805	1	805
806	2	806
808	1	808
809	2	809
811	1	811
812	2	812
814	1	814
815	2	815
817	1	817
818	2	818
820	1	820
821	2	821
823	1	823
824	2	824
826	1	826
827	2	827
829	1	829
830	2	830
832	1	832
833	2	833
835	1	835
836	2	836
838	1	838
839	2	839
841	1	841
842	2	842
844	1	844
845	2	845
847	1	847
848	2	848
850	1	850
851	2	851
853	1	853
854	2	854
856	1	856
857	2	857
859	1	859
860	2	860
862	1	862
863	2	863
865	1	865
866	2	866
868	1	868
869	2	869
871	1	871
872	2	872
874	1	874
875	2	875
877	1	877
878	2	878
880	1	880
881	2	881
883	1	883
884	2	884
886	1	886
887	2	887
889	1	889
890	2	890
892	1	892
893	2	893
895	1	895
896	2	896
898	1	898
899	2	899
901	1	901
902	2	902
904	1	904
905	2	905
907	1	907
908	2	908
910	1	910
911	2	911
913	1	913
914	2	914
916	1	916
917	2	917
919	1	919
920	2	920
922	1	922
923	2	923
925	1	925
926	2	926
928	1	928
929	2	929
931	1	931
932	2	932
934	1	934
935	2	935
937	1	937
938	2	938
940	1	940
941	2	941
942	\N	942
943	1	943
944	2	944
945	\N	945
946	1	946
947	2	947
948	\N	948
949	1	949
950	2	950
951	\N	951
952	1	952
953	2	953
954	\N	954
955	1	955
956	2	956
957	\N	957
958	1	958
959	2	959
960	\N	960
961	1	961
962	2	962
963	\N	963
964	1	964
965	2	965
966	\N	966
967	1	967
968	2	968
969	\N	969
970	1	970
971	2	971
972	\N	972
973	1	973
974	2	974
975	\N	975
976	1	976
977	2	977
978	\N	978
979	1	979
980	2	980
981	\N	981
982	1	982
983	2	983
984	\N	984
985	1	985
986	2	986
988	1	988
989	2	989
991	1	991
992	2	992
994	1	994
995	2	995
997	1	997
998	2	998
1000	1	1000
1001	2	1001
1003	1	1003
1004	2	1004
1006	1	1006
1007	2	1007
1009	1	1009
1010	2	1010
1012	1	1012
1013	2	1013
1015	1	1015
1016	2	1016
1018	1	1018
1019	2	1019
1021	1	1021
1022	2	1022
1024	1	1024
1025	2	1025
1027	1	1027
1028	2	1028
1030	1	1030
1031	2	1031
1033	1	1033
1034	2	1034
1036	1	1036
1037	2	1037
1039	1	1039
1040	2	1040
1042	1	1042
1043	2	1043
1045	1	1045
1046	2	1046
1048	1	1048
1049	2	1049
1051	1	1051
1052	2	1052
1054	1	1054
1055	2	1055
1057	1	1057
1058	2	1058
1060	1	1060
1061	2	1061
1063	1	1063
1064	2	1064
1066	1	1066
1067	2	1067
1069	1	1069
1070	2	1070
1072	1	1072
1073	2	1073
1075	1	1075
1076	2	1076
1078	1	1078
1079	2	1079
1081	1	1081
1082	2	1082
1084	1	1084
1085	2	1085
1087	1	1087
1088	2	1088
1090	1	1090
1091	2	1091
1093	1	1093
1094	2	1094
1096	1	1096
1097	2	1097
1099	1	1099
1100	2	1100
1102	1	1102
1103	2	1103
1105	1	1105
1106	2	1106
1108	1	1108
1109	2	1109
1111	1	1111
1112	2	1112
1114	1	1114
1115	2	1115
1117	1	1117
1118	2	1118
1120	1	1120
1121	2	1121
1123	1	1123
1124	2	1124
1126	1	1126
1127	2	1127
1129	1	1129
1130	2	1130
1132	1	1132
1133	2	1133
1135	1	1135
1136	2	1136
1138	1	1138
1139	2	1139
1140	\N	1140
1141	1	1141
1142	2	1142
1143	\N	1143
1144	1	1144
1145	2	1145
1146	\N	1146
1147	1	1147
1148	2	1148
1149	\N	1149
1150	1	1150
1151	2	1151
1152	\N	1152
1153	1	1153
1154	2	1154
1155	\N	1155
1156	1	1156
1157	2	1157
1158	\N	1158
1159	1	1159
1160	2	1160
1161	\N	1161
1162	1	1162
1163	2	1163
1164	\N	1164
1165	1	1165
1166	2	1166
1167	\N	1167
1168	1	1168
1169	2	1169
1170	\N	1170
1171	1	1171
1172	2	1172
1173	\N	1173
1174	1	1174
1175	2	1175
1176	\N	1176
1177	1	1177
1178	2	1178
1179	\N	1179
1180	1	1180
1181	2	1181
1182	\N	1182
1183	1	1183
1184	2	1184
1186	1	1186
1187	2	1187
1189	1	1189
1190	2	1190
1192	1	1192
1193	2	1193
1195	1	1195
1196	2	1196
1198	1	1198
1199	2	1199
1201	1	1201
1202	2	1202
1204	1	1204
1205	2	1205
1207	1	1207
1208	2	1208
1210	1	1210
1211	2	1211
1213	1	1213
1214	2	1214
1216	1	1216
1217	2	1217
1219	1	1219
1220	2	1220
1222	1	1222
1223	2	1223
1225	1	1225
1226	2	1226
1228	1	1228
1229	2	1229
1231	1	1231
1232	2	1232
1234	1	1234
1235	2	1235
1237	1	1237
1238	2	1238
1240	1	1240
1241	2	1241
1243	1	1243
1244	2	1244
1246	1	1246
1247	2	1247
1249	1	1249
1250	2	1250
1252	1	1252
1253	2	1253
1255	1	1255
1256	2	1256
1258	1	1258
1259	2	1259
1261	1	1261
1262	2	1262
1264	1	1264
1265	2	1265
1267	1	1267
1268	2	1268
1270	1	1270
1271	2	1271
1273	1	1273
1274	2	1274
1276	1	1276
1277	2	1277
1279	1	1279
1280	2	1280
1282	1	1282
1283	2	1283
1285	1	1285
1286	2	1286
1288	1	1288
1289	2	1289
1291	1	1291
1292	2	1292
1294	1	1294
1295	2	1295
1297	1	1297
1298	2	1298
1300	1	1300
1301	2	1301
1303	1	1303
1304	2	1304
1306	1	1306
1307	2	1307
1309	1	1309
1310	2	1310
1312	1	1312
1313	2	1313
1315	1	1315
1316	2	1316
1318	1	1318
1319	2	1319
1321	1	1321
1322	2	1322
1324	1	1324
1325	2	1325
1327	1	1327
1328	2	1328
1330	1	1330
1331	2	1331
1333	1	1333
1334	2	1334
1336	1	1336
1337	2	1337
1338	\N	1338
1339	1	1339
1340	2	1340
1341	\N	1341
1342	1	1342
1343	2	1343
1344	\N	1344
1345	1	1345
1346	2	1346
1347	\N	1347
1348	1	1348
1349	2	1349
1350	\N	1350
1351	1	1351
1352	2	1352
1353	\N	1353
1354	1	1354
1355	2	1355
1356	\N	1356
1357	1	1357
1358	2	1358
1359	\N	1359
1360	1	1360
1361	2	1361
1362	\N	1362
1363	1	1363
1364	2	1364
1365	\N	1365
1366	1	1366
1367	2	1367
1368	\N	1368
1369	1	1369
1370	2	1370
1371	\N	1371
1372	1	1372
1373	2	1373
1374	\N	1374
1375	1	1375
1376	2	1376
1377	\N	1377
1378	1	1378
1379	2	1379
1381	1	1381
1382	2	1382
1383	\N	1383
1384	1	1384
1385	2	1385
1386	\N	1386
1387	1	1387
1388	2	1388
1389	\N	1389
1390	1	1390
1391	2	1391
1392	\N	1392
1393	1	1393
1394	2	1394
1395	\N	1395
1396	1	1396
1397	2	1397
1399	1	1399
1400	2	1400
1401	\N	1401
1402	1	1402
1403	2	1403
1404	\N	1404
1405	1	1405
1406	2	1406
1407	\N	1407
1408	1	1408
1409	2	1409
1410	\N	1410
1411	1	1411
1412	2	1412
1413	\N	1413
1414	1	1414
1415	2	1415
1416	\N	1416
1417	1	1417
1418	2	1418
1419	\N	1419
1420	1	1420
1421	2	1421
1422	\N	1422
1423	1	1423
1424	2	1424
1425	\N	1425
1426	1	1426
1427	2	1427
1428	\N	1428
1429	1	1429
1430	2	1430
1431	\N	1431
1432	1	1432
1433	2	1433
1434	\N	1434
1435	1	1435
1436	2	1436
1437	\N	1437
1438	1	1438
1439	2	1439
1440	\N	1440
1441	1	1441
1442	2	1442
1443	\N	1443
1444	1	1444
1445	2	1445
1446	\N	1446
1447	1	1447
1448	2	1448
1449	\N	1449
1450	1	1450
1451	2	1451
1452	\N	1452
1453	1	1453
1454	2	1454
1455	\N	1455
1456	1	1456
1457	2	1457
1458	\N	1458
1459	1	1459
1460	2	1460
1461	\N	1461
1462	1	1462
1463	2	1463
1464	\N	1464
1465	1	1465
1466	2	1466
1467	\N	1467
1468	1	1468
1469	2	1469
1470	\N	1470
1471	1	1471
1472	2	1472
1473	\N	1473
1474	1	1474
1475	2	1475
1476	\N	1476
1477	1	1477
1478	2	1478
1479	\N	1479
1480	1	1480
1481	2	1481
1482	\N	1482
1483	1	1483
1484	2	1484
1485	\N	1485
1486	1	1486
1487	2	1487
1488	\N	1488
1489	1	1489
1490	2	1490
1491	\N	1491
1492	1	1492
1493	2	1493
1494	\N	1494
1495	1	1495
1496	2	1496
1497	\N	1497
1498	1	1498
1499	2	1499
1500	\N	1500
3	33	3
6	16	6
9	11	9
12	8	12
15	6	15
18	5	18
21	4	21
24	4	24
27	3	27
30	3	30
33	3	33
36	2	36
39	2	39
42	2	42
45	2	45
48	2	48
51	1	51
54	1	54
57	1	57
60	1	60
63	1	63
66	1	66
69	1	69
72	1	72
75	1	75
78	1	78
81	1	81
84	1	84
87	1	87
90	1	90
93	1	93
96	1	96
99	1	99
102	0	102
105	0	105
108	0	108
111	0	111
114	0	114
117	0	117
120	0	120
123	0	123
126	0	126
129	0	129
132	0	132
135	0	135
138	0	138
141	0	141
144	0	144
147	0	147
150	0	150
153	0	153
198	0	198
201	0	201
204	0	204
207	0	207
210	0	210
213	0	213
216	0	216
219	0	219
222	0	222
225	0	225
228	0	228
231	0	231
234	0	234
237	0	237
240	0	240
243	0	243
246	0	246
249	0	249
252	0	252
255	0	255
1380	0	1380
258	0	258
261	0	261
264	0	264
267	0	267
270	0	270
273	0	273
276	0	276
279	0	279
282	0	282
285	0	285
288	0	288
291	0	291
294	0	294
297	0	297
300	0	300
303	0	303
306	0	306
309	0	309
312	0	312
315	0	315
318	0	318
321	0	321
324	0	324
327	0	327
330	0	330
333	0	333
336	0	336
339	0	339
342	0	342
345	0	345
348	0	348
396	0	396
399	0	399
402	0	402
405	0	405
408	0	408
411	0	411
414	0	414
417	0	417
420	0	420
423	0	423
426	0	426
429	0	429
432	0	432
435	0	435
438	0	438
441	0	441
444	0	444
447	0	447
450	0	450
453	0	453
456	0	456
459	0	459
462	0	462
465	0	465
468	0	468
471	0	471
474	0	474
477	0	477
480	0	480
483	0	483
486	0	486
489	0	489
492	0	492
495	0	495
498	0	498
501	0	501
504	0	504
507	0	507
510	0	510
513	0	513
516	0	516
519	0	519
522	0	522
525	0	525
528	0	528
531	0	531
534	0	534
537	0	537
540	0	540
543	0	543
546	0	546
594	0	594
597	0	597
600	0	600
603	0	603
606	0	606
609	0	609
612	0	612
615	0	615
618	0	618
621	0	621
624	0	624
627	0	627
630	0	630
633	0	633
636	0	636
639	0	639
642	0	642
645	0	645
648	0	648
651	0	651
654	0	654
657	0	657
660	0	660
663	0	663
666	0	666
669	0	669
672	0	672
675	0	675
678	0	678
681	0	681
684	0	684
687	0	687
690	0	690
693	0	693
696	0	696
699	0	699
702	0	702
705	0	705
708	0	708
711	0	711
714	0	714
717	0	717
720	0	720
723	0	723
726	0	726
729	0	729
732	0	732
735	0	735
738	0	738
741	0	741
744	0	744
789	0	789
792	0	792
795	0	795
798	0	798
801	0	801
804	0	804
807	0	807
810	0	810
813	0	813
816	0	816
819	0	819
822	0	822
825	0	825
828	0	828
831	0	831
834	0	834
837	0	837
840	0	840
843	0	843
846	0	846
849	0	849
852	0	852
855	0	855
858	0	858
861	0	861
864	0	864
867	0	867
870	0	870
873	0	873
876	0	876
879	0	879
882	0	882
885	0	885
888	0	888
891	0	891
894	0	894
897	0	897
900	0	900
903	0	903
906	0	906
909	0	909
912	0	912
915	0	915
918	0	918
921	0	921
924	0	924
927	0	927
930	0	930
933	0	933
936	0	936
939	0	939
987	0	987
990	0	990
993	0	993
996	0	996
999	0	999
1002	0	1002
1005	0	1005
1008	0	1008
1011	0	1011
1014	0	1014
1017	0	1017
1020	0	1020
1023	0	1023
1026	0	1026
1029	0	1029
1032	0	1032
1035	0	1035
1038	0	1038
1041	0	1041
1044	0	1044
1047	0	1047
1050	0	1050
1053	0	1053
1056	0	1056
1059	0	1059
1062	0	1062
1065	0	1065
1068	0	1068
1071	0	1071
1074	0	1074
1077	0	1077
1080	0	1080
1083	0	1083
1086	0	1086
1089	0	1089
1092	0	1092
1095	0	1095
1098	0	1098
1101	0	1101
1104	0	1104
1107	0	1107
1110	0	1110
1113	0	1113
1116	0	1116
1119	0	1119
1122	0	1122
1125	0	1125
1128	0	1128
1131	0	1131
1134	0	1134
1137	0	1137
1185	0	1185
1188	0	1188
1191	0	1191
1194	0	1194
1197	0	1197
1200	0	1200
1203	0	1203
1206	0	1206
1209	0	1209
1212	0	1212
1215	0	1215
1218	0	1218
1221	0	1221
1224	0	1224
1227	0	1227
1230	0	1230
1233	0	1233
1236	0	1236
1239	0	1239
1242	0	1242
1245	0	1245
1248	0	1248
1251	0	1251
1254	0	1254
1257	0	1257
1260	0	1260
1263	0	1263
1266	0	1266
1269	0	1269
1272	0	1272
1275	0	1275
1278	0	1278
1281	0	1281
1284	0	1284
1287	0	1287
1290	0	1290
1293	0	1293
1296	0	1296
1299	0	1299
1302	0	1302
1305	0	1305
1308	0	1308
1311	0	1311
1314	0	1314
1317	0	1317
1320	0	1320
1323	0	1323
1326	0	1326
1329	0	1329
1332	0	1332
1335	0	1335
1398	0	1398
\.
COPY public.fill_nulls_paused (id, v, n) FROM stdin;
1	1	1
2	2	2
3	\N	3
4	1	4
5	2	5
6	\N	6
7	1	7
8	2	8
9	\N	9
10	1	10
11	2	11
12	\N	12
13	1	13
14	2	14
15	\N	15
16	1	16
17	2	17
18	\N	18
19	1	19
20	2	20
\.
COPY public.fill_nulls_ready (id, v, n) FROM stdin;
1	1	1
2	2	2
4	1	4
5	2	5
7	1	7
8	2	8
10	1	10
11	2	11
13	1	13
14	2	14
16	1	16
17	2	17
19	1	19
20	2	20
3	33	3
6	16	6
9	11	9
12	8	12
15	6	15
18	5	18
\.
COPY public.fill_nulls_running (id, v, n) FROM stdin;
1	1	1
2	2	2
3	\N	3
4	1	4
5	2	5
6	\N	6
7	1	7
8	2	8
9	\N	9
10	1	10
11	2	11
12	\N	12
13	1	13
14	2	14
15	\N	15
16	1	16
17	2	17
18	\N	18
19	1	19
20	2	20
\.
COPY public.foreign_key_contracted (id, r) FROM stdin;
1	2
2	3
3	4
4	5
5	1
6	2
7	3
8	4
9	5
10	1
11	2
12	3
13	4
14	5
15	1
16	2
17	3
18	4
19	5
20	1
\.
COPY public.foreign_key_paused (id, r) FROM stdin;
1	2
2	3
3	4
4	5
5	1
6	2
7	3
8	4
9	5
10	1
11	2
12	3
13	4
14	5
15	1
16	2
17	3
18	4
19	5
20	1
\.
COPY public.foreign_key_ready (id, r) FROM stdin;
1	2
2	3
3	4
4	5
5	1
6	2
7	3
8	4
9	5
10	1
11	2
12	3
13	4
14	5
15	1
16	2
17	3
18	4
19	5
20	1
\.
COPY public.foreign_key_running (id, r) FROM stdin;
1	2
2	3
3	4
4	5
5	1
6	2
7	3
8	4
9	5
10	1
11	2
12	3
13	4
14	5
15	1
16	2
17	3
18	4
19	5
20	1
\.
COPY public.index_it_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_it_paused (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_it_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_it_running (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_parts_contracted_1 (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
\.
COPY public.index_parts_contracted_2 (id, v) FROM stdin;
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_parts_paused_1 (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
\.
COPY public.index_parts_paused_2 (id, v) FROM stdin;
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_parts_ready_1 (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
\.
COPY public.index_parts_ready_2 (id, v) FROM stdin;
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.index_parts_running_1 (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
\.
COPY public.index_parts_running_2 (id, v) FROM stdin;
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.key_type_contracted (zdm_old_id, parent, n, id) FROM stdin;
1	\N	row 1	1
2	1	row 2	2
3	2	row 3	3
4	3	row 4	4
5	4	row 5	5
6	5	row 6	6
7	6	row 7	7
8	7	row 8	8
9	8	row 9	9
10	9	row 10	10
11	10	row 11	11
12	11	row 12	12
13	12	row 13	13
14	13	row 14	14
15	14	row 15	15
16	15	row 16	16
17	16	row 17	17
18	17	row 18	18
19	18	row 19	19
20	19	row 20	20
\.
COPY public.key_type_contracted_child (id, key_type_contracted_id) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.key_type_paused (id, parent, n, zdm_new_id) FROM stdin;
1	\N	row 1	\N
2	1	row 2	\N
3	2	row 3	\N
4	3	row 4	\N
5	4	row 5	\N
6	5	row 6	\N
7	6	row 7	\N
8	7	row 8	\N
9	8	row 9	\N
10	9	row 10	\N
11	10	row 11	\N
12	11	row 12	\N
13	12	row 13	\N
14	13	row 14	\N
15	14	row 15	\N
16	15	row 16	\N
17	16	row 17	\N
18	17	row 18	\N
19	18	row 19	\N
20	19	row 20	\N
\.
COPY public.key_type_paused_child (id, key_type_paused_id) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.key_type_ready (id, parent, n, zdm_new_id) FROM stdin;
1	\N	row 1	1
2	1	row 2	2
3	2	row 3	3
4	3	row 4	4
5	4	row 5	5
6	5	row 6	6
7	6	row 7	7
8	7	row 8	8
9	8	row 9	9
10	9	row 10	10
11	10	row 11	11
12	11	row 12	12
13	12	row 13	13
14	13	row 14	14
15	14	row 15	15
16	15	row 16	16
17	16	row 17	17
18	17	row 18	18
19	18	row 19	19
20	19	row 20	20
\.
COPY public.key_type_ready_child (id, key_type_ready_id) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.key_type_running (id, parent, n, zdm_new_id) FROM stdin;
1	\N	row 1	\N
2	1	row 2	\N
3	2	row 3	\N
4	3	row 4	\N
5	4	row 5	\N
6	5	row 6	\N
7	6	row 7	\N
8	7	row 8	\N
9	8	row 9	\N
10	9	row 10	\N
11	10	row 11	\N
12	11	row 12	\N
13	12	row 13	\N
14	13	row 14	\N
15	14	row 15	\N
16	15	row 16	\N
17	16	row 17	\N
18	17	row 18	\N
19	18	row 19	\N
20	19	row 20	\N
\.
COPY public.key_type_running_child (id, key_type_running_id) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.kind (n, kind, make, call, broken, mended, old_app, new_app) FROM stdin;
1	rename	CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL CHECK (v > 0), "Odd name" text);\n   CREATE INDEX ON %1$s (v); COMMENT ON COLUMN %1$s.v IS 'its v'; GRANT SELECT (v) ON %1$s TO upgrade_reader;\n   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g	zdm.expand_rename('%1$s', 'v', 'w', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = v + %2$s WHERE id = 3	INSERT INTO %1$s (id, w) VALUES (%2$s, 9); UPDATE %1$s SET w = w + %2$s WHERE id = 4
2	rename_odd	CREATE TABLE %1$s (id int PRIMARY KEY, "Odd name" text);\n   INSERT INTO %1$s SELECT g, 'row ' || g FROM generate_series(1, 20) g	zdm.expand_rename('%1$s', 'Odd name', 'it''s "new"', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, "Odd name") VALUES (%2$s, 'old'); UPDATE %1$s SET "Odd name" = 'old %2$s' WHERE id = 3	INSERT INTO %1$s (id, "it's ""new""") VALUES (%2$s, 'new'); UPDATE %1$s SET "it's ""new""" = 'new %2$s' WHERE id = 4
3	rename_parts	CREATE TABLE %1$s (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);\n   CREATE TABLE %1$s_1 PARTITION OF %1$s FOR VALUES FROM (1) TO (11);\n   CREATE TABLE %1$s_2 PARTITION OF %1$s FOR VALUES FROM (11) TO (100000);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_rename('%1$s', 'v', 'w', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = v + %2$s WHERE id = 3	INSERT INTO %1$s (id, w) VALUES (%2$s, 9); UPDATE %1$s SET w = w + %2$s WHERE id = 14
4	add_constant	CREATE TABLE %1$s (id int PRIMARY KEY);\n   INSERT INTO %1$s SELECT g FROM generate_series(1, 20) g	zdm.expand_add_column('%1$s', 'd', 'int', default_value => '7', not_null => true, name => '%1$s')	\N	\N	INSERT INTO %1$s (id) VALUES (%2$s)	INSERT INTO %1$s (id, d) VALUES (%2$s, 9); UPDATE %1$s SET d = %2$s WHERE id = 4
5	drop_column	CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL DEFAULT 3, n text);\n   CREATE INDEX ON %1$s (v);\n   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g	zdm.expand_drop_column('%1$s', 'v', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v, n) VALUES (%2$s, 8, 'old')	INSERT INTO %1$s (id, n) VALUES (%2$s, 'new')
6	drop_reversible	CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL, n text);\n   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g	zdm.expand_drop_column('%1$s', 'v', reverse => 'length(n)', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v, n) VALUES (%2$s, 8, 'old')	INSERT INTO %1$s (id, n) VALUES (%2$s, 'new')
7	not_null	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_not_null('%1$s', 'v', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, 8)	INSERT INTO %1$s (id, v) VALUES (%2$s, 8)
8	check_it	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_check('%1$s', 'positive', 'label(v) <> ''no 0''', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, 8)	INSERT INTO %1$s (id, v) VALUES (%2$s, 8)
9	foreign_key	CREATE TABLE %1$s (id int PRIMARY KEY, r int);\n   INSERT INTO %1$s SELECT g, 1 + g %% 5 FROM generate_series(1, 20) g	zdm.expand_foreign_key('%1$s', '{r}', 'ref', on_delete => 'cascade', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, r) VALUES (%2$s, 2)	INSERT INTO %1$s (id, r) VALUES (%2$s, 2)
10	unique_one	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_unique('%1$s', '{v}', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)
11	primary_key	CREATE TABLE %1$s (id int, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_primary_key('%1$s', '{id}', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)
12	index_it	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_index('CREATE INDEX %1$s_idx ON %1$s ((label(v)), v DESC) WHERE v > 3', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)
13	index_parts	CREATE TABLE %1$s (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);\n   CREATE TABLE %1$s_1 PARTITION OF %1$s FOR VALUES FROM (1) TO (11);\n   CREATE TABLE %1$s_2 PARTITION OF %1$s FOR VALUES FROM (11) TO (100000);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_index('CREATE INDEX %1$s_idx ON %1$s (v)', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)
14	drop_index	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   CREATE INDEX %1$s_idx ON %1$s (v);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.drop_index('%1$s_idx', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)	INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)
15	catalog_type	CREATE TABLE %1$s (id int PRIMARY KEY, v varchar(20));\n   INSERT INTO %1$s SELECT g, 'row ' || g FROM generate_series(1, 20) g	zdm.expand_change_type('%1$s', 'v', 'varchar(40)', name => '%1$s')	\N	\N	INSERT INTO %1$s (id, v) VALUES (%2$s, 'twenty at the most')	INSERT INTO %1$s (id, v) VALUES (%2$s, 'more than twenty')
16	key_type	CREATE TABLE %1$s (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, parent int REFERENCES %1$s ON UPDATE CASCADE, n text);\n   CREATE TABLE %1$s_child (id int PRIMARY KEY, %1$s_id int NOT NULL REFERENCES %1$s ON UPDATE CASCADE ON DELETE CASCADE);\n   CREATE INDEX %1$s_n ON %1$s (n, id); COMMENT ON COLUMN %1$s.id IS 'the key'; GRANT SELECT (id) ON %1$s TO upgrade_reader;\n   CREATE STATISTICS %1$s_stat ON id, n FROM %1$s;\n   INSERT INTO %1$s (parent, n) SELECT nullif(g - 1, 0), 'row ' || g FROM generate_series(1, 20) g;\n   INSERT INTO %1$s_child SELECT g, g FROM generate_series(1, 20) g	zdm.expand_change_type('%1$s', 'id', 'bigint', name => '%1$s')	\N	\N	INSERT INTO %1$s (parent, n) VALUES (5, 'old'); UPDATE %1$s SET id = %2$s WHERE id = 20; INSERT INTO %1$s_child VALUES (%2$s, 7)	INSERT INTO %1$s (id, parent, n) VALUES (%2$s, 6, 'new')
17	serial_type	CREATE TABLE %1$s (id serial PRIMARY KEY, n text);\n   INSERT INTO %1$s (n) SELECT 'row ' || g FROM generate_series(1, 20) g	zdm.expand_change_type('%1$s', 'id', 'bigint', name => '%1$s')	\N	\N	INSERT INTO %1$s (n) VALUES ('old')	INSERT INTO %1$s (n) VALUES ('new'); UPDATE %1$s SET id = %2$s WHERE id = 1
18	add_computed	CREATE TABLE %1$s (id int PRIMARY KEY, v int);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_add_column('%1$s', 'c', 'text', backfill => 'label("Odd schema"."Twice it''s"(v) / v * v)', not_null => true, index => true,\n                        comment => 'computed', name => '%1$s')	INSERT INTO %1$s SELECT g, g FROM generate_series(21, 1500) g; UPDATE %1$s SET v = 0 WHERE id = 1400	UPDATE %1$s SET v = 1400 WHERE id = 1400	INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = %2$s WHERE id = 3	INSERT INTO %1$s (id, v, c) VALUES (%2$s, 9, 'new'); UPDATE %1$s SET c = 'new %2$s' WHERE id = 4
19	fill_nulls	CREATE TABLE %1$s (id int PRIMARY KEY, v int, n int);\n   INSERT INTO %1$s SELECT g, nullif(g %% 3, 0), g FROM generate_series(1, 20) g	zdm.expand_not_null('%1$s', 'v', fill => '100 / n', name => '%1$s')	INSERT INTO %1$s SELECT g, nullif(g %% 3, 0), g FROM generate_series(21, 1500) g; UPDATE %1$s SET n = 0 WHERE id = 1398	UPDATE %1$s SET n = 1398 WHERE id = 1398	INSERT INTO %1$s (id, n) VALUES (%2$s, 8); UPDATE %1$s SET n = %2$s WHERE id = 3	INSERT INTO %1$s (id, v, n) VALUES (%2$s, 9, 9)
20	change_type	CREATE TABLE %1$s (id int PRIMARY KEY, v text NOT NULL CHECK (v IS NOT NULL), k text);\n   CREATE UNIQUE INDEX %1$s_v ON %1$s (v, id); COMMENT ON COLUMN %1$s.v IS 'its v'; GRANT UPDATE (v) ON %1$s TO upgrade_reader;\n   INSERT INTO %1$s SELECT g, g::text FROM generate_series(1, 20) g	zdm.expand_change_type('%1$s', 'v', 'int', forward => 'v::int', name => '%1$s')	INSERT INTO %1$s SELECT g, g::text FROM generate_series(21, 1500) g; UPDATE %1$s SET v = 'broken' WHERE id = 1400	UPDATE %1$s SET v = '1400' WHERE id = 1400	INSERT INTO %1$s (id, v) VALUES (%2$s, '8'); UPDATE %1$s SET v = '%2$s' WHERE id = 3	INSERT INTO %1$s (id, v) VALUES (%2$s, '9'); UPDATE %1$s SET v = '%2$s' WHERE id = 4
21	lossy_type	CREATE TABLE %1$s (id int PRIMARY KEY, v numeric(10,2) DEFAULT 7);\n   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g	zdm.expand_change_type('%1$s', 'v', 'smallint', name => '%1$s')	INSERT INTO %1$s SELECT g, g FROM generate_series(21, 1500) g; UPDATE %1$s SET v = 70000 WHERE id = 1400	UPDATE %1$s SET v = 1400 WHERE id = 1400	INSERT INTO %1$s (id, v) VALUES (%2$s, 8.5); UPDATE %1$s SET v = %2$s WHERE id = 3	INSERT INTO %1$s (id, v) VALUES (%2$s, 9); UPDATE %1$s SET v = %2$s WHERE id = 4
22	transform	CREATE TABLE %1$s (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL);\n   INSERT INTO %1$s SELECT g, g, 1 + g %% 9 FROM generate_series(1, 20) g	zdm.expand_transform('%1$s', '{a,b}', '{"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a %% b"}, "r": {"type": "int", "forward": "b"}}',\n                       '{"a": "p * r + q", "b": "r"}', name => '%1$s')	INSERT INTO %1$s SELECT g, g, 1 + g %% 9 FROM generate_series(21, 1500) g; UPDATE %1$s SET b = 0 WHERE id = 1400	UPDATE %1$s SET b = 5 WHERE id = 1400	INSERT INTO %1$s (id, a, b) VALUES (%2$s, 8, 3); UPDATE %1$s SET a = %2$s WHERE id = 3	INSERT INTO %1$s (id, p, q, r) VALUES (%2$s, 2, 1, 4); UPDATE %1$s SET p = %2$s WHERE id = 4
\.
COPY public.lossy_type_contracted (id, zdm_old_v, v) FROM stdin;
1	1.00	1
2	2.00	2
3	3.00	3
4	4.00	4
5	5.00	5
6	6.00	6
7	7.00	7
8	8.00	8
9	9.00	9
10	10.00	10
11	11.00	11
12	12.00	12
13	13.00	13
14	14.00	14
15	15.00	15
16	16.00	16
17	17.00	17
18	18.00	18
19	19.00	19
20	20.00	20
\.
COPY public.lossy_type_failed (id, v, zdm_new_v) FROM stdin;
1	1.00	\N
2	2.00	\N
3	3.00	\N
4	4.00	\N
5	5.00	\N
6	6.00	\N
7	7.00	\N
8	8.00	\N
9	9.00	\N
10	10.00	\N
11	11.00	\N
12	12.00	\N
13	13.00	\N
14	14.00	\N
15	15.00	\N
16	16.00	\N
17	17.00	\N
18	18.00	\N
19	19.00	\N
20	20.00	\N
21	21.00	\N
22	22.00	\N
23	23.00	\N
24	24.00	\N
25	25.00	\N
26	26.00	\N
27	27.00	\N
28	28.00	\N
29	29.00	\N
30	30.00	\N
31	31.00	\N
32	32.00	\N
33	33.00	\N
34	34.00	\N
35	35.00	\N
36	36.00	\N
37	37.00	\N
38	38.00	\N
39	39.00	\N
40	40.00	\N
41	41.00	\N
42	42.00	\N
43	43.00	\N
44	44.00	\N
45	45.00	\N
46	46.00	\N
47	47.00	\N
48	48.00	\N
49	49.00	\N
50	50.00	\N
51	51.00	\N
52	52.00	\N
53	53.00	\N
54	54.00	\N
55	55.00	\N
56	56.00	\N
57	57.00	\N
58	58.00	\N
59	59.00	\N
60	60.00	\N
61	61.00	\N
62	62.00	\N
63	63.00	\N
64	64.00	\N
65	65.00	\N
66	66.00	\N
67	67.00	\N
68	68.00	\N
69	69.00	\N
70	70.00	\N
71	71.00	\N
72	72.00	\N
73	73.00	\N
74	74.00	\N
75	75.00	\N
76	76.00	\N
77	77.00	\N
78	78.00	\N
79	79.00	\N
80	80.00	\N
81	81.00	\N
82	82.00	\N
83	83.00	\N
84	84.00	\N
85	85.00	\N
86	86.00	\N
87	87.00	\N
88	88.00	\N
89	89.00	\N
90	90.00	\N
91	91.00	\N
92	92.00	\N
93	93.00	\N
94	94.00	\N
95	95.00	\N
96	96.00	\N
97	97.00	\N
98	98.00	\N
99	99.00	\N
100	100.00	\N
101	101.00	\N
102	102.00	\N
103	103.00	\N
104	104.00	\N
105	105.00	\N
106	106.00	\N
107	107.00	\N
108	108.00	\N
109	109.00	\N
110	110.00	\N
111	111.00	\N
112	112.00	\N
113	113.00	\N
114	114.00	\N
115	115.00	\N
116	116.00	\N
117	117.00	\N
118	118.00	\N
119	119.00	\N
120	120.00	\N
121	121.00	\N
122	122.00	\N
123	123.00	\N
124	124.00	\N
125	125.00	\N
126	126.00	\N
127	127.00	\N
128	128.00	\N
129	129.00	\N
130	130.00	\N
131	131.00	\N
132	132.00	\N
133	133.00	\N
134	134.00	\N
135	135.00	\N
136	136.00	\N
137	137.00	\N
138	138.00	\N
139	139.00	\N
140	140.00	\N
141	141.00	\N
142	142.00	\N
143	143.00	\N
144	144.00	\N
145	145.00	\N
146	146.00	\N
147	147.00	\N
148	148.00	\N
149	149.00	\N
150	150.00	\N
151	151.00	\N
152	152.00	\N
153	153.00	\N
154	154.00	\N
155	155.00	\N
156	156.00	\N
157	157.00	\N
158	158.00	\N
159	159.00	\N
160	160.00	\N
161	161.00	\N
162	162.00	\N
163	163.00	\N
164	164.00	\N
165	165.00	\N
166	166.00	\N
167	167.00	\N
168	168.00	\N
169	169.00	\N
170	170.00	\N
171	171.00	\N
172	172.00	\N
173	173.00	\N
174	174.00	\N
175	175.00	\N
176	176.00	\N
177	177.00	\N
178	178.00	\N
179	179.00	\N
180	180.00	\N
181	181.00	\N
182	182.00	\N
183	183.00	\N
184	184.00	\N
185	185.00	\N
186	186.00	\N
187	187.00	\N
188	188.00	\N
189	189.00	\N
190	190.00	\N
191	191.00	\N
192	192.00	\N
193	193.00	\N
194	194.00	\N
195	195.00	\N
196	196.00	\N
197	197.00	\N
198	198.00	\N
199	199.00	\N
200	200.00	\N
201	201.00	\N
202	202.00	\N
203	203.00	\N
204	204.00	\N
205	205.00	\N
206	206.00	\N
207	207.00	\N
208	208.00	\N
209	209.00	\N
210	210.00	\N
211	211.00	\N
212	212.00	\N
213	213.00	\N
214	214.00	\N
215	215.00	\N
216	216.00	\N
217	217.00	\N
218	218.00	\N
219	219.00	\N
220	220.00	\N
221	221.00	\N
222	222.00	\N
223	223.00	\N
224	224.00	\N
225	225.00	\N
226	226.00	\N
227	227.00	\N
228	228.00	\N
229	229.00	\N
230	230.00	\N
231	231.00	\N
232	232.00	\N
233	233.00	\N
234	234.00	\N
235	235.00	\N
236	236.00	\N
237	237.00	\N
238	238.00	\N
239	239.00	\N
240	240.00	\N
241	241.00	\N
242	242.00	\N
243	243.00	\N
244	244.00	\N
245	245.00	\N
246	246.00	\N
247	247.00	\N
248	248.00	\N
249	249.00	\N
250	250.00	\N
251	251.00	\N
252	252.00	\N
253	253.00	\N
254	254.00	\N
255	255.00	\N
256	256.00	\N
257	257.00	\N
258	258.00	\N
259	259.00	\N
260	260.00	\N
261	261.00	\N
262	262.00	\N
263	263.00	\N
264	264.00	\N
265	265.00	\N
266	266.00	\N
267	267.00	\N
268	268.00	\N
269	269.00	\N
270	270.00	\N
271	271.00	\N
272	272.00	\N
273	273.00	\N
274	274.00	\N
275	275.00	\N
276	276.00	\N
277	277.00	\N
278	278.00	\N
279	279.00	\N
280	280.00	\N
281	281.00	\N
282	282.00	\N
283	283.00	\N
284	284.00	\N
285	285.00	\N
286	286.00	\N
287	287.00	\N
288	288.00	\N
289	289.00	\N
290	290.00	\N
291	291.00	\N
292	292.00	\N
293	293.00	\N
294	294.00	\N
295	295.00	\N
296	296.00	\N
297	297.00	\N
298	298.00	\N
299	299.00	\N
300	300.00	\N
301	301.00	\N
302	302.00	\N
303	303.00	\N
304	304.00	\N
305	305.00	\N
306	306.00	\N
307	307.00	\N
308	308.00	\N
309	309.00	\N
310	310.00	\N
311	311.00	\N
312	312.00	\N
313	313.00	\N
314	314.00	\N
315	315.00	\N
316	316.00	\N
317	317.00	\N
318	318.00	\N
319	319.00	\N
320	320.00	\N
321	321.00	\N
322	322.00	\N
323	323.00	\N
324	324.00	\N
325	325.00	\N
326	326.00	\N
327	327.00	\N
328	328.00	\N
329	329.00	\N
330	330.00	\N
331	331.00	\N
332	332.00	\N
333	333.00	\N
334	334.00	\N
335	335.00	\N
336	336.00	\N
337	337.00	\N
338	338.00	\N
339	339.00	\N
340	340.00	\N
341	341.00	\N
342	342.00	\N
343	343.00	\N
344	344.00	\N
345	345.00	\N
346	346.00	\N
347	347.00	\N
348	348.00	\N
349	349.00	\N
350	350.00	\N
351	351.00	\N
352	352.00	\N
353	353.00	\N
354	354.00	\N
355	355.00	\N
356	356.00	\N
357	357.00	\N
358	358.00	\N
359	359.00	\N
360	360.00	\N
361	361.00	\N
362	362.00	\N
363	363.00	\N
364	364.00	\N
365	365.00	\N
366	366.00	\N
367	367.00	\N
368	368.00	\N
369	369.00	\N
370	370.00	\N
371	371.00	\N
372	372.00	\N
373	373.00	\N
374	374.00	\N
375	375.00	\N
376	376.00	\N
377	377.00	\N
378	378.00	\N
379	379.00	\N
380	380.00	\N
381	381.00	\N
382	382.00	\N
383	383.00	\N
384	384.00	\N
385	385.00	\N
386	386.00	\N
387	387.00	\N
388	388.00	\N
389	389.00	\N
390	390.00	\N
391	391.00	\N
392	392.00	\N
393	393.00	\N
394	394.00	\N
395	395.00	\N
396	396.00	\N
397	397.00	\N
398	398.00	\N
399	399.00	\N
400	400.00	\N
401	401.00	\N
402	402.00	\N
403	403.00	\N
404	404.00	\N
405	405.00	\N
406	406.00	\N
407	407.00	\N
408	408.00	\N
409	409.00	\N
410	410.00	\N
411	411.00	\N
412	412.00	\N
413	413.00	\N
414	414.00	\N
415	415.00	\N
416	416.00	\N
417	417.00	\N
418	418.00	\N
419	419.00	\N
420	420.00	\N
421	421.00	\N
422	422.00	\N
423	423.00	\N
424	424.00	\N
425	425.00	\N
426	426.00	\N
427	427.00	\N
428	428.00	\N
429	429.00	\N
430	430.00	\N
431	431.00	\N
432	432.00	\N
433	433.00	\N
434	434.00	\N
435	435.00	\N
436	436.00	\N
437	437.00	\N
438	438.00	\N
439	439.00	\N
440	440.00	\N
441	441.00	\N
442	442.00	\N
443	443.00	\N
444	444.00	\N
445	445.00	\N
446	446.00	\N
447	447.00	\N
448	448.00	\N
449	449.00	\N
450	450.00	\N
451	451.00	\N
452	452.00	\N
453	453.00	\N
454	454.00	\N
455	455.00	\N
456	456.00	\N
457	457.00	\N
458	458.00	\N
459	459.00	\N
460	460.00	\N
461	461.00	\N
462	462.00	\N
463	463.00	\N
464	464.00	\N
465	465.00	\N
466	466.00	\N
467	467.00	\N
468	468.00	\N
469	469.00	\N
470	470.00	\N
471	471.00	\N
472	472.00	\N
473	473.00	\N
474	474.00	\N
475	475.00	\N
476	476.00	\N
477	477.00	\N
478	478.00	\N
479	479.00	\N
480	480.00	\N
481	481.00	\N
482	482.00	\N
483	483.00	\N
484	484.00	\N
485	485.00	\N
486	486.00	\N
487	487.00	\N
488	488.00	\N
489	489.00	\N
490	490.00	\N
491	491.00	\N
492	492.00	\N
493	493.00	\N
494	494.00	\N
495	495.00	\N
496	496.00	\N
497	497.00	\N
498	498.00	\N
499	499.00	\N
500	500.00	\N
501	501.00	\N
502	502.00	\N
503	503.00	\N
504	504.00	\N
505	505.00	\N
506	506.00	\N
507	507.00	\N
508	508.00	\N
509	509.00	\N
510	510.00	\N
511	511.00	\N
512	512.00	\N
513	513.00	\N
514	514.00	\N
515	515.00	\N
516	516.00	\N
517	517.00	\N
518	518.00	\N
519	519.00	\N
520	520.00	\N
521	521.00	\N
522	522.00	\N
523	523.00	\N
524	524.00	\N
525	525.00	\N
526	526.00	\N
527	527.00	\N
528	528.00	\N
529	529.00	\N
530	530.00	\N
531	531.00	\N
532	532.00	\N
533	533.00	\N
534	534.00	\N
535	535.00	\N
536	536.00	\N
537	537.00	\N
538	538.00	\N
539	539.00	\N
540	540.00	\N
541	541.00	\N
542	542.00	\N
543	543.00	\N
544	544.00	\N
545	545.00	\N
546	546.00	\N
547	547.00	\N
548	548.00	\N
549	549.00	\N
550	550.00	\N
551	551.00	\N
552	552.00	\N
553	553.00	\N
554	554.00	\N
555	555.00	\N
556	556.00	\N
557	557.00	\N
558	558.00	\N
559	559.00	\N
560	560.00	\N
561	561.00	\N
562	562.00	\N
563	563.00	\N
564	564.00	\N
565	565.00	\N
566	566.00	\N
567	567.00	\N
568	568.00	\N
569	569.00	\N
570	570.00	\N
571	571.00	\N
572	572.00	\N
573	573.00	\N
574	574.00	\N
575	575.00	\N
576	576.00	\N
577	577.00	\N
578	578.00	\N
579	579.00	\N
580	580.00	\N
581	581.00	\N
582	582.00	\N
583	583.00	\N
584	584.00	\N
585	585.00	\N
586	586.00	\N
587	587.00	\N
588	588.00	\N
589	589.00	\N
590	590.00	\N
591	591.00	\N
592	592.00	\N
593	593.00	\N
594	594.00	\N
595	595.00	\N
596	596.00	\N
597	597.00	\N
598	598.00	\N
599	599.00	\N
600	600.00	\N
601	601.00	\N
602	602.00	\N
603	603.00	\N
604	604.00	\N
605	605.00	\N
606	606.00	\N
607	607.00	\N
608	608.00	\N
609	609.00	\N
610	610.00	\N
611	611.00	\N
612	612.00	\N
613	613.00	\N
614	614.00	\N
615	615.00	\N
616	616.00	\N
617	617.00	\N
618	618.00	\N
619	619.00	\N
620	620.00	\N
621	621.00	\N
622	622.00	\N
623	623.00	\N
624	624.00	\N
625	625.00	\N
626	626.00	\N
627	627.00	\N
628	628.00	\N
629	629.00	\N
630	630.00	\N
631	631.00	\N
632	632.00	\N
633	633.00	\N
634	634.00	\N
635	635.00	\N
636	636.00	\N
637	637.00	\N
638	638.00	\N
639	639.00	\N
640	640.00	\N
641	641.00	\N
642	642.00	\N
643	643.00	\N
644	644.00	\N
645	645.00	\N
646	646.00	\N
647	647.00	\N
648	648.00	\N
649	649.00	\N
650	650.00	\N
651	651.00	\N
652	652.00	\N
653	653.00	\N
654	654.00	\N
655	655.00	\N
656	656.00	\N
657	657.00	\N
658	658.00	\N
659	659.00	\N
660	660.00	\N
661	661.00	\N
662	662.00	\N
663	663.00	\N
664	664.00	\N
665	665.00	\N
666	666.00	\N
667	667.00	\N
668	668.00	\N
669	669.00	\N
670	670.00	\N
671	671.00	\N
672	672.00	\N
673	673.00	\N
674	674.00	\N
675	675.00	\N
676	676.00	\N
677	677.00	\N
678	678.00	\N
679	679.00	\N
680	680.00	\N
681	681.00	\N
682	682.00	\N
683	683.00	\N
684	684.00	\N
685	685.00	\N
686	686.00	\N
687	687.00	\N
688	688.00	\N
689	689.00	\N
690	690.00	\N
691	691.00	\N
692	692.00	\N
693	693.00	\N
694	694.00	\N
695	695.00	\N
696	696.00	\N
697	697.00	\N
698	698.00	\N
699	699.00	\N
700	700.00	\N
701	701.00	\N
702	702.00	\N
703	703.00	\N
704	704.00	\N
705	705.00	\N
706	706.00	\N
707	707.00	\N
708	708.00	\N
709	709.00	\N
710	710.00	\N
711	711.00	\N
712	712.00	\N
713	713.00	\N
714	714.00	\N
715	715.00	\N
716	716.00	\N
717	717.00	\N
718	718.00	\N
719	719.00	\N
720	720.00	\N
721	721.00	\N
722	722.00	\N
723	723.00	\N
724	724.00	\N
725	725.00	\N
726	726.00	\N
727	727.00	\N
728	728.00	\N
729	729.00	\N
730	730.00	\N
731	731.00	\N
732	732.00	\N
733	733.00	\N
734	734.00	\N
735	735.00	\N
736	736.00	\N
737	737.00	\N
738	738.00	\N
739	739.00	\N
740	740.00	\N
741	741.00	\N
742	742.00	\N
743	743.00	\N
744	744.00	\N
745	745.00	\N
746	746.00	\N
747	747.00	\N
748	748.00	\N
749	749.00	\N
750	750.00	\N
751	751.00	\N
752	752.00	\N
753	753.00	\N
754	754.00	\N
755	755.00	\N
756	756.00	\N
757	757.00	\N
758	758.00	\N
759	759.00	\N
760	760.00	\N
761	761.00	\N
762	762.00	\N
763	763.00	\N
764	764.00	\N
765	765.00	\N
766	766.00	\N
767	767.00	\N
768	768.00	\N
769	769.00	\N
770	770.00	\N
771	771.00	\N
772	772.00	\N
773	773.00	\N
774	774.00	\N
775	775.00	\N
776	776.00	\N
777	777.00	\N
778	778.00	\N
779	779.00	\N
780	780.00	\N
781	781.00	\N
782	782.00	\N
783	783.00	\N
784	784.00	\N
785	785.00	\N
786	786.00	\N
787	787.00	\N
788	788.00	\N
789	789.00	\N
790	790.00	\N
791	791.00	\N
792	792.00	\N
793	793.00	\N
794	794.00	\N
795	795.00	\N
796	796.00	\N
797	797.00	\N
798	798.00	\N
799	799.00	\N
800	800.00	\N
801	801.00	\N
802	802.00	\N
803	803.00	\N
804	804.00	\N
805	805.00	\N
806	806.00	\N
807	807.00	\N
808	808.00	\N
809	809.00	\N
810	810.00	\N
811	811.00	\N
812	812.00	\N
813	813.00	\N
814	814.00	\N
815	815.00	\N
816	816.00	\N
817	817.00	\N
818	818.00	\N
819	819.00	\N
820	820.00	\N
821	821.00	\N
822	822.00	\N
823	823.00	\N
824	824.00	\N
825	825.00	\N
826	826.00	\N
827	827.00	\N
828	828.00	\N
829	829.00	\N
830	830.00	\N
831	831.00	\N
832	832.00	\N
833	833.00	\N
834	834.00	\N
835	835.00	\N
836	836.00	\N
837	837.00	\N
838	838.00	\N
839	839.00	\N
840	840.00	\N
841	841.00	\N
842	842.00	\N
843	843.00	\N
844	844.00	\N
845	845.00	\N
846	846.00	\N
847	847.00	\N
848	848.00	\N
849	849.00	\N
850	850.00	\N
851	851.00	\N
852	852.00	\N
853	853.00	\N
854	854.00	\N
855	855.00	\N
856	856.00	\N
857	857.00	\N
858	858.00	\N
859	859.00	\N
860	860.00	\N
861	861.00	\N
862	862.00	\N
863	863.00	\N
864	864.00	\N
865	865.00	\N
866	866.00	\N
867	867.00	\N
868	868.00	\N
869	869.00	\N
870	870.00	\N
871	871.00	\N
872	872.00	\N
873	873.00	\N
874	874.00	\N
875	875.00	\N
876	876.00	\N
877	877.00	\N
878	878.00	\N
879	879.00	\N
880	880.00	\N
881	881.00	\N
882	882.00	\N
883	883.00	\N
884	884.00	\N
885	885.00	\N
886	886.00	\N
887	887.00	\N
888	888.00	\N
889	889.00	\N
890	890.00	\N
891	891.00	\N
892	892.00	\N
893	893.00	\N
894	894.00	\N
895	895.00	\N
896	896.00	\N
897	897.00	\N
898	898.00	\N
899	899.00	\N
900	900.00	\N
901	901.00	\N
902	902.00	\N
903	903.00	\N
904	904.00	\N
905	905.00	\N
906	906.00	\N
907	907.00	\N
908	908.00	\N
909	909.00	\N
910	910.00	\N
911	911.00	\N
912	912.00	\N
913	913.00	\N
914	914.00	\N
915	915.00	\N
916	916.00	\N
917	917.00	\N
918	918.00	\N
919	919.00	\N
920	920.00	\N
921	921.00	\N
922	922.00	\N
923	923.00	\N
924	924.00	\N
925	925.00	\N
926	926.00	\N
927	927.00	\N
928	928.00	\N
929	929.00	\N
930	930.00	\N
931	931.00	\N
932	932.00	\N
933	933.00	\N
934	934.00	\N
935	935.00	\N
936	936.00	\N
937	937.00	\N
938	938.00	\N
939	939.00	\N
940	940.00	\N
941	941.00	\N
942	942.00	\N
943	943.00	\N
944	944.00	\N
945	945.00	\N
946	946.00	\N
947	947.00	\N
948	948.00	\N
949	949.00	\N
950	950.00	\N
951	951.00	\N
952	952.00	\N
953	953.00	\N
954	954.00	\N
955	955.00	\N
956	956.00	\N
957	957.00	\N
958	958.00	\N
959	959.00	\N
960	960.00	\N
961	961.00	\N
962	962.00	\N
963	963.00	\N
964	964.00	\N
965	965.00	\N
966	966.00	\N
967	967.00	\N
968	968.00	\N
969	969.00	\N
970	970.00	\N
971	971.00	\N
972	972.00	\N
973	973.00	\N
974	974.00	\N
975	975.00	\N
976	976.00	\N
977	977.00	\N
978	978.00	\N
979	979.00	\N
980	980.00	\N
981	981.00	\N
982	982.00	\N
983	983.00	\N
984	984.00	\N
985	985.00	\N
986	986.00	\N
987	987.00	\N
988	988.00	\N
989	989.00	\N
990	990.00	\N
991	991.00	\N
992	992.00	\N
993	993.00	\N
994	994.00	\N
995	995.00	\N
996	996.00	\N
997	997.00	\N
998	998.00	\N
999	999.00	\N
1000	1000.00	\N
1001	1001.00	\N
1002	1002.00	\N
1003	1003.00	\N
1004	1004.00	\N
1005	1005.00	\N
1006	1006.00	\N
1007	1007.00	\N
1008	1008.00	\N
1009	1009.00	\N
1010	1010.00	\N
1011	1011.00	\N
1012	1012.00	\N
1013	1013.00	\N
1014	1014.00	\N
1015	1015.00	\N
1016	1016.00	\N
1017	1017.00	\N
1018	1018.00	\N
1019	1019.00	\N
1020	1020.00	\N
1021	1021.00	\N
1022	1022.00	\N
1023	1023.00	\N
1024	1024.00	\N
1025	1025.00	\N
1026	1026.00	\N
1027	1027.00	\N
1028	1028.00	\N
1029	1029.00	\N
1030	1030.00	\N
1031	1031.00	\N
1032	1032.00	\N
1033	1033.00	\N
1034	1034.00	\N
1035	1035.00	\N
1036	1036.00	\N
1037	1037.00	\N
1038	1038.00	\N
1039	1039.00	\N
1040	1040.00	\N
1041	1041.00	\N
1042	1042.00	\N
1043	1043.00	\N
1044	1044.00	\N
1045	1045.00	\N
1046	1046.00	\N
1047	1047.00	\N
1048	1048.00	\N
1049	1049.00	\N
1050	1050.00	\N
1051	1051.00	\N
1052	1052.00	\N
1053	1053.00	\N
1054	1054.00	\N
1055	1055.00	\N
1056	1056.00	\N
1057	1057.00	\N
1058	1058.00	\N
1059	1059.00	\N
1060	1060.00	\N
1061	1061.00	\N
1062	1062.00	\N
1063	1063.00	\N
1064	1064.00	\N
1065	1065.00	\N
1066	1066.00	\N
1067	1067.00	\N
1068	1068.00	\N
1069	1069.00	\N
1070	1070.00	\N
1071	1071.00	\N
1072	1072.00	\N
1073	1073.00	\N
1074	1074.00	\N
1075	1075.00	\N
1076	1076.00	\N
1077	1077.00	\N
1078	1078.00	\N
1079	1079.00	\N
1080	1080.00	\N
1081	1081.00	\N
1082	1082.00	\N
1083	1083.00	\N
1084	1084.00	\N
1085	1085.00	\N
1086	1086.00	\N
1087	1087.00	\N
1088	1088.00	\N
1089	1089.00	\N
1090	1090.00	\N
1091	1091.00	\N
1092	1092.00	\N
1093	1093.00	\N
1094	1094.00	\N
1095	1095.00	\N
1096	1096.00	\N
1097	1097.00	\N
1098	1098.00	\N
1099	1099.00	\N
1100	1100.00	\N
1101	1101.00	\N
1102	1102.00	\N
1103	1103.00	\N
1104	1104.00	\N
1105	1105.00	\N
1106	1106.00	\N
1107	1107.00	\N
1108	1108.00	\N
1109	1109.00	\N
1110	1110.00	\N
1111	1111.00	\N
1112	1112.00	\N
1113	1113.00	\N
1114	1114.00	\N
1115	1115.00	\N
1116	1116.00	\N
1117	1117.00	\N
1118	1118.00	\N
1119	1119.00	\N
1120	1120.00	\N
1121	1121.00	\N
1122	1122.00	\N
1123	1123.00	\N
1124	1124.00	\N
1125	1125.00	\N
1126	1126.00	\N
1127	1127.00	\N
1128	1128.00	\N
1129	1129.00	\N
1130	1130.00	\N
1131	1131.00	\N
1132	1132.00	\N
1133	1133.00	\N
1134	1134.00	\N
1135	1135.00	\N
1136	1136.00	\N
1137	1137.00	\N
1138	1138.00	\N
1139	1139.00	\N
1140	1140.00	\N
1141	1141.00	\N
1142	1142.00	\N
1143	1143.00	\N
1144	1144.00	\N
1145	1145.00	\N
1146	1146.00	\N
1147	1147.00	\N
1148	1148.00	\N
1149	1149.00	\N
1150	1150.00	\N
1151	1151.00	\N
1152	1152.00	\N
1153	1153.00	\N
1154	1154.00	\N
1155	1155.00	\N
1156	1156.00	\N
1157	1157.00	\N
1158	1158.00	\N
1159	1159.00	\N
1160	1160.00	\N
1161	1161.00	\N
1162	1162.00	\N
1163	1163.00	\N
1164	1164.00	\N
1165	1165.00	\N
1166	1166.00	\N
1167	1167.00	\N
1168	1168.00	\N
1169	1169.00	\N
1170	1170.00	\N
1171	1171.00	\N
1172	1172.00	\N
1173	1173.00	\N
1174	1174.00	\N
1175	1175.00	\N
1176	1176.00	\N
1177	1177.00	\N
1178	1178.00	\N
1179	1179.00	\N
1180	1180.00	\N
1181	1181.00	\N
1182	1182.00	\N
1183	1183.00	\N
1184	1184.00	\N
1185	1185.00	\N
1186	1186.00	\N
1187	1187.00	\N
1188	1188.00	\N
1189	1189.00	\N
1190	1190.00	\N
1191	1191.00	\N
1192	1192.00	\N
1193	1193.00	\N
1194	1194.00	\N
1195	1195.00	\N
1196	1196.00	\N
1197	1197.00	\N
1198	1198.00	\N
1199	1199.00	\N
1200	1200.00	\N
1201	1201.00	\N
1202	1202.00	\N
1203	1203.00	\N
1204	1204.00	\N
1205	1205.00	\N
1206	1206.00	\N
1207	1207.00	\N
1208	1208.00	\N
1209	1209.00	\N
1210	1210.00	\N
1211	1211.00	\N
1212	1212.00	\N
1213	1213.00	\N
1214	1214.00	\N
1215	1215.00	\N
1216	1216.00	\N
1217	1217.00	\N
1218	1218.00	\N
1219	1219.00	\N
1220	1220.00	\N
1221	1221.00	\N
1222	1222.00	\N
1223	1223.00	\N
1224	1224.00	\N
1225	1225.00	\N
1226	1226.00	\N
1227	1227.00	\N
1228	1228.00	\N
1229	1229.00	\N
1230	1230.00	\N
1231	1231.00	\N
1232	1232.00	\N
1233	1233.00	\N
1234	1234.00	\N
1235	1235.00	\N
1236	1236.00	\N
1237	1237.00	\N
1238	1238.00	\N
1239	1239.00	\N
1240	1240.00	\N
1241	1241.00	\N
1242	1242.00	\N
1243	1243.00	\N
1244	1244.00	\N
1245	1245.00	\N
1246	1246.00	\N
1247	1247.00	\N
1248	1248.00	\N
1249	1249.00	\N
1250	1250.00	\N
1251	1251.00	\N
1252	1252.00	\N
1253	1253.00	\N
1254	1254.00	\N
1255	1255.00	\N
1256	1256.00	\N
1257	1257.00	\N
1258	1258.00	\N
1259	1259.00	\N
1260	1260.00	\N
1261	1261.00	\N
1262	1262.00	\N
1263	1263.00	\N
1264	1264.00	\N
1265	1265.00	\N
1266	1266.00	\N
1267	1267.00	\N
1268	1268.00	\N
1269	1269.00	\N
1270	1270.00	\N
1271	1271.00	\N
1272	1272.00	\N
1273	1273.00	\N
1274	1274.00	\N
1275	1275.00	\N
1276	1276.00	\N
1277	1277.00	\N
1278	1278.00	\N
1279	1279.00	\N
1280	1280.00	\N
1281	1281.00	\N
1282	1282.00	\N
1283	1283.00	\N
1284	1284.00	\N
1285	1285.00	\N
1286	1286.00	\N
1287	1287.00	\N
1288	1288.00	\N
1289	1289.00	\N
1290	1290.00	\N
1291	1291.00	\N
1292	1292.00	\N
1293	1293.00	\N
1294	1294.00	\N
1295	1295.00	\N
1296	1296.00	\N
1297	1297.00	\N
1298	1298.00	\N
1299	1299.00	\N
1300	1300.00	\N
1301	1301.00	\N
1302	1302.00	\N
1303	1303.00	\N
1304	1304.00	\N
1305	1305.00	\N
1306	1306.00	\N
1307	1307.00	\N
1308	1308.00	\N
1309	1309.00	\N
1310	1310.00	\N
1311	1311.00	\N
1312	1312.00	\N
1313	1313.00	\N
1314	1314.00	\N
1315	1315.00	\N
1316	1316.00	\N
1317	1317.00	\N
1318	1318.00	\N
1319	1319.00	\N
1320	1320.00	\N
1321	1321.00	\N
1322	1322.00	\N
1323	1323.00	\N
1324	1324.00	\N
1325	1325.00	\N
1326	1326.00	\N
1327	1327.00	\N
1328	1328.00	\N
1329	1329.00	\N
1330	1330.00	\N
1331	1331.00	\N
1332	1332.00	\N
1333	1333.00	\N
1334	1334.00	\N
1335	1335.00	\N
1336	1336.00	\N
1337	1337.00	\N
1338	1338.00	\N
1339	1339.00	\N
1340	1340.00	\N
1341	1341.00	\N
1342	1342.00	\N
1343	1343.00	\N
1344	1344.00	\N
1345	1345.00	\N
1346	1346.00	\N
1347	1347.00	\N
1348	1348.00	\N
1349	1349.00	\N
1350	1350.00	\N
1351	1351.00	\N
1352	1352.00	\N
1353	1353.00	\N
1354	1354.00	\N
1355	1355.00	\N
1356	1356.00	\N
1357	1357.00	\N
1358	1358.00	\N
1359	1359.00	\N
1360	1360.00	\N
1361	1361.00	\N
1362	1362.00	\N
1363	1363.00	\N
1364	1364.00	\N
1365	1365.00	\N
1366	1366.00	\N
1367	1367.00	\N
1368	1368.00	\N
1369	1369.00	\N
1370	1370.00	\N
1371	1371.00	\N
1372	1372.00	\N
1373	1373.00	\N
1374	1374.00	\N
1375	1375.00	\N
1376	1376.00	\N
1377	1377.00	\N
1378	1378.00	\N
1379	1379.00	\N
1380	1380.00	\N
1381	1381.00	\N
1382	1382.00	\N
1383	1383.00	\N
1384	1384.00	\N
1385	1385.00	\N
1386	1386.00	\N
1387	1387.00	\N
1388	1388.00	\N
1389	1389.00	\N
1390	1390.00	\N
1391	1391.00	\N
1392	1392.00	\N
1393	1393.00	\N
1394	1394.00	\N
1395	1395.00	\N
1396	1396.00	\N
1397	1397.00	\N
1398	1398.00	\N
1399	1399.00	\N
1401	1401.00	\N
1402	1402.00	\N
1403	1403.00	\N
1404	1404.00	\N
1405	1405.00	\N
1406	1406.00	\N
1407	1407.00	\N
1408	1408.00	\N
1409	1409.00	\N
1410	1410.00	\N
1411	1411.00	\N
1412	1412.00	\N
1413	1413.00	\N
1414	1414.00	\N
1415	1415.00	\N
1416	1416.00	\N
1417	1417.00	\N
1418	1418.00	\N
1419	1419.00	\N
1420	1420.00	\N
1421	1421.00	\N
1422	1422.00	\N
1423	1423.00	\N
1424	1424.00	\N
1425	1425.00	\N
1426	1426.00	\N
1427	1427.00	\N
1428	1428.00	\N
1429	1429.00	\N
1430	1430.00	\N
1431	1431.00	\N
1432	1432.00	\N
1433	1433.00	\N
1434	1434.00	\N
1435	1435.00	\N
1436	1436.00	\N
1437	1437.00	\N
1438	1438.00	\N
1439	1439.00	\N
1440	1440.00	\N
1441	1441.00	\N
1442	1442.00	\N
1443	1443.00	\N
1444	1444.00	\N
1445	1445.00	\N
1446	1446.00	\N
1447	1447.00	\N
1448	1448.00	\N
1449	1449.00	\N
1450	1450.00	\N
1451	1451.00	\N
1452	1452.00	\N
1453	1453.00	\N
1454	1454.00	\N
1455	1455.00	\N
1456	1456.00	\N
1457	1457.00	\N
1458	1458.00	\N
1459	1459.00	\N
1460	1460.00	\N
1461	1461.00	\N
1462	1462.00	\N
1463	1463.00	\N
1464	1464.00	\N
1465	1465.00	\N
1466	1466.00	\N
1467	1467.00	\N
1468	1468.00	\N
1469	1469.00	\N
1470	1470.00	\N
1471	1471.00	\N
1472	1472.00	\N
1473	1473.00	\N
1474	1474.00	\N
1475	1475.00	\N
1476	1476.00	\N
1477	1477.00	\N
1478	1478.00	\N
1479	1479.00	\N
1480	1480.00	\N
1481	1481.00	\N
1482	1482.00	\N
1483	1483.00	\N
1484	1484.00	\N
1485	1485.00	\N
1486	1486.00	\N
1487	1487.00	\N
1488	1488.00	\N
1489	1489.00	\N
1490	1490.00	\N
1491	1491.00	\N
1492	1492.00	\N
1493	1493.00	\N
1494	1494.00	\N
1495	1495.00	\N
1496	1496.00	\N
1497	1497.00	\N
1498	1498.00	\N
1499	1499.00	\N
1500	1500.00	\N
1400	1400.00	1400
\.
COPY public.lossy_type_paused (id, v, zdm_new_v) FROM stdin;
1	1.00	\N
2	2.00	\N
3	3.00	\N
4	4.00	\N
5	5.00	\N
6	6.00	\N
7	7.00	\N
8	8.00	\N
9	9.00	\N
10	10.00	\N
11	11.00	\N
12	12.00	\N
13	13.00	\N
14	14.00	\N
15	15.00	\N
16	16.00	\N
17	17.00	\N
18	18.00	\N
19	19.00	\N
20	20.00	\N
\.
COPY public.lossy_type_ready (id, v, zdm_new_v) FROM stdin;
1	1.00	1
2	2.00	2
3	3.00	3
4	4.00	4
5	5.00	5
6	6.00	6
7	7.00	7
8	8.00	8
9	9.00	9
10	10.00	10
11	11.00	11
12	12.00	12
13	13.00	13
14	14.00	14
15	15.00	15
16	16.00	16
17	17.00	17
18	18.00	18
19	19.00	19
20	20.00	20
\.
COPY public.lossy_type_rolled_back (id, v) FROM stdin;
1	1.00
2	2.00
3	3.00
4	4.00
5	5.00
6	6.00
7	7.00
8	8.00
9	9.00
10	10.00
11	11.00
12	12.00
13	13.00
14	14.00
15	15.00
16	16.00
17	17.00
18	18.00
19	19.00
20	20.00
\.
COPY public.lossy_type_running (id, v, zdm_new_v) FROM stdin;
1	1.00	\N
2	2.00	\N
3	3.00	\N
4	4.00	\N
5	5.00	\N
6	6.00	\N
7	7.00	\N
8	8.00	\N
9	9.00	\N
10	10.00	\N
11	11.00	\N
12	12.00	\N
13	13.00	\N
14	14.00	\N
15	15.00	\N
16	16.00	\N
17	17.00	\N
18	18.00	\N
19	19.00	\N
20	20.00	\N
\.
COPY public.not_null_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.not_null_paused (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.not_null_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.not_null_running (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.primary_key_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.primary_key_paused (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.primary_key_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.primary_key_running (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.ref (id) FROM stdin;
1
2
3
4
5
\.
COPY public.rename_contracted (id, w, "Odd name", zdm_old_v) FROM stdin;
1	1	row 1	1
2	2	row 2	2
3	3	row 3	3
4	4	row 4	4
5	5	row 5	5
6	6	row 6	6
7	7	row 7	7
8	8	row 8	8
9	9	row 9	9
10	10	row 10	10
11	11	row 11	11
12	12	row 12	12
13	13	row 13	13
14	14	row 14	14
15	15	row 15	15
16	16	row 16	16
17	17	row 17	17
18	18	row 18	18
19	19	row 19	19
20	20	row 20	20
\.
COPY public.rename_finalized (id, w, "Odd name") FROM stdin;
1	1	row 1
2	2	row 2
3	3	row 3
4	4	row 4
5	5	row 5
6	6	row 6
7	7	row 7
8	8	row 8
9	9	row 9
10	10	row 10
11	11	row 11
12	12	row 12
13	13	row 13
14	14	row 14
15	15	row 15
16	16	row 16
17	17	row 17
18	18	row 18
19	19	row 19
20	20	row 20
\.
COPY public.rename_odd_contracted (id, "it's ""new""", "zdm_old_Odd name") FROM stdin;
1	row 1	row 1
2	row 2	row 2
3	row 3	row 3
4	row 4	row 4
5	row 5	row 5
6	row 6	row 6
7	row 7	row 7
8	row 8	row 8
9	row 9	row 9
10	row 10	row 10
11	row 11	row 11
12	row 12	row 12
13	row 13	row 13
14	row 14	row 14
15	row 15	row 15
16	row 16	row 16
17	row 17	row 17
18	row 18	row 18
19	row 19	row 19
20	row 20	row 20
\.
COPY public.rename_odd_paused (id, "Odd name", "it's ""new""") FROM stdin;
1	row 1	\N
2	row 2	\N
3	row 3	\N
4	row 4	\N
5	row 5	\N
6	row 6	\N
7	row 7	\N
8	row 8	\N
9	row 9	\N
10	row 10	\N
11	row 11	\N
12	row 12	\N
13	row 13	\N
14	row 14	\N
15	row 15	\N
16	row 16	\N
17	row 17	\N
18	row 18	\N
19	row 19	\N
20	row 20	\N
\.
COPY public.rename_odd_ready (id, "Odd name", "it's ""new""") FROM stdin;
1	row 1	row 1
2	row 2	row 2
3	row 3	row 3
4	row 4	row 4
5	row 5	row 5
6	row 6	row 6
7	row 7	row 7
8	row 8	row 8
9	row 9	row 9
10	row 10	row 10
11	row 11	row 11
12	row 12	row 12
13	row 13	row 13
14	row 14	row 14
15	row 15	row 15
16	row 16	row 16
17	row 17	row 17
18	row 18	row 18
19	row 19	row 19
20	row 20	row 20
\.
COPY public.rename_odd_running (id, "Odd name", "it's ""new""") FROM stdin;
1	row 1	\N
2	row 2	\N
3	row 3	\N
4	row 4	\N
5	row 5	\N
6	row 6	\N
7	row 7	\N
8	row 8	\N
9	row 9	\N
10	row 10	\N
11	row 11	\N
12	row 12	\N
13	row 13	\N
14	row 14	\N
15	row 15	\N
16	row 16	\N
17	row 17	\N
18	row 18	\N
19	row 19	\N
20	row 20	\N
\.
COPY public.rename_parts_contracted_1 (id, w, zdm_old_v) FROM stdin;
1	1	1
2	2	2
3	3	3
4	4	4
5	5	5
6	6	6
7	7	7
8	8	8
9	9	9
10	10	10
\.
COPY public.rename_parts_contracted_2 (id, w, zdm_old_v) FROM stdin;
11	11	11
12	12	12
13	13	13
14	14	14
15	15	15
16	16	16
17	17	17
18	18	18
19	19	19
20	20	20
\.
COPY public.rename_parts_paused_1 (id, v, w) FROM stdin;
1	1	\N
2	2	\N
3	3	\N
4	4	\N
5	5	\N
6	6	\N
7	7	\N
8	8	\N
9	9	\N
10	10	\N
\.
COPY public.rename_parts_paused_2 (id, v, w) FROM stdin;
11	11	\N
12	12	\N
13	13	\N
14	14	\N
15	15	\N
16	16	\N
17	17	\N
18	18	\N
19	19	\N
20	20	\N
\.
COPY public.rename_parts_ready_1 (id, v, w) FROM stdin;
1	1	1
2	2	2
3	3	3
4	4	4
5	5	5
6	6	6
7	7	7
8	8	8
9	9	9
10	10	10
\.
COPY public.rename_parts_ready_2 (id, v, w) FROM stdin;
11	11	11
12	12	12
13	13	13
14	14	14
15	15	15
16	16	16
17	17	17
18	18	18
19	19	19
20	20	20
\.
COPY public.rename_parts_running_1 (id, v, w) FROM stdin;
1	1	\N
2	2	\N
3	3	\N
4	4	\N
5	5	\N
6	6	\N
7	7	\N
8	8	\N
9	9	\N
10	10	\N
\.
COPY public.rename_parts_running_2 (id, v, w) FROM stdin;
11	11	\N
12	12	\N
13	13	\N
14	14	\N
15	15	\N
16	16	\N
17	17	\N
18	18	\N
19	19	\N
20	20	\N
\.
COPY public.rename_paused (id, v, "Odd name", w) FROM stdin;
1	1	row 1	\N
2	2	row 2	\N
3	3	row 3	\N
4	4	row 4	\N
5	5	row 5	\N
6	6	row 6	\N
7	7	row 7	\N
8	8	row 8	\N
9	9	row 9	\N
10	10	row 10	\N
11	11	row 11	\N
12	12	row 12	\N
13	13	row 13	\N
14	14	row 14	\N
15	15	row 15	\N
16	16	row 16	\N
17	17	row 17	\N
18	18	row 18	\N
19	19	row 19	\N
20	20	row 20	\N
\.
COPY public.rename_ready (id, v, "Odd name", w) FROM stdin;
1	1	row 1	1
2	2	row 2	2
3	3	row 3	3
4	4	row 4	4
5	5	row 5	5
6	6	row 6	6
7	7	row 7	7
8	8	row 8	8
9	9	row 9	9
10	10	row 10	10
11	11	row 11	11
12	12	row 12	12
13	13	row 13	13
14	14	row 14	14
15	15	row 15	15
16	16	row 16	16
17	17	row 17	17
18	18	row 18	18
19	19	row 19	19
20	20	row 20	20
\.
COPY public.rename_running (id, v, "Odd name", w) FROM stdin;
1	1	row 1	\N
2	2	row 2	\N
3	3	row 3	\N
4	4	row 4	\N
5	5	row 5	\N
6	6	row 6	\N
7	7	row 7	\N
8	8	row 8	\N
9	9	row 9	\N
10	10	row 10	\N
11	11	row 11	\N
12	12	row 12	\N
13	13	row 13	\N
14	14	row 14	\N
15	15	row 15	\N
16	16	row 16	\N
17	17	row 17	\N
18	18	row 18	\N
19	19	row 19	\N
20	20	row 20	\N
\.
COPY public.serial_type_contracted (zdm_old_id, n, id) FROM stdin;
1	row 1	1
2	row 2	2
3	row 3	3
4	row 4	4
5	row 5	5
6	row 6	6
7	row 7	7
8	row 8	8
9	row 9	9
10	row 10	10
11	row 11	11
12	row 12	12
13	row 13	13
14	row 14	14
15	row 15	15
16	row 16	16
17	row 17	17
18	row 18	18
19	row 19	19
20	row 20	20
\.
COPY public.serial_type_paused (id, n, zdm_new_id) FROM stdin;
1	row 1	\N
2	row 2	\N
3	row 3	\N
4	row 4	\N
5	row 5	\N
6	row 6	\N
7	row 7	\N
8	row 8	\N
9	row 9	\N
10	row 10	\N
11	row 11	\N
12	row 12	\N
13	row 13	\N
14	row 14	\N
15	row 15	\N
16	row 16	\N
17	row 17	\N
18	row 18	\N
19	row 19	\N
20	row 20	\N
\.
COPY public.serial_type_ready (id, n, zdm_new_id) FROM stdin;
1	row 1	1
2	row 2	2
3	row 3	3
4	row 4	4
5	row 5	5
6	row 6	6
7	row 7	7
8	row 8	8
9	row 9	9
10	row 10	10
11	row 11	11
12	row 12	12
13	row 13	13
14	row 14	14
15	row 15	15
16	row 16	16
17	row 17	17
18	row 18	18
19	row 19	19
20	row 20	20
\.
COPY public.serial_type_running (id, n, zdm_new_id) FROM stdin;
1	row 1	\N
2	row 2	\N
3	row 3	\N
4	row 4	\N
5	row 5	\N
6	row 6	\N
7	row 7	\N
8	row 8	\N
9	row 9	\N
10	row 10	\N
11	row 11	\N
12	row 12	\N
13	row 13	\N
14	row 14	\N
15	row 15	\N
16	row 16	\N
17	row 17	\N
18	row 18	\N
19	row 19	\N
20	row 20	\N
\.
COPY public.step_of (kind, state) FROM stdin;
rename	running
rename_odd	running
rename_parts	running
not_null	running
check_it	running
foreign_key	running
unique_one	running
primary_key	running
index_it	running
index_parts	running
key_type	running
serial_type	running
add_computed	running
fill_nulls	running
change_type	running
lossy_type	running
transform	running
rename	paused
rename_odd	paused
rename_parts	paused
not_null	paused
check_it	paused
foreign_key	paused
unique_one	paused
primary_key	paused
index_it	paused
index_parts	paused
key_type	paused
serial_type	paused
add_computed	paused
fill_nulls	paused
change_type	paused
lossy_type	paused
transform	paused
rename	ready
rename_odd	ready
rename_parts	ready
add_constant	ready
drop_column	ready
drop_reversible	ready
not_null	ready
check_it	ready
foreign_key	ready
unique_one	ready
primary_key	ready
index_it	ready
index_parts	ready
drop_index	ready
catalog_type	ready
key_type	ready
serial_type	ready
add_computed	ready
fill_nulls	ready
change_type	ready
lossy_type	ready
transform	ready
rename	contracted
rename_odd	contracted
rename_parts	contracted
add_constant	contracted
drop_column	contracted
drop_reversible	contracted
not_null	contracted
check_it	contracted
foreign_key	contracted
unique_one	contracted
primary_key	contracted
index_it	contracted
index_parts	contracted
drop_index	contracted
catalog_type	contracted
key_type	contracted
serial_type	contracted
add_computed	contracted
fill_nulls	contracted
change_type	contracted
lossy_type	contracted
transform	contracted
add_computed	failed
fill_nulls	failed
change_type	failed
lossy_type	failed
transform	failed
rename	finalized
lossy_type	rolled_back
\.
COPY public.transform_contracted (id, zdm_old_a, zdm_old_b, p, q, r) FROM stdin;
1	1	2	0	1	2
2	2	3	0	2	3
3	3	4	0	3	4
4	4	5	0	4	5
5	5	6	0	5	6
6	6	7	0	6	7
7	7	8	0	7	8
8	8	9	0	8	9
9	9	1	9	0	1
10	10	2	5	0	2
11	11	3	3	2	3
12	12	4	3	0	4
13	13	5	2	3	5
14	14	6	2	2	6
15	15	7	2	1	7
16	16	8	2	0	8
17	17	9	1	8	9
18	18	1	18	0	1
19	19	2	9	1	2
20	20	3	6	2	3
\.
COPY public.transform_failed (id, a, b, p, q, r) FROM stdin;
40	40	5	\N	\N	\N
41	41	6	\N	\N	\N
42	42	7	\N	\N	\N
43	43	8	\N	\N	\N
44	44	9	\N	\N	\N
45	45	1	\N	\N	\N
46	46	2	\N	\N	\N
47	47	3	\N	\N	\N
48	48	4	\N	\N	\N
49	49	5	\N	\N	\N
50	50	6	\N	\N	\N
51	51	7	\N	\N	\N
52	52	8	\N	\N	\N
53	53	9	\N	\N	\N
54	54	1	\N	\N	\N
55	55	2	\N	\N	\N
56	56	3	\N	\N	\N
57	57	4	\N	\N	\N
58	58	5	\N	\N	\N
59	59	6	\N	\N	\N
60	60	7	\N	\N	\N
61	61	8	\N	\N	\N
62	62	9	\N	\N	\N
63	63	1	\N	\N	\N
64	64	2	\N	\N	\N
65	65	3	\N	\N	\N
66	66	4	\N	\N	\N
67	67	5	\N	\N	\N
68	68	6	\N	\N	\N
69	69	7	\N	\N	\N
70	70	8	\N	\N	\N
71	71	9	\N	\N	\N
72	72	1	\N	\N	\N
73	73	2	\N	\N	\N
74	74	3	\N	\N	\N
75	75	4	\N	\N	\N
76	76	5	\N	\N	\N
77	77	6	\N	\N	\N
78	78	7	\N	\N	\N
79	79	8	\N	\N	\N
80	80	9	\N	\N	\N
81	81	1	\N	\N	\N
82	82	2	\N	\N	\N
83	83	3	\N	\N	\N
84	84	4	\N	\N	\N
85	85	5	\N	\N	\N
86	86	6	\N	\N	\N
87	87	7	\N	\N	\N
88	88	8	\N	\N	\N
89	89	9	\N	\N	\N
90	90	1	\N	\N	\N
91	91	2	\N	\N	\N
92	92	3	\N	\N	\N
93	93	4	\N	\N	\N
94	94	5	\N	\N	\N
95	95	6	\N	\N	\N
96	96	7	\N	\N	\N
97	97	8	\N	\N	\N
98	98	9	\N	\N	\N
99	99	1	\N	\N	\N
100	100	2	\N	\N	\N
101	101	3	\N	\N	\N
102	102	4	\N	\N	\N
103	103	5	\N	\N	\N
104	104	6	\N	\N	\N
105	105	7	\N	\N	\N
106	106	8	\N	\N	\N
107	107	9	\N	\N	\N
108	108	1	\N	\N	\N
109	109	2	\N	\N	\N
110	110	3	\N	\N	\N
111	111	4	\N	\N	\N
112	112	5	\N	\N	\N
113	113	6	\N	\N	\N
114	114	7	\N	\N	\N
115	115	8	\N	\N	\N
116	116	9	\N	\N	\N
117	117	1	\N	\N	\N
118	118	2	\N	\N	\N
119	119	3	\N	\N	\N
120	120	4	\N	\N	\N
121	121	5	\N	\N	\N
122	122	6	\N	\N	\N
123	123	7	\N	\N	\N
124	124	8	\N	\N	\N
125	125	9	\N	\N	\N
126	126	1	\N	\N	\N
127	127	2	\N	\N	\N
128	128	3	\N	\N	\N
129	129	4	\N	\N	\N
130	130	5	\N	\N	\N
131	131	6	\N	\N	\N
132	132	7	\N	\N	\N
133	133	8	\N	\N	\N
134	134	9	\N	\N	\N
135	135	1	\N	\N	\N
136	136	2	\N	\N	\N
137	137	3	\N	\N	\N
138	138	4	\N	\N	\N
139	139	5	\N	\N	\N
140	140	6	\N	\N	\N
141	141	7	\N	\N	\N
142	142	8	\N	\N	\N
143	143	9	\N	\N	\N
144	144	1	\N	\N	\N
145	145	2	\N	\N	\N
146	146	3	\N	\N	\N
147	147	4	\N	\N	\N
148	148	5	\N	\N	\N
149	149	6	\N	\N	\N
150	150	7	\N	\N	\N
151	151	8	\N	\N	\N
152	152	9	\N	\N	\N
153	153	1	\N	\N	\N
154	154	2	\N	\N	\N
155	155	3	\N	\N	\N
156	156	4	\N	\N	\N
157	157	5	\N	\N	\N
158	158	6	\N	\N	\N
159	159	7	\N	\N	\N
160	160	8	\N	\N	\N
161	161	9	\N	\N	\N
162	162	1	\N	\N	\N
163	163	2	\N	\N	\N
164	164	3	\N	\N	\N
165	165	4	\N	\N	\N
166	166	5	\N	\N	\N
167	167	6	\N	\N	\N
168	168	7	\N	\N	\N
169	169	8	\N	\N	\N
170	170	9	\N	\N	\N
171	171	1	\N	\N	\N
172	172	2	\N	\N	\N
173	173	3	\N	\N	\N
174	174	4	\N	\N	\N
175	175	5	\N	\N	\N
176	176	6	\N	\N	\N
177	177	7	\N	\N	\N
178	178	8	\N	\N	\N
179	179	9	\N	\N	\N
180	180	1	\N	\N	\N
181	181	2	\N	\N	\N
182	182	3	\N	\N	\N
183	183	4	\N	\N	\N
184	184	5	\N	\N	\N
185	185	6	\N	\N	\N
225	225	1	\N	\N	\N
226	226	2	\N	\N	\N
227	227	3	\N	\N	\N
228	228	4	\N	\N	\N
229	229	5	\N	\N	\N
230	230	6	\N	\N	\N
231	231	7	\N	\N	\N
232	232	8	\N	\N	\N
233	233	9	\N	\N	\N
234	234	1	\N	\N	\N
235	235	2	\N	\N	\N
236	236	3	\N	\N	\N
237	237	4	\N	\N	\N
238	238	5	\N	\N	\N
239	239	6	\N	\N	\N
240	240	7	\N	\N	\N
241	241	8	\N	\N	\N
242	242	9	\N	\N	\N
243	243	1	\N	\N	\N
244	244	2	\N	\N	\N
245	245	3	\N	\N	\N
246	246	4	\N	\N	\N
247	247	5	\N	\N	\N
248	248	6	\N	\N	\N
249	249	7	\N	\N	\N
250	250	8	\N	\N	\N
251	251	9	\N	\N	\N
252	252	1	\N	\N	\N
253	253	2	\N	\N	\N
254	254	3	\N	\N	\N
255	255	4	\N	\N	\N
256	256	5	\N	\N	\N
257	257	6	\N	\N	\N
258	258	7	\N	\N	\N
259	259	8	\N	\N	\N
260	260	9	\N	\N	\N
261	261	1	\N	\N	\N
262	262	2	\N	\N	\N
263	263	3	\N	\N	\N
264	264	4	\N	\N	\N
265	265	5	\N	\N	\N
266	266	6	\N	\N	\N
267	267	7	\N	\N	\N
268	268	8	\N	\N	\N
269	269	9	\N	\N	\N
270	270	1	\N	\N	\N
271	271	2	\N	\N	\N
272	272	3	\N	\N	\N
273	273	4	\N	\N	\N
274	274	5	\N	\N	\N
275	275	6	\N	\N	\N
276	276	7	\N	\N	\N
277	277	8	\N	\N	\N
278	278	9	\N	\N	\N
279	279	1	\N	\N	\N
280	280	2	\N	\N	\N
281	281	3	\N	\N	\N
282	282	4	\N	\N	\N
283	283	5	\N	\N	\N
284	284	6	\N	\N	\N
285	285	7	\N	\N	\N
286	286	8	\N	\N	\N
287	287	9	\N	\N	\N
288	288	1	\N	\N	\N
289	289	2	\N	\N	\N
290	290	3	\N	\N	\N
291	291	4	\N	\N	\N
292	292	5	\N	\N	\N
293	293	6	\N	\N	\N
294	294	7	\N	\N	\N
295	295	8	\N	\N	\N
296	296	9	\N	\N	\N
297	297	1	\N	\N	\N
298	298	2	\N	\N	\N
299	299	3	\N	\N	\N
300	300	4	\N	\N	\N
301	301	5	\N	\N	\N
302	302	6	\N	\N	\N
303	303	7	\N	\N	\N
304	304	8	\N	\N	\N
305	305	9	\N	\N	\N
306	306	1	\N	\N	\N
307	307	2	\N	\N	\N
308	308	3	\N	\N	\N
309	309	4	\N	\N	\N
310	310	5	\N	\N	\N
311	311	6	\N	\N	\N
312	312	7	\N	\N	\N
313	313	8	\N	\N	\N
314	314	9	\N	\N	\N
315	315	1	\N	\N	\N
316	316	2	\N	\N	\N
317	317	3	\N	\N	\N
318	318	4	\N	\N	\N
319	319	5	\N	\N	\N
320	320	6	\N	\N	\N
321	321	7	\N	\N	\N
322	322	8	\N	\N	\N
323	323	9	\N	\N	\N
324	324	1	\N	\N	\N
325	325	2	\N	\N	\N
326	326	3	\N	\N	\N
327	327	4	\N	\N	\N
328	328	5	\N	\N	\N
329	329	6	\N	\N	\N
330	330	7	\N	\N	\N
331	331	8	\N	\N	\N
332	332	9	\N	\N	\N
333	333	1	\N	\N	\N
334	334	2	\N	\N	\N
335	335	3	\N	\N	\N
336	336	4	\N	\N	\N
337	337	5	\N	\N	\N
338	338	6	\N	\N	\N
339	339	7	\N	\N	\N
340	340	8	\N	\N	\N
341	341	9	\N	\N	\N
342	342	1	\N	\N	\N
343	343	2	\N	\N	\N
344	344	3	\N	\N	\N
345	345	4	\N	\N	\N
346	346	5	\N	\N	\N
347	347	6	\N	\N	\N
348	348	7	\N	\N	\N
349	349	8	\N	\N	\N
350	350	9	\N	\N	\N
351	351	1	\N	\N	\N
352	352	2	\N	\N	\N
353	353	3	\N	\N	\N
354	354	4	\N	\N	\N
355	355	5	\N	\N	\N
356	356	6	\N	\N	\N
357	357	7	\N	\N	\N
358	358	8	\N	\N	\N
359	359	9	\N	\N	\N
360	360	1	\N	\N	\N
361	361	2	\N	\N	\N
362	362	3	\N	\N	\N
363	363	4	\N	\N	\N
364	364	5	\N	\N	\N
365	365	6	\N	\N	\N
366	366	7	\N	\N	\N
367	367	8	\N	\N	\N
368	368	9	\N	\N	\N
369	369	1	\N	\N	\N
370	370	2	\N	\N	\N
410	410	6	\N	\N	\N
411	411	7	\N	\N	\N
412	412	8	\N	\N	\N
413	413	9	\N	\N	\N
414	414	1	\N	\N	\N
415	415	2	\N	\N	\N
416	416	3	\N	\N	\N
417	417	4	\N	\N	\N
418	418	5	\N	\N	\N
419	419	6	\N	\N	\N
420	420	7	\N	\N	\N
421	421	8	\N	\N	\N
422	422	9	\N	\N	\N
423	423	1	\N	\N	\N
424	424	2	\N	\N	\N
425	425	3	\N	\N	\N
426	426	4	\N	\N	\N
427	427	5	\N	\N	\N
428	428	6	\N	\N	\N
429	429	7	\N	\N	\N
430	430	8	\N	\N	\N
431	431	9	\N	\N	\N
432	432	1	\N	\N	\N
433	433	2	\N	\N	\N
434	434	3	\N	\N	\N
435	435	4	\N	\N	\N
436	436	5	\N	\N	\N
437	437	6	\N	\N	\N
438	438	7	\N	\N	\N
439	439	8	\N	\N	\N
440	440	9	\N	\N	\N
441	441	1	\N	\N	\N
442	442	2	\N	\N	\N
443	443	3	\N	\N	\N
444	444	4	\N	\N	\N
445	445	5	\N	\N	\N
446	446	6	\N	\N	\N
447	447	7	\N	\N	\N
448	448	8	\N	\N	\N
449	449	9	\N	\N	\N
450	450	1	\N	\N	\N
451	451	2	\N	\N	\N
452	452	3	\N	\N	\N
453	453	4	\N	\N	\N
454	454	5	\N	\N	\N
455	455	6	\N	\N	\N
456	456	7	\N	\N	\N
457	457	8	\N	\N	\N
458	458	9	\N	\N	\N
459	459	1	\N	\N	\N
460	460	2	\N	\N	\N
461	461	3	\N	\N	\N
462	462	4	\N	\N	\N
463	463	5	\N	\N	\N
464	464	6	\N	\N	\N
465	465	7	\N	\N	\N
466	466	8	\N	\N	\N
467	467	9	\N	\N	\N
468	468	1	\N	\N	\N
469	469	2	\N	\N	\N
470	470	3	\N	\N	\N
471	471	4	\N	\N	\N
472	472	5	\N	\N	\N
473	473	6	\N	\N	\N
474	474	7	\N	\N	\N
475	475	8	\N	\N	\N
476	476	9	\N	\N	\N
477	477	1	\N	\N	\N
478	478	2	\N	\N	\N
479	479	3	\N	\N	\N
480	480	4	\N	\N	\N
481	481	5	\N	\N	\N
482	482	6	\N	\N	\N
483	483	7	\N	\N	\N
484	484	8	\N	\N	\N
485	485	9	\N	\N	\N
486	486	1	\N	\N	\N
487	487	2	\N	\N	\N
488	488	3	\N	\N	\N
489	489	4	\N	\N	\N
490	490	5	\N	\N	\N
491	491	6	\N	\N	\N
492	492	7	\N	\N	\N
493	493	8	\N	\N	\N
494	494	9	\N	\N	\N
495	495	1	\N	\N	\N
496	496	2	\N	\N	\N
497	497	3	\N	\N	\N
498	498	4	\N	\N	\N
499	499	5	\N	\N	\N
500	500	6	\N	\N	\N
501	501	7	\N	\N	\N
502	502	8	\N	\N	\N
503	503	9	\N	\N	\N
504	504	1	\N	\N	\N
505	505	2	\N	\N	\N
506	506	3	\N	\N	\N
507	507	4	\N	\N	\N
508	508	5	\N	\N	\N
509	509	6	\N	\N	\N
510	510	7	\N	\N	\N
511	511	8	\N	\N	\N
512	512	9	\N	\N	\N
513	513	1	\N	\N	\N
514	514	2	\N	\N	\N
515	515	3	\N	\N	\N
516	516	4	\N	\N	\N
517	517	5	\N	\N	\N
518	518	6	\N	\N	\N
519	519	7	\N	\N	\N
520	520	8	\N	\N	\N
521	521	9	\N	\N	\N
522	522	1	\N	\N	\N
523	523	2	\N	\N	\N
524	524	3	\N	\N	\N
525	525	4	\N	\N	\N
526	526	5	\N	\N	\N
527	527	6	\N	\N	\N
528	528	7	\N	\N	\N
529	529	8	\N	\N	\N
530	530	9	\N	\N	\N
531	531	1	\N	\N	\N
532	532	2	\N	\N	\N
533	533	3	\N	\N	\N
534	534	4	\N	\N	\N
535	535	5	\N	\N	\N
536	536	6	\N	\N	\N
537	537	7	\N	\N	\N
538	538	8	\N	\N	\N
539	539	9	\N	\N	\N
540	540	1	\N	\N	\N
541	541	2	\N	\N	\N
542	542	3	\N	\N	\N
543	543	4	\N	\N	\N
544	544	5	\N	\N	\N
545	545	6	\N	\N	\N
546	546	7	\N	\N	\N
547	547	8	\N	\N	\N
548	548	9	\N	\N	\N
549	549	1	\N	\N	\N
550	550	2	\N	\N	\N
551	551	3	\N	\N	\N
552	552	4	\N	\N	\N
553	553	5	\N	\N	\N
554	554	6	\N	\N	\N
555	555	7	\N	\N	\N
595	595	2	\N	\N	\N
596	596	3	\N	\N	\N
597	597	4	\N	\N	\N
598	598	5	\N	\N	\N
599	599	6	\N	\N	\N
600	600	7	\N	\N	\N
601	601	8	\N	\N	\N
602	602	9	\N	\N	\N
603	603	1	\N	\N	\N
604	604	2	\N	\N	\N
605	605	3	\N	\N	\N
606	606	4	\N	\N	\N
607	607	5	\N	\N	\N
608	608	6	\N	\N	\N
609	609	7	\N	\N	\N
610	610	8	\N	\N	\N
611	611	9	\N	\N	\N
612	612	1	\N	\N	\N
613	613	2	\N	\N	\N
614	614	3	\N	\N	\N
615	615	4	\N	\N	\N
616	616	5	\N	\N	\N
617	617	6	\N	\N	\N
618	618	7	\N	\N	\N
619	619	8	\N	\N	\N
620	620	9	\N	\N	\N
621	621	1	\N	\N	\N
622	622	2	\N	\N	\N
623	623	3	\N	\N	\N
624	624	4	\N	\N	\N
625	625	5	\N	\N	\N
626	626	6	\N	\N	\N
627	627	7	\N	\N	\N
628	628	8	\N	\N	\N
629	629	9	\N	\N	\N
630	630	1	\N	\N	\N
631	631	2	\N	\N	\N
632	632	3	\N	\N	\N
633	633	4	\N	\N	\N
634	634	5	\N	\N	\N
635	635	6	\N	\N	\N
636	636	7	\N	\N	\N
637	637	8	\N	\N	\N
638	638	9	\N	\N	\N
639	639	1	\N	\N	\N
640	640	2	\N	\N	\N
641	641	3	\N	\N	\N
642	642	4	\N	\N	\N
643	643	5	\N	\N	\N
644	644	6	\N	\N	\N
645	645	7	\N	\N	\N
646	646	8	\N	\N	\N
647	647	9	\N	\N	\N
648	648	1	\N	\N	\N
649	649	2	\N	\N	\N
650	650	3	\N	\N	\N
651	651	4	\N	\N	\N
652	652	5	\N	\N	\N
653	653	6	\N	\N	\N
654	654	7	\N	\N	\N
655	655	8	\N	\N	\N
656	656	9	\N	\N	\N
657	657	1	\N	\N	\N
658	658	2	\N	\N	\N
659	659	3	\N	\N	\N
660	660	4	\N	\N	\N
661	661	5	\N	\N	\N
662	662	6	\N	\N	\N
663	663	7	\N	\N	\N
664	664	8	\N	\N	\N
665	665	9	\N	\N	\N
666	666	1	\N	\N	\N
667	667	2	\N	\N	\N
668	668	3	\N	\N	\N
669	669	4	\N	\N	\N
670	670	5	\N	\N	\N
671	671	6	\N	\N	\N
672	672	7	\N	\N	\N
673	673	8	\N	\N	\N
674	674	9	\N	\N	\N
675	675	1	\N	\N	\N
676	676	2	\N	\N	\N
677	677	3	\N	\N	\N
678	678	4	\N	\N	\N
679	679	5	\N	\N	\N
680	680	6	\N	\N	\N
681	681	7	\N	\N	\N
682	682	8	\N	\N	\N
683	683	9	\N	\N	\N
684	684	1	\N	\N	\N
685	685	2	\N	\N	\N
686	686	3	\N	\N	\N
687	687	4	\N	\N	\N
688	688	5	\N	\N	\N
689	689	6	\N	\N	\N
690	690	7	\N	\N	\N
691	691	8	\N	\N	\N
692	692	9	\N	\N	\N
693	693	1	\N	\N	\N
694	694	2	\N	\N	\N
695	695	3	\N	\N	\N
696	696	4	\N	\N	\N
697	697	5	\N	\N	\N
698	698	6	\N	\N	\N
699	699	7	\N	\N	\N
700	700	8	\N	\N	\N
701	701	9	\N	\N	\N
702	702	1	\N	\N	\N
703	703	2	\N	\N	\N
704	704	3	\N	\N	\N
705	705	4	\N	\N	\N
706	706	5	\N	\N	\N
707	707	6	\N	\N	\N
708	708	7	\N	\N	\N
709	709	8	\N	\N	\N
710	710	9	\N	\N	\N
711	711	1	\N	\N	\N
712	712	2	\N	\N	\N
713	713	3	\N	\N	\N
714	714	4	\N	\N	\N
715	715	5	\N	\N	\N
716	716	6	\N	\N	\N
717	717	7	\N	\N	\N
718	718	8	\N	\N	\N
719	719	9	\N	\N	\N
720	720	1	\N	\N	\N
721	721	2	\N	\N	\N
722	722	3	\N	\N	\N
723	723	4	\N	\N	\N
724	724	5	\N	\N	\N
725	725	6	\N	\N	\N
726	726	7	\N	\N	\N
727	727	8	\N	\N	\N
728	728	9	\N	\N	\N
729	729	1	\N	\N	\N
730	730	2	\N	\N	\N
731	731	3	\N	\N	\N
732	732	4	\N	\N	\N
733	733	5	\N	\N	\N
734	734	6	\N	\N	\N
735	735	7	\N	\N	\N
736	736	8	\N	\N	\N
737	737	9	\N	\N	\N
738	738	1	\N	\N	\N
739	739	2	\N	\N	\N
740	740	3	\N	\N	\N
780	780	7	\N	\N	\N
781	781	8	\N	\N	\N
782	782	9	\N	\N	\N
783	783	1	\N	\N	\N
784	784	2	\N	\N	\N
785	785	3	\N	\N	\N
786	786	4	\N	\N	\N
787	787	5	\N	\N	\N
788	788	6	\N	\N	\N
789	789	7	\N	\N	\N
790	790	8	\N	\N	\N
791	791	9	\N	\N	\N
792	792	1	\N	\N	\N
793	793	2	\N	\N	\N
794	794	3	\N	\N	\N
795	795	4	\N	\N	\N
796	796	5	\N	\N	\N
797	797	6	\N	\N	\N
798	798	7	\N	\N	\N
799	799	8	\N	\N	\N
800	800	9	\N	\N	\N
801	801	1	\N	\N	\N
802	802	2	\N	\N	\N
803	803	3	\N	\N	\N
804	804	4	\N	\N	\N
805	805	5	\N	\N	\N
806	806	6	\N	\N	\N
807	807	7	\N	\N	\N
808	808	8	\N	\N	\N
809	809	9	\N	\N	\N
810	810	1	\N	\N	\N
811	811	2	\N	\N	\N
812	812	3	\N	\N	\N
813	813	4	\N	\N	\N
814	814	5	\N	\N	\N
815	815	6	\N	\N	\N
816	816	7	\N	\N	\N
817	817	8	\N	\N	\N
818	818	9	\N	\N	\N
819	819	1	\N	\N	\N
820	820	2	\N	\N	\N
821	821	3	\N	\N	\N
822	822	4	\N	\N	\N
823	823	5	\N	\N	\N
824	824	6	\N	\N	\N
825	825	7	\N	\N	\N
826	826	8	\N	\N	\N
827	827	9	\N	\N	\N
828	828	1	\N	\N	\N
829	829	2	\N	\N	\N
830	830	3	\N	\N	\N
831	831	4	\N	\N	\N
832	832	5	\N	\N	\N
833	833	6	\N	\N	\N
834	834	7	\N	\N	\N
835	835	8	\N	\N	\N
836	836	9	\N	\N	\N
837	837	1	\N	\N	\N
838	838	2	\N	\N	\N
839	839	3	\N	\N	\N
840	840	4	\N	\N	\N
841	841	5	\N	\N	\N
842	842	6	\N	\N	\N
843	843	7	\N	\N	\N
844	844	8	\N	\N	\N
845	845	9	\N	\N	\N
846	846	1	\N	\N	\N
847	847	2	\N	\N	\N
848	848	3	\N	\N	\N
849	849	4	\N	\N	\N
850	850	5	\N	\N	\N
851	851	6	\N	\N	\N
852	852	7	\N	\N	\N
853	853	8	\N	\N	\N
854	854	9	\N	\N	\N
855	855	1	\N	\N	\N
856	856	2	\N	\N	\N
857	857	3	\N	\N	\N
858	858	4	\N	\N	\N
859	859	5	\N	\N	\N
860	860	6	\N	\N	\N
861	861	7	\N	\N	\N
862	862	8	\N	\N	\N
863	863	9	\N	\N	\N
864	864	1	\N	\N	\N
865	865	2	\N	\N	\N
866	866	3	\N	\N	\N
867	867	4	\N	\N	\N
868	868	5	\N	\N	\N
869	869	6	\N	\N	\N
870	870	7	\N	\N	\N
871	871	8	\N	\N	\N
872	872	9	\N	\N	\N
873	873	1	\N	\N	\N
874	874	2	\N	\N	\N
875	875	3	\N	\N	\N
876	876	4	\N	\N	\N
877	877	5	\N	\N	\N
878	878	6	\N	\N	\N
879	879	7	\N	\N	\N
880	880	8	\N	\N	\N
881	881	9	\N	\N	\N
882	882	1	\N	\N	\N
883	883	2	\N	\N	\N
884	884	3	\N	\N	\N
885	885	4	\N	\N	\N
886	886	5	\N	\N	\N
887	887	6	\N	\N	\N
888	888	7	\N	\N	\N
889	889	8	\N	\N	\N
890	890	9	\N	\N	\N
891	891	1	\N	\N	\N
892	892	2	\N	\N	\N
893	893	3	\N	\N	\N
894	894	4	\N	\N	\N
895	895	5	\N	\N	\N
896	896	6	\N	\N	\N
897	897	7	\N	\N	\N
898	898	8	\N	\N	\N
899	899	9	\N	\N	\N
900	900	1	\N	\N	\N
901	901	2	\N	\N	\N
902	902	3	\N	\N	\N
903	903	4	\N	\N	\N
904	904	5	\N	\N	\N
905	905	6	\N	\N	\N
906	906	7	\N	\N	\N
907	907	8	\N	\N	\N
908	908	9	\N	\N	\N
909	909	1	\N	\N	\N
910	910	2	\N	\N	\N
911	911	3	\N	\N	\N
912	912	4	\N	\N	\N
913	913	5	\N	\N	\N
914	914	6	\N	\N	\N
915	915	7	\N	\N	\N
916	916	8	\N	\N	\N
917	917	9	\N	\N	\N
918	918	1	\N	\N	\N
919	919	2	\N	\N	\N
920	920	3	\N	\N	\N
921	921	4	\N	\N	\N
922	922	5	\N	\N	\N
923	923	6	\N	\N	\N
924	924	7	\N	\N	\N
925	925	8	\N	\N	\N
965	965	3	\N	\N	\N
966	966	4	\N	\N	\N
967	967	5	\N	\N	\N
968	968	6	\N	\N	\N
969	969	7	\N	\N	\N
970	970	8	\N	\N	\N
971	971	9	\N	\N	\N
972	972	1	\N	\N	\N
973	973	2	\N	\N	\N
974	974	3	\N	\N	\N
975	975	4	\N	\N	\N
976	976	5	\N	\N	\N
977	977	6	\N	\N	\N
978	978	7	\N	\N	\N
979	979	8	\N	\N	\N
980	980	9	\N	\N	\N
981	981	1	\N	\N	\N
982	982	2	\N	\N	\N
983	983	3	\N	\N	\N
984	984	4	\N	\N	\N
985	985	5	\N	\N	\N
986	986	6	\N	\N	\N
987	987	7	\N	\N	\N
988	988	8	\N	\N	\N
989	989	9	\N	\N	\N
990	990	1	\N	\N	\N
991	991	2	\N	\N	\N
992	992	3	\N	\N	\N
993	993	4	\N	\N	\N
994	994	5	\N	\N	\N
995	995	6	\N	\N	\N
996	996	7	\N	\N	\N
997	997	8	\N	\N	\N
998	998	9	\N	\N	\N
999	999	1	\N	\N	\N
1000	1000	2	\N	\N	\N
1001	1001	3	\N	\N	\N
1002	1002	4	\N	\N	\N
1003	1003	5	\N	\N	\N
1004	1004	6	\N	\N	\N
1005	1005	7	\N	\N	\N
1006	1006	8	\N	\N	\N
1007	1007	9	\N	\N	\N
1008	1008	1	\N	\N	\N
1009	1009	2	\N	\N	\N
1010	1010	3	\N	\N	\N
1011	1011	4	\N	\N	\N
1012	1012	5	\N	\N	\N
1013	1013	6	\N	\N	\N
1014	1014	7	\N	\N	\N
1015	1015	8	\N	\N	\N
1016	1016	9	\N	\N	\N
1017	1017	1	\N	\N	\N
1018	1018	2	\N	\N	\N
1019	1019	3	\N	\N	\N
1020	1020	4	\N	\N	\N
1021	1021	5	\N	\N	\N
1022	1022	6	\N	\N	\N
1023	1023	7	\N	\N	\N
1024	1024	8	\N	\N	\N
1025	1025	9	\N	\N	\N
1026	1026	1	\N	\N	\N
1027	1027	2	\N	\N	\N
1028	1028	3	\N	\N	\N
1029	1029	4	\N	\N	\N
1030	1030	5	\N	\N	\N
1031	1031	6	\N	\N	\N
1032	1032	7	\N	\N	\N
1033	1033	8	\N	\N	\N
1034	1034	9	\N	\N	\N
1035	1035	1	\N	\N	\N
1036	1036	2	\N	\N	\N
1037	1037	3	\N	\N	\N
1038	1038	4	\N	\N	\N
1039	1039	5	\N	\N	\N
1040	1040	6	\N	\N	\N
1041	1041	7	\N	\N	\N
1042	1042	8	\N	\N	\N
1043	1043	9	\N	\N	\N
1044	1044	1	\N	\N	\N
1045	1045	2	\N	\N	\N
1046	1046	3	\N	\N	\N
1047	1047	4	\N	\N	\N
1048	1048	5	\N	\N	\N
1049	1049	6	\N	\N	\N
1050	1050	7	\N	\N	\N
1051	1051	8	\N	\N	\N
1052	1052	9	\N	\N	\N
1053	1053	1	\N	\N	\N
1054	1054	2	\N	\N	\N
1055	1055	3	\N	\N	\N
1056	1056	4	\N	\N	\N
1057	1057	5	\N	\N	\N
1058	1058	6	\N	\N	\N
1059	1059	7	\N	\N	\N
1060	1060	8	\N	\N	\N
1061	1061	9	\N	\N	\N
1062	1062	1	\N	\N	\N
1063	1063	2	\N	\N	\N
1064	1064	3	\N	\N	\N
1065	1065	4	\N	\N	\N
1066	1066	5	\N	\N	\N
1067	1067	6	\N	\N	\N
1068	1068	7	\N	\N	\N
1069	1069	8	\N	\N	\N
1070	1070	9	\N	\N	\N
1071	1071	1	\N	\N	\N
1072	1072	2	\N	\N	\N
1073	1073	3	\N	\N	\N
1074	1074	4	\N	\N	\N
1075	1075	5	\N	\N	\N
1076	1076	6	\N	\N	\N
1077	1077	7	\N	\N	\N
1078	1078	8	\N	\N	\N
1079	1079	9	\N	\N	\N
1080	1080	1	\N	\N	\N
1081	1081	2	\N	\N	\N
1082	1082	3	\N	\N	\N
1083	1083	4	\N	\N	\N
1084	1084	5	\N	\N	\N
1085	1085	6	\N	\N	\N
1086	1086	7	\N	\N	\N
1087	1087	8	\N	\N	\N
1088	1088	9	\N	\N	\N
1089	1089	1	\N	\N	\N
1090	1090	2	\N	\N	\N
1091	1091	3	\N	\N	\N
1092	1092	4	\N	\N	\N
1093	1093	5	\N	\N	\N
1094	1094	6	\N	\N	\N
1095	1095	7	\N	\N	\N
1096	1096	8	\N	\N	\N
1097	1097	9	\N	\N	\N
1098	1098	1	\N	\N	\N
1099	1099	2	\N	\N	\N
1100	1100	3	\N	\N	\N
1101	1101	4	\N	\N	\N
1102	1102	5	\N	\N	\N
1103	1103	6	\N	\N	\N
1104	1104	7	\N	\N	\N
1105	1105	8	\N	\N	\N
1106	1106	9	\N	\N	\N
1107	1107	1	\N	\N	\N
1108	1108	2	\N	\N	\N
1109	1109	3	\N	\N	\N
1110	1110	4	\N	\N	\N
1150	1150	8	\N	\N	\N
1151	1151	9	\N	\N	\N
1152	1152	1	\N	\N	\N
1153	1153	2	\N	\N	\N
1154	1154	3	\N	\N	\N
1155	1155	4	\N	\N	\N
1156	1156	5	\N	\N	\N
1157	1157	6	\N	\N	\N
1158	1158	7	\N	\N	\N
1159	1159	8	\N	\N	\N
1160	1160	9	\N	\N	\N
1161	1161	1	\N	\N	\N
1162	1162	2	\N	\N	\N
1163	1163	3	\N	\N	\N
1164	1164	4	\N	\N	\N
1165	1165	5	\N	\N	\N
1166	1166	6	\N	\N	\N
1167	1167	7	\N	\N	\N
1168	1168	8	\N	\N	\N
1169	1169	9	\N	\N	\N
1170	1170	1	\N	\N	\N
1171	1171	2	\N	\N	\N
1172	1172	3	\N	\N	\N
1173	1173	4	\N	\N	\N
1174	1174	5	\N	\N	\N
1175	1175	6	\N	\N	\N
1176	1176	7	\N	\N	\N
1177	1177	8	\N	\N	\N
1178	1178	9	\N	\N	\N
1179	1179	1	\N	\N	\N
1180	1180	2	\N	\N	\N
1181	1181	3	\N	\N	\N
1182	1182	4	\N	\N	\N
1183	1183	5	\N	\N	\N
1184	1184	6	\N	\N	\N
1185	1185	7	\N	\N	\N
1186	1186	8	\N	\N	\N
1187	1187	9	\N	\N	\N
1188	1188	1	\N	\N	\N
1189	1189	2	\N	\N	\N
1190	1190	3	\N	\N	\N
1191	1191	4	\N	\N	\N
1192	1192	5	\N	\N	\N
1193	1193	6	\N	\N	\N
1194	1194	7	\N	\N	\N
1195	1195	8	\N	\N	\N
1196	1196	9	\N	\N	\N
1197	1197	1	\N	\N	\N
1198	1198	2	\N	\N	\N
1199	1199	3	\N	\N	\N
1200	1200	4	\N	\N	\N
1201	1201	5	\N	\N	\N
1202	1202	6	\N	\N	\N
1203	1203	7	\N	\N	\N
1204	1204	8	\N	\N	\N
1205	1205	9	\N	\N	\N
1206	1206	1	\N	\N	\N
1207	1207	2	\N	\N	\N
1208	1208	3	\N	\N	\N
1209	1209	4	\N	\N	\N
1210	1210	5	\N	\N	\N
1211	1211	6	\N	\N	\N
1212	1212	7	\N	\N	\N
1213	1213	8	\N	\N	\N
1214	1214	9	\N	\N	\N
1215	1215	1	\N	\N	\N
1216	1216	2	\N	\N	\N
1217	1217	3	\N	\N	\N
1218	1218	4	\N	\N	\N
1219	1219	5	\N	\N	\N
1220	1220	6	\N	\N	\N
1221	1221	7	\N	\N	\N
1222	1222	8	\N	\N	\N
1223	1223	9	\N	\N	\N
1224	1224	1	\N	\N	\N
1225	1225	2	\N	\N	\N
1226	1226	3	\N	\N	\N
1227	1227	4	\N	\N	\N
1228	1228	5	\N	\N	\N
1229	1229	6	\N	\N	\N
1230	1230	7	\N	\N	\N
1231	1231	8	\N	\N	\N
1232	1232	9	\N	\N	\N
1233	1233	1	\N	\N	\N
1234	1234	2	\N	\N	\N
1235	1235	3	\N	\N	\N
1236	1236	4	\N	\N	\N
1237	1237	5	\N	\N	\N
1238	1238	6	\N	\N	\N
1239	1239	7	\N	\N	\N
1240	1240	8	\N	\N	\N
1241	1241	9	\N	\N	\N
1242	1242	1	\N	\N	\N
1243	1243	2	\N	\N	\N
1244	1244	3	\N	\N	\N
1245	1245	4	\N	\N	\N
1246	1246	5	\N	\N	\N
1247	1247	6	\N	\N	\N
1248	1248	7	\N	\N	\N
1249	1249	8	\N	\N	\N
1250	1250	9	\N	\N	\N
1251	1251	1	\N	\N	\N
1252	1252	2	\N	\N	\N
1253	1253	3	\N	\N	\N
1254	1254	4	\N	\N	\N
1255	1255	5	\N	\N	\N
1256	1256	6	\N	\N	\N
1257	1257	7	\N	\N	\N
1258	1258	8	\N	\N	\N
1259	1259	9	\N	\N	\N
1260	1260	1	\N	\N	\N
1261	1261	2	\N	\N	\N
1262	1262	3	\N	\N	\N
1263	1263	4	\N	\N	\N
1264	1264	5	\N	\N	\N
1265	1265	6	\N	\N	\N
1266	1266	7	\N	\N	\N
1267	1267	8	\N	\N	\N
1268	1268	9	\N	\N	\N
1269	1269	1	\N	\N	\N
1270	1270	2	\N	\N	\N
1271	1271	3	\N	\N	\N
1272	1272	4	\N	\N	\N
1273	1273	5	\N	\N	\N
1274	1274	6	\N	\N	\N
1275	1275	7	\N	\N	\N
1276	1276	8	\N	\N	\N
1277	1277	9	\N	\N	\N
1278	1278	1	\N	\N	\N
1279	1279	2	\N	\N	\N
1280	1280	3	\N	\N	\N
1281	1281	4	\N	\N	\N
1282	1282	5	\N	\N	\N
1283	1283	6	\N	\N	\N
1284	1284	7	\N	\N	\N
1285	1285	8	\N	\N	\N
1286	1286	9	\N	\N	\N
1287	1287	1	\N	\N	\N
1288	1288	2	\N	\N	\N
1289	1289	3	\N	\N	\N
1290	1290	4	\N	\N	\N
1291	1291	5	\N	\N	\N
1292	1292	6	\N	\N	\N
1293	1293	7	\N	\N	\N
1294	1294	8	\N	\N	\N
1295	1295	9	\N	\N	\N
1296	1296	1	\N	\N	\N
1297	1297	2	\N	\N	\N
1298	1298	3	\N	\N	\N
1299	1299	4	\N	\N	\N
1300	1300	5	\N	\N	\N
1301	1301	6	\N	\N	\N
1302	1302	7	\N	\N	\N
1303	1303	8	\N	\N	\N
1304	1304	9	\N	\N	\N
1305	1305	1	\N	\N	\N
1306	1306	2	\N	\N	\N
1307	1307	3	\N	\N	\N
1308	1308	4	\N	\N	\N
1309	1309	5	\N	\N	\N
1310	1310	6	\N	\N	\N
1311	1311	7	\N	\N	\N
1312	1312	8	\N	\N	\N
1313	1313	9	\N	\N	\N
1314	1314	1	\N	\N	\N
1315	1315	2	\N	\N	\N
1316	1316	3	\N	\N	\N
1317	1317	4	\N	\N	\N
1318	1318	5	\N	\N	\N
1319	1319	6	\N	\N	\N
1320	1320	7	\N	\N	\N
1321	1321	8	\N	\N	\N
1322	1322	9	\N	\N	\N
1323	1323	1	\N	\N	\N
1324	1324	2	\N	\N	\N
1325	1325	3	\N	\N	\N
1326	1326	4	\N	\N	\N
1327	1327	5	\N	\N	\N
1328	1328	6	\N	\N	\N
1329	1329	7	\N	\N	\N
1330	1330	8	\N	\N	\N
1331	1331	9	\N	\N	\N
1332	1332	1	\N	\N	\N
1333	1333	2	\N	\N	\N
1334	1334	3	\N	\N	\N
1335	1335	4	\N	\N	\N
1336	1336	5	\N	\N	\N
1337	1337	6	\N	\N	\N
1338	1338	7	\N	\N	\N
1339	1339	8	\N	\N	\N
1340	1340	9	\N	\N	\N
1341	1341	1	\N	\N	\N
1342	1342	2	\N	\N	\N
1343	1343	3	\N	\N	\N
1344	1344	4	\N	\N	\N
1345	1345	5	\N	\N	\N
1346	1346	6	\N	\N	\N
1347	1347	7	\N	\N	\N
1348	1348	8	\N	\N	\N
1349	1349	9	\N	\N	\N
1350	1350	1	\N	\N	\N
1351	1351	2	\N	\N	\N
1352	1352	3	\N	\N	\N
1353	1353	4	\N	\N	\N
1354	1354	5	\N	\N	\N
1355	1355	6	\N	\N	\N
1356	1356	7	\N	\N	\N
1357	1357	8	\N	\N	\N
1358	1358	9	\N	\N	\N
1359	1359	1	\N	\N	\N
1360	1360	2	\N	\N	\N
1361	1361	3	\N	\N	\N
1362	1362	4	\N	\N	\N
1363	1363	5	\N	\N	\N
1364	1364	6	\N	\N	\N
1365	1365	7	\N	\N	\N
1366	1366	8	\N	\N	\N
1367	1367	9	\N	\N	\N
1368	1368	1	\N	\N	\N
1369	1369	2	\N	\N	\N
1370	1370	3	\N	\N	\N
1371	1371	4	\N	\N	\N
1372	1372	5	\N	\N	\N
1373	1373	6	\N	\N	\N
1374	1374	7	\N	\N	\N
1375	1375	8	\N	\N	\N
1376	1376	9	\N	\N	\N
1377	1377	1	\N	\N	\N
1378	1378	2	\N	\N	\N
1379	1379	3	\N	\N	\N
1380	1380	4	\N	\N	\N
1381	1381	5	\N	\N	\N
1382	1382	6	\N	\N	\N
1383	1383	7	\N	\N	\N
1384	1384	8	\N	\N	\N
1385	1385	9	\N	\N	\N
1386	1386	1	\N	\N	\N
1387	1387	2	\N	\N	\N
1388	1388	3	\N	\N	\N
1389	1389	4	\N	\N	\N
1390	1390	5	\N	\N	\N
1391	1391	6	\N	\N	\N
1392	1392	7	\N	\N	\N
1393	1393	8	\N	\N	\N
1394	1394	9	\N	\N	\N
1395	1395	1	\N	\N	\N
1396	1396	2	\N	\N	\N
1397	1397	3	\N	\N	\N
1398	1398	4	\N	\N	\N
1399	1399	5	\N	\N	\N
1401	1401	7	\N	\N	\N
1402	1402	8	\N	\N	\N
1403	1403	9	\N	\N	\N
1404	1404	1	\N	\N	\N
1405	1405	2	\N	\N	\N
1406	1406	3	\N	\N	\N
1407	1407	4	\N	\N	\N
1408	1408	5	\N	\N	\N
1409	1409	6	\N	\N	\N
1410	1410	7	\N	\N	\N
1411	1411	8	\N	\N	\N
1412	1412	9	\N	\N	\N
1413	1413	1	\N	\N	\N
1414	1414	2	\N	\N	\N
1415	1415	3	\N	\N	\N
1416	1416	4	\N	\N	\N
1417	1417	5	\N	\N	\N
1418	1418	6	\N	\N	\N
1419	1419	7	\N	\N	\N
1420	1420	8	\N	\N	\N
1421	1421	9	\N	\N	\N
1422	1422	1	\N	\N	\N
1423	1423	2	\N	\N	\N
1424	1424	3	\N	\N	\N
1425	1425	4	\N	\N	\N
1426	1426	5	\N	\N	\N
1427	1427	6	\N	\N	\N
1428	1428	7	\N	\N	\N
1429	1429	8	\N	\N	\N
1430	1430	9	\N	\N	\N
1431	1431	1	\N	\N	\N
1432	1432	2	\N	\N	\N
1433	1433	3	\N	\N	\N
1434	1434	4	\N	\N	\N
1435	1435	5	\N	\N	\N
1436	1436	6	\N	\N	\N
1437	1437	7	\N	\N	\N
1438	1438	8	\N	\N	\N
1439	1439	9	\N	\N	\N
1440	1440	1	\N	\N	\N
1441	1441	2	\N	\N	\N
1442	1442	3	\N	\N	\N
1443	1443	4	\N	\N	\N
1444	1444	5	\N	\N	\N
1445	1445	6	\N	\N	\N
1446	1446	7	\N	\N	\N
1447	1447	8	\N	\N	\N
1448	1448	9	\N	\N	\N
1449	1449	1	\N	\N	\N
1450	1450	2	\N	\N	\N
1451	1451	3	\N	\N	\N
1452	1452	4	\N	\N	\N
1453	1453	5	\N	\N	\N
1454	1454	6	\N	\N	\N
1455	1455	7	\N	\N	\N
1456	1456	8	\N	\N	\N
1457	1457	9	\N	\N	\N
1458	1458	1	\N	\N	\N
1459	1459	2	\N	\N	\N
1460	1460	3	\N	\N	\N
1461	1461	4	\N	\N	\N
1462	1462	5	\N	\N	\N
1463	1463	6	\N	\N	\N
1464	1464	7	\N	\N	\N
1465	1465	8	\N	\N	\N
1466	1466	9	\N	\N	\N
1467	1467	1	\N	\N	\N
1468	1468	2	\N	\N	\N
1469	1469	3	\N	\N	\N
1470	1470	4	\N	\N	\N
1471	1471	5	\N	\N	\N
1472	1472	6	\N	\N	\N
1473	1473	7	\N	\N	\N
1474	1474	8	\N	\N	\N
1475	1475	9	\N	\N	\N
1476	1476	1	\N	\N	\N
1477	1477	2	\N	\N	\N
1478	1478	3	\N	\N	\N
1479	1479	4	\N	\N	\N
1480	1480	5	\N	\N	\N
1481	1481	6	\N	\N	\N
1482	1482	7	\N	\N	\N
1483	1483	8	\N	\N	\N
1484	1484	9	\N	\N	\N
1485	1485	1	\N	\N	\N
1486	1486	2	\N	\N	\N
1487	1487	3	\N	\N	\N
1488	1488	4	\N	\N	\N
1489	1489	5	\N	\N	\N
1490	1490	6	\N	\N	\N
1491	1491	7	\N	\N	\N
1492	1492	8	\N	\N	\N
1493	1493	9	\N	\N	\N
1494	1494	1	\N	\N	\N
1495	1495	2	\N	\N	\N
1496	1496	3	\N	\N	\N
1497	1497	4	\N	\N	\N
1498	1498	5	\N	\N	\N
1499	1499	6	\N	\N	\N
1500	1500	7	\N	\N	\N
1	1	2	0	1	2
2	2	3	0	2	3
3	3	4	0	3	4
4	4	5	0	4	5
5	5	6	0	5	6
6	6	7	0	6	7
7	7	8	0	7	8
8	8	9	0	8	9
9	9	1	9	0	1
10	10	2	5	0	2
11	11	3	3	2	3
12	12	4	3	0	4
13	13	5	2	3	5
14	14	6	2	2	6
15	15	7	2	1	7
16	16	8	2	0	8
17	17	9	1	8	9
18	18	1	18	0	1
19	19	2	9	1	2
20	20	3	6	2	3
21	21	4	5	1	4
22	22	5	4	2	5
23	23	6	3	5	6
24	24	7	3	3	7
25	25	8	3	1	8
26	26	9	2	8	9
27	27	1	27	0	1
28	28	2	14	0	2
29	29	3	9	2	3
30	30	4	7	2	4
31	31	5	6	1	5
32	32	6	5	2	6
33	33	7	4	5	7
34	34	8	4	2	8
35	35	9	3	8	9
36	36	1	36	0	1
37	37	2	18	1	2
38	38	3	12	2	3
39	39	4	9	3	4
186	186	7	26	4	7
187	187	8	23	3	8
188	188	9	20	8	9
189	189	1	189	0	1
190	190	2	95	0	2
191	191	3	63	2	3
192	192	4	48	0	4
193	193	5	38	3	5
194	194	6	32	2	6
195	195	7	27	6	7
196	196	8	24	4	8
197	197	9	21	8	9
198	198	1	198	0	1
199	199	2	99	1	2
200	200	3	66	2	3
201	201	4	50	1	4
202	202	5	40	2	5
203	203	6	33	5	6
204	204	7	29	1	7
205	205	8	25	5	8
206	206	9	22	8	9
207	207	1	207	0	1
208	208	2	104	0	2
209	209	3	69	2	3
210	210	4	52	2	4
211	211	5	42	1	5
212	212	6	35	2	6
213	213	7	30	3	7
214	214	8	26	6	8
215	215	9	23	8	9
216	216	1	216	0	1
217	217	2	108	1	2
218	218	3	72	2	3
219	219	4	54	3	4
220	220	5	44	0	5
221	221	6	36	5	6
222	222	7	31	5	7
223	223	8	27	7	8
224	224	9	24	8	9
371	371	3	123	2	3
372	372	4	93	0	4
373	373	5	74	3	5
374	374	6	62	2	6
375	375	7	53	4	7
376	376	8	47	0	8
377	377	9	41	8	9
378	378	1	378	0	1
379	379	2	189	1	2
380	380	3	126	2	3
381	381	4	95	1	4
382	382	5	76	2	5
383	383	6	63	5	6
384	384	7	54	6	7
385	385	8	48	1	8
386	386	9	42	8	9
387	387	1	387	0	1
388	388	2	194	0	2
389	389	3	129	2	3
390	390	4	97	2	4
391	391	5	78	1	5
392	392	6	65	2	6
393	393	7	56	1	7
394	394	8	49	2	8
395	395	9	43	8	9
396	396	1	396	0	1
397	397	2	198	1	2
398	398	3	132	2	3
399	399	4	99	3	4
400	400	5	80	0	5
401	401	6	66	5	6
402	402	7	57	3	7
403	403	8	50	3	8
404	404	9	44	8	9
405	405	1	405	0	1
406	406	2	203	0	2
407	407	3	135	2	3
408	408	4	102	0	4
409	409	5	81	4	5
556	556	8	69	4	8
557	557	9	61	8	9
558	558	1	558	0	1
559	559	2	279	1	2
560	560	3	186	2	3
561	561	4	140	1	4
562	562	5	112	2	5
563	563	6	93	5	6
564	564	7	80	4	7
565	565	8	70	5	8
566	566	9	62	8	9
567	567	1	567	0	1
568	568	2	284	0	2
569	569	3	189	2	3
570	570	4	142	2	4
571	571	5	114	1	5
572	572	6	95	2	6
573	573	7	81	6	7
574	574	8	71	6	8
575	575	9	63	8	9
576	576	1	576	0	1
577	577	2	288	1	2
578	578	3	192	2	3
579	579	4	144	3	4
580	580	5	116	0	5
581	581	6	96	5	6
582	582	7	83	1	7
583	583	8	72	7	8
584	584	9	64	8	9
585	585	1	585	0	1
586	586	2	293	0	2
587	587	3	195	2	3
588	588	4	147	0	4
589	589	5	117	4	5
590	590	6	98	2	6
591	591	7	84	3	7
592	592	8	74	0	8
593	593	9	65	8	9
594	594	1	594	0	1
741	741	4	185	1	4
742	742	5	148	2	5
743	743	6	123	5	6
744	744	7	106	2	7
745	745	8	93	1	8
746	746	9	82	8	9
747	747	1	747	0	1
748	748	2	374	0	2
749	749	3	249	2	3
750	750	4	187	2	4
751	751	5	150	1	5
752	752	6	125	2	6
753	753	7	107	4	7
754	754	8	94	2	8
755	755	9	83	8	9
756	756	1	756	0	1
757	757	2	378	1	2
758	758	3	252	2	3
759	759	4	189	3	4
760	760	5	152	0	5
761	761	6	126	5	6
762	762	7	108	6	7
763	763	8	95	3	8
764	764	9	84	8	9
765	765	1	765	0	1
766	766	2	383	0	2
767	767	3	255	2	3
768	768	4	192	0	4
769	769	5	153	4	5
770	770	6	128	2	6
771	771	7	110	1	7
772	772	8	96	4	8
773	773	9	85	8	9
774	774	1	774	0	1
775	775	2	387	1	2
776	776	3	258	2	3
777	777	4	194	1	4
778	778	5	155	3	5
779	779	6	129	5	6
926	926	9	102	8	9
927	927	1	927	0	1
928	928	2	464	0	2
929	929	3	309	2	3
930	930	4	232	2	4
931	931	5	186	1	5
932	932	6	155	2	6
933	933	7	133	2	7
934	934	8	116	6	8
935	935	9	103	8	9
936	936	1	936	0	1
937	937	2	468	1	2
938	938	3	312	2	3
939	939	4	234	3	4
940	940	5	188	0	5
941	941	6	156	5	6
942	942	7	134	4	7
943	943	8	117	7	8
944	944	9	104	8	9
945	945	1	945	0	1
946	946	2	473	0	2
947	947	3	315	2	3
948	948	4	237	0	4
949	949	5	189	4	5
950	950	6	158	2	6
951	951	7	135	6	7
952	952	8	119	0	8
953	953	9	105	8	9
954	954	1	954	0	1
955	955	2	477	1	2
956	956	3	318	2	3
957	957	4	239	1	4
958	958	5	191	3	5
959	959	6	159	5	6
960	960	7	137	1	7
961	961	8	120	1	8
962	962	9	106	8	9
963	963	1	963	0	1
964	964	2	482	0	2
1111	1111	5	222	1	5
1112	1112	6	185	2	6
1113	1113	7	159	0	7
1114	1114	8	139	2	8
1115	1115	9	123	8	9
1116	1116	1	1116	0	1
1117	1117	2	558	1	2
1118	1118	3	372	2	3
1119	1119	4	279	3	4
1120	1120	5	224	0	5
1121	1121	6	186	5	6
1122	1122	7	160	2	7
1123	1123	8	140	3	8
1124	1124	9	124	8	9
1125	1125	1	1125	0	1
1126	1126	2	563	0	2
1127	1127	3	375	2	3
1128	1128	4	282	0	4
1129	1129	5	225	4	5
1130	1130	6	188	2	6
1131	1131	7	161	4	7
1132	1132	8	141	4	8
1133	1133	9	125	8	9
1134	1134	1	1134	0	1
1135	1135	2	567	1	2
1136	1136	3	378	2	3
1137	1137	4	284	1	4
1138	1138	5	227	3	5
1139	1139	6	189	5	6
1140	1140	7	162	6	7
1141	1141	8	142	5	8
1142	1142	9	126	8	9
1143	1143	1	1143	0	1
1144	1144	2	572	0	2
1145	1145	3	381	2	3
1146	1146	4	286	2	4
1147	1147	5	229	2	5
1148	1148	6	191	2	6
1149	1149	7	164	1	7
1400	1400	5	280	0	5
\.
COPY public.transform_paused (id, a, b, p, q, r) FROM stdin;
1	1	2	\N	\N	\N
2	2	3	\N	\N	\N
3	3	4	\N	\N	\N
4	4	5	\N	\N	\N
5	5	6	\N	\N	\N
6	6	7	\N	\N	\N
7	7	8	\N	\N	\N
8	8	9	\N	\N	\N
9	9	1	\N	\N	\N
10	10	2	\N	\N	\N
11	11	3	\N	\N	\N
12	12	4	\N	\N	\N
13	13	5	\N	\N	\N
14	14	6	\N	\N	\N
15	15	7	\N	\N	\N
16	16	8	\N	\N	\N
17	17	9	\N	\N	\N
18	18	1	\N	\N	\N
19	19	2	\N	\N	\N
20	20	3	\N	\N	\N
\.
COPY public.transform_ready (id, a, b, p, q, r) FROM stdin;
1	1	2	0	1	2
2	2	3	0	2	3
3	3	4	0	3	4
4	4	5	0	4	5
5	5	6	0	5	6
6	6	7	0	6	7
7	7	8	0	7	8
8	8	9	0	8	9
9	9	1	9	0	1
10	10	2	5	0	2
11	11	3	3	2	3
12	12	4	3	0	4
13	13	5	2	3	5
14	14	6	2	2	6
15	15	7	2	1	7
16	16	8	2	0	8
17	17	9	1	8	9
18	18	1	18	0	1
19	19	2	9	1	2
20	20	3	6	2	3
\.
COPY public.transform_running (id, a, b, p, q, r) FROM stdin;
1	1	2	\N	\N	\N
2	2	3	\N	\N	\N
3	3	4	\N	\N	\N
4	4	5	\N	\N	\N
5	5	6	\N	\N	\N
6	6	7	\N	\N	\N
7	7	8	\N	\N	\N
8	8	9	\N	\N	\N
9	9	1	\N	\N	\N
10	10	2	\N	\N	\N
11	11	3	\N	\N	\N
12	12	4	\N	\N	\N
13	13	5	\N	\N	\N
14	14	6	\N	\N	\N
15	15	7	\N	\N	\N
16	16	8	\N	\N	\N
17	17	9	\N	\N	\N
18	18	1	\N	\N	\N
19	19	2	\N	\N	\N
20	20	3	\N	\N	\N
\.
COPY public.unique_one_contracted (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.unique_one_paused (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.unique_one_ready (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY public.unique_one_running (id, v) FROM stdin;
1	1
2	2
3	3
4	4
5	5
6	6
7	7
8	8
9	9
10	10
11	11
12	12
13	13
14	14
15	15
16	16
17	17
18	18
19	19
20	20
\.
COPY zdm.backfill (migration_id, relation, system_id, filenode, root_trigger, own_trigger, total_blocks, next_block, rows_expected, rows_written, rows_hot, restarts, started_at, finished_at) FROM stdin;
1	public.rename_contracted	7712562474024508439	16558	17219	17219	1	1	1130	20	20	0	2026-11-26 19:21:36.645029+00	2026-11-26 19:21:36.67937+00
12	public.rename_parts_ready_1	7712562474024508439	16666	17234	17235	1	1	2040	10	10	0	2026-11-26 19:21:37.186639+00	2026-11-26 19:21:37.224516+00
2	public.rename_finalized	7712562474024508439	16567	17220	17220	1	1	1130	20	20	0	2026-11-26 19:21:36.746721+00	2026-11-26 19:21:36.784667+00
12	public.rename_parts_ready_2	7712562474024508439	16671	17234	17236	1	1	2040	10	10	0	2026-11-26 19:21:37.186783+00	2026-11-26 19:21:37.22455+00
4	public.rename_ready	7712562474024508439	16585	17222	17222	1	1	1130	20	20	0	2026-11-26 19:21:36.840492+00	2026-11-26 19:21:36.869455+00
60	public.add_computed_contracted	7712562474024508439	17063	17290	17290	1	1	1200	20	20	0	2026-11-26 19:21:39.331149+00	2026-11-26 19:21:39.367154+00
6	public.rename_odd_contracted	7712562474024508439	16603	17224	17224	1	1	850	20	20	0	2026-11-26 19:21:36.910669+00	2026-11-26 19:21:36.9305+00
52	public.key_type_contracted	7712562474024508439	16928	17280	17280	1	1	1070	20	20	0	2026-11-26 19:21:38.518224+00	2026-11-26 19:21:38.560392+00
8	public.rename_odd_ready	7712562474024508439	16617	17226	17226	1	1	850	20	20	0	2026-11-26 19:21:37.001787+00	2026-11-26 19:21:37.034017+00
54	public.key_type_ready	7712562474024508439	16978	17282	17282	1	1	1070	20	20	0	2026-11-26 19:21:38.764005+00	2026-11-26 19:21:38.812851+00
10	public.rename_parts_contracted_1	7712562474024508439	16636	17228	17229	1	1	2040	10	10	0	2026-11-26 19:21:37.093486+00	2026-11-26 19:21:37.130812+00
10	public.rename_parts_contracted_2	7712562474024508439	16641	17228	17230	1	1	2040	10	10	0	2026-11-26 19:21:37.093676+00	2026-11-26 19:21:37.130845+00
63	public.add_computed_ready	7712562474024508439	17078	17302	17302	1	1	1200	20	20	0	2026-11-26 19:21:39.491817+00	2026-11-26 19:21:39.541346+00
56	public.serial_type_contracted	7712562474024508439	17028	17284	17284	1	1	1130	20	20	0	2026-11-26 19:21:39.031924+00	2026-11-26 19:21:39.067283+00
58	public.serial_type_ready	7712562474024508439	17046	17286	17286	1	1	1130	20	20	0	2026-11-26 19:21:39.181182+00	2026-11-26 19:21:39.208354+00
65	public.fill_nulls_contracted	7712562474024508439	17088	17308	17308	1	1	2040	6	6	0	2026-11-26 19:21:39.660369+00	2026-11-26 19:21:39.689915+00
68	public.fill_nulls_ready	7712562474024508439	17103	17314	17314	1	1	2040	6	6	0	2026-11-26 19:21:39.760271+00	2026-11-26 19:21:39.79464+00
70	public.change_type_contracted	7712562474024508439	17113	17318	17318	1	1	810	20	20	0	2026-11-26 19:21:39.886955+00	2026-11-26 19:21:39.94112+00
73	public.change_type_ready	7712562474024508439	17140	17321	17321	1	1	810	20	20	0	2026-11-26 19:21:40.074528+00	2026-11-26 19:21:40.118842+00
75	public.lossy_type_contracted	7712562474024508439	17158	17323	17323	1	1	1630	20	20	0	2026-11-26 19:21:40.297718+00	2026-11-26 19:21:40.330322+00
78	public.lossy_type_ready	7712562474024508439	17176	17326	17326	1	1	1630	20	20	0	2026-11-26 19:21:40.444757+00	2026-11-26 19:21:40.469652+00
81	public.transform_contracted	7712562474024508439	17194	17329	17329	1	1	1570	20	20	0	2026-11-26 19:21:40.560108+00	2026-11-26 19:21:40.59388+00
84	public.transform_ready	7712562474024508439	17209	17332	17332	1	1	1570	20	20	0	2026-11-26 19:21:40.693917+00	2026-11-26 19:21:40.727368+00
61	public.add_computed_failed	7712562474024508439	17068	17294	17294	7	7	1200	0	0	0	2026-11-26 19:21:41.504425+00	\N
66	public.fill_nulls_failed	7712562474024508439	17093	17310	17310	8	8	2040	0	0	0	2026-11-26 19:21:41.673201+00	\N
71	public.change_type_failed	7712562474024508439	17122	17319	17319	8	8	810	0	0	0	2026-11-26 19:21:41.791772+00	\N
76	public.lossy_type_failed	7712562474024508439	17164	17324	17324	9	9	1630	0	0	0	2026-11-26 19:21:41.945736+00	\N
82	public.transform_failed	7712562474024508439	17199	17330	17330	9	9	1570	0	0	0	2026-11-26 19:21:42.109623+00	\N
\.
COPY zdm.backfill_range (id, migration_id, relation, worker, first_block, end_block, busy, "position", wave, waves, attempts, rows_written, rows_hot) FROM stdin;
24	61	public.add_computed_failed	0	0	7	f	0	19	12	0	1455	462
25	66	public.fill_nulls_failed	0	0	8	f	0	1	12	0	358	1
26	71	public.change_type_failed	0	0	8	f	3	3	12	0	656	262
27	76	public.lossy_type_failed	0	0	9	f	0	0	12	0	0	0
28	82	public.transform_failed	0	0	9	f	7	0	12	0	273	0
\.
COPY zdm.event (id, migration_id, at, actor, event, detail, lock_wait, lock_held) FROM stdin;
1	1	2026-11-26 19:21:35.285954+00	postgres	created	\N	00:00:00.000105	00:00:00.010927
2	2	2026-11-26 19:21:35.295764+00	postgres	created	\N	00:00:00.000027	00:00:00.002143
3	3	2026-11-26 19:21:35.308605+00	postgres	created	\N	00:00:00.000021	00:00:00.001058
4	4	2026-11-26 19:21:35.319256+00	postgres	created	\N	00:00:00.000016	00:00:00.000943
5	5	2026-11-26 19:21:35.334352+00	postgres	created	\N	00:00:00.000016	00:00:00.000928
6	6	2026-11-26 19:21:35.354407+00	postgres	created	\N	00:00:00.000017	00:00:00.001029
7	7	2026-11-26 19:21:35.37304+00	postgres	created	\N	00:00:00.000021	00:00:00.009057
8	8	2026-11-26 19:21:35.377339+00	postgres	created	\N	00:00:00.000014	00:00:00.000857
9	9	2026-11-26 19:21:35.385614+00	postgres	created	\N	00:00:00.000017	00:00:00.000781
10	10	2026-11-26 19:21:35.394987+00	postgres	created	\N	00:00:00.00006	00:00:00.002242
11	11	2026-11-26 19:21:35.417671+00	postgres	created	\N	00:00:00.000023	00:00:00.010196
12	12	2026-11-26 19:21:35.421554+00	postgres	created	\N	00:00:00.000021	00:00:00.000941
13	13	2026-11-26 19:21:35.434956+00	postgres	created	\N	00:00:00.000024	00:00:00.000967
14	14	2026-11-26 19:21:35.445786+00	postgres	created	\N	00:00:00.000015	00:00:00.000535
15	14	2026-11-26 19:21:35.446+00	postgres	ready	\N	00:00:00.000015	00:00:00.000755
16	15	2026-11-26 19:21:35.461295+00	postgres	created	\N	00:00:00.000016	00:00:00.005839
17	15	2026-11-26 19:21:35.461494+00	postgres	ready	\N	00:00:00.000016	00:00:00.006044
18	16	2026-11-26 19:21:35.467161+00	postgres	created	\N	00:00:00.000005	00:00:00.000367
19	16	2026-11-26 19:21:35.46742+00	postgres	ready	\N	00:00:00.000005	00:00:00.000629
20	17	2026-11-26 19:21:35.476121+00	postgres	created	\N	00:00:00.000005	00:00:00.000383
21	17	2026-11-26 19:21:35.476243+00	postgres	ready	\N	00:00:00.000005	00:00:00.00051
22	18	2026-11-26 19:21:35.482101+00	postgres	created	\N	00:00:00.000018	00:00:00.000693
23	18	2026-11-26 19:21:35.482232+00	postgres	ready	\N	00:00:00.000018	00:00:00.00083
24	19	2026-11-26 19:21:35.491607+00	postgres	created	\N	00:00:00.000014	00:00:00.000617
25	19	2026-11-26 19:21:35.491832+00	postgres	ready	\N	00:00:00.000014	00:00:00.000844
26	20	2026-11-26 19:21:35.497836+00	postgres	created	\N	00:00:00.000015	00:00:00.000532
27	21	2026-11-26 19:21:35.503197+00	postgres	created	\N	00:00:00.000013	00:00:00.000557
28	22	2026-11-26 19:21:35.513748+00	postgres	created	\N	00:00:00.000016	00:00:00.000558
29	23	2026-11-26 19:21:35.521772+00	postgres	created	\N	00:00:00.000017	00:00:00.000505
30	24	2026-11-26 19:21:35.526538+00	postgres	created	\N	00:00:00.000015	00:00:00.000481
31	25	2026-11-26 19:21:35.535355+00	postgres	created	\N	00:00:00.00002	00:00:00.000649
32	26	2026-11-26 19:21:35.542069+00	postgres	created	\N	00:00:00.000017	00:00:00.000655
33	27	2026-11-26 19:21:35.547545+00	postgres	created	\N	00:00:00.000015	00:00:00.000477
34	28	2026-11-26 19:21:35.553255+00	postgres	created	\N	00:00:00.000012	00:00:00.000637
35	29	2026-11-26 19:21:35.566066+00	postgres	created	\N	00:00:00.000019	00:00:00.00073
36	30	2026-11-26 19:21:35.569878+00	postgres	created	\N	00:00:00.000014	00:00:00.000644
37	31	2026-11-26 19:21:35.577662+00	postgres	created	\N	00:00:00.000013	00:00:00.000521
38	32	2026-11-26 19:21:35.581651+00	postgres	created	\N	\N	\N
39	33	2026-11-26 19:21:35.584424+00	postgres	created	\N	\N	\N
40	34	2026-11-26 19:21:35.589465+00	postgres	created	\N	\N	\N
41	35	2026-11-26 19:21:35.591872+00	postgres	created	\N	\N	\N
42	36	2026-11-26 19:21:35.595597+00	postgres	created	\N	00:00:00.000017	00:00:00.000627
43	37	2026-11-26 19:21:35.598083+00	postgres	created	\N	00:00:00.000014	00:00:00.000447
44	38	2026-11-26 19:21:35.600286+00	postgres	created	\N	00:00:00.000013	00:00:00.000459
45	39	2026-11-26 19:21:35.60508+00	postgres	created	\N	00:00:00.000016	00:00:00.000592
46	40	2026-11-26 19:21:35.617813+00	postgres	created	\N	\N	\N
47	41	2026-11-26 19:21:35.627179+00	postgres	created	\N	\N	\N
48	42	2026-11-26 19:21:35.631076+00	postgres	created	\N	\N	\N
49	43	2026-11-26 19:21:35.645352+00	postgres	created	\N	\N	\N
50	44	2026-11-26 19:21:35.656449+00	postgres	created	\N	00:00:00.00002	00:00:00.000758
51	45	2026-11-26 19:21:35.66582+00	postgres	created	\N	00:00:00.000025	00:00:00.000919
52	46	2026-11-26 19:21:35.673461+00	postgres	created	\N	00:00:00.000017	00:00:00.000803
53	47	2026-11-26 19:21:35.696678+00	postgres	created	\N	00:00:00.000016	00:00:00.000586
54	48	2026-11-26 19:21:35.709655+00	postgres	created	\N	\N	\N
55	48	2026-11-26 19:21:35.709742+00	postgres	ready	\N	\N	\N
56	49	2026-11-26 19:21:35.734971+00	postgres	created	\N	\N	\N
57	49	2026-11-26 19:21:35.73506+00	postgres	ready	\N	\N	\N
58	50	2026-11-26 19:21:35.751277+00	postgres	created	\N	00:00:00.000023	00:00:00.000525
59	50	2026-11-26 19:21:35.751389+00	postgres	ready	\N	00:00:00.000023	00:00:00.00064
60	51	2026-11-26 19:21:35.76184+00	postgres	created	\N	00:00:00.000018	00:00:00.000607
61	51	2026-11-26 19:21:35.761919+00	postgres	ready	\N	00:00:00.000018	00:00:00.000694
62	52	2026-11-26 19:21:35.797379+00	postgres	created	\N	00:00:00.000018	00:00:00.022119
63	53	2026-11-26 19:21:35.811085+00	postgres	created	\N	00:00:00.000016	00:00:00.00156
64	54	2026-11-26 19:21:35.831281+00	postgres	created	\N	00:00:00.000017	00:00:00.001664
65	55	2026-11-26 19:21:35.869865+00	postgres	created	\N	00:00:00.00003	00:00:00.014596
66	56	2026-11-26 19:21:35.895014+00	postgres	created	\N	00:00:00.000016	00:00:00.001226
67	57	2026-11-26 19:21:35.915025+00	postgres	created	\N	00:00:00.000017	00:00:00.00122
68	58	2026-11-26 19:21:35.938682+00	postgres	created	\N	00:00:00.000016	00:00:00.001172
69	59	2026-11-26 19:21:35.951495+00	postgres	created	\N	00:00:00.000014	00:00:00.001151
70	60	2026-11-26 19:21:36.005533+00	postgres	created	\N	00:00:00.000013	00:00:00.028165
71	61	2026-11-26 19:21:36.045389+00	postgres	created	\N	00:00:00.000019	00:00:00.024037
72	62	2026-11-26 19:21:36.096294+00	postgres	created	\N	00:00:00.000015	00:00:00.036829
73	63	2026-11-26 19:21:36.137476+00	postgres	created	\N	00:00:00.000015	00:00:00.028046
74	64	2026-11-26 19:21:36.1895+00	postgres	created	\N	00:00:00.000015	00:00:00.04002
75	65	2026-11-26 19:21:36.198114+00	postgres	created	\N	00:00:00.000014	00:00:00.000759
76	66	2026-11-26 19:21:36.205889+00	postgres	created	\N	00:00:00.000019	00:00:00.000751
77	67	2026-11-26 19:21:36.221178+00	postgres	created	\N	00:00:00.000016	00:00:00.000858
78	68	2026-11-26 19:21:36.239152+00	postgres	created	\N	00:00:00.000016	00:00:00.000751
79	69	2026-11-26 19:21:36.246644+00	postgres	created	\N	00:00:00.000019	00:00:00.000837
80	70	2026-11-26 19:21:36.269384+00	postgres	created	\N	00:00:00.000015	00:00:00.005145
81	71	2026-11-26 19:21:36.282773+00	postgres	created	\N	00:00:00.000014	00:00:00.001279
82	72	2026-11-26 19:21:36.299461+00	postgres	created	\N	00:00:00.000018	00:00:00.001823
83	73	2026-11-26 19:21:36.338875+00	postgres	created	\N	00:00:00.000018	00:00:00.001326
84	74	2026-11-26 19:21:36.354924+00	postgres	created	\N	00:00:00.000018	00:00:00.001345
85	75	2026-11-26 19:21:36.378127+00	postgres	created	\N	00:00:00.000024	00:00:00.001428
86	76	2026-11-26 19:21:36.402305+00	postgres	created	\N	00:00:00.000023	00:00:00.000963
87	77	2026-11-26 19:21:36.422428+00	postgres	created	\N	00:00:00.000018	00:00:00.000965
88	78	2026-11-26 19:21:36.443649+00	postgres	created	\N	00:00:00.000017	00:00:00.001076
89	79	2026-11-26 19:21:36.462065+00	postgres	created	\N	00:00:00.000017	00:00:00.000917
90	80	2026-11-26 19:21:36.482853+00	postgres	created	\N	00:00:00.00002	00:00:00.001074
91	81	2026-11-26 19:21:36.495522+00	postgres	created	\N	00:00:00.000017	00:00:00.001064
92	82	2026-11-26 19:21:36.518395+00	postgres	created	\N	00:00:00.000015	00:00:00.001043
93	83	2026-11-26 19:21:36.530677+00	postgres	created	\N	00:00:00.000016	00:00:00.001116
94	84	2026-11-26 19:21:36.546919+00	postgres	created	\N	00:00:00.000013	00:00:00.001036
95	85	2026-11-26 19:21:36.574481+00	postgres	created	\N	00:00:00.000017	00:00:00.001112
96	1	2026-11-26 19:21:36.68904+00	postgres	ready	\N	\N	\N
97	2	2026-11-26 19:21:36.791739+00	postgres	ready	\N	\N	\N
98	4	2026-11-26 19:21:36.875358+00	postgres	ready	\N	\N	\N
99	6	2026-11-26 19:21:36.938855+00	postgres	ready	\N	\N	\N
100	8	2026-11-26 19:21:37.049376+00	postgres	ready	\N	\N	\N
101	10	2026-11-26 19:21:37.141159+00	postgres	ready	\N	\N	\N
102	12	2026-11-26 19:21:37.236497+00	postgres	ready	\N	\N	\N
103	20	2026-11-26 19:21:37.35935+00	postgres	ready	\N	\N	\N
104	22	2026-11-26 19:21:37.410099+00	postgres	ready	\N	\N	\N
105	24	2026-11-26 19:21:37.468792+00	postgres	ready	\N	\N	\N
106	26	2026-11-26 19:21:37.536322+00	postgres	ready	\N	\N	\N
107	28	2026-11-26 19:21:37.604628+00	postgres	ready	\N	\N	\N
108	30	2026-11-26 19:21:37.658615+00	postgres	ready	\N	\N	\N
109	32	2026-11-26 19:21:37.74314+00	postgres	ready	\N	\N	\N
110	34	2026-11-26 19:21:37.838991+00	postgres	ready	\N	\N	\N
111	36	2026-11-26 19:21:37.939083+00	postgres	ready	\N	\N	\N
112	38	2026-11-26 19:21:38.039578+00	postgres	ready	\N	\N	\N
113	40	2026-11-26 19:21:38.134672+00	postgres	ready	\N	\N	\N
114	42	2026-11-26 19:21:38.228283+00	postgres	ready	\N	\N	\N
115	44	2026-11-26 19:21:38.343998+00	postgres	ready	\N	\N	\N
116	46	2026-11-26 19:21:38.441553+00	postgres	ready	\N	\N	\N
117	52	2026-11-26 19:21:38.671252+00	postgres	ready	\N	\N	\N
118	54	2026-11-26 19:21:38.983451+00	postgres	ready	\N	\N	\N
119	56	2026-11-26 19:21:39.124955+00	postgres	ready	\N	\N	\N
120	58	2026-11-26 19:21:39.253908+00	postgres	ready	\N	\N	\N
121	60	2026-11-26 19:21:39.406856+00	postgres	ready	\N	\N	\N
122	63	2026-11-26 19:21:39.589959+00	postgres	ready	\N	\N	\N
123	65	2026-11-26 19:21:39.715127+00	postgres	ready	\N	\N	\N
124	68	2026-11-26 19:21:39.817524+00	postgres	ready	\N	\N	\N
125	70	2026-11-26 19:21:40.031434+00	postgres	ready	\N	\N	\N
126	73	2026-11-26 19:21:40.239808+00	postgres	ready	\N	\N	\N
127	75	2026-11-26 19:21:40.368966+00	postgres	ready	\N	\N	\N
128	78	2026-11-26 19:21:40.505248+00	postgres	ready	\N	\N	\N
129	81	2026-11-26 19:21:40.644057+00	postgres	ready	\N	\N	\N
130	84	2026-11-26 19:21:40.778002+00	postgres	ready	\N	\N	\N
131	3	2026-11-26 19:21:40.813386+00	postgres	paused	\N	\N	\N
132	7	2026-11-26 19:21:40.829792+00	postgres	paused	\N	\N	\N
133	11	2026-11-26 19:21:40.837273+00	postgres	paused	\N	\N	\N
134	21	2026-11-26 19:21:40.850079+00	postgres	paused	\N	\N	\N
135	25	2026-11-26 19:21:40.865808+00	postgres	paused	\N	\N	\N
136	29	2026-11-26 19:21:40.877647+00	postgres	paused	\N	\N	\N
137	33	2026-11-26 19:21:40.888689+00	postgres	paused	\N	\N	\N
138	37	2026-11-26 19:21:40.897535+00	postgres	paused	\N	\N	\N
139	41	2026-11-26 19:21:40.913425+00	postgres	paused	\N	\N	\N
140	45	2026-11-26 19:21:40.928205+00	postgres	paused	\N	\N	\N
141	53	2026-11-26 19:21:40.938637+00	postgres	paused	\N	\N	\N
142	57	2026-11-26 19:21:40.949636+00	postgres	paused	\N	\N	\N
143	62	2026-11-26 19:21:40.95316+00	postgres	paused	\N	\N	\N
144	67	2026-11-26 19:21:40.973184+00	postgres	paused	\N	\N	\N
145	72	2026-11-26 19:21:40.985403+00	postgres	paused	\N	\N	\N
146	77	2026-11-26 19:21:40.997964+00	postgres	paused	\N	\N	\N
147	83	2026-11-26 19:21:41.017765+00	postgres	paused	\N	\N	\N
148	1	2026-11-26 19:21:41.022064+00	postgres	contracted	\N	00:00:00.000014	00:00:00.000599
149	2	2026-11-26 19:21:41.028035+00	postgres	contracted	\N	00:00:00.000014	00:00:00.000531
150	6	2026-11-26 19:21:41.04358+00	postgres	contracted	\N	00:00:00.000017	00:00:00.00062
151	10	2026-11-26 19:21:41.062128+00	postgres	contracted	\N	00:00:00.000049	00:00:00.000855
152	14	2026-11-26 19:21:41.077504+00	postgres	contracted	\N	\N	\N
153	16	2026-11-26 19:21:41.089103+00	postgres	contracted	\N	00:00:00.000016	00:00:00.000242
154	18	2026-11-26 19:21:41.093707+00	postgres	contracted	\N	00:00:00.000015	00:00:00.000588
155	20	2026-11-26 19:21:41.113299+00	postgres	contracted	\N	\N	\N
156	24	2026-11-26 19:21:41.125651+00	postgres	contracted	\N	\N	\N
157	28	2026-11-26 19:21:41.137267+00	postgres	contracted	\N	\N	\N
158	32	2026-11-26 19:21:41.14956+00	postgres	contracted	\N	\N	\N
159	36	2026-11-26 19:21:41.157741+00	postgres	contracted	\N	\N	\N
160	40	2026-11-26 19:21:41.173468+00	postgres	contracted	\N	\N	\N
161	44	2026-11-26 19:21:41.184137+00	postgres	contracted	\N	\N	\N
162	48	2026-11-26 19:21:41.194682+00	postgres	contracted	\N	00:00:00.000007	00:00:00.000378
163	50	2026-11-26 19:21:41.216847+00	postgres	contracted	\N	\N	\N
164	52	2026-11-26 19:21:41.265198+00	postgres	contracted	\N	00:00:00.00002	00:00:00.040169
165	56	2026-11-26 19:21:41.279989+00	postgres	contracted	\N	00:00:00.000017	00:00:00.002432
166	60	2026-11-26 19:21:41.305813+00	postgres	contracted	\N	00:00:00.000013	00:00:00.000461
167	65	2026-11-26 19:21:41.321534+00	postgres	contracted	\N	00:00:00.000014	00:00:00.000361
168	70	2026-11-26 19:21:41.334421+00	postgres	contracted	\N	00:00:00.000016	00:00:00.00118
169	75	2026-11-26 19:21:41.346097+00	postgres	contracted	\N	00:00:00.000014	00:00:00.00089
170	81	2026-11-26 19:21:41.362369+00	postgres	contracted	\N	00:00:00.000017	00:00:00.000883
171	2	2026-11-26 19:21:41.37613+00	postgres	finalized	\N	00:00:00.000016	00:00:00.000485
172	79	2026-11-26 19:21:41.385239+00	postgres	rolled_back	\N	00:00:00.000008	00:00:00.008944
173	61	2026-11-26 19:21:41.626811+00	postgres	failed	division by zero (SQLSTATE 22012)\nROW: row (6,145) of public.add_computed_failed, key (id)=(1400)	\N	\N
174	66	2026-11-26 19:21:41.743052+00	postgres	failed	division by zero (SQLSTATE 22012)\nROW: row (7,122) of public.fill_nulls_failed, key (id)=(1398)	\N	\N
175	71	2026-11-26 19:21:41.885875+00	postgres	failed	invalid input syntax for type integer: "broken" (SQLSTATE 22P02)\nROW: row (7,25) of public.change_type_failed, key (id)=(1400)	\N	\N
176	76	2026-11-26 19:21:42.007996+00	postgres	failed	smallint out of range (SQLSTATE 22003)\nROW: row (8,21) of public.lossy_type_failed, key (id)=(1400)	\N	\N
177	82	2026-11-26 19:21:42.182866+00	postgres	failed	division by zero (SQLSTATE 22012)\nROW: row (8,21) of public.transform_failed, key (id)=(1400)	\N	\N
\.
COPY zdm.migration (id, name, kind, relation, relation_name, columns, reads_columns, also_locks, arguments, settings, trigger_name, status, phase, attempts, waiting_for, rows_per_second, last_error, created_by, created_at, changed_at) FROM stdin;
5	rename_running	rename	public.rename_running	public.rename_running	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.33371+00	2026-11-26 19:21:35.33371+00
9	rename_odd_running	rename	public.rename_odd_running	public.rename_odd_running	{"Odd name","it's \\"new\\""}	{}	{}	{"new_column": "it's \\"new\\"", "old_column": "Odd name"}	{}	~zdm_rename_odd_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.385044+00	2026-11-26 19:21:35.385044+00
13	rename_parts_running	rename	public.rename_parts_running	public.rename_parts_running	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_parts_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.4342+00	2026-11-26 19:21:35.4342+00
8	rename_odd_ready	rename	public.rename_odd_ready	public.rename_odd_ready	{"Odd name","it's \\"new\\""}	{}	{}	{"new_column": "it's \\"new\\"", "old_column": "Odd name"}	{}	~zdm_rename_odd_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.376743+00	2026-11-26 19:21:37.049193+00
12	rename_parts_ready	rename	public.rename_parts_ready	public.rename_parts_ready	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_parts_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.420895+00	2026-11-26 19:21:37.236313+00
4	rename_ready	rename	public.rename_ready	public.rename_ready	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.318523+00	2026-11-26 19:21:36.875192+00
7	rename_odd_paused	rename	public.rename_odd_paused	public.rename_odd_paused	{"Odd name","it's \\"new\\""}	{}	{}	{"new_column": "it's \\"new\\"", "old_column": "Odd name"}	{}	~zdm_rename_odd_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.364228+00	2026-11-26 19:21:40.829726+00
11	rename_parts_paused	rename	public.rename_parts_paused	public.rename_parts_paused	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_parts_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.407819+00	2026-11-26 19:21:40.837216+00
3	rename_paused	rename	public.rename_paused	public.rename_paused	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.307839+00	2026-11-26 19:21:40.81331+00
1	rename_contracted	rename	public.rename_contracted	public.rename_contracted	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.275564+00	2026-11-26 19:21:41.022026+00
6	rename_odd_contracted	rename	public.rename_odd_contracted	public.rename_odd_contracted	{"Odd name","it's \\"new\\""}	{}	{}	{"new_column": "it's \\"new\\"", "old_column": "Odd name"}	{}	~zdm_rename_odd_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.353721+00	2026-11-26 19:21:41.043539+00
10	rename_parts_contracted	rename	public.rename_parts_contracted	public.rename_parts_contracted	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_parts_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.392963+00	2026-11-26 19:21:41.062088+00
14	add_constant_contracted	add_column	public.add_constant_contracted	public.add_constant_contracted	{d}	{}	{}	{"index": false, "not_null": true, "on_error": "reject", "data_type": "int", "column_name": "d", "default_value": "7"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.445429+00	2026-11-26 19:21:41.077456+00
2	rename_finalized	rename	public.rename_finalized	public.rename_finalized	{v,w}	{}	{}	{"new_column": "w", "old_column": "v"}	{}	~zdm_rename_finalized	finalized	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.293848+00	2026-11-26 19:21:41.376087+00
15	add_constant_ready	add_column	public.add_constant_ready	public.add_constant_ready	{d}	{}	{}	{"index": false, "not_null": true, "on_error": "reject", "data_type": "int", "column_name": "d", "default_value": "7"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.455644+00	2026-11-26 19:21:35.461459+00
17	drop_column_ready	drop_column	public.drop_column_ready	public.drop_column_ready	{v}	{}	{}	{"column_name": "v"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.475938+00	2026-11-26 19:21:35.476215+00
16	drop_column_contracted	drop_column	public.drop_column_contracted	public.drop_column_contracted	{v}	{}	{}	{"column_name": "v"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.466989+00	2026-11-26 19:21:41.089062+00
19	drop_reversible_ready	drop_column	public.drop_reversible_ready	public.drop_reversible_ready	{v}	{n}	{}	{"reverse": "length(n)", "column_name": "v"}	{}	~zdm_drop_reversible_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.491195+00	2026-11-26 19:21:35.491795+00
18	drop_reversible_contracted	drop_column	public.drop_reversible_contracted	public.drop_reversible_contracted	{v}	{n}	{}	{"reverse": "length(n)", "column_name": "v"}	{}	~zdm_drop_reversible_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.481618+00	2026-11-26 19:21:41.093666+00
20	not_null_contracted	not_null	public.not_null_contracted	public.not_null_contracted	{}	{v}	{}	{"column_name": "v"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.497468+00	2026-11-26 19:21:41.113248+00
23	not_null_running	not_null	public.not_null_running	public.not_null_running	{}	{v}	{}	{"column_name": "v"}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.521445+00	2026-11-26 19:21:35.521445+00
27	check_it_running	check	public.check_it_running	public.check_it_running	{}	{v}	{}	{"expression": "label(v) <> 'no 0'", "constraint_name": "positive"}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.547248+00	2026-11-26 19:21:35.547248+00
31	foreign_key_running	foreign_key	public.foreign_key_running	public.foreign_key_running	{}	{r}	{public.ref}	{"match": "simple", "columns": ["r"], "on_delete": "cascade", "on_update": "no action", "ref_table": "public.ref", "is_deferrable": false, "initially_deferred": false}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.577308+00	2026-11-26 19:21:35.577308+00
35	unique_one_running	unique	public.unique_one_running	public.unique_one_running	{}	{v}	{}	{"columns": ["v"], "is_deferrable": false, "initially_deferred": false, "nulls_not_distinct": false}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.591754+00	2026-11-26 19:21:35.591754+00
21	not_null_paused	not_null	public.not_null_paused	public.not_null_paused	{}	{v}	{}	{"column_name": "v"}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.502789+00	2026-11-26 19:21:40.850018+00
25	check_it_paused	check	public.check_it_paused	public.check_it_paused	{}	{v}	{}	{"expression": "label(v) <> 'no 0'", "constraint_name": "positive"}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.534916+00	2026-11-26 19:21:40.865745+00
22	not_null_ready	not_null	public.not_null_ready	public.not_null_ready	{}	{v}	{}	{"column_name": "v"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.513364+00	2026-11-26 19:21:37.409882+00
26	check_it_ready	check	public.check_it_ready	public.check_it_ready	{}	{v}	{}	{"expression": "label(v) <> 'no 0'", "constraint_name": "positive"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.541603+00	2026-11-26 19:21:37.536053+00
30	foreign_key_ready	foreign_key	public.foreign_key_ready	public.foreign_key_ready	{}	{r}	{public.ref}	{"match": "simple", "columns": ["r"], "on_delete": "cascade", "on_update": "no action", "ref_table": "public.ref", "is_deferrable": false, "initially_deferred": false}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.569413+00	2026-11-26 19:21:37.658373+00
34	unique_one_ready	unique	public.unique_one_ready	public.unique_one_ready	{}	{v}	{}	{"columns": ["v"], "is_deferrable": false, "initially_deferred": false, "nulls_not_distinct": false}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.58937+00	2026-11-26 19:21:37.838785+00
29	foreign_key_paused	foreign_key	public.foreign_key_paused	public.foreign_key_paused	{}	{r}	{public.ref}	{"match": "simple", "columns": ["r"], "on_delete": "cascade", "on_update": "no action", "ref_table": "public.ref", "is_deferrable": false, "initially_deferred": false}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.565557+00	2026-11-26 19:21:40.877593+00
33	unique_one_paused	unique	public.unique_one_paused	public.unique_one_paused	{}	{v}	{}	{"columns": ["v"], "is_deferrable": false, "initially_deferred": false, "nulls_not_distinct": false}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.584334+00	2026-11-26 19:21:40.888626+00
24	check_it_contracted	check	public.check_it_contracted	public.check_it_contracted	{}	{v}	{}	{"expression": "label(v) <> 'no 0'", "constraint_name": "positive"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.526231+00	2026-11-26 19:21:41.1256+00
28	foreign_key_contracted	foreign_key	public.foreign_key_contracted	public.foreign_key_contracted	{}	{r}	{public.ref}	{"match": "simple", "columns": ["r"], "on_delete": "cascade", "on_update": "no action", "ref_table": "public.ref", "is_deferrable": false, "initially_deferred": false}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.55285+00	2026-11-26 19:21:41.137219+00
32	unique_one_contracted	unique	public.unique_one_contracted	public.unique_one_contracted	{}	{v}	{}	{"columns": ["v"], "is_deferrable": false, "initially_deferred": false, "nulls_not_distinct": false}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.581558+00	2026-11-26 19:21:41.149511+00
39	primary_key_running	primary_key	public.primary_key_running	public.primary_key_running	{}	{id}	{}	{"columns": ["id"]}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.604649+00	2026-11-26 19:21:35.604649+00
43	index_it_running	index	public.index_it_running	public.index_it_running	{}	{v}	{}	{"definition": "CREATE INDEX index_it_running_idx ON index_it_running ((label(v)), v DESC) WHERE v > 3"}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.645253+00	2026-11-26 19:21:35.645253+00
47	index_parts_running	index	public.index_parts_running	public.index_parts_running	{}	{v}	{}	{"definition": "CREATE INDEX index_parts_running_idx ON index_parts_running (v)"}	{}	\N	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.696268+00	2026-11-26 19:21:35.696269+00
37	primary_key_paused	primary_key	public.primary_key_paused	public.primary_key_paused	{}	{id}	{}	{"columns": ["id"]}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.597782+00	2026-11-26 19:21:40.897449+00
49	drop_index_ready	drop_index	public.drop_index_ready	public.drop_index_ready	{}	{}	{}	{"index_name": "drop_index_ready_idx"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.734848+00	2026-11-26 19:21:35.735032+00
41	index_it_paused	index	public.index_it_paused	public.index_it_paused	{}	{v}	{}	{"definition": "CREATE INDEX index_it_paused_idx ON index_it_paused ((label(v)), v DESC) WHERE v > 3"}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.627069+00	2026-11-26 19:21:40.91336+00
38	primary_key_ready	primary_key	public.primary_key_ready	public.primary_key_ready	{}	{id}	{}	{"columns": ["id"]}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.599973+00	2026-11-26 19:21:38.039366+00
42	index_it_ready	index	public.index_it_ready	public.index_it_ready	{}	{v}	{}	{"definition": "CREATE INDEX index_it_ready_idx ON index_it_ready ((label(v)), v DESC) WHERE v > 3"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.630952+00	2026-11-26 19:21:38.22805+00
46	index_parts_ready	index	public.index_parts_ready	public.index_parts_ready	{}	{v}	{}	{"definition": "CREATE INDEX index_parts_ready_idx ON index_parts_ready (v)"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.67294+00	2026-11-26 19:21:38.441361+00
45	index_parts_paused	index	public.index_parts_paused	public.index_parts_paused	{}	{v}	{}	{"definition": "CREATE INDEX index_parts_paused_idx ON index_parts_paused (v)"}	{}	\N	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.665337+00	2026-11-26 19:21:40.928145+00
40	index_it_contracted	index	public.index_it_contracted	public.index_it_contracted	{}	{v}	{}	{"definition": "CREATE INDEX index_it_contracted_idx ON index_it_contracted ((label(v)), v DESC) WHERE v > 3"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.617711+00	2026-11-26 19:21:41.173419+00
36	primary_key_contracted	primary_key	public.primary_key_contracted	public.primary_key_contracted	{}	{id}	{}	{"columns": ["id"]}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.595112+00	2026-11-26 19:21:41.157694+00
44	index_parts_contracted	index	public.index_parts_contracted	public.index_parts_contracted	{}	{v}	{}	{"definition": "CREATE INDEX index_parts_contracted_idx ON index_parts_contracted (v)"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.655917+00	2026-11-26 19:21:41.184089+00
48	drop_index_contracted	drop_index	public.drop_index_contracted	public.drop_index_contracted	{}	{}	{}	{"index_name": "drop_index_contracted_idx"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.709541+00	2026-11-26 19:21:41.19464+00
50	catalog_type_contracted	change_type	public.catalog_type_contracted	public.catalog_type_contracted	{v}	{}	{}	{"new_type": "varchar(40)", "column_name": "v"}	{}	\N	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.750962+00	2026-11-26 19:21:41.216798+00
54	key_type_ready	change_type	public.key_type_ready	public.key_type_ready	{id,zdm_new_id}	{id,parent,n}	{public.key_type_ready_child}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_key_type_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.830069+00	2026-11-26 19:21:38.983197+00
51	catalog_type_ready	change_type	public.catalog_type_ready	public.catalog_type_ready	{v}	{}	{}	{"new_type": "varchar(40)", "column_name": "v"}	{}	\N	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.761429+00	2026-11-26 19:21:35.761892+00
55	key_type_running	change_type	public.key_type_running	public.key_type_running	{id,zdm_new_id}	{id,parent,n}	{public.key_type_running_child}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_key_type_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.856081+00	2026-11-26 19:21:35.856081+00
59	serial_type_running	change_type	public.serial_type_running	public.serial_type_running	{id,zdm_new_id}	{id}	{}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_serial_type_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.950637+00	2026-11-26 19:21:35.950637+00
58	serial_type_ready	change_type	public.serial_type_ready	public.serial_type_ready	{id,zdm_new_id}	{id}	{}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_serial_type_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:35.937778+00	2026-11-26 19:21:39.253741+00
53	key_type_paused	change_type	public.key_type_paused	public.key_type_paused	{id,zdm_new_id}	{id,parent,n}	{public.key_type_paused_child}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_key_type_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.809873+00	2026-11-26 19:21:40.938571+00
57	serial_type_paused	change_type	public.serial_type_paused	public.serial_type_paused	{id,zdm_new_id}	{id}	{}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_serial_type_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:35.914097+00	2026-11-26 19:21:40.949567+00
62	add_computed_paused	add_column	public.add_computed_paused	public.add_computed_paused	{c}	{v}	{}	{"index": true, "comment": "computed", "backfill": "label(\\"Odd schema\\".\\"Twice it's\\"(v) / v * v)", "not_null": true, "on_error": "reject", "data_type": "text", "column_name": "c"}	{}	~zdm_add_computed_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.059686+00	2026-11-26 19:21:40.953102+00
61	add_computed_failed	add_column	public.add_computed_failed	public.add_computed_failed	{c}	{v}	{}	{"index": true, "comment": "computed", "backfill": "label(\\"Odd schema\\".\\"Twice it's\\"(v) / v * v)", "not_null": true, "on_error": "reject", "data_type": "text", "column_name": "c"}	{"batch_time": 1.000000}	~zdm_add_computed_failed	failed	backfill	1	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (6,145) of public.add_computed_failed, key (id)=(1400)	postgres	2026-11-26 19:21:36.021566+00	2026-11-26 19:21:41.626651+00
52	key_type_contracted	change_type	public.key_type_contracted	public.key_type_contracted	{id,zdm_new_id}	{id,parent,n}	{public.key_type_contracted_child}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_key_type_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.775751+00	2026-11-26 19:21:41.265151+00
56	serial_type_contracted	change_type	public.serial_type_contracted	public.serial_type_contracted	{id,zdm_new_id}	{id}	{}	{"new_type": "bigint", "column_name": "id"}	{}	~zdm_serial_type_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.8941+00	2026-11-26 19:21:41.279952+00
60	add_computed_contracted	add_column	public.add_computed_contracted	public.add_computed_contracted	{c}	{v}	{}	{"index": true, "comment": "computed", "backfill": "label(\\"Odd schema\\".\\"Twice it's\\"(v) / v * v)", "not_null": true, "on_error": "reject", "data_type": "text", "column_name": "c"}	{}	~zdm_add_computed_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:35.977555+00	2026-11-26 19:21:41.305768+00
64	add_computed_running	add_column	public.add_computed_running	public.add_computed_running	{c}	{v}	{}	{"index": true, "comment": "computed", "backfill": "label(\\"Odd schema\\".\\"Twice it's\\"(v) / v * v)", "not_null": true, "on_error": "reject", "data_type": "text", "column_name": "c"}	{}	~zdm_add_computed_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.149687+00	2026-11-26 19:21:36.149687+00
69	fill_nulls_running	not_null	public.fill_nulls_running	public.fill_nulls_running	{v}	{n}	{}	{"fill": "100 / n", "column_name": "v"}	{}	~zdm_fill_nulls_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.246028+00	2026-11-26 19:21:36.246028+00
74	change_type_running	change_type	public.change_type_running	public.change_type_running	{v,zdm_new_v}	{v,id}	{}	{"forward": "v::int", "new_type": "int", "column_name": "v"}	{}	~zdm_change_type_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.353915+00	2026-11-26 19:21:36.353915+00
67	fill_nulls_paused	not_null	public.fill_nulls_paused	public.fill_nulls_paused	{v}	{n}	{}	{"fill": "100 / n", "column_name": "v"}	{}	~zdm_fill_nulls_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.220513+00	2026-11-26 19:21:40.97312+00
72	change_type_paused	change_type	public.change_type_paused	public.change_type_paused	{v,zdm_new_v}	{v,id}	{}	{"forward": "v::int", "new_type": "int", "column_name": "v"}	{}	~zdm_change_type_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.298062+00	2026-11-26 19:21:40.985331+00
63	add_computed_ready	add_column	public.add_computed_ready	public.add_computed_ready	{c}	{v}	{}	{"index": true, "comment": "computed", "backfill": "label(\\"Odd schema\\".\\"Twice it's\\"(v) / v * v)", "not_null": true, "on_error": "reject", "data_type": "text", "column_name": "c"}	{}	~zdm_add_computed_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:36.109651+00	2026-11-26 19:21:39.589785+00
68	fill_nulls_ready	not_null	public.fill_nulls_ready	public.fill_nulls_ready	{v}	{n}	{}	{"fill": "100 / n", "column_name": "v"}	{}	~zdm_fill_nulls_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:36.238578+00	2026-11-26 19:21:39.817353+00
73	change_type_ready	change_type	public.change_type_ready	public.change_type_ready	{v,zdm_new_v}	{v,id}	{}	{"forward": "v::int", "new_type": "int", "column_name": "v"}	{}	~zdm_change_type_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:36.337871+00	2026-11-26 19:21:40.239631+00
65	fill_nulls_contracted	not_null	public.fill_nulls_contracted	public.fill_nulls_contracted	{v}	{n}	{}	{"fill": "100 / n", "column_name": "v"}	{}	~zdm_fill_nulls_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:36.197532+00	2026-11-26 19:21:41.321485+00
70	change_type_contracted	change_type	public.change_type_contracted	public.change_type_contracted	{v,zdm_new_v}	{v,id}	{}	{"forward": "v::int", "new_type": "int", "column_name": "v"}	{}	~zdm_change_type_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:36.264525+00	2026-11-26 19:21:41.334379+00
75	lossy_type_contracted	change_type	public.lossy_type_contracted	public.lossy_type_contracted	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{}	~zdm_lossy_type_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:36.377056+00	2026-11-26 19:21:41.346059+00
76	lossy_type_failed	change_type	public.lossy_type_failed	public.lossy_type_failed	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{"batch_time": 1.000000}	~zdm_lossy_type_failed	failed	backfill	1	\N	\N	smallint out of range (SQLSTATE 22003)\nROW: row (8,21) of public.lossy_type_failed, key (id)=(1400)	postgres	2026-11-26 19:21:36.401645+00	2026-11-26 19:21:42.007823+00
71	change_type_failed	change_type	public.change_type_failed	public.change_type_failed	{v,zdm_new_v}	{v,id}	{}	{"forward": "v::int", "new_type": "int", "column_name": "v"}	{"batch_time": 1.000000}	~zdm_change_type_failed	failed	backfill	1	\N	\N	invalid input syntax for type integer: "broken" (SQLSTATE 22P02)\nROW: row (7,25) of public.change_type_failed, key (id)=(1400)	postgres	2026-11-26 19:21:36.281785+00	2026-11-26 19:21:41.885704+00
66	fill_nulls_failed	not_null	public.fill_nulls_failed	public.fill_nulls_failed	{v}	{n}	{}	{"fill": "100 / n", "column_name": "v"}	{"batch_time": 1.000000}	~zdm_fill_nulls_failed	failed	backfill	1	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (7,122) of public.fill_nulls_failed, key (id)=(1398)	postgres	2026-11-26 19:21:36.205342+00	2026-11-26 19:21:41.742874+00
80	lossy_type_running	change_type	public.lossy_type_running	public.lossy_type_running	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{}	~zdm_lossy_type_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.482058+00	2026-11-26 19:21:36.482058+00
85	transform_running	transform	public.transform_running	public.transform_running	{a,b,p,q,r}	{}	{}	{"reverse": {"a": "p * r + q", "b": "r"}, "new_columns": {"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a % b"}, "r": {"type": "int", "forward": "b"}}, "old_columns": ["a", "b"]}	{}	~zdm_transform_running	running	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.573663+00	2026-11-26 19:21:36.573664+00
84	transform_ready	transform	public.transform_ready	public.transform_ready	{a,b,p,q,r}	{}	{}	{"reverse": {"a": "p * r + q", "b": "r"}, "new_columns": {"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a % b"}, "r": {"type": "int", "forward": "b"}}, "old_columns": ["a", "b"]}	{}	~zdm_transform_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:36.546108+00	2026-11-26 19:21:40.777821+00
83	transform_paused	transform	public.transform_paused	public.transform_paused	{a,b,p,q,r}	{}	{}	{"reverse": {"a": "p * r + q", "b": "r"}, "new_columns": {"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a % b"}, "r": {"type": "int", "forward": "b"}}, "old_columns": ["a", "b"]}	{}	~zdm_transform_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.529814+00	2026-11-26 19:21:41.017692+00
78	lossy_type_ready	change_type	public.lossy_type_ready	public.lossy_type_ready	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{}	~zdm_lossy_type_ready	ready	contract	0	\N	\N	\N	postgres	2026-11-26 19:21:36.442813+00	2026-11-26 19:21:40.505063+00
79	lossy_type_rolled_back	change_type	public.lossy_type_rolled_back	public.lossy_type_rolled_back	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{}	~zdm_lossy_type_rolled_back	rolled_back	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.461376+00	2026-11-26 19:21:41.385197+00
77	lossy_type_paused	change_type	public.lossy_type_paused	public.lossy_type_paused	{v,zdm_new_v}	{}	{}	{"new_type": "smallint", "column_name": "v"}	{}	~zdm_lossy_type_paused	paused	expand	0	\N	\N	\N	postgres	2026-11-26 19:21:36.4217+00	2026-11-26 19:21:40.997891+00
81	transform_contracted	transform	public.transform_contracted	public.transform_contracted	{a,b,p,q,r}	{}	{}	{"reverse": {"a": "p * r + q", "b": "r"}, "new_columns": {"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a % b"}, "r": {"type": "int", "forward": "b"}}, "old_columns": ["a", "b"]}	{}	~zdm_transform_contracted	contracted	finalize	0	\N	\N	\N	postgres	2026-11-26 19:21:36.494699+00	2026-11-26 19:21:41.362329+00
82	transform_failed	transform	public.transform_failed	public.transform_failed	{a,b,p,q,r}	{}	{}	{"reverse": {"a": "p * r + q", "b": "r"}, "new_columns": {"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a % b"}, "r": {"type": "int", "forward": "b"}}, "old_columns": ["a", "b"]}	{"batch_time": 1.000000}	~zdm_transform_failed	failed	backfill	1	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (8,21) of public.transform_failed, key (id)=(1400)	postgres	2026-11-26 19:21:36.517572+00	2026-11-26 19:21:42.182684+00
\.
COPY zdm.step (migration_id, seq, phase, action, runs, lock_mode, command, undo, note, status, attempts, lock_wait, lock_held, run_time, error, finished_at) FROM stdin;
1	9	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_contracted" ON public.rename_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
1	10	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
1	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_contracted ADD COLUMN w integer	ALTER TABLE public.rename_contracted DROP COLUMN IF EXISTS w	Index "rename_contracted_v_idx" is on "v": until contract no query by the name "w" uses it.	done	1	00:00:00.000105	00:00:00.001447	00:00:00.000107	\N	2026-11-26 19:21:35.276434+00
1	2	expand	sql	caller	\N	GRANT SELECT (w) ON public.rename_contracted TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000053	\N	2026-11-26 19:21:35.276546+00
1	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_contracted" BEFORE INSERT OR UPDATE ON public.rename_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_contracted"	DROP TRIGGER "~zdm_rename_contracted" ON public.rename_contracted	\N	done	1	00:00:00.000105	00:00:00.010744	00:00:00.009051	\N	2026-11-26 19:21:35.285753+00
2	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_finalized ADD COLUMN w integer	ALTER TABLE public.rename_finalized DROP COLUMN IF EXISTS w	Index "rename_finalized_v_idx" is on "v": until contract no query by the name "w" uses it.	done	1	00:00:00.000027	00:00:00.001753	00:00:00.000129	\N	2026-11-26 19:21:35.295409+00
2	2	expand	sql	caller	\N	GRANT SELECT (w) ON public.rename_finalized TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000061	\N	2026-11-26 19:21:35.29553+00
2	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_finalized" BEFORE INSERT OR UPDATE ON public.rename_finalized FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_finalized ENABLE ALWAYS TRIGGER "~zdm_rename_finalized"	DROP TRIGGER "~zdm_rename_finalized" ON public.rename_finalized	\N	done	1	00:00:00.000027	00:00:00.002085	00:00:00.000134	\N	2026-11-26 19:21:35.295717+00
1	4	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:36.679649+00
1	5	validate	sql	worker	\N	ANALYZE public.rename_contracted (w)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000276	\N	2026-11-26 19:21:36.680223+00
2	4	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:36.785026+00
2	5	validate	sql	worker	\N	ANALYZE public.rename_finalized (w)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000266	\N	2026-11-26 19:21:36.785598+00
4	4	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:36.869738+00
1	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_contracted RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_contracted RENAME COLUMN zdm_old_v TO w	\N	done	1	00:00:00.000014	00:00:00.000288	00:00:00.000061	\N	2026-11-26 19:21:41.021757+00
1	7	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_contracted RENAME COLUMN v TO w	ALTER TABLE public.rename_contracted RENAME COLUMN w TO v	\N	done	1	00:00:00.000014	00:00:00.000362	00:00:00.000031	\N	2026-11-26 19:21:41.021828+00
1	8	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_contracted" BEFORE INSERT OR UPDATE ON public.rename_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_contracted"	CREATE OR REPLACE TRIGGER "~zdm_rename_contracted" BEFORE INSERT OR UPDATE ON public.rename_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_contracted"	\N	done	1	00:00:00.000014	00:00:00.0005	00:00:00.000109	\N	2026-11-26 19:21:41.021965+00
2	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_finalized RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_finalized RENAME COLUMN zdm_old_v TO w	\N	done	1	00:00:00.000014	00:00:00.000227	00:00:00.000062	\N	2026-11-26 19:21:41.027736+00
2	7	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_finalized RENAME COLUMN v TO w	ALTER TABLE public.rename_finalized RENAME COLUMN w TO v	\N	done	1	00:00:00.000014	00:00:00.000299	00:00:00.000029	\N	2026-11-26 19:21:41.027802+00
3	4	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	pending	0	\N	\N	\N	\N	\N
3	5	validate	sql	worker	\N	ANALYZE public.rename_paused (w)	\N	\N	pending	0	\N	\N	\N	\N	\N
3	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_paused RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_paused RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
3	7	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_paused RENAME COLUMN v TO w	ALTER TABLE public.rename_paused RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
3	8	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_paused" BEFORE INSERT OR UPDATE ON public.rename_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_paused ENABLE ALWAYS TRIGGER "~zdm_rename_paused"	CREATE OR REPLACE TRIGGER "~zdm_rename_paused" BEFORE INSERT OR UPDATE ON public.rename_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_paused ENABLE ALWAYS TRIGGER "~zdm_rename_paused"	\N	pending	0	\N	\N	\N	\N	\N
3	9	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_paused" ON public.rename_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
3	10	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_paused DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
3	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_paused ADD COLUMN w integer	ALTER TABLE public.rename_paused DROP COLUMN IF EXISTS w	Index "rename_paused_v_idx" is on "v": until contract no query by the name "w" uses it.	done	1	00:00:00.000021	00:00:00.000677	00:00:00.000125	\N	2026-11-26 19:21:35.308217+00
3	2	expand	sql	caller	\N	GRANT SELECT (w) ON public.rename_paused TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000062	\N	2026-11-26 19:21:35.308312+00
3	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_paused" BEFORE INSERT OR UPDATE ON public.rename_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_paused ENABLE ALWAYS TRIGGER "~zdm_rename_paused"	DROP TRIGGER "~zdm_rename_paused" ON public.rename_paused	\N	done	1	00:00:00.000021	00:00:00.00102	00:00:00.000214	\N	2026-11-26 19:21:35.308557+00
4	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_ready ADD COLUMN w integer	ALTER TABLE public.rename_ready DROP COLUMN IF EXISTS w	Index "rename_ready_v_idx" is on "v": until contract no query by the name "w" uses it.	done	1	00:00:00.000016	00:00:00.000627	00:00:00.000117	\N	2026-11-26 19:21:35.318933+00
4	2	expand	sql	caller	\N	GRANT SELECT (w) ON public.rename_ready TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000066	\N	2026-11-26 19:21:35.319044+00
4	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_ready" BEFORE INSERT OR UPDATE ON public.rename_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_ready ENABLE ALWAYS TRIGGER "~zdm_rename_ready"	DROP TRIGGER "~zdm_rename_ready" ON public.rename_ready	\N	done	1	00:00:00.000016	00:00:00.000912	00:00:00.000135	\N	2026-11-26 19:21:35.319209+00
2	8	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_finalized" BEFORE INSERT OR UPDATE ON public.rename_finalized FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_finalized ENABLE ALWAYS TRIGGER "~zdm_rename_finalized"	CREATE OR REPLACE TRIGGER "~zdm_rename_finalized" BEFORE INSERT OR UPDATE ON public.rename_finalized FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_finalized ENABLE ALWAYS TRIGGER "~zdm_rename_finalized"	\N	done	1	00:00:00.000014	00:00:00.000433	00:00:00.000107	\N	2026-11-26 19:21:41.027936+00
2	9	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_finalized" ON public.rename_finalized	\N	\N	done	1	00:00:00.000016	00:00:00.000231	00:00:00.000171	\N	2026-11-26 19:21:41.375882+00
2	10	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_finalized DROP COLUMN zdm_old_v	\N	\N	done	1	00:00:00.000016	00:00:00.000408	00:00:00.000125	\N	2026-11-26 19:21:41.376053+00
4	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_ready RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_ready RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
4	7	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_ready RENAME COLUMN v TO w	ALTER TABLE public.rename_ready RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
4	8	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_ready" BEFORE INSERT OR UPDATE ON public.rename_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_ready ENABLE ALWAYS TRIGGER "~zdm_rename_ready"	CREATE OR REPLACE TRIGGER "~zdm_rename_ready" BEFORE INSERT OR UPDATE ON public.rename_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_ready ENABLE ALWAYS TRIGGER "~zdm_rename_ready"	\N	pending	0	\N	\N	\N	\N	\N
4	9	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_ready" ON public.rename_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
4	10	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
5	4	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	pending	0	\N	\N	\N	\N	\N
5	5	validate	sql	worker	\N	ANALYZE public.rename_running (w)	\N	\N	pending	0	\N	\N	\N	\N	\N
5	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_running RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_running RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
5	7	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_running RENAME COLUMN v TO w	ALTER TABLE public.rename_running RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
5	8	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_running" BEFORE INSERT OR UPDATE ON public.rename_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_running ENABLE ALWAYS TRIGGER "~zdm_rename_running"	CREATE OR REPLACE TRIGGER "~zdm_rename_running" BEFORE INSERT OR UPDATE ON public.rename_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_running ENABLE ALWAYS TRIGGER "~zdm_rename_running"	\N	pending	0	\N	\N	\N	\N	\N
5	9	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_running" ON public.rename_running	\N	\N	pending	0	\N	\N	\N	\N	\N
5	10	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_running DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
5	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_running ADD COLUMN w integer	ALTER TABLE public.rename_running DROP COLUMN IF EXISTS w	Index "rename_running_v_idx" is on "v": until contract no query by the name "w" uses it.	done	1	00:00:00.000016	00:00:00.000655	00:00:00.000119	\N	2026-11-26 19:21:35.334076+00
5	2	expand	sql	caller	\N	GRANT SELECT (w) ON public.rename_running TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000053	\N	2026-11-26 19:21:35.334161+00
5	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_running" BEFORE INSERT OR UPDATE ON public.rename_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_running ENABLE ALWAYS TRIGGER "~zdm_rename_running"	DROP TRIGGER "~zdm_rename_running" ON public.rename_running	\N	done	1	00:00:00.000016	00:00:00.000897	00:00:00.000122	\N	2026-11-26 19:21:35.334309+00
6	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_contracted ADD COLUMN "it's ""new""" pg_catalog.text	ALTER TABLE public.rename_odd_contracted DROP COLUMN IF EXISTS "it's ""new"""	\N	done	1	00:00:00.000017	00:00:00.000825	00:00:00.000159	\N	2026-11-26 19:21:35.3542+00
4	5	validate	sql	worker	\N	ANALYZE public.rename_ready (w)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000257	\N	2026-11-26 19:21:36.870297+00
6	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_odd_contracted" ON public.rename_odd_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
6	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_contracted DROP COLUMN "zdm_old_Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
6	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_contracted" BEFORE INSERT OR UPDATE ON public.rename_odd_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_odd_contracted"	DROP TRIGGER "~zdm_rename_odd_contracted" ON public.rename_odd_contracted	\N	done	1	00:00:00.000017	00:00:00.000996	00:00:00.000125	\N	2026-11-26 19:21:35.354361+00
7	3	backfill	backfill	worker	ROW EXCLUSIVE	"it's ""new""" := "Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
7	4	validate	sql	worker	\N	ANALYZE public.rename_odd_paused ("it's ""new""")	\N	\N	pending	0	\N	\N	\N	\N	\N
7	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_paused RENAME COLUMN "it's ""new""" TO "zdm_old_Odd name"	ALTER TABLE public.rename_odd_paused RENAME COLUMN "zdm_old_Odd name" TO "it's ""new"""	\N	pending	0	\N	\N	\N	\N	\N
7	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_paused RENAME COLUMN "Odd name" TO "it's ""new"""	ALTER TABLE public.rename_odd_paused RENAME COLUMN "it's ""new""" TO "Odd name"	\N	pending	0	\N	\N	\N	\N	\N
7	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_paused" BEFORE INSERT OR UPDATE ON public.rename_odd_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["zdm_old_Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_odd_paused ENABLE ALWAYS TRIGGER "~zdm_rename_odd_paused"	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_paused" BEFORE INSERT OR UPDATE ON public.rename_odd_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_paused ENABLE ALWAYS TRIGGER "~zdm_rename_odd_paused"	\N	pending	0	\N	\N	\N	\N	\N
7	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_odd_paused" ON public.rename_odd_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
7	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_paused ADD COLUMN "it's ""new""" pg_catalog.text	ALTER TABLE public.rename_odd_paused DROP COLUMN IF EXISTS "it's ""new"""	\N	done	1	00:00:00.000021	00:00:00.00066	00:00:00.000119	\N	2026-11-26 19:21:35.364639+00
7	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_paused" BEFORE INSERT OR UPDATE ON public.rename_odd_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_paused ENABLE ALWAYS TRIGGER "~zdm_rename_odd_paused"	DROP TRIGGER "~zdm_rename_odd_paused" ON public.rename_odd_paused	\N	done	1	00:00:00.000021	00:00:00.007052	00:00:00.006348	\N	2026-11-26 19:21:35.372939+00
6	3	backfill	backfill	worker	ROW EXCLUSIVE	"it's ""new""" := "Odd name"	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:36.930797+00
6	4	validate	sql	worker	\N	ANALYZE public.rename_odd_contracted ("it's ""new""")	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000456	\N	2026-11-26 19:21:36.931573+00
6	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_contracted RENAME COLUMN "it's ""new""" TO "zdm_old_Odd name"	ALTER TABLE public.rename_odd_contracted RENAME COLUMN "zdm_old_Odd name" TO "it's ""new"""	\N	done	1	00:00:00.000017	00:00:00.000246	00:00:00.000072	\N	2026-11-26 19:21:41.043211+00
6	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_contracted RENAME COLUMN "Odd name" TO "it's ""new"""	ALTER TABLE public.rename_odd_contracted RENAME COLUMN "it's ""new""" TO "Odd name"	\N	done	1	00:00:00.000017	00:00:00.000325	00:00:00.000032	\N	2026-11-26 19:21:41.043283+00
6	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_contracted" BEFORE INSERT OR UPDATE ON public.rename_odd_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["zdm_old_Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_odd_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_odd_contracted"	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_contracted" BEFORE INSERT OR UPDATE ON public.rename_odd_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_odd_contracted"	\N	done	1	00:00:00.000017	00:00:00.000474	00:00:00.00012	\N	2026-11-26 19:21:41.043431+00
7	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_paused DROP COLUMN "zdm_old_Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
8	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_ready RENAME COLUMN "it's ""new""" TO "zdm_old_Odd name"	ALTER TABLE public.rename_odd_ready RENAME COLUMN "zdm_old_Odd name" TO "it's ""new"""	\N	pending	0	\N	\N	\N	\N	\N
8	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_ready RENAME COLUMN "Odd name" TO "it's ""new"""	ALTER TABLE public.rename_odd_ready RENAME COLUMN "it's ""new""" TO "Odd name"	\N	pending	0	\N	\N	\N	\N	\N
8	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_ready" BEFORE INSERT OR UPDATE ON public.rename_odd_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["zdm_old_Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_odd_ready ENABLE ALWAYS TRIGGER "~zdm_rename_odd_ready"	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_ready" BEFORE INSERT OR UPDATE ON public.rename_odd_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_ready ENABLE ALWAYS TRIGGER "~zdm_rename_odd_ready"	\N	pending	0	\N	\N	\N	\N	\N
8	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_odd_ready" ON public.rename_odd_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
8	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_ready DROP COLUMN "zdm_old_Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
8	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_ready ADD COLUMN "it's ""new""" pg_catalog.text	ALTER TABLE public.rename_odd_ready DROP COLUMN IF EXISTS "it's ""new"""	\N	done	1	00:00:00.000014	00:00:00.000618	00:00:00.000113	\N	2026-11-26 19:21:35.377107+00
8	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_ready" BEFORE INSERT OR UPDATE ON public.rename_odd_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_ready ENABLE ALWAYS TRIGGER "~zdm_rename_odd_ready"	DROP TRIGGER "~zdm_rename_odd_ready" ON public.rename_odd_ready	\N	done	1	00:00:00.000014	00:00:00.000803	00:00:00.000143	\N	2026-11-26 19:21:35.377295+00
9	3	backfill	backfill	worker	ROW EXCLUSIVE	"it's ""new""" := "Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
9	4	validate	sql	worker	\N	ANALYZE public.rename_odd_running ("it's ""new""")	\N	\N	pending	0	\N	\N	\N	\N	\N
9	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_running RENAME COLUMN "it's ""new""" TO "zdm_old_Odd name"	ALTER TABLE public.rename_odd_running RENAME COLUMN "zdm_old_Odd name" TO "it's ""new"""	\N	pending	0	\N	\N	\N	\N	\N
9	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_running RENAME COLUMN "Odd name" TO "it's ""new"""	ALTER TABLE public.rename_odd_running RENAME COLUMN "it's ""new""" TO "Odd name"	\N	pending	0	\N	\N	\N	\N	\N
9	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_running ADD COLUMN "it's ""new""" pg_catalog.text	ALTER TABLE public.rename_odd_running DROP COLUMN IF EXISTS "it's ""new"""	\N	done	1	00:00:00.000017	00:00:00.00057	00:00:00.000095	\N	2026-11-26 19:21:35.385408+00
9	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_running" BEFORE INSERT OR UPDATE ON public.rename_odd_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_running ENABLE ALWAYS TRIGGER "~zdm_rename_odd_running"	DROP TRIGGER "~zdm_rename_odd_running" ON public.rename_odd_running	\N	done	1	00:00:00.000017	00:00:00.000744	00:00:00.000135	\N	2026-11-26 19:21:35.38558+00
8	3	backfill	backfill	worker	ROW EXCLUSIVE	"it's ""new""" := "Odd name"	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:37.040978+00
8	4	validate	sql	worker	\N	ANALYZE public.rename_odd_ready ("it's ""new""")	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000318	\N	2026-11-26 19:21:37.041686+00
9	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_running" BEFORE INSERT OR UPDATE ON public.rename_odd_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["zdm_old_Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_odd_running ENABLE ALWAYS TRIGGER "~zdm_rename_odd_running"	CREATE OR REPLACE TRIGGER "~zdm_rename_odd_running" BEFORE INSERT OR UPDATE ON public.rename_odd_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["Odd name"], "new": ["it''s \\\\"new\\\\""], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_odd_running ENABLE ALWAYS TRIGGER "~zdm_rename_odd_running"	\N	pending	0	\N	\N	\N	\N	\N
9	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_odd_running" ON public.rename_odd_running	\N	\N	pending	0	\N	\N	\N	\N	\N
9	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_odd_running DROP COLUMN "zdm_old_Odd name"	\N	\N	pending	0	\N	\N	\N	\N	\N
10	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_parts_contracted" ON public.rename_parts_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
10	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
10	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_contracted ADD COLUMN w integer	ALTER TABLE public.rename_parts_contracted DROP COLUMN IF EXISTS w	\N	done	1	00:00:00.00006	00:00:00.000595	00:00:00.000154	\N	2026-11-26 19:21:35.393346+00
10	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_contracted" BEFORE INSERT OR UPDATE ON public.rename_parts_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_parts_contracted"	DROP TRIGGER "~zdm_rename_parts_contracted" ON public.rename_parts_contracted	\N	done	1	00:00:00.00006	00:00:00.002185	00:00:00.001549	\N	2026-11-26 19:21:35.394944+00
11	3	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	pending	0	\N	\N	\N	\N	\N
11	4	validate	sql	worker	\N	ANALYZE public.rename_parts_paused (w)	\N	\N	pending	0	\N	\N	\N	\N	\N
11	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_paused ADD COLUMN w integer	ALTER TABLE public.rename_parts_paused DROP COLUMN IF EXISTS w	\N	done	1	00:00:00.000023	00:00:00.000939	00:00:00.000305	\N	2026-11-26 19:21:35.408422+00
11	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_paused" BEFORE INSERT OR UPDATE ON public.rename_parts_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_paused ENABLE ALWAYS TRIGGER "~zdm_rename_parts_paused"	DROP TRIGGER "~zdm_rename_parts_paused" ON public.rename_parts_paused	\N	done	1	00:00:00.000023	00:00:00.0101	00:00:00.009113	\N	2026-11-26 19:21:35.417614+00
10	3	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:37.131151+00
10	4	validate	sql	worker	\N	ANALYZE public.rename_parts_contracted (w)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000344	\N	2026-11-26 19:21:37.131786+00
10	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_contracted RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_parts_contracted RENAME COLUMN zdm_old_v TO w	\N	done	1	00:00:00.000049	00:00:00.00036	00:00:00.00016	\N	2026-11-26 19:21:41.06164+00
10	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_contracted RENAME COLUMN v TO w	ALTER TABLE public.rename_parts_contracted RENAME COLUMN w TO v	\N	done	1	00:00:00.000049	00:00:00.000478	00:00:00.000062	\N	2026-11-26 19:21:41.061747+00
10	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_contracted" BEFORE INSERT OR UPDATE ON public.rename_parts_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_parts_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_parts_contracted"	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_contracted" BEFORE INSERT OR UPDATE ON public.rename_parts_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_parts_contracted"	\N	done	1	00:00:00.000049	00:00:00.000748	00:00:00.000242	\N	2026-11-26 19:21:41.062022+00
11	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_paused RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_parts_paused RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
11	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_paused RENAME COLUMN v TO w	ALTER TABLE public.rename_parts_paused RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
11	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_paused" BEFORE INSERT OR UPDATE ON public.rename_parts_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_parts_paused ENABLE ALWAYS TRIGGER "~zdm_rename_parts_paused"	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_paused" BEFORE INSERT OR UPDATE ON public.rename_parts_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_paused ENABLE ALWAYS TRIGGER "~zdm_rename_parts_paused"	\N	pending	0	\N	\N	\N	\N	\N
11	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_parts_paused" ON public.rename_parts_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
11	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_paused DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
12	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_ready RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_parts_ready RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
12	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_ready RENAME COLUMN v TO w	ALTER TABLE public.rename_parts_ready RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
12	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_ready" BEFORE INSERT OR UPDATE ON public.rename_parts_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_parts_ready ENABLE ALWAYS TRIGGER "~zdm_rename_parts_ready"	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_ready" BEFORE INSERT OR UPDATE ON public.rename_parts_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_ready ENABLE ALWAYS TRIGGER "~zdm_rename_parts_ready"	\N	pending	0	\N	\N	\N	\N	\N
12	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_parts_ready" ON public.rename_parts_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
12	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
12	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_ready ADD COLUMN w integer	ALTER TABLE public.rename_parts_ready DROP COLUMN IF EXISTS w	\N	done	1	00:00:00.000021	00:00:00.000622	00:00:00.000127	\N	2026-11-26 19:21:35.421239+00
12	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_ready" BEFORE INSERT OR UPDATE ON public.rename_parts_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_ready ENABLE ALWAYS TRIGGER "~zdm_rename_parts_ready"	DROP TRIGGER "~zdm_rename_parts_ready" ON public.rename_parts_ready	\N	done	1	00:00:00.000021	00:00:00.0009	00:00:00.000241	\N	2026-11-26 19:21:35.421519+00
13	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_running ADD COLUMN w integer	ALTER TABLE public.rename_parts_running DROP COLUMN IF EXISTS w	\N	done	1	00:00:00.000024	00:00:00.000654	00:00:00.000181	\N	2026-11-26 19:21:35.434657+00
13	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_running" BEFORE INSERT OR UPDATE ON public.rename_parts_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_running ENABLE ALWAYS TRIGGER "~zdm_rename_parts_running"	DROP TRIGGER "~zdm_rename_parts_running" ON public.rename_parts_running	\N	done	1	00:00:00.000024	00:00:00.000928	00:00:00.000222	\N	2026-11-26 19:21:35.434922+00
12	3	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:37.224943+00
12	4	validate	sql	worker	\N	ANALYZE public.rename_parts_ready (w)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00036	\N	2026-11-26 19:21:37.225615+00
13	3	backfill	backfill	worker	ROW EXCLUSIVE	w := v	\N	\N	pending	0	\N	\N	\N	\N	\N
13	4	validate	sql	worker	\N	ANALYZE public.rename_parts_running (w)	\N	\N	pending	0	\N	\N	\N	\N	\N
13	5	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_running RENAME COLUMN w TO zdm_old_v	ALTER TABLE public.rename_parts_running RENAME COLUMN zdm_old_v TO w	\N	pending	0	\N	\N	\N	\N	\N
13	6	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_running RENAME COLUMN v TO w	ALTER TABLE public.rename_parts_running RENAME COLUMN w TO v	\N	pending	0	\N	\N	\N	\N	\N
13	7	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_running" BEFORE INSERT OR UPDATE ON public.rename_parts_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');\nALTER TABLE public.rename_parts_running ENABLE ALWAYS TRIGGER "~zdm_rename_parts_running"	CREATE OR REPLACE TRIGGER "~zdm_rename_parts_running" BEFORE INSERT OR UPDATE ON public.rename_parts_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');\nALTER TABLE public.rename_parts_running ENABLE ALWAYS TRIGGER "~zdm_rename_parts_running"	\N	pending	0	\N	\N	\N	\N	\N
13	8	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_rename_parts_running" ON public.rename_parts_running	\N	\N	pending	0	\N	\N	\N	\N	\N
13	9	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.rename_parts_running DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
14	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_constant_contracted ADD COLUMN d integer DEFAULT 7 NOT NULL	ALTER TABLE public.add_constant_contracted DROP COLUMN IF EXISTS d	\N	done	1	00:00:00.000015	00:00:00.000491	00:00:00.000234	\N	2026-11-26 19:21:35.445749+00
15	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_constant_ready ADD COLUMN d integer DEFAULT 7 NOT NULL	ALTER TABLE public.add_constant_ready DROP COLUMN IF EXISTS d	\N	done	1	00:00:00.000016	00:00:00.005783	00:00:00.000294	\N	2026-11-26 19:21:35.461255+00
16	3	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_column_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
16	1	expand	sql	caller	SHARE UPDATE EXCLUSIVE	LOCK TABLE ONLY public.drop_column_contracted IN SHARE UPDATE EXCLUSIVE MODE	\N	\N	done	1	00:00:00.000005	00:00:00.000327	00:00:00.000021	\N	2026-11-26 19:21:35.467129+00
17	2	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_column_ready RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.drop_column_ready RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
17	3	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_column_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
17	1	expand	sql	caller	SHARE UPDATE EXCLUSIVE	LOCK TABLE ONLY public.drop_column_ready IN SHARE UPDATE EXCLUSIVE MODE	\N	\N	done	1	00:00:00.000005	00:00:00.00034	00:00:00.00002	\N	2026-11-26 19:21:35.476086+00
18	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_contracted ALTER COLUMN v DROP NOT NULL	ALTER TABLE public.drop_reversible_contracted ADD CONSTRAINT zdm_v_not_null CHECK (v IS NOT NULL) NOT VALID	Column "v" of public.drop_reversible_contracted takes nulls from now on; a rollback brings NOT NULL back as a CHECK that is NOT VALID.	done	1	00:00:00.000018	00:00:00.000505	00:00:00.000078	\N	2026-11-26 19:21:35.48192+00
18	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_contracted" BEFORE INSERT OR UPDATE ON public.drop_reversible_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_contracted ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_contracted"	DROP TRIGGER "~zdm_drop_reversible_contracted" ON public.drop_reversible_contracted	\N	done	1	00:00:00.000018	00:00:00.000657	00:00:00.000112	\N	2026-11-26 19:21:35.48207+00
16	2	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_column_contracted RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.drop_column_contracted RENAME COLUMN zdm_old_v TO v	\N	done	1	00:00:00.000016	00:00:00.000124	00:00:00.000075	\N	2026-11-26 19:21:41.08899+00
18	5	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_drop_reversible_contracted" ON public.drop_reversible_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
18	6	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
19	3	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_ready RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.drop_reversible_ready RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
19	4	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_ready" BEFORE INSERT OR UPDATE ON public.drop_reversible_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["zdm_old_v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_ready ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_ready"	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_ready" BEFORE INSERT OR UPDATE ON public.drop_reversible_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_ready ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_ready"	\N	pending	0	\N	\N	\N	\N	\N
19	5	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_drop_reversible_ready" ON public.drop_reversible_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
19	6	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
19	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_ready ALTER COLUMN v DROP NOT NULL	ALTER TABLE public.drop_reversible_ready ADD CONSTRAINT zdm_v_not_null CHECK (v IS NOT NULL) NOT VALID	Column "v" of public.drop_reversible_ready takes nulls from now on; a rollback brings NOT NULL back as a CHECK that is NOT VALID.	done	1	00:00:00.000014	00:00:00.000437	00:00:00.000065	\N	2026-11-26 19:21:35.491432+00
19	2	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_ready" BEFORE INSERT OR UPDATE ON public.drop_reversible_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_ready ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_ready"	DROP TRIGGER "~zdm_drop_reversible_ready" ON public.drop_reversible_ready	\N	done	1	00:00:00.000014	00:00:00.000586	00:00:00.000111	\N	2026-11-26 19:21:35.491576+00
20	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_contracted ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.not_null_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	From expand on every write that leaves "v" null fails, also an UPDATE of a row that has null now. With fill => '...' old applications can go on.	done	1	00:00:00.000015	00:00:00.000487	00:00:00.00016	\N	2026-11-26 19:21:35.4978+00
20	2	validate	sql	worker	\N	ALTER TABLE public.not_null_contracted VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000264	\N	2026-11-26 19:21:37.340015+00
18	3	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.drop_reversible_contracted RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.drop_reversible_contracted RENAME COLUMN zdm_old_v TO v	\N	done	1	00:00:00.000015	00:00:00.000228	00:00:00.000066	\N	2026-11-26 19:21:41.093349+00
18	4	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_contracted" BEFORE INSERT OR UPDATE ON public.drop_reversible_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["zdm_old_v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_contracted ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_contracted"	CREATE OR REPLACE TRIGGER "~zdm_drop_reversible_contracted" BEFORE INSERT OR UPDATE ON public.drop_reversible_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');\nALTER TABLE public.drop_reversible_contracted ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_contracted"	\N	done	1	00:00:00.000015	00:00:00.000473	00:00:00.000203	\N	2026-11-26 19:21:41.093598+00
21	2	validate	sql	worker	\N	ALTER TABLE public.not_null_paused VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
21	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_paused ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.not_null_paused DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.not_null_paused ALTER COLUMN v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
21	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_paused ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.not_null_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	From expand on every write that leaves "v" null fails, also an UPDATE of a row that has null now. With fill => '...' old applications can go on.	done	1	00:00:00.000013	00:00:00.000512	00:00:00.000201	\N	2026-11-26 19:21:35.503161+00
22	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_ready ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.not_null_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	From expand on every write that leaves "v" null fails, also an UPDATE of a row that has null now. With fill => '...' old applications can go on.	done	1	00:00:00.000016	00:00:00.000501	00:00:00.000209	\N	2026-11-26 19:21:35.513707+00
23	2	validate	sql	worker	\N	ALTER TABLE public.not_null_running VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
23	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_running ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.not_null_running DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.not_null_running ALTER COLUMN v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
23	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_running ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.not_null_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	From expand on every write that leaves "v" null fails, also an UPDATE of a row that has null now. With fill => '...' old applications can go on.	done	1	00:00:00.000017	00:00:00.000459	00:00:00.000161	\N	2026-11-26 19:21:35.521735+00
24	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.check_it_contracted ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID	ALTER TABLE public.check_it_contracted DROP CONSTRAINT IF EXISTS positive	From expand on every write that violates the constraint fails, also an UPDATE of a row that violates it now.	done	1	00:00:00.000015	00:00:00.000437	00:00:00.000163	\N	2026-11-26 19:21:35.526502+00
79	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	pending	0	\N	\N	\N	\N	\N
20	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_contracted ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.not_null_contracted DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.not_null_contracted ALTER COLUMN v DROP NOT NULL	\N	done	1	00:00:00.000023	00:00:00.000606	00:00:00.000604	\N	2026-11-26 19:21:37.349063+00
22	2	validate	sql	worker	\N	ALTER TABLE public.not_null_ready VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000668	\N	2026-11-26 19:21:37.397324+00
22	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.not_null_ready ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.not_null_ready DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.not_null_ready ALTER COLUMN v DROP NOT NULL	\N	done	1	00:00:00.000024	00:00:00.000588	00:00:00.000584	\N	2026-11-26 19:21:37.40413+00
24	2	validate	sql	worker	\N	ALTER TABLE public.check_it_contracted VALIDATE CONSTRAINT positive	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000399	\N	2026-11-26 19:21:37.456659+00
36	2	validate	sql	worker	\N	ALTER TABLE public.primary_key_contracted VALIDATE CONSTRAINT "~zdm_not_null_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000184	\N	2026-11-26 19:21:37.891219+00
25	2	validate	sql	worker	\N	ALTER TABLE public.check_it_paused VALIDATE CONSTRAINT positive	\N	\N	pending	0	\N	\N	\N	\N	\N
25	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.check_it_paused ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID	ALTER TABLE public.check_it_paused DROP CONSTRAINT IF EXISTS positive	From expand on every write that violates the constraint fails, also an UPDATE of a row that violates it now.	done	1	00:00:00.00002	00:00:00.000589	00:00:00.000207	\N	2026-11-26 19:21:35.535311+00
26	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.check_it_ready ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID	ALTER TABLE public.check_it_ready DROP CONSTRAINT IF EXISTS positive	From expand on every write that violates the constraint fails, also an UPDATE of a row that violates it now.	done	1	00:00:00.000017	00:00:00.000538	00:00:00.000245	\N	2026-11-26 19:21:35.542021+00
27	2	validate	sql	worker	\N	ALTER TABLE public.check_it_running VALIDATE CONSTRAINT positive	\N	\N	pending	0	\N	\N	\N	\N	\N
27	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.check_it_running ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID	ALTER TABLE public.check_it_running DROP CONSTRAINT IF EXISTS positive	From expand on every write that violates the constraint fails, also an UPDATE of a row that violates it now.	done	1	00:00:00.000015	00:00:00.000434	00:00:00.00015	\N	2026-11-26 19:21:35.547508+00
28	1	expand	sql	caller	SHARE ROW EXCLUSIVE	ALTER TABLE public.foreign_key_contracted ADD CONSTRAINT foreign_key_contracted_r_fkey FOREIGN KEY (r) REFERENCES public.ref MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID	ALTER TABLE public.foreign_key_contracted DROP CONSTRAINT IF EXISTS foreign_key_contracted_r_fkey	From expand on every write of a reference to a row that does not exist fails, and so does deleting a row that is referenced.	done	1	00:00:00.000012	00:00:00.000593	00:00:00.000267	\N	2026-11-26 19:21:35.553218+00
29	2	validate	sql	worker	\N	ALTER TABLE public.foreign_key_paused VALIDATE CONSTRAINT foreign_key_paused_r_fkey	\N	\N	pending	0	\N	\N	\N	\N	\N
29	1	expand	sql	caller	SHARE ROW EXCLUSIVE	ALTER TABLE public.foreign_key_paused ADD CONSTRAINT foreign_key_paused_r_fkey FOREIGN KEY (r) REFERENCES public.ref MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID	ALTER TABLE public.foreign_key_paused DROP CONSTRAINT IF EXISTS foreign_key_paused_r_fkey	From expand on every write of a reference to a row that does not exist fails, and so does deleting a row that is referenced.	done	1	00:00:00.000019	00:00:00.00067	00:00:00.000331	\N	2026-11-26 19:21:35.566022+00
26	2	validate	sql	worker	\N	ALTER TABLE public.check_it_ready VALIDATE CONSTRAINT positive	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000583	\N	2026-11-26 19:21:37.521877+00
28	2	validate	sql	worker	\N	ALTER TABLE public.foreign_key_contracted VALIDATE CONSTRAINT foreign_key_contracted_r_fkey	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000715	\N	2026-11-26 19:21:37.596074+00
46	2	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_ready_1_v_idx ON public.index_parts_ready_1 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_ready_1_v_idx	\N	done	1	00:00:00	00:00:00	00:00:00.028867	\N	2026-11-26 19:21:38.406838+00
30	1	expand	sql	caller	SHARE ROW EXCLUSIVE	ALTER TABLE public.foreign_key_ready ADD CONSTRAINT foreign_key_ready_r_fkey FOREIGN KEY (r) REFERENCES public.ref MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID	ALTER TABLE public.foreign_key_ready DROP CONSTRAINT IF EXISTS foreign_key_ready_r_fkey	From expand on every write of a reference to a row that does not exist fails, and so does deleting a row that is referenced.	done	1	00:00:00.000014	00:00:00.000599	00:00:00.000271	\N	2026-11-26 19:21:35.569841+00
31	2	validate	sql	worker	\N	ALTER TABLE public.foreign_key_running VALIDATE CONSTRAINT foreign_key_running_r_fkey	\N	\N	pending	0	\N	\N	\N	\N	\N
31	1	expand	sql	caller	SHARE ROW EXCLUSIVE	ALTER TABLE public.foreign_key_running ADD CONSTRAINT foreign_key_running_r_fkey FOREIGN KEY (r) REFERENCES public.ref MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION NOT VALID	ALTER TABLE public.foreign_key_running DROP CONSTRAINT IF EXISTS foreign_key_running_r_fkey	From expand on every write of a reference to a row that does not exist fails, and so does deleting a row that is referenced.	done	1	00:00:00.000013	00:00:00.000478	00:00:00.000216	\N	2026-11-26 19:21:35.577627+00
33	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY unique_one_paused_v_key ON public.unique_one_paused USING btree (v)	DROP INDEX IF EXISTS public.unique_one_paused_v_key	While the index is being built, and from then on, a write that would make a duplicate fails.	pending	0	\N	\N	\N	\N	\N
33	2	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.unique_one_paused ADD CONSTRAINT unique_one_paused_v_key UNIQUE USING INDEX unique_one_paused_v_key	ALTER TABLE public.unique_one_paused DROP CONSTRAINT IF EXISTS unique_one_paused_v_key	\N	pending	0	\N	\N	\N	\N	\N
35	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY unique_one_running_v_key ON public.unique_one_running USING btree (v)	DROP INDEX IF EXISTS public.unique_one_running_v_key	While the index is being built, and from then on, a write that would make a duplicate fails.	pending	0	\N	\N	\N	\N	\N
35	2	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.unique_one_running ADD CONSTRAINT unique_one_running_v_key UNIQUE USING INDEX unique_one_running_v_key	ALTER TABLE public.unique_one_running DROP CONSTRAINT IF EXISTS unique_one_running_v_key	\N	pending	0	\N	\N	\N	\N	\N
36	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_contracted ADD CONSTRAINT "~zdm_not_null_id" CHECK (id IS NOT NULL) NOT VALID	ALTER TABLE public.primary_key_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_id"	From expand on every write that leaves "id" null fails. expand_not_null with fill => '...' before it lets old applications go on.	done	1	00:00:00.000017	00:00:00.000574	00:00:00.000217	\N	2026-11-26 19:21:35.595557+00
30	2	validate	sql	worker	\N	ALTER TABLE public.foreign_key_ready VALIDATE CONSTRAINT foreign_key_ready_r_fkey	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000737	\N	2026-11-26 19:21:37.654695+00
32	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY unique_one_contracted_v_key ON public.unique_one_contracted USING btree (v)	DROP INDEX IF EXISTS public.unique_one_contracted_v_key	While the index is being built, and from then on, a write that would make a duplicate fails.	done	1	00:00:00	00:00:00	00:00:00.025591	\N	2026-11-26 19:21:37.73525+00
32	2	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.unique_one_contracted ADD CONSTRAINT unique_one_contracted_v_key UNIQUE USING INDEX unique_one_contracted_v_key	ALTER TABLE public.unique_one_contracted DROP CONSTRAINT IF EXISTS unique_one_contracted_v_key	\N	done	1	00:00:00.000014	00:00:00.000353	00:00:00.000327	\N	2026-11-26 19:21:37.73834+00
34	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY unique_one_ready_v_key ON public.unique_one_ready USING btree (v)	DROP INDEX IF EXISTS public.unique_one_ready_v_key	While the index is being built, and from then on, a write that would make a duplicate fails.	done	1	00:00:00	00:00:00	00:00:00.019736	\N	2026-11-26 19:21:37.825123+00
34	2	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.unique_one_ready ADD CONSTRAINT unique_one_ready_v_key UNIQUE USING INDEX unique_one_ready_v_key	ALTER TABLE public.unique_one_ready DROP CONSTRAINT IF EXISTS unique_one_ready_v_key	\N	done	1	00:00:00.000015	00:00:00.000473	00:00:00.000444	\N	2026-11-26 19:21:37.829325+00
37	2	validate	sql	worker	\N	ALTER TABLE public.primary_key_paused VALIDATE CONSTRAINT "~zdm_not_null_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
37	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_paused ALTER COLUMN id SET NOT NULL;\nALTER TABLE public.primary_key_paused DROP CONSTRAINT "~zdm_not_null_id"	ALTER TABLE public.primary_key_paused ALTER COLUMN id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
37	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY primary_key_paused_pkey ON public.primary_key_paused USING btree (id)	DROP INDEX IF EXISTS public.primary_key_paused_pkey	While the index is being built, and from then on, a write that would make a duplicate fails.	pending	0	\N	\N	\N	\N	\N
37	5	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_paused ADD CONSTRAINT primary_key_paused_pkey PRIMARY KEY USING INDEX primary_key_paused_pkey	ALTER TABLE public.primary_key_paused DROP CONSTRAINT IF EXISTS primary_key_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
37	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_paused ADD CONSTRAINT "~zdm_not_null_id" CHECK (id IS NOT NULL) NOT VALID	ALTER TABLE public.primary_key_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_id"	From expand on every write that leaves "id" null fails. expand_not_null with fill => '...' before it lets old applications go on.	done	1	00:00:00.000014	00:00:00.000408	00:00:00.000125	\N	2026-11-26 19:21:35.598051+00
38	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_ready ADD CONSTRAINT "~zdm_not_null_id" CHECK (id IS NOT NULL) NOT VALID	ALTER TABLE public.primary_key_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_id"	From expand on every write that leaves "id" null fails. expand_not_null with fill => '...' before it lets old applications go on.	done	1	00:00:00.000013	00:00:00.000413	00:00:00.000127	\N	2026-11-26 19:21:35.600246+00
39	2	validate	sql	worker	\N	ALTER TABLE public.primary_key_running VALIDATE CONSTRAINT "~zdm_not_null_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
39	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_running ADD CONSTRAINT "~zdm_not_null_id" CHECK (id IS NOT NULL) NOT VALID	ALTER TABLE public.primary_key_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_id"	From expand on every write that leaves "id" null fails. expand_not_null with fill => '...' before it lets old applications go on.	done	1	00:00:00.000016	00:00:00.000545	00:00:00.000139	\N	2026-11-26 19:21:35.605045+00
36	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_contracted ALTER COLUMN id SET NOT NULL;\nALTER TABLE public.primary_key_contracted DROP CONSTRAINT "~zdm_not_null_id"	ALTER TABLE public.primary_key_contracted ALTER COLUMN id DROP NOT NULL	\N	done	1	00:00:00.000032	00:00:00.000482	00:00:00.000479	\N	2026-11-26 19:21:37.899421+00
36	5	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_contracted ADD CONSTRAINT primary_key_contracted_pkey PRIMARY KEY USING INDEX primary_key_contracted_pkey	ALTER TABLE public.primary_key_contracted DROP CONSTRAINT IF EXISTS primary_key_contracted_pkey	\N	done	1	00:00:00.000012	00:00:00.000285	00:00:00.000282	\N	2026-11-26 19:21:37.935565+00
36	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY primary_key_contracted_pkey ON public.primary_key_contracted USING btree (id)	DROP INDEX IF EXISTS public.primary_key_contracted_pkey	While the index is being built, and from then on, a write that would make a duplicate fails.	done	1	00:00:00	00:00:00	00:00:00.02105	\N	2026-11-26 19:21:37.93103+00
38	2	validate	sql	worker	\N	ALTER TABLE public.primary_key_ready VALIDATE CONSTRAINT "~zdm_not_null_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00024	\N	2026-11-26 19:21:37.978625+00
38	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_ready ALTER COLUMN id SET NOT NULL;\nALTER TABLE public.primary_key_ready DROP CONSTRAINT "~zdm_not_null_id"	ALTER TABLE public.primary_key_ready ALTER COLUMN id DROP NOT NULL	\N	done	1	00:00:00.000027	00:00:00.000567	00:00:00.000564	\N	2026-11-26 19:21:37.989951+00
38	5	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_ready ADD CONSTRAINT primary_key_ready_pkey PRIMARY KEY USING INDEX primary_key_ready_pkey	ALTER TABLE public.primary_key_ready DROP CONSTRAINT IF EXISTS primary_key_ready_pkey	\N	done	1	00:00:00.000015	00:00:00.000318	00:00:00.000315	\N	2026-11-26 19:21:38.034276+00
38	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY primary_key_ready_pkey ON public.primary_key_ready USING btree (id)	DROP INDEX IF EXISTS public.primary_key_ready_pkey	While the index is being built, and from then on, a write that would make a duplicate fails.	done	1	00:00:00	00:00:00	00:00:00.031898	\N	2026-11-26 19:21:38.030448+00
39	3	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_running ALTER COLUMN id SET NOT NULL;\nALTER TABLE public.primary_key_running DROP CONSTRAINT "~zdm_not_null_id"	ALTER TABLE public.primary_key_running ALTER COLUMN id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
39	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY primary_key_running_pkey ON public.primary_key_running USING btree (id)	DROP INDEX IF EXISTS public.primary_key_running_pkey	While the index is being built, and from then on, a write that would make a duplicate fails.	pending	0	\N	\N	\N	\N	\N
39	5	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.primary_key_running ADD CONSTRAINT primary_key_running_pkey PRIMARY KEY USING INDEX primary_key_running_pkey	ALTER TABLE public.primary_key_running DROP CONSTRAINT IF EXISTS primary_key_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
41	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_it_paused_idx ON public.index_it_paused USING btree ((public.label(v)), v DESC) WHERE (v > 3)	DROP INDEX IF EXISTS public.index_it_paused_idx	\N	pending	0	\N	\N	\N	\N	\N
43	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_it_running_idx ON public.index_it_running USING btree ((public.label(v)), v DESC) WHERE (v > 3)	DROP INDEX IF EXISTS public.index_it_running_idx	\N	pending	0	\N	\N	\N	\N	\N
44	1	expand	sql	caller	SHARE ROW EXCLUSIVE	CREATE INDEX index_parts_contracted_idx ON ONLY public.index_parts_contracted USING btree (v)	DROP INDEX IF EXISTS public.index_parts_contracted_idx	\N	done	1	00:00:00.00002	00:00:00.000693	00:00:00.000293	\N	2026-11-26 19:21:35.656401+00
45	2	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_paused_1_v_idx ON public.index_parts_paused_1 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_paused_1_v_idx	\N	pending	0	\N	\N	\N	\N	\N
45	3	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_paused_idx ATTACH PARTITION public.index_parts_paused_1_v_idx	DROP INDEX IF EXISTS public.index_parts_paused_idx	\N	pending	0	\N	\N	\N	\N	\N
45	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_paused_2_v_idx ON public.index_parts_paused_2 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_paused_2_v_idx	\N	pending	0	\N	\N	\N	\N	\N
45	5	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_paused_idx ATTACH PARTITION public.index_parts_paused_2_v_idx	DROP INDEX IF EXISTS public.index_parts_paused_idx	\N	pending	0	\N	\N	\N	\N	\N
45	1	expand	sql	caller	SHARE ROW EXCLUSIVE	CREATE INDEX index_parts_paused_idx ON ONLY public.index_parts_paused USING btree (v)	DROP INDEX IF EXISTS public.index_parts_paused_idx	\N	done	1	00:00:00.000025	00:00:00.000858	00:00:00.000255	\N	2026-11-26 19:21:35.665776+00
46	1	expand	sql	caller	SHARE ROW EXCLUSIVE	CREATE INDEX index_parts_ready_idx ON ONLY public.index_parts_ready USING btree (v)	DROP INDEX IF EXISTS public.index_parts_ready_idx	\N	done	1	00:00:00.000017	00:00:00.00075	00:00:00.000254	\N	2026-11-26 19:21:35.673419+00
44	3	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_contracted_idx ATTACH PARTITION public.index_parts_contracted_1_v_idx	DROP INDEX IF EXISTS public.index_parts_contracted_idx	\N	done	1	00:00:00.000095	00:00:00.000363	00:00:00.000338	\N	2026-11-26 19:21:38.310155+00
40	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_it_contracted_idx ON public.index_it_contracted USING btree ((public.label(v)), v DESC) WHERE (v > 3)	DROP INDEX IF EXISTS public.index_it_contracted_idx	\N	done	1	00:00:00	00:00:00	00:00:00.026451	\N	2026-11-26 19:21:38.131427+00
42	1	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_it_ready_idx ON public.index_it_ready USING btree ((public.label(v)), v DESC) WHERE (v > 3)	DROP INDEX IF EXISTS public.index_it_ready_idx	\N	done	1	00:00:00	00:00:00	00:00:00.024468	\N	2026-11-26 19:21:38.226985+00
44	2	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_contracted_1_v_idx ON public.index_parts_contracted_1 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_contracted_1_v_idx	\N	done	1	00:00:00	00:00:00	00:00:00.028923	\N	2026-11-26 19:21:38.306279+00
44	5	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_contracted_idx ATTACH PARTITION public.index_parts_contracted_2_v_idx	DROP INDEX IF EXISTS public.index_parts_contracted_idx	\N	done	1	00:00:00.000017	00:00:00.004981	00:00:00.004978	\N	2026-11-26 19:21:38.342025+00
44	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_contracted_2_v_idx ON public.index_parts_contracted_2 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_contracted_2_v_idx	\N	done	1	00:00:00	00:00:00	00:00:00.023491	\N	2026-11-26 19:21:38.334864+00
47	2	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_running_1_v_idx ON public.index_parts_running_1 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_running_1_v_idx	\N	pending	0	\N	\N	\N	\N	\N
47	3	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_running_idx ATTACH PARTITION public.index_parts_running_1_v_idx	DROP INDEX IF EXISTS public.index_parts_running_idx	\N	pending	0	\N	\N	\N	\N	\N
47	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_running_2_v_idx ON public.index_parts_running_2 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_running_2_v_idx	\N	pending	0	\N	\N	\N	\N	\N
47	5	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_running_idx ATTACH PARTITION public.index_parts_running_2_v_idx	DROP INDEX IF EXISTS public.index_parts_running_idx	\N	pending	0	\N	\N	\N	\N	\N
47	1	expand	sql	caller	SHARE ROW EXCLUSIVE	CREATE INDEX index_parts_running_idx ON ONLY public.index_parts_running USING btree (v)	DROP INDEX IF EXISTS public.index_parts_running_idx	\N	done	1	00:00:00.000016	00:00:00.00054	00:00:00.000214	\N	2026-11-26 19:21:35.696639+00
48	2	finalize	sql	caller	ACCESS EXCLUSIVE	DROP INDEX public.drop_index_contracted_idx	\N	\N	pending	0	\N	\N	\N	\N	\N
49	1	contract	sql	caller	SHARE UPDATE EXCLUSIVE	SELECT zdm.set_index_visible('public.drop_index_ready_idx'::pg_catalog.regclass, false)	SELECT zdm.set_index_visible('public.drop_index_ready_idx'::pg_catalog.regclass, true)	From contract on no query uses the index, and pg_dump leaves it out; writes keep it, so that reopen brings it back at once.	pending	0	\N	\N	\N	\N	\N
49	2	finalize	sql	caller	ACCESS EXCLUSIVE	DROP INDEX public.drop_index_ready_idx	\N	\N	pending	0	\N	\N	\N	\N	\N
50	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.catalog_type_contracted ALTER COLUMN v TYPE character varying(40)	\N	The server changes this type without touching a row. A rollback leaves the wider type in place: it takes every value that the old one takes.	done	1	00:00:00.000023	00:00:00.000477	00:00:00.000181	\N	2026-11-26 19:21:35.751239+00
51	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.catalog_type_ready ALTER COLUMN v TYPE character varying(40)	\N	The server changes this type without touching a row. A rollback leaves the wider type in place: it takes every value that the old one takes.	done	1	00:00:00.000018	00:00:00.000556	00:00:00.000214	\N	2026-11-26 19:21:35.761801+00
52	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ADD COLUMN zdm_new_id bigint	ALTER TABLE public.key_type_contracted DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000018	00:00:00.001346	00:00:00.000102	\N	2026-11-26 19:21:35.776611+00
52	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ALTER COLUMN zdm_new_id SET (pg_attver = '27822080')	\N	\N	done	1	00:00:00.000018	00:00:00.001429	00:00:00.000044	\N	2026-11-26 19:21:35.776691+00
52	3	expand	sql	caller	\N	GRANT SELECT (zdm_new_id) ON public.key_type_contracted TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000153	\N	2026-11-26 19:21:35.797096+00
52	4	expand	sql	caller	\N	COMMENT ON COLUMN public.key_type_contracted.zdm_new_id IS 'the key'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00006	\N	2026-11-26 19:21:35.797188+00
46	3	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_ready_idx ATTACH PARTITION public.index_parts_ready_1_v_idx	DROP INDEX IF EXISTS public.index_parts_ready_idx	\N	done	1	00:00:00.0001	00:00:00.000358	00:00:00.000335	\N	2026-11-26 19:21:38.418415+00
46	5	backfill	sql	worker	SHARE UPDATE EXCLUSIVE	ALTER INDEX public.index_parts_ready_idx ATTACH PARTITION public.index_parts_ready_2_v_idx	DROP INDEX IF EXISTS public.index_parts_ready_idx	\N	done	1	00:00:00.000015	00:00:00.000193	00:00:00.00019	\N	2026-11-26 19:21:38.435786+00
46	4	backfill	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY index_parts_ready_2_v_idx ON public.index_parts_ready_2 USING btree (v)	DROP INDEX IF EXISTS public.index_parts_ready_2_v_idx	\N	done	1	00:00:00	00:00:00	00:00:00.012518	\N	2026-11-26 19:21:38.433202+00
48	1	contract	sql	caller	SHARE UPDATE EXCLUSIVE	SELECT zdm.set_index_visible('public.drop_index_contracted_idx'::pg_catalog.regclass, false)	SELECT zdm.set_index_visible('public.drop_index_contracted_idx'::pg_catalog.regclass, true)	From contract on no query uses the index, and pg_dump leaves it out; writes keep it, so that reopen brings it back at once.	done	1	00:00:00.000007	00:00:00.000246	00:00:00.000197	\N	2026-11-26 19:21:41.194558+00
52	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_contracted" BEFORE INSERT OR UPDATE ON public.key_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_contracted ENABLE ALWAYS TRIGGER "~zdm_key_type_contracted"	DROP TRIGGER "~zdm_key_type_contracted" ON public.key_type_contracted	\N	done	1	00:00:00.000018	00:00:00.02208	00:00:00.000122	\N	2026-11-26 19:21:35.797338+00
52	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:38.560675+00
52	7	validate	sql	worker	\N	ANALYZE public.key_type_contracted	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000522	\N	2026-11-26 19:21:38.56161+00
52	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.key_type_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	done	1	00:00:00.000032	00:00:00.000502	00:00:00.000498	\N	2026-11-26 19:21:38.570908+00
52	9	validate	sql	worker	\N	ALTER TABLE public.key_type_contracted VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000187	\N	2026-11-26 19:21:38.576892+00
52	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.key_type_contracted DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.key_type_contracted ALTER COLUMN zdm_new_id DROP NOT NULL	\N	done	1	00:00:00.000016	00:00:00.000426	00:00:00.000424	\N	2026-11-26 19:21:38.582499+00
52	13	validate	sql	worker	SHARE UPDATE EXCLUSIVE	CREATE STATISTICS public.zdm_new_key_type_contracted_stat (ndistinct, dependencies, mcv) ON zdm_new_id, n FROM public.key_type_contracted	DROP STATISTICS IF EXISTS public.zdm_new_key_type_contracted_stat	\N	done	1	00:00:00.000006	00:00:00.000203	00:00:00.0002	\N	2026-11-26 19:21:38.633282+00
52	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_contracted_n ON public.key_type_contracted USING btree (n, zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_contracted_n	\N	done	1	00:00:00	00:00:00	00:00:00.024227	\N	2026-11-26 19:21:38.613592+00
52	12	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_contracted_pkey ON public.key_type_contracted USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_contracted_pkey	\N	done	1	00:00:00	00:00:00	00:00:00.016349	\N	2026-11-26 19:21:38.632009+00
52	14	validate	sql	worker	\N	ANALYZE public.key_type_contracted	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000384	\N	2026-11-26 19:21:38.638482+00
52	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.key_type_contracted', ARRAY['id'], ARRAY['key_type_contracted_pkey on public.key_type_contracted', 'key_type_contracted_parent_fkey on public.key_type_contracted', 'public.key_type_contracted_id_seq', 'key_type_contracted_child_key_type_contracted_id_fkey on public.key_type_contracted_child', 'public.key_type_contracted_n', 'public.key_type_contracted_stat', 'id not null']::text[], 'public.zdm_null_key_type_contracted_id')	\N	\N	done	1	00:00:00.00002	00:00:00.000397	00:00:00.00017	\N	2026-11-26 19:21:41.225429+00
52	15	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_key_type_contracted_id ON public.key_type_contracted ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_key_type_contracted_id	\N	done	1	00:00:00	00:00:00	00:00:00.021112	\N	2026-11-26 19:21:38.667051+00
52	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.key_type_contracted RENAME COLUMN zdm_old_id TO id	\N	done	1	00:00:00.00002	00:00:00.000512	00:00:00.000062	\N	2026-11-26 19:21:41.225535+00
52	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.key_type_contracted ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.key_type_contracted RENAME COLUMN id TO zdm_new_id	\N	done	1	00:00:00.00002	00:00:00.000576	00:00:00.000036	\N	2026-11-26 19:21:41.225597+00
52	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted DROP CONSTRAINT key_type_contracted_parent_fkey	ALTER TABLE public.key_type_contracted ADD CONSTRAINT key_type_contracted_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_contracted (zdm_old_id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_contracted', 'key_type_contracted_parent_fkey')	\N	done	1	00:00:00.00002	00:00:00.000844	00:00:00.000243	\N	2026-11-26 19:21:41.225867+00
52	35	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_key_type_contracted" ON public.key_type_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
52	36	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
53	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ADD COLUMN zdm_new_id bigint	ALTER TABLE public.key_type_paused DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000016	00:00:00.001236	00:00:00.00009	\N	2026-11-26 19:21:35.810768+00
52	23	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.key_type_contracted', 'key_type_contracted_pkey');\nALTER INDEX public.key_type_contracted_pkey RENAME TO zdm_old_key_type_contracted_pkey	ALTER INDEX public.zdm_old_key_type_contracted_pkey RENAME TO key_type_contracted_pkey;\nALTER TABLE public.key_type_contracted ADD CONSTRAINT key_type_contracted_pkey PRIMARY KEY USING INDEX key_type_contracted_pkey	\N	done	1	00:00:00.00002	00:00:00.001337	00:00:00.000154	\N	2026-11-26 19:21:41.226361+00
52	24	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_key_type_contracted_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_key_type_contracted_pkey', true, false)	\N	done	1	00:00:00.00002	00:00:00.00147	00:00:00.000102	\N	2026-11-26 19:21:41.226495+00
52	25	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_key_type_contracted_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_key_type_contracted_pkey', false, false)	\N	done	1	00:00:00.00002	00:00:00.001551	00:00:00.000046	\N	2026-11-26 19:21:41.226572+00
52	26	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_contracted_pkey RENAME TO key_type_contracted_pkey;\nALTER TABLE public.key_type_contracted ADD CONSTRAINT key_type_contracted_pkey PRIMARY KEY USING INDEX key_type_contracted_pkey	SELECT zdm.release_constraint('public.key_type_contracted', 'key_type_contracted_pkey');\nALTER INDEX public.key_type_contracted_pkey RENAME TO zdm_new_key_type_contracted_pkey	\N	done	1	00:00:00.00002	00:00:00.001742	00:00:00.000165	\N	2026-11-26 19:21:41.226764+00
52	27	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.move_identity('public.key_type_contracted', 'zdm_old_id', 'id')	SELECT zdm.move_identity('public.key_type_contracted', 'id', 'zdm_old_id')	\N	done	1	00:00:00.00002	00:00:00.001851	00:00:00.000081	\N	2026-11-26 19:21:41.226873+00
52	28	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.key_type_contracted_id_seq AS bigint	SELECT zdm.refuse_sequence('key_type_contracted', 'public.key_type_contracted_id_seq', 'integer');\nALTER SEQUENCE public.key_type_contracted_id_seq AS integer	\N	done	1	00:00:00.00002	00:00:00.002931	00:00:00.001052	\N	2026-11-26 19:21:41.227964+00
53	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	pending	0	\N	\N	\N	\N	\N
53	7	validate	sql	worker	\N	ANALYZE public.key_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
53	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.key_type_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	pending	0	\N	\N	\N	\N	\N
53	9	validate	sql	worker	\N	ALTER TABLE public.key_type_paused VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
53	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.key_type_paused DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.key_type_paused ALTER COLUMN zdm_new_id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
53	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_paused_n ON public.key_type_paused USING btree (n, zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_paused_n	\N	pending	0	\N	\N	\N	\N	\N
53	12	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_paused_pkey ON public.key_type_paused USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
53	13	validate	sql	worker	SHARE UPDATE EXCLUSIVE	CREATE STATISTICS public.zdm_new_key_type_paused_stat (ndistinct, dependencies, mcv) ON zdm_new_id, n FROM public.key_type_paused	DROP STATISTICS IF EXISTS public.zdm_new_key_type_paused_stat	\N	pending	0	\N	\N	\N	\N	\N
53	14	validate	sql	worker	\N	ANALYZE public.key_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
53	15	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_key_type_paused_id ON public.key_type_paused ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_key_type_paused_id	\N	pending	0	\N	\N	\N	\N	\N
53	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.key_type_paused', ARRAY['id'], ARRAY['key_type_paused_pkey on public.key_type_paused', 'key_type_paused_parent_fkey on public.key_type_paused', 'public.key_type_paused_id_seq', 'key_type_paused_child_key_type_paused_id_fkey on public.key_type_paused_child', 'public.key_type_paused_n', 'public.key_type_paused_stat', 'id not null']::text[], 'public.zdm_null_key_type_paused_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
53	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.key_type_paused RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
53	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.key_type_paused ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.key_type_paused RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
53	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused DROP CONSTRAINT key_type_paused_parent_fkey	ALTER TABLE public.key_type_paused ADD CONSTRAINT key_type_paused_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_paused (zdm_old_id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_paused', 'key_type_paused_parent_fkey')	\N	pending	0	\N	\N	\N	\N	\N
53	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused_child DROP CONSTRAINT key_type_paused_child_key_type_paused_id_fkey	ALTER TABLE public.key_type_paused_child ADD CONSTRAINT key_type_paused_child_key_type_paused_id_fkey FOREIGN KEY (key_type_paused_id) REFERENCES public.key_type_paused (zdm_old_id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_paused_child', 'key_type_paused_child_key_type_paused_id_fkey')	\N	pending	0	\N	\N	\N	\N	\N
53	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.key_type_paused_n RENAME TO zdm_old_key_type_paused_n	ALTER INDEX public.zdm_old_key_type_paused_n RENAME TO key_type_paused_n	\N	pending	0	\N	\N	\N	\N	\N
53	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ALTER COLUMN zdm_new_id SET (pg_attver = '27874600')	\N	\N	done	1	00:00:00.000016	00:00:00.001312	00:00:00.000036	\N	2026-11-26 19:21:35.810836+00
53	3	expand	sql	caller	\N	GRANT SELECT (zdm_new_id) ON public.key_type_paused TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00004	\N	2026-11-26 19:21:35.810901+00
53	4	expand	sql	caller	\N	COMMENT ON COLUMN public.key_type_paused.zdm_new_id IS 'the key'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000024	\N	2026-11-26 19:21:35.810947+00
53	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_paused" BEFORE INSERT OR UPDATE ON public.key_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_paused ENABLE ALWAYS TRIGGER "~zdm_key_type_paused"	DROP TRIGGER "~zdm_key_type_paused" ON public.key_type_paused	\N	done	1	00:00:00.000016	00:00:00.001531	00:00:00.000084	\N	2026-11-26 19:21:35.811054+00
53	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_paused_n RENAME TO key_type_paused_n	ALTER INDEX public.key_type_paused_n RENAME TO zdm_new_key_type_paused_n	\N	pending	0	\N	\N	\N	\N	\N
53	23	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.key_type_paused', 'key_type_paused_pkey');\nALTER INDEX public.key_type_paused_pkey RENAME TO zdm_old_key_type_paused_pkey	ALTER INDEX public.zdm_old_key_type_paused_pkey RENAME TO key_type_paused_pkey;\nALTER TABLE public.key_type_paused ADD CONSTRAINT key_type_paused_pkey PRIMARY KEY USING INDEX key_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
53	24	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_key_type_paused_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_key_type_paused_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
53	25	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_key_type_paused_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_key_type_paused_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
53	26	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_paused_pkey RENAME TO key_type_paused_pkey;\nALTER TABLE public.key_type_paused ADD CONSTRAINT key_type_paused_pkey PRIMARY KEY USING INDEX key_type_paused_pkey	SELECT zdm.release_constraint('public.key_type_paused', 'key_type_paused_pkey');\nALTER INDEX public.key_type_paused_pkey RENAME TO zdm_new_key_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
53	27	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.move_identity('public.key_type_paused', 'zdm_old_id', 'id')	SELECT zdm.move_identity('public.key_type_paused', 'id', 'zdm_old_id')	\N	pending	0	\N	\N	\N	\N	\N
53	28	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.key_type_paused_id_seq AS bigint	SELECT zdm.refuse_sequence('key_type_paused', 'public.key_type_paused_id_seq', 'integer');\nALTER SEQUENCE public.key_type_paused_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
53	29	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.key_type_paused_stat RENAME TO zdm_old_key_type_paused_stat	ALTER STATISTICS public.zdm_old_key_type_paused_stat RENAME TO key_type_paused_stat	\N	pending	0	\N	\N	\N	\N	\N
53	30	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.zdm_new_key_type_paused_stat RENAME TO key_type_paused_stat	ALTER STATISTICS public.key_type_paused_stat RENAME TO zdm_new_key_type_paused_stat	\N	pending	0	\N	\N	\N	\N	\N
53	31	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ADD CONSTRAINT key_type_paused_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_paused (id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_paused', 'key_type_paused_parent_fkey')	ALTER TABLE public.key_type_paused DROP CONSTRAINT key_type_paused_parent_fkey	\N	pending	0	\N	\N	\N	\N	\N
53	32	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused_child ADD CONSTRAINT key_type_paused_child_key_type_paused_id_fkey FOREIGN KEY (key_type_paused_id) REFERENCES public.key_type_paused (id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_paused_child', 'key_type_paused_child_key_type_paused_id_fkey')	ALTER TABLE public.key_type_paused_child DROP CONSTRAINT key_type_paused_child_key_type_paused_id_fkey	\N	pending	0	\N	\N	\N	\N	\N
53	33	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.key_type_paused', 'zdm_old_id', '', 'zdm_null_key_type_paused_id')	\N	pending	0	\N	\N	\N	\N	\N
53	34	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_paused" BEFORE INSERT OR UPDATE ON public.key_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.key_type_paused ENABLE ALWAYS TRIGGER "~zdm_key_type_paused"	SELECT zdm.refuse_lossy('key_type_paused', 'public.key_type_paused', '~zdm_key_type_paused', 'zdm_null_key_type_paused_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_key_type_paused" BEFORE INSERT OR UPDATE ON public.key_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_paused ENABLE ALWAYS TRIGGER "~zdm_key_type_paused"	\N	pending	0	\N	\N	\N	\N	\N
53	35	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_key_type_paused" ON public.key_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
53	36	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_paused DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
54	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ADD COLUMN zdm_new_id bigint	ALTER TABLE public.key_type_ready DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000017	00:00:00.001306	00:00:00.000117	\N	2026-11-26 19:21:35.830934+00
54	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.key_type_ready', ARRAY['id'], ARRAY['key_type_ready_pkey on public.key_type_ready', 'key_type_ready_parent_fkey on public.key_type_ready', 'public.key_type_ready_id_seq', 'key_type_ready_child_key_type_ready_id_fkey on public.key_type_ready_child', 'public.key_type_ready_n', 'public.key_type_ready_stat', 'id not null']::text[], 'public.zdm_null_key_type_ready_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
54	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.key_type_ready RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
54	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.key_type_ready ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.key_type_ready RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
54	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready DROP CONSTRAINT key_type_ready_parent_fkey	ALTER TABLE public.key_type_ready ADD CONSTRAINT key_type_ready_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_ready (zdm_old_id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_ready', 'key_type_ready_parent_fkey')	\N	pending	0	\N	\N	\N	\N	\N
54	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready_child DROP CONSTRAINT key_type_ready_child_key_type_ready_id_fkey	ALTER TABLE public.key_type_ready_child ADD CONSTRAINT key_type_ready_child_key_type_ready_id_fkey FOREIGN KEY (key_type_ready_id) REFERENCES public.key_type_ready (zdm_old_id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_ready_child', 'key_type_ready_child_key_type_ready_id_fkey')	\N	pending	0	\N	\N	\N	\N	\N
54	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.key_type_ready_n RENAME TO zdm_old_key_type_ready_n	ALTER INDEX public.zdm_old_key_type_ready_n RENAME TO key_type_ready_n	\N	pending	0	\N	\N	\N	\N	\N
54	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ALTER COLUMN zdm_new_id SET (pg_attver = '27923480')	\N	\N	done	1	00:00:00.000017	00:00:00.00139	00:00:00.000039	\N	2026-11-26 19:21:35.831006+00
54	3	expand	sql	caller	\N	GRANT SELECT (zdm_new_id) ON public.key_type_ready TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000042	\N	2026-11-26 19:21:35.831073+00
54	4	expand	sql	caller	\N	COMMENT ON COLUMN public.key_type_ready.zdm_new_id IS 'the key'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000029	\N	2026-11-26 19:21:35.831127+00
54	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_ready" BEFORE INSERT OR UPDATE ON public.key_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_ready ENABLE ALWAYS TRIGGER "~zdm_key_type_ready"	DROP TRIGGER "~zdm_key_type_ready" ON public.key_type_ready	\N	done	1	00:00:00.000017	00:00:00.001632	00:00:00.000096	\N	2026-11-26 19:21:35.831248+00
54	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:38.813133+00
54	7	validate	sql	worker	\N	ANALYZE public.key_type_ready	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00047	\N	2026-11-26 19:21:38.813947+00
54	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.key_type_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	done	1	00:00:00.000032	00:00:00.000415	00:00:00.000412	\N	2026-11-26 19:21:38.84127+00
54	9	validate	sql	worker	\N	ALTER TABLE public.key_type_ready VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000147	\N	2026-11-26 19:21:38.86125+00
54	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.key_type_ready DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.key_type_ready ALTER COLUMN zdm_new_id DROP NOT NULL	\N	done	1	00:00:00.000016	00:00:00.000377	00:00:00.000375	\N	2026-11-26 19:21:38.870782+00
54	13	validate	sql	worker	SHARE UPDATE EXCLUSIVE	CREATE STATISTICS public.zdm_new_key_type_ready_stat (ndistinct, dependencies, mcv) ON zdm_new_id, n FROM public.key_type_ready	DROP STATISTICS IF EXISTS public.zdm_new_key_type_ready_stat	\N	done	1	00:00:00.000007	00:00:00.000242	00:00:00.000238	\N	2026-11-26 19:21:38.947118+00
54	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_ready_n ON public.key_type_ready USING btree (n, zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_ready_n	\N	done	1	00:00:00	00:00:00	00:00:00.048432	\N	2026-11-26 19:21:38.925595+00
54	12	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_ready_pkey ON public.key_type_ready USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_ready_pkey	\N	done	1	00:00:00	00:00:00	00:00:00.015537	\N	2026-11-26 19:21:38.944074+00
54	14	validate	sql	worker	\N	ANALYZE public.key_type_ready	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000329	\N	2026-11-26 19:21:38.951164+00
54	15	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_key_type_ready_id ON public.key_type_ready ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_key_type_ready_id	\N	done	1	00:00:00	00:00:00	00:00:00.02261	\N	2026-11-26 19:21:38.978399+00
54	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_ready_n RENAME TO key_type_ready_n	ALTER INDEX public.key_type_ready_n RENAME TO zdm_new_key_type_ready_n	\N	pending	0	\N	\N	\N	\N	\N
54	23	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.key_type_ready', 'key_type_ready_pkey');\nALTER INDEX public.key_type_ready_pkey RENAME TO zdm_old_key_type_ready_pkey	ALTER INDEX public.zdm_old_key_type_ready_pkey RENAME TO key_type_ready_pkey;\nALTER TABLE public.key_type_ready ADD CONSTRAINT key_type_ready_pkey PRIMARY KEY USING INDEX key_type_ready_pkey	\N	pending	0	\N	\N	\N	\N	\N
54	24	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_key_type_ready_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_key_type_ready_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
54	25	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_key_type_ready_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_key_type_ready_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
54	26	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_ready_pkey RENAME TO key_type_ready_pkey;\nALTER TABLE public.key_type_ready ADD CONSTRAINT key_type_ready_pkey PRIMARY KEY USING INDEX key_type_ready_pkey	SELECT zdm.release_constraint('public.key_type_ready', 'key_type_ready_pkey');\nALTER INDEX public.key_type_ready_pkey RENAME TO zdm_new_key_type_ready_pkey	\N	pending	0	\N	\N	\N	\N	\N
54	27	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.move_identity('public.key_type_ready', 'zdm_old_id', 'id')	SELECT zdm.move_identity('public.key_type_ready', 'id', 'zdm_old_id')	\N	pending	0	\N	\N	\N	\N	\N
54	28	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.key_type_ready_id_seq AS bigint	SELECT zdm.refuse_sequence('key_type_ready', 'public.key_type_ready_id_seq', 'integer');\nALTER SEQUENCE public.key_type_ready_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
54	29	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.key_type_ready_stat RENAME TO zdm_old_key_type_ready_stat	ALTER STATISTICS public.zdm_old_key_type_ready_stat RENAME TO key_type_ready_stat	\N	pending	0	\N	\N	\N	\N	\N
54	30	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.zdm_new_key_type_ready_stat RENAME TO key_type_ready_stat	ALTER STATISTICS public.key_type_ready_stat RENAME TO zdm_new_key_type_ready_stat	\N	pending	0	\N	\N	\N	\N	\N
54	31	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ADD CONSTRAINT key_type_ready_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_ready (id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_ready', 'key_type_ready_parent_fkey')	ALTER TABLE public.key_type_ready DROP CONSTRAINT key_type_ready_parent_fkey	\N	pending	0	\N	\N	\N	\N	\N
54	32	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready_child ADD CONSTRAINT key_type_ready_child_key_type_ready_id_fkey FOREIGN KEY (key_type_ready_id) REFERENCES public.key_type_ready (id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_ready_child', 'key_type_ready_child_key_type_ready_id_fkey')	ALTER TABLE public.key_type_ready_child DROP CONSTRAINT key_type_ready_child_key_type_ready_id_fkey	\N	pending	0	\N	\N	\N	\N	\N
54	33	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.key_type_ready', 'zdm_old_id', '', 'zdm_null_key_type_ready_id')	\N	pending	0	\N	\N	\N	\N	\N
54	34	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_ready" BEFORE INSERT OR UPDATE ON public.key_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.key_type_ready ENABLE ALWAYS TRIGGER "~zdm_key_type_ready"	SELECT zdm.refuse_lossy('key_type_ready', 'public.key_type_ready', '~zdm_key_type_ready', 'zdm_null_key_type_ready_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_key_type_ready" BEFORE INSERT OR UPDATE ON public.key_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_ready ENABLE ALWAYS TRIGGER "~zdm_key_type_ready"	\N	pending	0	\N	\N	\N	\N	\N
54	35	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_key_type_ready" ON public.key_type_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
54	36	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_ready DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
55	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ADD COLUMN zdm_new_id bigint	ALTER TABLE public.key_type_running DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.00003	00:00:00.014191	00:00:00.00018	\N	2026-11-26 19:21:35.86948+00
55	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	pending	0	\N	\N	\N	\N	\N
55	7	validate	sql	worker	\N	ANALYZE public.key_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
55	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.key_type_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	pending	0	\N	\N	\N	\N	\N
55	9	validate	sql	worker	\N	ALTER TABLE public.key_type_running VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
55	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.key_type_running DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.key_type_running ALTER COLUMN zdm_new_id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
55	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_running_n ON public.key_type_running USING btree (n, zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_running_n	\N	pending	0	\N	\N	\N	\N	\N
55	12	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_key_type_running_pkey ON public.key_type_running USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_key_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
55	13	validate	sql	worker	SHARE UPDATE EXCLUSIVE	CREATE STATISTICS public.zdm_new_key_type_running_stat (ndistinct, dependencies, mcv) ON zdm_new_id, n FROM public.key_type_running	DROP STATISTICS IF EXISTS public.zdm_new_key_type_running_stat	\N	pending	0	\N	\N	\N	\N	\N
55	14	validate	sql	worker	\N	ANALYZE public.key_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
55	15	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_key_type_running_id ON public.key_type_running ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_key_type_running_id	\N	pending	0	\N	\N	\N	\N	\N
55	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.key_type_running', ARRAY['id'], ARRAY['key_type_running_pkey on public.key_type_running', 'key_type_running_parent_fkey on public.key_type_running', 'public.key_type_running_id_seq', 'key_type_running_child_key_type_running_id_fkey on public.key_type_running_child', 'public.key_type_running_n', 'public.key_type_running_stat', 'id not null']::text[], 'public.zdm_null_key_type_running_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
55	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.key_type_running RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
55	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.key_type_running ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.key_type_running RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
55	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running DROP CONSTRAINT key_type_running_parent_fkey	ALTER TABLE public.key_type_running ADD CONSTRAINT key_type_running_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_running (zdm_old_id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_running', 'key_type_running_parent_fkey')	\N	pending	0	\N	\N	\N	\N	\N
55	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running_child DROP CONSTRAINT key_type_running_child_key_type_running_id_fkey	ALTER TABLE public.key_type_running_child ADD CONSTRAINT key_type_running_child_key_type_running_id_fkey FOREIGN KEY (key_type_running_id) REFERENCES public.key_type_running (zdm_old_id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_running_child', 'key_type_running_child_key_type_running_id_fkey')	\N	pending	0	\N	\N	\N	\N	\N
55	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.key_type_running_n RENAME TO zdm_old_key_type_running_n	ALTER INDEX public.zdm_old_key_type_running_n RENAME TO key_type_running_n	\N	pending	0	\N	\N	\N	\N	\N
55	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ALTER COLUMN zdm_new_id SET (pg_attver = '27970608')	\N	\N	done	1	00:00:00.00003	00:00:00.014298	00:00:00.000047	\N	2026-11-26 19:21:35.869563+00
55	3	expand	sql	caller	\N	GRANT SELECT (zdm_new_id) ON public.key_type_running TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000048	\N	2026-11-26 19:21:35.869638+00
55	4	expand	sql	caller	\N	COMMENT ON COLUMN public.key_type_running.zdm_new_id IS 'the key'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000039	\N	2026-11-26 19:21:35.869701+00
55	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_running" BEFORE INSERT OR UPDATE ON public.key_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_running ENABLE ALWAYS TRIGGER "~zdm_key_type_running"	DROP TRIGGER "~zdm_key_type_running" ON public.key_type_running	\N	done	1	00:00:00.00003	00:00:00.014563	00:00:00.000101	\N	2026-11-26 19:21:35.869827+00
55	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_running_n RENAME TO key_type_running_n	ALTER INDEX public.key_type_running_n RENAME TO zdm_new_key_type_running_n	\N	pending	0	\N	\N	\N	\N	\N
55	23	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.key_type_running', 'key_type_running_pkey');\nALTER INDEX public.key_type_running_pkey RENAME TO zdm_old_key_type_running_pkey	ALTER INDEX public.zdm_old_key_type_running_pkey RENAME TO key_type_running_pkey;\nALTER TABLE public.key_type_running ADD CONSTRAINT key_type_running_pkey PRIMARY KEY USING INDEX key_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
55	24	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_key_type_running_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_key_type_running_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
55	25	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_key_type_running_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_key_type_running_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
55	26	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_running_pkey RENAME TO key_type_running_pkey;\nALTER TABLE public.key_type_running ADD CONSTRAINT key_type_running_pkey PRIMARY KEY USING INDEX key_type_running_pkey	SELECT zdm.release_constraint('public.key_type_running', 'key_type_running_pkey');\nALTER INDEX public.key_type_running_pkey RENAME TO zdm_new_key_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
55	27	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.move_identity('public.key_type_running', 'zdm_old_id', 'id')	SELECT zdm.move_identity('public.key_type_running', 'id', 'zdm_old_id')	\N	pending	0	\N	\N	\N	\N	\N
55	28	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.key_type_running_id_seq AS bigint	SELECT zdm.refuse_sequence('key_type_running', 'public.key_type_running_id_seq', 'integer');\nALTER SEQUENCE public.key_type_running_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
55	29	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.key_type_running_stat RENAME TO zdm_old_key_type_running_stat	ALTER STATISTICS public.zdm_old_key_type_running_stat RENAME TO key_type_running_stat	\N	pending	0	\N	\N	\N	\N	\N
55	30	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.zdm_new_key_type_running_stat RENAME TO key_type_running_stat	ALTER STATISTICS public.key_type_running_stat RENAME TO zdm_new_key_type_running_stat	\N	pending	0	\N	\N	\N	\N	\N
55	31	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ADD CONSTRAINT key_type_running_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_running (id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_running', 'key_type_running_parent_fkey')	ALTER TABLE public.key_type_running DROP CONSTRAINT key_type_running_parent_fkey	\N	pending	0	\N	\N	\N	\N	\N
55	32	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running_child ADD CONSTRAINT key_type_running_child_key_type_running_id_fkey FOREIGN KEY (key_type_running_id) REFERENCES public.key_type_running (id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_running_child', 'key_type_running_child_key_type_running_id_fkey')	ALTER TABLE public.key_type_running_child DROP CONSTRAINT key_type_running_child_key_type_running_id_fkey	\N	pending	0	\N	\N	\N	\N	\N
55	33	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.key_type_running', 'zdm_old_id', '', 'zdm_null_key_type_running_id')	\N	pending	0	\N	\N	\N	\N	\N
55	34	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_running" BEFORE INSERT OR UPDATE ON public.key_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.key_type_running ENABLE ALWAYS TRIGGER "~zdm_key_type_running"	SELECT zdm.refuse_lossy('key_type_running', 'public.key_type_running', '~zdm_key_type_running', 'zdm_null_key_type_running_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_key_type_running" BEFORE INSERT OR UPDATE ON public.key_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_running ENABLE ALWAYS TRIGGER "~zdm_key_type_running"	\N	pending	0	\N	\N	\N	\N	\N
55	35	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_key_type_running" ON public.key_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
55	36	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_running DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
58	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_new_id SET (pg_attver = '28071896')	\N	\N	done	1	00:00:00.000016	00:00:00.001006	00:00:00.000038	\N	2026-11-26 19:21:35.938515+00
56	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ADD COLUMN zdm_new_id bigint	ALTER TABLE public.serial_type_contracted DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000016	00:00:00.000971	00:00:00.000104	\N	2026-11-26 19:21:35.894766+00
56	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_new_id SET (pg_attver = '28019136')	\N	\N	done	1	00:00:00.000016	00:00:00.001054	00:00:00.000041	\N	2026-11-26 19:21:35.89484+00
56	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_contracted" BEFORE INSERT OR UPDATE ON public.serial_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_contracted ENABLE ALWAYS TRIGGER "~zdm_serial_type_contracted"	DROP TRIGGER "~zdm_serial_type_contracted" ON public.serial_type_contracted	\N	done	1	00:00:00.000016	00:00:00.001195	00:00:00.000113	\N	2026-11-26 19:21:35.894981+00
56	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.067572+00
56	5	validate	sql	worker	\N	ANALYZE public.serial_type_contracted (zdm_new_id)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000277	\N	2026-11-26 19:21:39.068186+00
56	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.serial_type_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	done	1	00:00:00.000027	00:00:00.000434	00:00:00.000431	\N	2026-11-26 19:21:39.075268+00
56	7	validate	sql	worker	\N	ALTER TABLE public.serial_type_contracted VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000252	\N	2026-11-26 19:21:39.080969+00
56	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.serial_type_contracted DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_new_id DROP NOT NULL	\N	done	1	00:00:00.000015	00:00:00.000412	00:00:00.00041	\N	2026-11-26 19:21:39.085528+00
56	11	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.serial_type_contracted', ARRAY['id'], ARRAY['for public.serial_type_contracted.id', 'serial_type_contracted_pkey on public.serial_type_contracted', 'public.serial_type_contracted_id_seq', 'id not null']::text[], 'public.zdm_null_serial_type_contracted_id')	\N	\N	done	1	00:00:00.000017	00:00:00.000249	00:00:00.000088	\N	2026-11-26 19:21:41.277814+00
56	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_serial_type_contracted_pkey ON public.serial_type_contracted USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_serial_type_contracted_pkey	\N	done	1	00:00:00	00:00:00	00:00:00.017397	\N	2026-11-26 19:21:39.10829+00
56	10	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_serial_type_contracted_id ON public.serial_type_contracted ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_serial_type_contracted_id	\N	done	1	00:00:00	00:00:00	00:00:00.012568	\N	2026-11-26 19:21:39.122692+00
56	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.serial_type_contracted RENAME COLUMN zdm_old_id TO id	\N	done	1	00:00:00.000017	00:00:00.000343	00:00:00.000048	\N	2026-11-26 19:21:41.2779+00
56	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.serial_type_contracted ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.serial_type_contracted RENAME COLUMN id TO zdm_new_id	\N	done	1	00:00:00.000017	00:00:00.000402	00:00:00.000032	\N	2026-11-26 19:21:41.27796+00
56	14	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.serial_type_contracted', 'serial_type_contracted_pkey');\nALTER INDEX public.serial_type_contracted_pkey RENAME TO zdm_old_serial_type_contracted_pkey	ALTER INDEX public.zdm_old_serial_type_contracted_pkey RENAME TO serial_type_contracted_pkey;\nALTER TABLE public.serial_type_contracted ADD CONSTRAINT serial_type_contracted_pkey PRIMARY KEY USING INDEX serial_type_contracted_pkey	\N	done	1	00:00:00.000017	00:00:00.000605	00:00:00.000176	\N	2026-11-26 19:21:41.278164+00
56	24	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_serial_type_contracted" ON public.serial_type_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
56	25	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
57	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	pending	0	\N	\N	\N	\N	\N
57	5	validate	sql	worker	\N	ANALYZE public.serial_type_paused (zdm_new_id)	\N	\N	pending	0	\N	\N	\N	\N	\N
57	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.serial_type_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	pending	0	\N	\N	\N	\N	\N
57	7	validate	sql	worker	\N	ALTER TABLE public.serial_type_paused VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
57	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.serial_type_paused DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_new_id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
57	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_serial_type_paused_pkey ON public.serial_type_paused USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_serial_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
57	10	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_serial_type_paused_id ON public.serial_type_paused ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_serial_type_paused_id	\N	pending	0	\N	\N	\N	\N	\N
57	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ADD COLUMN zdm_new_id bigint	ALTER TABLE public.serial_type_paused DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000017	00:00:00.00091	00:00:00.000093	\N	2026-11-26 19:21:35.914719+00
57	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_new_id SET (pg_attver = '28045680')	\N	\N	done	1	00:00:00.000017	00:00:00.000993	00:00:00.000044	\N	2026-11-26 19:21:35.914795+00
57	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_paused" BEFORE INSERT OR UPDATE ON public.serial_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_paused ENABLE ALWAYS TRIGGER "~zdm_serial_type_paused"	DROP TRIGGER "~zdm_serial_type_paused" ON public.serial_type_paused	\N	done	1	00:00:00.000017	00:00:00.00118	00:00:00.00016	\N	2026-11-26 19:21:35.914988+00
56	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ALTER COLUMN id SET DEFAULT nextval('public.serial_type_contracted_id_seq'::regclass)	ALTER TABLE public.serial_type_contracted ALTER COLUMN id DROP DEFAULT	\N	done	1	00:00:00.000017	00:00:00.001099	00:00:00.000056	\N	2026-11-26 19:21:41.278655+00
56	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_contracted_id_seq OWNED BY public.serial_type_contracted.id	ALTER SEQUENCE public.serial_type_contracted_id_seq OWNED BY public.serial_type_contracted.zdm_old_id	\N	done	1	00:00:00.000017	00:00:00.001165	00:00:00.00004	\N	2026-11-26 19:21:41.27872+00
56	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_contracted_id_seq AS bigint	SELECT zdm.refuse_sequence('serial_type_contracted', 'public.serial_type_contracted_id_seq', 'integer');\nALTER SEQUENCE public.serial_type_contracted_id_seq AS integer	\N	done	1	00:00:00.000017	00:00:00.002114	00:00:00.000926	\N	2026-11-26 19:21:41.279687+00
56	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.serial_type_contracted', 'zdm_old_id', '', 'zdm_null_serial_type_contracted_id')	\N	done	1	00:00:00.000017	00:00:00.002217	00:00:00.000053	\N	2026-11-26 19:21:41.279773+00
56	23	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_contracted" BEFORE INSERT OR UPDATE ON public.serial_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.serial_type_contracted ENABLE ALWAYS TRIGGER "~zdm_serial_type_contracted"	SELECT zdm.refuse_lossy('serial_type_contracted', 'public.serial_type_contracted', '~zdm_serial_type_contracted', 'zdm_null_serial_type_contracted_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_serial_type_contracted" BEFORE INSERT OR UPDATE ON public.serial_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_contracted ENABLE ALWAYS TRIGGER "~zdm_serial_type_contracted"	\N	done	1	00:00:00.000017	00:00:00.002333	00:00:00.00009	\N	2026-11-26 19:21:41.279889+00
57	11	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.serial_type_paused', ARRAY['id'], ARRAY['for public.serial_type_paused.id', 'serial_type_paused_pkey on public.serial_type_paused', 'public.serial_type_paused_id_seq', 'id not null']::text[], 'public.zdm_null_serial_type_paused_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
57	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.serial_type_paused RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
57	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.serial_type_paused ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.serial_type_paused RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
57	14	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.serial_type_paused', 'serial_type_paused_pkey');\nALTER INDEX public.serial_type_paused_pkey RENAME TO zdm_old_serial_type_paused_pkey	ALTER INDEX public.zdm_old_serial_type_paused_pkey RENAME TO serial_type_paused_pkey;\nALTER TABLE public.serial_type_paused ADD CONSTRAINT serial_type_paused_pkey PRIMARY KEY USING INDEX serial_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
57	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_serial_type_paused_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_serial_type_paused_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
57	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_serial_type_paused_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_serial_type_paused_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
57	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_serial_type_paused_pkey RENAME TO serial_type_paused_pkey;\nALTER TABLE public.serial_type_paused ADD CONSTRAINT serial_type_paused_pkey PRIMARY KEY USING INDEX serial_type_paused_pkey	SELECT zdm.release_constraint('public.serial_type_paused', 'serial_type_paused_pkey');\nALTER INDEX public.serial_type_paused_pkey RENAME TO zdm_new_serial_type_paused_pkey	\N	pending	0	\N	\N	\N	\N	\N
57	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_old_id DROP DEFAULT	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_old_id SET DEFAULT nextval('public.serial_type_paused_id_seq'::regclass)	\N	pending	0	\N	\N	\N	\N	\N
57	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ALTER COLUMN id SET DEFAULT nextval('public.serial_type_paused_id_seq'::regclass)	ALTER TABLE public.serial_type_paused ALTER COLUMN id DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
57	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_paused_id_seq OWNED BY public.serial_type_paused.id	ALTER SEQUENCE public.serial_type_paused_id_seq OWNED BY public.serial_type_paused.zdm_old_id	\N	pending	0	\N	\N	\N	\N	\N
57	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_paused_id_seq AS bigint	SELECT zdm.refuse_sequence('serial_type_paused', 'public.serial_type_paused_id_seq', 'integer');\nALTER SEQUENCE public.serial_type_paused_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
57	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.serial_type_paused', 'zdm_old_id', '', 'zdm_null_serial_type_paused_id')	\N	pending	0	\N	\N	\N	\N	\N
57	23	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_paused" BEFORE INSERT OR UPDATE ON public.serial_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.serial_type_paused ENABLE ALWAYS TRIGGER "~zdm_serial_type_paused"	SELECT zdm.refuse_lossy('serial_type_paused', 'public.serial_type_paused', '~zdm_serial_type_paused', 'zdm_null_serial_type_paused_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_serial_type_paused" BEFORE INSERT OR UPDATE ON public.serial_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_paused ENABLE ALWAYS TRIGGER "~zdm_serial_type_paused"	\N	pending	0	\N	\N	\N	\N	\N
57	24	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_serial_type_paused" ON public.serial_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
57	25	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_paused DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
58	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ADD COLUMN zdm_new_id bigint	ALTER TABLE public.serial_type_ready DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000016	00:00:00.000929	00:00:00.000101	\N	2026-11-26 19:21:35.938444+00
58	11	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.serial_type_ready', ARRAY['id'], ARRAY['for public.serial_type_ready.id', 'serial_type_ready_pkey on public.serial_type_ready', 'public.serial_type_ready_id_seq', 'id not null']::text[], 'public.zdm_null_serial_type_ready_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
58	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.serial_type_ready RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
58	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.serial_type_ready ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.serial_type_ready RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
58	14	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.serial_type_ready', 'serial_type_ready_pkey');\nALTER INDEX public.serial_type_ready_pkey RENAME TO zdm_old_serial_type_ready_pkey	ALTER INDEX public.zdm_old_serial_type_ready_pkey RENAME TO serial_type_ready_pkey;\nALTER TABLE public.serial_type_ready ADD CONSTRAINT serial_type_ready_pkey PRIMARY KEY USING INDEX serial_type_ready_pkey	\N	pending	0	\N	\N	\N	\N	\N
58	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_serial_type_ready_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_serial_type_ready_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
58	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_serial_type_ready_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_serial_type_ready_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
58	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_serial_type_ready_pkey RENAME TO serial_type_ready_pkey;\nALTER TABLE public.serial_type_ready ADD CONSTRAINT serial_type_ready_pkey PRIMARY KEY USING INDEX serial_type_ready_pkey	SELECT zdm.release_constraint('public.serial_type_ready', 'serial_type_ready_pkey');\nALTER INDEX public.serial_type_ready_pkey RENAME TO zdm_new_serial_type_ready_pkey	\N	pending	0	\N	\N	\N	\N	\N
58	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_old_id DROP DEFAULT	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_old_id SET DEFAULT nextval('public.serial_type_ready_id_seq'::regclass)	\N	pending	0	\N	\N	\N	\N	\N
58	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ALTER COLUMN id SET DEFAULT nextval('public.serial_type_ready_id_seq'::regclass)	ALTER TABLE public.serial_type_ready ALTER COLUMN id DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
58	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_ready_id_seq OWNED BY public.serial_type_ready.id	ALTER SEQUENCE public.serial_type_ready_id_seq OWNED BY public.serial_type_ready.zdm_old_id	\N	pending	0	\N	\N	\N	\N	\N
58	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_ready_id_seq AS bigint	SELECT zdm.refuse_sequence('serial_type_ready', 'public.serial_type_ready_id_seq', 'integer');\nALTER SEQUENCE public.serial_type_ready_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
58	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_ready" BEFORE INSERT OR UPDATE ON public.serial_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_ready ENABLE ALWAYS TRIGGER "~zdm_serial_type_ready"	DROP TRIGGER "~zdm_serial_type_ready" ON public.serial_type_ready	\N	done	1	00:00:00.000016	00:00:00.00114	00:00:00.000106	\N	2026-11-26 19:21:35.938649+00
58	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.208641+00
58	5	validate	sql	worker	\N	ANALYZE public.serial_type_ready (zdm_new_id)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.00025	\N	2026-11-26 19:21:39.209261+00
58	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.serial_type_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	done	1	00:00:00.00002	00:00:00.000372	00:00:00.00037	\N	2026-11-26 19:21:39.215598+00
58	7	validate	sql	worker	\N	ALTER TABLE public.serial_type_ready VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000107	\N	2026-11-26 19:21:39.219506+00
58	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.serial_type_ready DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_new_id DROP NOT NULL	\N	done	1	00:00:00.00001	00:00:00.000328	00:00:00.000326	\N	2026-11-26 19:21:39.222435+00
58	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_serial_type_ready_pkey ON public.serial_type_ready USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_serial_type_ready_pkey	\N	done	1	00:00:00	00:00:00	00:00:00.012443	\N	2026-11-26 19:21:39.238474+00
58	10	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_serial_type_ready_id ON public.serial_type_ready ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_serial_type_ready_id	\N	done	1	00:00:00	00:00:00	00:00:00.011399	\N	2026-11-26 19:21:39.251832+00
58	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.serial_type_ready', 'zdm_old_id', '', 'zdm_null_serial_type_ready_id')	\N	pending	0	\N	\N	\N	\N	\N
58	23	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_ready" BEFORE INSERT OR UPDATE ON public.serial_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.serial_type_ready ENABLE ALWAYS TRIGGER "~zdm_serial_type_ready"	SELECT zdm.refuse_lossy('serial_type_ready', 'public.serial_type_ready', '~zdm_serial_type_ready', 'zdm_null_serial_type_ready_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_serial_type_ready" BEFORE INSERT OR UPDATE ON public.serial_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_ready ENABLE ALWAYS TRIGGER "~zdm_serial_type_ready"	\N	pending	0	\N	\N	\N	\N	\N
58	24	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_serial_type_ready" ON public.serial_type_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
58	25	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_ready DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
59	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_id := id	\N	\N	pending	0	\N	\N	\N	\N	\N
59	5	validate	sql	worker	\N	ANALYZE public.serial_type_running (zdm_new_id)	\N	\N	pending	0	\N	\N	\N	\N	\N
59	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ADD CONSTRAINT "~zdm_not_null_zdm_new_id" CHECK (zdm_new_id IS NOT NULL) NOT VALID	ALTER TABLE public.serial_type_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_id"	\N	pending	0	\N	\N	\N	\N	\N
59	7	validate	sql	worker	\N	ALTER TABLE public.serial_type_running VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_id"	\N	\N	pending	0	\N	\N	\N	\N	\N
59	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_new_id SET NOT NULL;\nALTER TABLE public.serial_type_running DROP CONSTRAINT "~zdm_not_null_zdm_new_id"	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_new_id DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
59	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_new_serial_type_running_pkey ON public.serial_type_running USING btree (zdm_new_id)	DROP INDEX IF EXISTS public.zdm_new_serial_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
59	10	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_serial_type_running_id ON public.serial_type_running ((true)) WHERE id IS NULL	DROP INDEX IF EXISTS public.zdm_null_serial_type_running_id	\N	pending	0	\N	\N	\N	\N	\N
59	11	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.serial_type_running', ARRAY['id'], ARRAY['for public.serial_type_running.id', 'serial_type_running_pkey on public.serial_type_running', 'public.serial_type_running_id_seq', 'id not null']::text[], 'public.zdm_null_serial_type_running_id')	\N	\N	pending	0	\N	\N	\N	\N	\N
59	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running RENAME COLUMN id TO zdm_old_id	ALTER TABLE public.serial_type_running RENAME COLUMN zdm_old_id TO id	\N	pending	0	\N	\N	\N	\N	\N
59	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running RENAME COLUMN zdm_new_id TO id	ALTER TABLE public.serial_type_running ALTER COLUMN id DROP DEFAULT;\nALTER TABLE public.serial_type_running RENAME COLUMN id TO zdm_new_id	\N	pending	0	\N	\N	\N	\N	\N
59	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ADD COLUMN zdm_new_id bigint	ALTER TABLE public.serial_type_running DROP COLUMN IF EXISTS zdm_new_id	From contract on "id" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000014	00:00:00.000913	00:00:00.000091	\N	2026-11-26 19:21:35.951263+00
59	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_new_id SET (pg_attver = '28094728')	\N	\N	done	1	00:00:00.000014	00:00:00.000986	00:00:00.000033	\N	2026-11-26 19:21:35.951329+00
59	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_running" BEFORE INSERT OR UPDATE ON public.serial_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_running ENABLE ALWAYS TRIGGER "~zdm_serial_type_running"	DROP TRIGGER "~zdm_serial_type_running" ON public.serial_type_running	\N	done	1	00:00:00.000014	00:00:00.001119	00:00:00.000107	\N	2026-11-26 19:21:35.951462+00
59	14	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.release_constraint('public.serial_type_running', 'serial_type_running_pkey');\nALTER INDEX public.serial_type_running_pkey RENAME TO zdm_old_serial_type_running_pkey	ALTER INDEX public.zdm_old_serial_type_running_pkey RENAME TO serial_type_running_pkey;\nALTER TABLE public.serial_type_running ADD CONSTRAINT serial_type_running_pkey PRIMARY KEY USING INDEX serial_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
59	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_serial_type_running_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_serial_type_running_pkey', true, false)	\N	pending	0	\N	\N	\N	\N	\N
59	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_serial_type_running_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_serial_type_running_pkey', false, false)	\N	pending	0	\N	\N	\N	\N	\N
59	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_serial_type_running_pkey RENAME TO serial_type_running_pkey;\nALTER TABLE public.serial_type_running ADD CONSTRAINT serial_type_running_pkey PRIMARY KEY USING INDEX serial_type_running_pkey	SELECT zdm.release_constraint('public.serial_type_running', 'serial_type_running_pkey');\nALTER INDEX public.serial_type_running_pkey RENAME TO zdm_new_serial_type_running_pkey	\N	pending	0	\N	\N	\N	\N	\N
59	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_old_id DROP DEFAULT	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_old_id SET DEFAULT nextval('public.serial_type_running_id_seq'::regclass)	\N	pending	0	\N	\N	\N	\N	\N
59	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ALTER COLUMN id SET DEFAULT nextval('public.serial_type_running_id_seq'::regclass)	ALTER TABLE public.serial_type_running ALTER COLUMN id DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
59	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_running_id_seq OWNED BY public.serial_type_running.id	ALTER SEQUENCE public.serial_type_running_id_seq OWNED BY public.serial_type_running.zdm_old_id	\N	pending	0	\N	\N	\N	\N	\N
59	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER SEQUENCE public.serial_type_running_id_seq AS bigint	SELECT zdm.refuse_sequence('serial_type_running', 'public.serial_type_running_id_seq', 'integer');\nALTER SEQUENCE public.serial_type_running_id_seq AS integer	\N	pending	0	\N	\N	\N	\N	\N
59	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.serial_type_running', 'zdm_old_id', '', 'zdm_null_serial_type_running_id')	\N	pending	0	\N	\N	\N	\N	\N
59	23	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_serial_type_running" BEFORE INSERT OR UPDATE ON public.serial_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.serial_type_running ENABLE ALWAYS TRIGGER "~zdm_serial_type_running"	SELECT zdm.refuse_lossy('serial_type_running', 'public.serial_type_running', '~zdm_serial_type_running', 'zdm_null_serial_type_running_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_serial_type_running" BEFORE INSERT OR UPDATE ON public.serial_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.serial_type_running ENABLE ALWAYS TRIGGER "~zdm_serial_type_running"	\N	pending	0	\N	\N	\N	\N	\N
59	24	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_serial_type_running" ON public.serial_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
59	25	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_running DROP COLUMN zdm_old_id	\N	\N	pending	0	\N	\N	\N	\N	\N
60	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_contracted ADD COLUMN c pg_catalog.text	ALTER TABLE public.add_computed_contracted DROP COLUMN IF EXISTS c	\N	done	1	00:00:00.000013	00:00:00.027591	00:00:00.027115	\N	2026-11-26 19:21:36.005005+00
60	2	expand	sql	caller	\N	COMMENT ON COLUMN public.add_computed_contracted.c IS 'computed'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000052	\N	2026-11-26 19:21:36.005105+00
60	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_add_computed_contracted" BEFORE INSERT OR UPDATE ON public.add_computed_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_contracted ENABLE ALWAYS TRIGGER "~zdm_add_computed_contracted"	DROP TRIGGER "~zdm_add_computed_contracted" ON public.add_computed_contracted	A row for which the expression fails or gives null stops the backfill, and such a write of an application that does not know "c" fails; on_error => 'null' leaves a null instead.	done	1	00:00:00.000013	00:00:00.0279	00:00:00.000132	\N	2026-11-26 19:21:36.005265+00
60	4	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_contracted ADD CONSTRAINT "~zdm_not_null_c" CHECK (c IS NOT NULL) NOT VALID	ALTER TABLE public.add_computed_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_c"	\N	done	1	00:00:00.000013	00:00:00.028122	00:00:00.000127	\N	2026-11-26 19:21:36.005496+00
61	6	validate	sql	worker	\N	ANALYZE public.add_computed_failed (c)	\N	\N	pending	0	\N	\N	\N	\N	\N
61	7	validate	sql	worker	\N	ALTER TABLE public.add_computed_failed VALIDATE CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
61	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_failed ALTER COLUMN c SET NOT NULL;\nALTER TABLE public.add_computed_failed DROP CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
61	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY add_computed_failed_c_idx ON public.add_computed_failed USING btree (c)	DROP INDEX IF EXISTS public.add_computed_failed_c_idx	\N	pending	0	\N	\N	\N	\N	\N
61	10	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_add_computed_failed" ON public.add_computed_failed	CREATE OR REPLACE TRIGGER "~zdm_add_computed_failed" BEFORE INSERT OR UPDATE ON public.add_computed_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_failed ENABLE ALWAYS TRIGGER "~zdm_add_computed_failed"	\N	pending	0	\N	\N	\N	\N	\N
61	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_failed ADD COLUMN c pg_catalog.text	ALTER TABLE public.add_computed_failed DROP COLUMN IF EXISTS c	\N	done	1	00:00:00.000019	00:00:00.023597	00:00:00.023142	\N	2026-11-26 19:21:36.044987+00
61	2	expand	sql	caller	\N	COMMENT ON COLUMN public.add_computed_failed.c IS 'computed'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000051	\N	2026-11-26 19:21:36.045083+00
61	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_add_computed_failed" BEFORE INSERT OR UPDATE ON public.add_computed_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_failed ENABLE ALWAYS TRIGGER "~zdm_add_computed_failed"	DROP TRIGGER "~zdm_add_computed_failed" ON public.add_computed_failed	A row for which the expression fails or gives null stops the backfill, and such a write of an application that does not know "c" fails; on_error => 'null' leaves a null instead.	done	1	00:00:00.000019	00:00:00.023886	00:00:00.000123	\N	2026-11-26 19:21:36.045234+00
61	4	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_failed ADD CONSTRAINT "~zdm_not_null_c" CHECK (c IS NOT NULL) NOT VALID	ALTER TABLE public.add_computed_failed DROP CONSTRAINT IF EXISTS "~zdm_not_null_c"	\N	done	1	00:00:00.000019	00:00:00.024003	00:00:00.000087	\N	2026-11-26 19:21:36.045353+00
60	5	backfill	backfill	worker	ROW EXCLUSIVE	c := public.label((("Odd schema"."Twice it's"(v) / v) * v))	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.367417+00
60	6	validate	sql	worker	\N	ANALYZE public.add_computed_contracted (c)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000262	\N	2026-11-26 19:21:39.367978+00
60	7	validate	sql	worker	\N	ALTER TABLE public.add_computed_contracted VALIDATE CONSTRAINT "~zdm_not_null_c"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000251	\N	2026-11-26 19:21:39.380529+00
60	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_contracted ALTER COLUMN c SET NOT NULL;\nALTER TABLE public.add_computed_contracted DROP CONSTRAINT "~zdm_not_null_c"	\N	\N	done	1	00:00:00.000013	00:00:00.000382	00:00:00.000381	\N	2026-11-26 19:21:39.381822+00
61	5	backfill	backfill	worker	ROW EXCLUSIVE	c := public.label((("Odd schema"."Twice it's"(v) / v) * v))	\N	\N	failed	1	\N	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (6,145) of public.add_computed_failed, key (id)=(1400)	\N
60	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY add_computed_contracted_c_idx ON public.add_computed_contracted USING btree (c)	DROP INDEX IF EXISTS public.add_computed_contracted_c_idx	\N	done	1	00:00:00	00:00:00	00:00:00.019246	\N	2026-11-26 19:21:39.403694+00
60	10	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_add_computed_contracted" ON public.add_computed_contracted	CREATE OR REPLACE TRIGGER "~zdm_add_computed_contracted" BEFORE INSERT OR UPDATE ON public.add_computed_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_contracted ENABLE ALWAYS TRIGGER "~zdm_add_computed_contracted"	\N	done	1	00:00:00.000013	00:00:00.000222	00:00:00.000096	\N	2026-11-26 19:21:41.305577+00
62	5	backfill	backfill	worker	ROW EXCLUSIVE	c := public.label((("Odd schema"."Twice it's"(v) / v) * v))	\N	\N	pending	0	\N	\N	\N	\N	\N
62	6	validate	sql	worker	\N	ANALYZE public.add_computed_paused (c)	\N	\N	pending	0	\N	\N	\N	\N	\N
62	7	validate	sql	worker	\N	ALTER TABLE public.add_computed_paused VALIDATE CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
62	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_paused ALTER COLUMN c SET NOT NULL;\nALTER TABLE public.add_computed_paused DROP CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
62	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY add_computed_paused_c_idx ON public.add_computed_paused USING btree (c)	DROP INDEX IF EXISTS public.add_computed_paused_c_idx	\N	pending	0	\N	\N	\N	\N	\N
62	10	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_add_computed_paused" ON public.add_computed_paused	CREATE OR REPLACE TRIGGER "~zdm_add_computed_paused" BEFORE INSERT OR UPDATE ON public.add_computed_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_paused ENABLE ALWAYS TRIGGER "~zdm_add_computed_paused"	\N	pending	0	\N	\N	\N	\N	\N
62	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_paused ADD COLUMN c pg_catalog.text	ALTER TABLE public.add_computed_paused DROP COLUMN IF EXISTS c	\N	done	1	00:00:00.000015	00:00:00.036369	00:00:00.035844	\N	2026-11-26 19:21:36.095879+00
62	2	expand	sql	caller	\N	COMMENT ON COLUMN public.add_computed_paused.c IS 'computed'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000055	\N	2026-11-26 19:21:36.095983+00
62	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_add_computed_paused" BEFORE INSERT OR UPDATE ON public.add_computed_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_paused ENABLE ALWAYS TRIGGER "~zdm_add_computed_paused"	DROP TRIGGER "~zdm_add_computed_paused" ON public.add_computed_paused	A row for which the expression fails or gives null stops the backfill, and such a write of an application that does not know "c" fails; on_error => 'null' leaves a null instead.	done	1	00:00:00.000015	00:00:00.036677	00:00:00.000127	\N	2026-11-26 19:21:36.09614+00
62	4	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_paused ADD CONSTRAINT "~zdm_not_null_c" CHECK (c IS NOT NULL) NOT VALID	ALTER TABLE public.add_computed_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_c"	\N	done	1	00:00:00.000015	00:00:00.036799	00:00:00.000092	\N	2026-11-26 19:21:36.09626+00
63	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_ready ADD COLUMN c pg_catalog.text	ALTER TABLE public.add_computed_ready DROP COLUMN IF EXISTS c	\N	done	1	00:00:00.000015	00:00:00.027606	00:00:00.027046	\N	2026-11-26 19:21:36.137076+00
63	2	expand	sql	caller	\N	COMMENT ON COLUMN public.add_computed_ready.c IS 'computed'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000051	\N	2026-11-26 19:21:36.137175+00
63	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_add_computed_ready" BEFORE INSERT OR UPDATE ON public.add_computed_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_ready ENABLE ALWAYS TRIGGER "~zdm_add_computed_ready"	DROP TRIGGER "~zdm_add_computed_ready" ON public.add_computed_ready	A row for which the expression fails or gives null stops the backfill, and such a write of an application that does not know "c" fails; on_error => 'null' leaves a null instead.	done	1	00:00:00.000015	00:00:00.027898	00:00:00.000124	\N	2026-11-26 19:21:36.137326+00
63	10	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_add_computed_ready" ON public.add_computed_ready	CREATE OR REPLACE TRIGGER "~zdm_add_computed_ready" BEFORE INSERT OR UPDATE ON public.add_computed_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_ready ENABLE ALWAYS TRIGGER "~zdm_add_computed_ready"	\N	pending	0	\N	\N	\N	\N	\N
63	4	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_ready ADD CONSTRAINT "~zdm_not_null_c" CHECK (c IS NOT NULL) NOT VALID	ALTER TABLE public.add_computed_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_c"	\N	done	1	00:00:00.000015	00:00:00.028014	00:00:00.000088	\N	2026-11-26 19:21:36.137444+00
64	5	backfill	backfill	worker	ROW EXCLUSIVE	c := public.label((("Odd schema"."Twice it's"(v) / v) * v))	\N	\N	pending	0	\N	\N	\N	\N	\N
64	6	validate	sql	worker	\N	ANALYZE public.add_computed_running (c)	\N	\N	pending	0	\N	\N	\N	\N	\N
64	7	validate	sql	worker	\N	ALTER TABLE public.add_computed_running VALIDATE CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
64	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_running ALTER COLUMN c SET NOT NULL;\nALTER TABLE public.add_computed_running DROP CONSTRAINT "~zdm_not_null_c"	\N	\N	pending	0	\N	\N	\N	\N	\N
64	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY add_computed_running_c_idx ON public.add_computed_running USING btree (c)	DROP INDEX IF EXISTS public.add_computed_running_c_idx	\N	pending	0	\N	\N	\N	\N	\N
64	10	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_add_computed_running" ON public.add_computed_running	CREATE OR REPLACE TRIGGER "~zdm_add_computed_running" BEFORE INSERT OR UPDATE ON public.add_computed_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_running ENABLE ALWAYS TRIGGER "~zdm_add_computed_running"	\N	pending	0	\N	\N	\N	\N	\N
64	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_running ADD COLUMN c pg_catalog.text	ALTER TABLE public.add_computed_running DROP COLUMN IF EXISTS c	\N	done	1	00:00:00.000015	00:00:00.039523	00:00:00.039071	\N	2026-11-26 19:21:36.189055+00
64	2	expand	sql	caller	\N	COMMENT ON COLUMN public.add_computed_running.c IS 'computed'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000066	\N	2026-11-26 19:21:36.189176+00
64	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_add_computed_running" BEFORE INSERT OR UPDATE ON public.add_computed_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(E'{"old": ["v"], "new": ["c"], "forward": ["public.label(((\\\\"Odd schema\\\\".\\\\"Twice it''s\\\\"(v) / v) * v))"], "not_null": true, "authority": "both"}');\nALTER TABLE public.add_computed_running ENABLE ALWAYS TRIGGER "~zdm_add_computed_running"	DROP TRIGGER "~zdm_add_computed_running" ON public.add_computed_running	A row for which the expression fails or gives null stops the backfill, and such a write of an application that does not know "c" fails; on_error => 'null' leaves a null instead.	done	1	00:00:00.000015	00:00:00.039862	00:00:00.000134	\N	2026-11-26 19:21:36.189338+00
64	4	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_running ADD CONSTRAINT "~zdm_not_null_c" CHECK (c IS NOT NULL) NOT VALID	ALTER TABLE public.add_computed_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_c"	\N	done	1	00:00:00.000015	00:00:00.039985	00:00:00.000094	\N	2026-11-26 19:21:36.189464+00
63	5	backfill	backfill	worker	ROW EXCLUSIVE	c := public.label((("Odd schema"."Twice it's"(v) / v) * v))	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.541631+00
63	6	validate	sql	worker	\N	ANALYZE public.add_computed_ready (c)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000287	\N	2026-11-26 19:21:39.542235+00
63	7	validate	sql	worker	\N	ALTER TABLE public.add_computed_ready VALIDATE CONSTRAINT "~zdm_not_null_c"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000256	\N	2026-11-26 19:21:39.55354+00
63	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.add_computed_ready ALTER COLUMN c SET NOT NULL;\nALTER TABLE public.add_computed_ready DROP CONSTRAINT "~zdm_not_null_c"	\N	\N	done	1	00:00:00.000015	00:00:00.000452	00:00:00.00045	\N	2026-11-26 19:21:39.557829+00
63	9	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY add_computed_ready_c_idx ON public.add_computed_ready USING btree (c)	DROP INDEX IF EXISTS public.add_computed_ready_c_idx	\N	done	1	00:00:00	00:00:00	00:00:00.021394	\N	2026-11-26 19:21:39.586645+00
65	1	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_contracted" BEFORE INSERT OR UPDATE ON public.fill_nulls_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_contracted ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_contracted"	DROP TRIGGER "~zdm_fill_nulls_contracted" ON public.fill_nulls_contracted	\N	done	1	00:00:00.000014	00:00:00.000603	00:00:00.000159	\N	2026-11-26 19:21:36.197964+00
65	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_contracted ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.fill_nulls_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	Until contract a write that leaves "v" null gets the value of fill.	done	1	00:00:00.000014	00:00:00.000729	00:00:00.000088	\N	2026-11-26 19:21:36.198082+00
66	4	validate	sql	worker	\N	ANALYZE public.fill_nulls_failed (v)	\N	\N	pending	0	\N	\N	\N	\N	\N
66	5	validate	sql	worker	\N	ALTER TABLE public.fill_nulls_failed VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
66	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_failed ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.fill_nulls_failed DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.fill_nulls_failed ALTER COLUMN v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
66	7	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_fill_nulls_failed" ON public.fill_nulls_failed	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_failed" BEFORE INSERT OR UPDATE ON public.fill_nulls_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_failed ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_failed"	\N	pending	0	\N	\N	\N	\N	\N
66	1	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_failed" BEFORE INSERT OR UPDATE ON public.fill_nulls_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_failed ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_failed"	DROP TRIGGER "~zdm_fill_nulls_failed" ON public.fill_nulls_failed	\N	done	1	00:00:00.000019	00:00:00.000587	00:00:00.00019	\N	2026-11-26 19:21:36.205731+00
66	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_failed ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.fill_nulls_failed DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	Until contract a write that leaves "v" null gets the value of fill.	done	1	00:00:00.000019	00:00:00.000718	00:00:00.00009	\N	2026-11-26 19:21:36.205856+00
79	5	validate	sql	worker	\N	ANALYZE public.lossy_type_rolled_back (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
65	3	backfill	backfill	worker	ROW EXCLUSIVE	v := (100 / n)	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.690292+00
65	4	validate	sql	worker	\N	ANALYZE public.fill_nulls_contracted (v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000304	\N	2026-11-26 19:21:39.690928+00
65	5	validate	sql	worker	\N	ALTER TABLE public.fill_nulls_contracted VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000279	\N	2026-11-26 19:21:39.700076+00
65	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_contracted ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.fill_nulls_contracted DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.fill_nulls_contracted ALTER COLUMN v DROP NOT NULL	\N	done	1	00:00:00.000018	00:00:00.00052	00:00:00.000516	\N	2026-11-26 19:21:39.711632+00
66	3	backfill	backfill	worker	ROW EXCLUSIVE	v := (100 / n)	\N	\N	failed	1	\N	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (7,122) of public.fill_nulls_failed, key (id)=(1398)	\N
70	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY zdm_new_change_type_contracted_v ON public.change_type_contracted USING btree (zdm_new_v, id)	DROP INDEX IF EXISTS public.zdm_new_change_type_contracted_v	\N	done	1	00:00:00	00:00:00	00:00:00.023278	\N	2026-11-26 19:21:39.995072+00
65	7	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_fill_nulls_contracted" ON public.fill_nulls_contracted	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_contracted" BEFORE INSERT OR UPDATE ON public.fill_nulls_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_contracted ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_contracted"	\N	done	1	00:00:00.000014	00:00:00.000234	00:00:00.000106	\N	2026-11-26 19:21:41.321406+00
67	3	backfill	backfill	worker	ROW EXCLUSIVE	v := (100 / n)	\N	\N	pending	0	\N	\N	\N	\N	\N
67	4	validate	sql	worker	\N	ANALYZE public.fill_nulls_paused (v)	\N	\N	pending	0	\N	\N	\N	\N	\N
67	5	validate	sql	worker	\N	ALTER TABLE public.fill_nulls_paused VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
67	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_paused ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.fill_nulls_paused DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.fill_nulls_paused ALTER COLUMN v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
67	7	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_fill_nulls_paused" ON public.fill_nulls_paused	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_paused" BEFORE INSERT OR UPDATE ON public.fill_nulls_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_paused ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_paused"	\N	pending	0	\N	\N	\N	\N	\N
67	1	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_paused" BEFORE INSERT OR UPDATE ON public.fill_nulls_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_paused ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_paused"	DROP TRIGGER "~zdm_fill_nulls_paused" ON public.fill_nulls_paused	\N	done	1	00:00:00.000016	00:00:00.000695	00:00:00.000174	\N	2026-11-26 19:21:36.221024+00
67	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_paused ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.fill_nulls_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	Until contract a write that leaves "v" null gets the value of fill.	done	1	00:00:00.000016	00:00:00.000826	00:00:00.000088	\N	2026-11-26 19:21:36.221145+00
68	7	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_fill_nulls_ready" ON public.fill_nulls_ready	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_ready" BEFORE INSERT OR UPDATE ON public.fill_nulls_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_ready ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_ready"	\N	pending	0	\N	\N	\N	\N	\N
68	1	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_ready" BEFORE INSERT OR UPDATE ON public.fill_nulls_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_ready ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_ready"	DROP TRIGGER "~zdm_fill_nulls_ready" ON public.fill_nulls_ready	\N	done	1	00:00:00.000016	00:00:00.000588	00:00:00.000177	\N	2026-11-26 19:21:36.238997+00
68	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_ready ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.fill_nulls_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	Until contract a write that leaves "v" null gets the value of fill.	done	1	00:00:00.000016	00:00:00.000719	00:00:00.000088	\N	2026-11-26 19:21:36.239119+00
68	3	backfill	backfill	worker	ROW EXCLUSIVE	v := (100 / n)	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.794937+00
68	4	validate	sql	worker	\N	ANALYZE public.fill_nulls_ready (v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000277	\N	2026-11-26 19:21:39.795528+00
68	5	validate	sql	worker	\N	ALTER TABLE public.fill_nulls_ready VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000229	\N	2026-11-26 19:21:39.805734+00
68	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_ready ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.fill_nulls_ready DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.fill_nulls_ready ALTER COLUMN v DROP NOT NULL	\N	done	1	00:00:00.000014	00:00:00.000508	00:00:00.000507	\N	2026-11-26 19:21:39.808068+00
69	3	backfill	backfill	worker	ROW EXCLUSIVE	v := (100 / n)	\N	\N	pending	0	\N	\N	\N	\N	\N
69	4	validate	sql	worker	\N	ANALYZE public.fill_nulls_running (v)	\N	\N	pending	0	\N	\N	\N	\N	\N
69	5	validate	sql	worker	\N	ALTER TABLE public.fill_nulls_running VALIDATE CONSTRAINT "~zdm_not_null_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
69	6	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_running ALTER COLUMN v SET NOT NULL;\nALTER TABLE public.fill_nulls_running DROP CONSTRAINT "~zdm_not_null_v"	ALTER TABLE public.fill_nulls_running ALTER COLUMN v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
69	7	contract	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_fill_nulls_running" ON public.fill_nulls_running	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_running" BEFORE INSERT OR UPDATE ON public.fill_nulls_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_running ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_running"	\N	pending	0	\N	\N	\N	\N	\N
69	1	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_fill_nulls_running" BEFORE INSERT OR UPDATE ON public.fill_nulls_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');\nALTER TABLE public.fill_nulls_running ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_running"	DROP TRIGGER "~zdm_fill_nulls_running" ON public.fill_nulls_running	\N	done	1	00:00:00.000019	00:00:00.000678	00:00:00.000168	\N	2026-11-26 19:21:36.246492+00
69	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.fill_nulls_running ADD CONSTRAINT "~zdm_not_null_v" CHECK (v IS NOT NULL) NOT VALID	ALTER TABLE public.fill_nulls_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_v"	Until contract a write that leaves "v" null gets the value of fill.	done	1	00:00:00.000019	00:00:00.000806	00:00:00.000087	\N	2026-11-26 19:21:36.246612+00
70	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ADD COLUMN zdm_new_v integer	ALTER TABLE public.change_type_contracted DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000015	00:00:00.004703	00:00:00.000135	\N	2026-11-26 19:21:36.268957+00
70	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ALTER COLUMN zdm_new_v SET (pg_attver = '28220712')	\N	\N	done	1	00:00:00.000015	00:00:00.004799	00:00:00.000042	\N	2026-11-26 19:21:36.26904+00
70	3	expand	sql	caller	\N	GRANT UPDATE (zdm_new_v) ON public.change_type_contracted TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000048	\N	2026-11-26 19:21:36.269114+00
70	4	expand	sql	caller	\N	COMMENT ON COLUMN public.change_type_contracted.zdm_new_v IS 'its v'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000029	\N	2026-11-26 19:21:36.269168+00
70	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_contracted" BEFORE INSERT OR UPDATE ON public.change_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_contracted ENABLE ALWAYS TRIGGER "~zdm_change_type_contracted"	DROP TRIGGER "~zdm_change_type_contracted" ON public.change_type_contracted	\N	done	1	00:00:00.000015	00:00:00.005102	00:00:00.000145	\N	2026-11-26 19:21:36.269345+00
70	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := (v)::integer	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:39.941404+00
70	7	validate	sql	worker	\N	ANALYZE public.change_type_contracted (zdm_new_v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000276	\N	2026-11-26 19:21:39.942015+00
70	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ADD CONSTRAINT "~zdm_not_null_zdm_new_v" CHECK (zdm_new_v IS NOT NULL) NOT VALID	ALTER TABLE public.change_type_contracted DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_v"	\N	done	1	00:00:00.000028	00:00:00.000429	00:00:00.000426	\N	2026-11-26 19:21:39.952762+00
70	9	validate	sql	worker	\N	ALTER TABLE public.change_type_contracted VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000164	\N	2026-11-26 19:21:39.958981+00
70	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ALTER COLUMN zdm_new_v SET NOT NULL;\nALTER TABLE public.change_type_contracted DROP CONSTRAINT "~zdm_not_null_zdm_new_v"	ALTER TABLE public.change_type_contracted ALTER COLUMN zdm_new_v DROP NOT NULL	\N	done	1	00:00:00.000014	00:00:00.000663	00:00:00.00066	\N	2026-11-26 19:21:39.963635+00
70	25	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_change_type_contracted" ON public.change_type_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
70	26	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
71	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ADD COLUMN zdm_new_v integer	ALTER TABLE public.change_type_failed DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000014	00:00:00.000945	00:00:00.000094	\N	2026-11-26 19:21:36.282443+00
71	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ALTER COLUMN zdm_new_v SET (pg_attver = '28248504')	\N	\N	done	1	00:00:00.000014	00:00:00.001019	00:00:00.000035	\N	2026-11-26 19:21:36.28251+00
71	3	expand	sql	caller	\N	GRANT UPDATE (zdm_new_v) ON public.change_type_failed TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000041	\N	2026-11-26 19:21:36.282577+00
70	12	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ADD CONSTRAINT zdm_new_change_type_contracted_v_check CHECK ((zdm_new_v IS NOT NULL)) NOT VALID	ALTER TABLE public.change_type_contracted DROP CONSTRAINT IF EXISTS zdm_new_change_type_contracted_v_check	\N	done	1	00:00:00.000016	00:00:00.000217	00:00:00.000214	\N	2026-11-26 19:21:39.998179+00
70	13	validate	sql	worker	\N	ALTER TABLE public.change_type_contracted VALIDATE CONSTRAINT zdm_new_change_type_contracted_v_check	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000135	\N	2026-11-26 19:21:40.001552+00
70	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.change_type_contracted', ARRAY['v'], ARRAY['change_type_contracted_v_check on public.change_type_contracted', 'public.change_type_contracted_v', 'v not null']::text[], 'public.zdm_null_change_type_contracted_v')	\N	\N	done	1	00:00:00.000016	00:00:00.000294	00:00:00.000125	\N	2026-11-26 19:21:41.333544+00
70	14	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_change_type_contracted_v ON public.change_type_contracted ((true)) WHERE v IS NULL	DROP INDEX IF EXISTS public.zdm_null_change_type_contracted_v	\N	done	1	00:00:00	00:00:00	00:00:00.021857	\N	2026-11-26 19:21:40.025695+00
70	16	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.change_type_contracted RENAME COLUMN zdm_old_v TO v	\N	done	1	00:00:00.000016	00:00:00.000414	00:00:00.00006	\N	2026-11-26 19:21:41.333652+00
70	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.change_type_contracted ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.change_type_contracted RENAME COLUMN v TO zdm_new_v	\N	done	1	00:00:00.000016	00:00:00.000482	00:00:00.000039	\N	2026-11-26 19:21:41.333718+00
70	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted DROP CONSTRAINT change_type_contracted_v_check	ALTER TABLE public.change_type_contracted ADD CONSTRAINT change_type_contracted_v_check CHECK ((zdm_old_v IS NOT NULL)) NOT VALID	\N	done	1	00:00:00.000016	00:00:00.000601	00:00:00.000093	\N	2026-11-26 19:21:41.333837+00
70	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted RENAME CONSTRAINT zdm_new_change_type_contracted_v_check TO change_type_contracted_v_check	ALTER TABLE public.change_type_contracted RENAME CONSTRAINT change_type_contracted_v_check TO zdm_new_change_type_contracted_v_check	\N	done	1	00:00:00.000016	00:00:00.000671	00:00:00.000045	\N	2026-11-26 19:21:41.333906+00
71	7	validate	sql	worker	\N	ANALYZE public.change_type_failed (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
71	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ADD CONSTRAINT "~zdm_not_null_zdm_new_v" CHECK (zdm_new_v IS NOT NULL) NOT VALID	ALTER TABLE public.change_type_failed DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_v"	\N	pending	0	\N	\N	\N	\N	\N
71	9	validate	sql	worker	\N	ALTER TABLE public.change_type_failed VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
71	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ALTER COLUMN zdm_new_v SET NOT NULL;\nALTER TABLE public.change_type_failed DROP CONSTRAINT "~zdm_not_null_zdm_new_v"	ALTER TABLE public.change_type_failed ALTER COLUMN zdm_new_v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
71	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY zdm_new_change_type_failed_v ON public.change_type_failed USING btree (zdm_new_v, id)	DROP INDEX IF EXISTS public.zdm_new_change_type_failed_v	\N	pending	0	\N	\N	\N	\N	\N
71	12	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ADD CONSTRAINT zdm_new_change_type_failed_v_check CHECK ((zdm_new_v IS NOT NULL)) NOT VALID	ALTER TABLE public.change_type_failed DROP CONSTRAINT IF EXISTS zdm_new_change_type_failed_v_check	\N	pending	0	\N	\N	\N	\N	\N
71	13	validate	sql	worker	\N	ALTER TABLE public.change_type_failed VALIDATE CONSTRAINT zdm_new_change_type_failed_v_check	\N	\N	pending	0	\N	\N	\N	\N	\N
71	14	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_change_type_failed_v ON public.change_type_failed ((true)) WHERE v IS NULL	DROP INDEX IF EXISTS public.zdm_null_change_type_failed_v	\N	pending	0	\N	\N	\N	\N	\N
71	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.change_type_failed', ARRAY['v'], ARRAY['change_type_failed_v_check on public.change_type_failed', 'public.change_type_failed_v', 'v not null']::text[], 'public.zdm_null_change_type_failed_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
71	16	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.change_type_failed RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
71	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.change_type_failed ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.change_type_failed RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
71	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed DROP CONSTRAINT change_type_failed_v_check	ALTER TABLE public.change_type_failed ADD CONSTRAINT change_type_failed_v_check CHECK ((zdm_old_v IS NOT NULL)) NOT VALID	\N	pending	0	\N	\N	\N	\N	\N
71	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed RENAME CONSTRAINT zdm_new_change_type_failed_v_check TO change_type_failed_v_check	ALTER TABLE public.change_type_failed RENAME CONSTRAINT change_type_failed_v_check TO zdm_new_change_type_failed_v_check	\N	pending	0	\N	\N	\N	\N	\N
71	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.change_type_failed_v RENAME TO zdm_old_change_type_failed_v	ALTER INDEX public.zdm_old_change_type_failed_v RENAME TO change_type_failed_v	\N	pending	0	\N	\N	\N	\N	\N
71	21	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_change_type_failed_v', false, false)	SELECT zdm.set_unique('public.zdm_old_change_type_failed_v', true, false)	\N	pending	0	\N	\N	\N	\N	\N
71	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_change_type_failed_v RENAME TO change_type_failed_v	ALTER INDEX public.change_type_failed_v RENAME TO zdm_new_change_type_failed_v	\N	pending	0	\N	\N	\N	\N	\N
71	23	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed ALTER COLUMN zdm_old_v DROP NOT NULL	SELECT zdm.trust_not_null('public.change_type_failed', 'zdm_old_v', '', 'zdm_null_change_type_failed_v')	\N	pending	0	\N	\N	\N	\N	\N
71	4	expand	sql	caller	\N	COMMENT ON COLUMN public.change_type_failed.zdm_new_v IS 'its v'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000022	\N	2026-11-26 19:21:36.282623+00
71	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_failed" BEFORE INSERT OR UPDATE ON public.change_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_failed ENABLE ALWAYS TRIGGER "~zdm_change_type_failed"	DROP TRIGGER "~zdm_change_type_failed" ON public.change_type_failed	\N	done	1	00:00:00.000014	00:00:00.00125	00:00:00.000093	\N	2026-11-26 19:21:36.282741+00
71	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := (v)::integer	\N	\N	failed	1	\N	\N	\N	invalid input syntax for type integer: "broken" (SQLSTATE 22P02)\nROW: row (7,25) of public.change_type_failed, key (id)=(1400)	\N
71	24	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_failed" BEFORE INSERT OR UPDATE ON public.change_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');\nALTER TABLE public.change_type_failed ENABLE ALWAYS TRIGGER "~zdm_change_type_failed"	SELECT zdm.refuse_lossy('change_type_failed', 'public.change_type_failed', '~zdm_change_type_failed', 'zdm_null_change_type_failed_v', ARRAY['zdm_old_v']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_change_type_failed" BEFORE INSERT OR UPDATE ON public.change_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_failed ENABLE ALWAYS TRIGGER "~zdm_change_type_failed"	\N	pending	0	\N	\N	\N	\N	\N
71	25	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_change_type_failed" ON public.change_type_failed	\N	\N	pending	0	\N	\N	\N	\N	\N
71	26	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_failed DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
72	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := (v)::integer	\N	\N	pending	0	\N	\N	\N	\N	\N
72	7	validate	sql	worker	\N	ANALYZE public.change_type_paused (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
72	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ADD CONSTRAINT "~zdm_not_null_zdm_new_v" CHECK (zdm_new_v IS NOT NULL) NOT VALID	ALTER TABLE public.change_type_paused DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_v"	\N	pending	0	\N	\N	\N	\N	\N
72	9	validate	sql	worker	\N	ALTER TABLE public.change_type_paused VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
72	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ALTER COLUMN zdm_new_v SET NOT NULL;\nALTER TABLE public.change_type_paused DROP CONSTRAINT "~zdm_not_null_zdm_new_v"	ALTER TABLE public.change_type_paused ALTER COLUMN zdm_new_v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
72	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY zdm_new_change_type_paused_v ON public.change_type_paused USING btree (zdm_new_v, id)	DROP INDEX IF EXISTS public.zdm_new_change_type_paused_v	\N	pending	0	\N	\N	\N	\N	\N
72	12	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ADD CONSTRAINT zdm_new_change_type_paused_v_check CHECK ((zdm_new_v IS NOT NULL)) NOT VALID	ALTER TABLE public.change_type_paused DROP CONSTRAINT IF EXISTS zdm_new_change_type_paused_v_check	\N	pending	0	\N	\N	\N	\N	\N
72	13	validate	sql	worker	\N	ALTER TABLE public.change_type_paused VALIDATE CONSTRAINT zdm_new_change_type_paused_v_check	\N	\N	pending	0	\N	\N	\N	\N	\N
72	14	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_change_type_paused_v ON public.change_type_paused ((true)) WHERE v IS NULL	DROP INDEX IF EXISTS public.zdm_null_change_type_paused_v	\N	pending	0	\N	\N	\N	\N	\N
72	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.change_type_paused', ARRAY['v'], ARRAY['change_type_paused_v_check on public.change_type_paused', 'public.change_type_paused_v', 'v not null']::text[], 'public.zdm_null_change_type_paused_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
72	16	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.change_type_paused RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
72	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ADD COLUMN zdm_new_v integer	ALTER TABLE public.change_type_paused DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000018	00:00:00.001471	00:00:00.000109	\N	2026-11-26 19:21:36.299118+00
72	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ALTER COLUMN zdm_new_v SET (pg_attver = '28271280')	\N	\N	done	1	00:00:00.000018	00:00:00.001554	00:00:00.000039	\N	2026-11-26 19:21:36.29919+00
72	3	expand	sql	caller	\N	GRANT UPDATE (zdm_new_v) ON public.change_type_paused TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000042	\N	2026-11-26 19:21:36.299259+00
72	4	expand	sql	caller	\N	COMMENT ON COLUMN public.change_type_paused.zdm_new_v IS 'its v'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000025	\N	2026-11-26 19:21:36.299307+00
72	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_paused" BEFORE INSERT OR UPDATE ON public.change_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_paused ENABLE ALWAYS TRIGGER "~zdm_change_type_paused"	DROP TRIGGER "~zdm_change_type_paused" ON public.change_type_paused	\N	done	1	00:00:00.000018	00:00:00.001795	00:00:00.000099	\N	2026-11-26 19:21:36.29943+00
72	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.change_type_paused ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.change_type_paused RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
72	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused DROP CONSTRAINT change_type_paused_v_check	ALTER TABLE public.change_type_paused ADD CONSTRAINT change_type_paused_v_check CHECK ((zdm_old_v IS NOT NULL)) NOT VALID	\N	pending	0	\N	\N	\N	\N	\N
72	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused RENAME CONSTRAINT zdm_new_change_type_paused_v_check TO change_type_paused_v_check	ALTER TABLE public.change_type_paused RENAME CONSTRAINT change_type_paused_v_check TO zdm_new_change_type_paused_v_check	\N	pending	0	\N	\N	\N	\N	\N
72	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.change_type_paused_v RENAME TO zdm_old_change_type_paused_v	ALTER INDEX public.zdm_old_change_type_paused_v RENAME TO change_type_paused_v	\N	pending	0	\N	\N	\N	\N	\N
72	21	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_change_type_paused_v', false, false)	SELECT zdm.set_unique('public.zdm_old_change_type_paused_v', true, false)	\N	pending	0	\N	\N	\N	\N	\N
72	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_change_type_paused_v RENAME TO change_type_paused_v	ALTER INDEX public.change_type_paused_v RENAME TO zdm_new_change_type_paused_v	\N	pending	0	\N	\N	\N	\N	\N
72	23	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused ALTER COLUMN zdm_old_v DROP NOT NULL	SELECT zdm.trust_not_null('public.change_type_paused', 'zdm_old_v', '', 'zdm_null_change_type_paused_v')	\N	pending	0	\N	\N	\N	\N	\N
72	24	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_paused" BEFORE INSERT OR UPDATE ON public.change_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');\nALTER TABLE public.change_type_paused ENABLE ALWAYS TRIGGER "~zdm_change_type_paused"	SELECT zdm.refuse_lossy('change_type_paused', 'public.change_type_paused', '~zdm_change_type_paused', 'zdm_null_change_type_paused_v', ARRAY['zdm_old_v']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_change_type_paused" BEFORE INSERT OR UPDATE ON public.change_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_paused ENABLE ALWAYS TRIGGER "~zdm_change_type_paused"	\N	pending	0	\N	\N	\N	\N	\N
72	25	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_change_type_paused" ON public.change_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
72	26	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_paused DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
73	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ADD COLUMN zdm_new_v integer	ALTER TABLE public.change_type_ready DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000018	00:00:00.000975	00:00:00.000094	\N	2026-11-26 19:21:36.338529+00
73	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ALTER COLUMN zdm_new_v SET (pg_attver = '28299200')	\N	\N	done	1	00:00:00.000018	00:00:00.00105	00:00:00.000036	\N	2026-11-26 19:21:36.338598+00
73	3	expand	sql	caller	\N	GRANT UPDATE (zdm_new_v) ON public.change_type_ready TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000049	\N	2026-11-26 19:21:36.338675+00
73	4	expand	sql	caller	\N	COMMENT ON COLUMN public.change_type_ready.zdm_new_v IS 'its v'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000026	\N	2026-11-26 19:21:36.338724+00
73	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_ready" BEFORE INSERT OR UPDATE ON public.change_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_ready ENABLE ALWAYS TRIGGER "~zdm_change_type_ready"	DROP TRIGGER "~zdm_change_type_ready" ON public.change_type_ready	\N	done	1	00:00:00.000018	00:00:00.001298	00:00:00.000097	\N	2026-11-26 19:21:36.338844+00
73	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := (v)::integer	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:40.119135+00
73	7	validate	sql	worker	\N	ANALYZE public.change_type_ready (zdm_new_v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000277	\N	2026-11-26 19:21:40.11975+00
73	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ADD CONSTRAINT "~zdm_not_null_zdm_new_v" CHECK (zdm_new_v IS NOT NULL) NOT VALID	ALTER TABLE public.change_type_ready DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_v"	\N	done	1	00:00:00.000037	00:00:00.008106	00:00:00.008101	\N	2026-11-26 19:21:40.136798+00
73	9	validate	sql	worker	\N	ALTER TABLE public.change_type_ready VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_v"	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000139	\N	2026-11-26 19:21:40.139044+00
73	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.change_type_ready', ARRAY['v'], ARRAY['change_type_ready_v_check on public.change_type_ready', 'public.change_type_ready_v', 'v not null']::text[], 'public.zdm_null_change_type_ready_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
73	16	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.change_type_ready RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
73	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.change_type_ready ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.change_type_ready RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
73	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready DROP CONSTRAINT change_type_ready_v_check	ALTER TABLE public.change_type_ready ADD CONSTRAINT change_type_ready_v_check CHECK ((zdm_old_v IS NOT NULL)) NOT VALID	\N	pending	0	\N	\N	\N	\N	\N
73	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready RENAME CONSTRAINT zdm_new_change_type_ready_v_check TO change_type_ready_v_check	ALTER TABLE public.change_type_ready RENAME CONSTRAINT change_type_ready_v_check TO zdm_new_change_type_ready_v_check	\N	pending	0	\N	\N	\N	\N	\N
73	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.change_type_ready_v RENAME TO zdm_old_change_type_ready_v	ALTER INDEX public.zdm_old_change_type_ready_v RENAME TO change_type_ready_v	\N	pending	0	\N	\N	\N	\N	\N
73	21	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_change_type_ready_v', false, false)	SELECT zdm.set_unique('public.zdm_old_change_type_ready_v', true, false)	\N	pending	0	\N	\N	\N	\N	\N
73	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_change_type_ready_v RENAME TO change_type_ready_v	ALTER INDEX public.change_type_ready_v RENAME TO zdm_new_change_type_ready_v	\N	pending	0	\N	\N	\N	\N	\N
73	23	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ALTER COLUMN zdm_old_v DROP NOT NULL	SELECT zdm.trust_not_null('public.change_type_ready', 'zdm_old_v', '', 'zdm_null_change_type_ready_v')	\N	pending	0	\N	\N	\N	\N	\N
73	24	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_ready" BEFORE INSERT OR UPDATE ON public.change_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');\nALTER TABLE public.change_type_ready ENABLE ALWAYS TRIGGER "~zdm_change_type_ready"	SELECT zdm.refuse_lossy('change_type_ready', 'public.change_type_ready', '~zdm_change_type_ready', 'zdm_null_change_type_ready_v', ARRAY['zdm_old_v']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_change_type_ready" BEFORE INSERT OR UPDATE ON public.change_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_ready ENABLE ALWAYS TRIGGER "~zdm_change_type_ready"	\N	pending	0	\N	\N	\N	\N	\N
73	25	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_change_type_ready" ON public.change_type_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
73	26	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
74	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ADD COLUMN zdm_new_v integer	ALTER TABLE public.change_type_running DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000018	00:00:00.001002	00:00:00.000094	\N	2026-11-26 19:21:36.354587+00
73	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ALTER COLUMN zdm_new_v SET NOT NULL;\nALTER TABLE public.change_type_ready DROP CONSTRAINT "~zdm_not_null_zdm_new_v"	ALTER TABLE public.change_type_ready ALTER COLUMN zdm_new_v DROP NOT NULL	\N	done	1	00:00:00.000019	00:00:00.000548	00:00:00.000544	\N	2026-11-26 19:21:40.157831+00
73	12	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_ready ADD CONSTRAINT zdm_new_change_type_ready_v_check CHECK ((zdm_new_v IS NOT NULL)) NOT VALID	ALTER TABLE public.change_type_ready DROP CONSTRAINT IF EXISTS zdm_new_change_type_ready_v_check	\N	done	1	00:00:00.000016	00:00:00.000226	00:00:00.000223	\N	2026-11-26 19:21:40.201493+00
73	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY zdm_new_change_type_ready_v ON public.change_type_ready USING btree (zdm_new_v, id)	DROP INDEX IF EXISTS public.zdm_new_change_type_ready_v	\N	done	1	00:00:00	00:00:00	00:00:00.033308	\N	2026-11-26 19:21:40.198272+00
73	13	validate	sql	worker	\N	ALTER TABLE public.change_type_ready VALIDATE CONSTRAINT zdm_new_change_type_ready_v_check	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000167	\N	2026-11-26 19:21:40.207135+00
73	14	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_change_type_ready_v ON public.change_type_ready ((true)) WHERE v IS NULL	DROP INDEX IF EXISTS public.zdm_null_change_type_ready_v	\N	done	1	00:00:00	00:00:00	00:00:00.022184	\N	2026-11-26 19:21:40.236585+00
74	6	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := (v)::integer	\N	\N	pending	0	\N	\N	\N	\N	\N
74	7	validate	sql	worker	\N	ANALYZE public.change_type_running (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
74	8	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ADD CONSTRAINT "~zdm_not_null_zdm_new_v" CHECK (zdm_new_v IS NOT NULL) NOT VALID	ALTER TABLE public.change_type_running DROP CONSTRAINT IF EXISTS "~zdm_not_null_zdm_new_v"	\N	pending	0	\N	\N	\N	\N	\N
74	9	validate	sql	worker	\N	ALTER TABLE public.change_type_running VALIDATE CONSTRAINT "~zdm_not_null_zdm_new_v"	\N	\N	pending	0	\N	\N	\N	\N	\N
74	10	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ALTER COLUMN zdm_new_v SET NOT NULL;\nALTER TABLE public.change_type_running DROP CONSTRAINT "~zdm_not_null_zdm_new_v"	ALTER TABLE public.change_type_running ALTER COLUMN zdm_new_v DROP NOT NULL	\N	pending	0	\N	\N	\N	\N	\N
74	11	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE UNIQUE INDEX CONCURRENTLY zdm_new_change_type_running_v ON public.change_type_running USING btree (zdm_new_v, id)	DROP INDEX IF EXISTS public.zdm_new_change_type_running_v	\N	pending	0	\N	\N	\N	\N	\N
74	12	validate	sql	worker	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ADD CONSTRAINT zdm_new_change_type_running_v_check CHECK ((zdm_new_v IS NOT NULL)) NOT VALID	ALTER TABLE public.change_type_running DROP CONSTRAINT IF EXISTS zdm_new_change_type_running_v_check	\N	pending	0	\N	\N	\N	\N	\N
74	13	validate	sql	worker	\N	ALTER TABLE public.change_type_running VALIDATE CONSTRAINT zdm_new_change_type_running_v_check	\N	\N	pending	0	\N	\N	\N	\N	\N
74	14	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_change_type_running_v ON public.change_type_running ((true)) WHERE v IS NULL	DROP INDEX IF EXISTS public.zdm_null_change_type_running_v	\N	pending	0	\N	\N	\N	\N	\N
74	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.change_type_running', ARRAY['v'], ARRAY['change_type_running_v_check on public.change_type_running', 'public.change_type_running_v', 'v not null']::text[], 'public.zdm_null_change_type_running_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
74	16	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.change_type_running RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
74	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.change_type_running ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.change_type_running RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
74	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running DROP CONSTRAINT change_type_running_v_check	ALTER TABLE public.change_type_running ADD CONSTRAINT change_type_running_v_check CHECK ((zdm_old_v IS NOT NULL)) NOT VALID	\N	pending	0	\N	\N	\N	\N	\N
74	19	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running RENAME CONSTRAINT zdm_new_change_type_running_v_check TO change_type_running_v_check	ALTER TABLE public.change_type_running RENAME CONSTRAINT change_type_running_v_check TO zdm_new_change_type_running_v_check	\N	pending	0	\N	\N	\N	\N	\N
74	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.change_type_running_v RENAME TO zdm_old_change_type_running_v	ALTER INDEX public.zdm_old_change_type_running_v RENAME TO change_type_running_v	\N	pending	0	\N	\N	\N	\N	\N
74	21	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_change_type_running_v', false, false)	SELECT zdm.set_unique('public.zdm_old_change_type_running_v', true, false)	\N	pending	0	\N	\N	\N	\N	\N
74	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_change_type_running_v RENAME TO change_type_running_v	ALTER INDEX public.change_type_running_v RENAME TO zdm_new_change_type_running_v	\N	pending	0	\N	\N	\N	\N	\N
74	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ALTER COLUMN zdm_new_v SET (pg_attver = '28322040')	\N	\N	done	1	00:00:00.000018	00:00:00.001077	00:00:00.000035	\N	2026-11-26 19:21:36.354654+00
74	3	expand	sql	caller	\N	GRANT UPDATE (zdm_new_v) ON public.change_type_running TO upgrade_reader	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000046	\N	2026-11-26 19:21:36.354726+00
74	4	expand	sql	caller	\N	COMMENT ON COLUMN public.change_type_running.zdm_new_v IS 'its v'	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000024	\N	2026-11-26 19:21:36.354774+00
74	5	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_running" BEFORE INSERT OR UPDATE ON public.change_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_running ENABLE ALWAYS TRIGGER "~zdm_change_type_running"	DROP TRIGGER "~zdm_change_type_running" ON public.change_type_running	\N	done	1	00:00:00.000018	00:00:00.001316	00:00:00.000093	\N	2026-11-26 19:21:36.354892+00
74	23	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running ALTER COLUMN zdm_old_v DROP NOT NULL	SELECT zdm.trust_not_null('public.change_type_running', 'zdm_old_v', '', 'zdm_null_change_type_running_v')	\N	pending	0	\N	\N	\N	\N	\N
74	24	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_running" BEFORE INSERT OR UPDATE ON public.change_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');\nALTER TABLE public.change_type_running ENABLE ALWAYS TRIGGER "~zdm_change_type_running"	SELECT zdm.refuse_lossy('change_type_running', 'public.change_type_running', '~zdm_change_type_running', 'zdm_null_change_type_running_v', ARRAY['zdm_old_v']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_change_type_running" BEFORE INSERT OR UPDATE ON public.change_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_running ENABLE ALWAYS TRIGGER "~zdm_change_type_running"	\N	pending	0	\N	\N	\N	\N	\N
74	25	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_change_type_running" ON public.change_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
74	26	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_running DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
75	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_contracted DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000024	00:00:00.001009	00:00:00.000154	\N	2026-11-26 19:21:36.377718+00
75	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted ALTER COLUMN zdm_new_v SET (pg_attver = '28348736')	\N	\N	done	1	00:00:00.000024	00:00:00.001147	00:00:00.000073	\N	2026-11-26 19:21:36.37785+00
75	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_contracted" BEFORE INSERT OR UPDATE ON public.lossy_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_contracted ENABLE ALWAYS TRIGGER "~zdm_lossy_type_contracted"	DROP TRIGGER "~zdm_lossy_type_contracted" ON public.lossy_type_contracted	\N	done	1	00:00:00.000024	00:00:00.001373	00:00:00.000175	\N	2026-11-26 19:21:36.378076+00
75	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:40.330596+00
75	5	validate	sql	worker	\N	ANALYZE public.lossy_type_contracted (zdm_new_v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000322	\N	2026-11-26 19:21:40.331221+00
75	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_contracted', ARRAY['v'], ARRAY['for public.lossy_type_contracted.v']::text[], 'public.zdm_null_lossy_type_contracted_v')	\N	\N	done	1	00:00:00.000014	00:00:00.000233	00:00:00.000083	\N	2026-11-26 19:21:41.345447+00
75	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_contracted_v ON public.lossy_type_contracted ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_contracted_v	\N	done	1	00:00:00	00:00:00	00:00:00.028022	\N	2026-11-26 19:21:40.367766+00
75	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_contracted RENAME COLUMN zdm_old_v TO v	\N	done	1	00:00:00.000014	00:00:00.000338	00:00:00.000052	\N	2026-11-26 19:21:41.345543+00
75	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_contracted ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_contracted RENAME COLUMN v TO zdm_new_v	\N	done	1	00:00:00.000014	00:00:00.000396	00:00:00.000031	\N	2026-11-26 19:21:41.3456+00
75	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_contracted ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	done	1	00:00:00.000014	00:00:00.000512	00:00:00.00009	\N	2026-11-26 19:21:41.345717+00
75	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_contracted ALTER COLUMN v DROP DEFAULT	\N	done	1	00:00:00.000014	00:00:00.000605	00:00:00.000066	\N	2026-11-26 19:21:41.34581+00
75	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_contracted" ON public.lossy_type_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
75	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_contracted DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
76	5	validate	sql	worker	\N	ANALYZE public.lossy_type_failed (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
76	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_failed_v ON public.lossy_type_failed ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_failed_v	\N	pending	0	\N	\N	\N	\N	\N
76	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_failed', ARRAY['v'], ARRAY['for public.lossy_type_failed.v']::text[], 'public.zdm_null_lossy_type_failed_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
76	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_failed RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
76	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_failed ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_failed RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
76	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_failed ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	pending	0	\N	\N	\N	\N	\N
76	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_failed ALTER COLUMN v DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
76	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_failed" BEFORE INSERT OR UPDATE ON public.lossy_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_failed ENABLE ALWAYS TRIGGER "~zdm_lossy_type_failed"	SELECT zdm.refuse_lossy('lossy_type_failed', 'public.lossy_type_failed', '~zdm_lossy_type_failed', 'zdm_null_lossy_type_failed_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_failed" BEFORE INSERT OR UPDATE ON public.lossy_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_failed ENABLE ALWAYS TRIGGER "~zdm_lossy_type_failed"	\N	pending	0	\N	\N	\N	\N	\N
76	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_failed" ON public.lossy_type_failed	\N	\N	pending	0	\N	\N	\N	\N	\N
76	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
76	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_failed DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000023	00:00:00.000723	00:00:00.000114	\N	2026-11-26 19:21:36.402071+00
76	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_failed ALTER COLUMN zdm_new_v SET (pg_attver = '28360336')	\N	\N	done	1	00:00:00.000023	00:00:00.000802	00:00:00.000039	\N	2026-11-26 19:21:36.402143+00
76	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_failed" BEFORE INSERT OR UPDATE ON public.lossy_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_failed ENABLE ALWAYS TRIGGER "~zdm_lossy_type_failed"	DROP TRIGGER "~zdm_lossy_type_failed" ON public.lossy_type_failed	\N	done	1	00:00:00.000023	00:00:00.000933	00:00:00.000105	\N	2026-11-26 19:21:36.402274+00
76	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	failed	1	\N	\N	\N	smallint out of range (SQLSTATE 22003)\nROW: row (8,21) of public.lossy_type_failed, key (id)=(1400)	\N
77	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	pending	0	\N	\N	\N	\N	\N
77	5	validate	sql	worker	\N	ANALYZE public.lossy_type_paused (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
77	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_paused_v ON public.lossy_type_paused ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_paused_v	\N	pending	0	\N	\N	\N	\N	\N
77	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_paused', ARRAY['v'], ARRAY['for public.lossy_type_paused.v']::text[], 'public.zdm_null_lossy_type_paused_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
77	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_paused RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
77	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_paused ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_paused RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
77	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_paused ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	pending	0	\N	\N	\N	\N	\N
77	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_paused ALTER COLUMN v DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
77	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_paused" BEFORE INSERT OR UPDATE ON public.lossy_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_paused ENABLE ALWAYS TRIGGER "~zdm_lossy_type_paused"	SELECT zdm.refuse_lossy('lossy_type_paused', 'public.lossy_type_paused', '~zdm_lossy_type_paused', 'zdm_null_lossy_type_paused_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_paused" BEFORE INSERT OR UPDATE ON public.lossy_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_paused ENABLE ALWAYS TRIGGER "~zdm_lossy_type_paused"	\N	pending	0	\N	\N	\N	\N	\N
77	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_paused" ON public.lossy_type_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
77	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
77	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_paused DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000018	00:00:00.000718	00:00:00.000094	\N	2026-11-26 19:21:36.422188+00
77	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_paused ALTER COLUMN zdm_new_v SET (pg_attver = '28371840')	\N	\N	done	1	00:00:00.000018	00:00:00.000795	00:00:00.000036	\N	2026-11-26 19:21:36.422255+00
77	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_paused" BEFORE INSERT OR UPDATE ON public.lossy_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_paused ENABLE ALWAYS TRIGGER "~zdm_lossy_type_paused"	DROP TRIGGER "~zdm_lossy_type_paused" ON public.lossy_type_paused	\N	done	1	00:00:00.000018	00:00:00.000934	00:00:00.000113	\N	2026-11-26 19:21:36.422396+00
78	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_ready DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.000017	00:00:00.000713	00:00:00.000124	\N	2026-11-26 19:21:36.443301+00
78	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_ready', ARRAY['v'], ARRAY['for public.lossy_type_ready.v']::text[], 'public.zdm_null_lossy_type_ready_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
78	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_ready RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
78	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_ready ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_ready RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
78	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_ready ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	pending	0	\N	\N	\N	\N	\N
78	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_ready ALTER COLUMN v DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
78	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_ready" BEFORE INSERT OR UPDATE ON public.lossy_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_ready ENABLE ALWAYS TRIGGER "~zdm_lossy_type_ready"	SELECT zdm.refuse_lossy('lossy_type_ready', 'public.lossy_type_ready', '~zdm_lossy_type_ready', 'zdm_null_lossy_type_ready_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_ready" BEFORE INSERT OR UPDATE ON public.lossy_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_ready ENABLE ALWAYS TRIGGER "~zdm_lossy_type_ready"	\N	pending	0	\N	\N	\N	\N	\N
78	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_ready" ON public.lossy_type_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
78	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
78	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_ready ALTER COLUMN zdm_new_v SET (pg_attver = '28383320')	\N	\N	done	1	00:00:00.000017	00:00:00.000828	00:00:00.000054	\N	2026-11-26 19:21:36.4434+00
78	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_ready" BEFORE INSERT OR UPDATE ON public.lossy_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_ready ENABLE ALWAYS TRIGGER "~zdm_lossy_type_ready"	DROP TRIGGER "~zdm_lossy_type_ready" ON public.lossy_type_ready	\N	done	1	00:00:00.000017	00:00:00.001031	00:00:00.000174	\N	2026-11-26 19:21:36.443611+00
78	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:40.469941+00
78	5	validate	sql	worker	\N	ANALYZE public.lossy_type_ready (zdm_new_v)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000405	\N	2026-11-26 19:21:40.470669+00
79	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN zdm_new_v SET (pg_attver = '28394848')	\N	\N	undone	1	00:00:00.000017	00:00:00.000747	00:00:00.000034	\N	2026-11-26 19:21:41.376624+00
78	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_ready_v ON public.lossy_type_ready ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_ready_v	\N	done	1	00:00:00	00:00:00	00:00:00.02139	\N	2026-11-26 19:21:40.502252+00
79	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_rolled_back" BEFORE INSERT OR UPDATE ON public.lossy_type_rolled_back FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_rolled_back ENABLE ALWAYS TRIGGER "~zdm_lossy_type_rolled_back"	DROP TRIGGER "~zdm_lossy_type_rolled_back" ON public.lossy_type_rolled_back	\N	undone	1	00:00:00.000017	00:00:00.000885	00:00:00.000107	\N	2026-11-26 19:21:41.376564+00
79	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_rolled_back DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	undone	1	00:00:00.000017	00:00:00.000674	00:00:00.00009	\N	2026-11-26 19:21:41.38514+00
79	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_rolled_back_v ON public.lossy_type_rolled_back ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_rolled_back_v	\N	pending	0	\N	\N	\N	\N	\N
79	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_rolled_back', ARRAY['v'], ARRAY['for public.lossy_type_rolled_back.v']::text[], 'public.zdm_null_lossy_type_rolled_back_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
79	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_rolled_back RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
79	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_rolled_back RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
79	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	pending	0	\N	\N	\N	\N	\N
79	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_rolled_back ALTER COLUMN v DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
79	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_rolled_back" BEFORE INSERT OR UPDATE ON public.lossy_type_rolled_back FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_rolled_back ENABLE ALWAYS TRIGGER "~zdm_lossy_type_rolled_back"	SELECT zdm.refuse_lossy('lossy_type_rolled_back', 'public.lossy_type_rolled_back', '~zdm_lossy_type_rolled_back', 'zdm_null_lossy_type_rolled_back_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_rolled_back" BEFORE INSERT OR UPDATE ON public.lossy_type_rolled_back FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_rolled_back ENABLE ALWAYS TRIGGER "~zdm_lossy_type_rolled_back"	\N	pending	0	\N	\N	\N	\N	\N
79	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_rolled_back" ON public.lossy_type_rolled_back	\N	\N	pending	0	\N	\N	\N	\N	\N
79	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_rolled_back DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
80	4	backfill	backfill	worker	ROW EXCLUSIVE	zdm_new_v := v	\N	\N	pending	0	\N	\N	\N	\N	\N
80	5	validate	sql	worker	\N	ANALYZE public.lossy_type_running (zdm_new_v)	\N	\N	pending	0	\N	\N	\N	\N	\N
80	6	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_lossy_type_running_v ON public.lossy_type_running ((true)) WHERE v IS NULL AND (zdm_new_v IS NOT NULL)	DROP INDEX IF EXISTS public.zdm_null_lossy_type_running_v	\N	pending	0	\N	\N	\N	\N	\N
80	7	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.lossy_type_running', ARRAY['v'], ARRAY['for public.lossy_type_running.v']::text[], 'public.zdm_null_lossy_type_running_v')	\N	\N	pending	0	\N	\N	\N	\N	\N
80	8	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running RENAME COLUMN v TO zdm_old_v	ALTER TABLE public.lossy_type_running RENAME COLUMN zdm_old_v TO v	\N	pending	0	\N	\N	\N	\N	\N
80	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running RENAME COLUMN zdm_new_v TO v	ALTER TABLE public.lossy_type_running ALTER COLUMN v DROP DEFAULT;\nALTER TABLE public.lossy_type_running RENAME COLUMN v TO zdm_new_v	\N	pending	0	\N	\N	\N	\N	\N
80	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running ALTER COLUMN zdm_old_v DROP DEFAULT	ALTER TABLE public.lossy_type_running ALTER COLUMN zdm_old_v SET DEFAULT 7	\N	pending	0	\N	\N	\N	\N	\N
80	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running ADD COLUMN zdm_new_v smallint	ALTER TABLE public.lossy_type_running DROP COLUMN IF EXISTS zdm_new_v	From contract on "v" is the last column of its table: an INSERT without a column list and SELECT * see that.	done	1	00:00:00.00002	00:00:00.000788	00:00:00.00011	\N	2026-11-26 19:21:36.482574+00
80	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running ALTER COLUMN zdm_new_v SET (pg_attver = '28406408')	\N	\N	done	1	00:00:00.00002	00:00:00.000866	00:00:00.000037	\N	2026-11-26 19:21:36.482643+00
80	3	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_running" BEFORE INSERT OR UPDATE ON public.lossy_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_running ENABLE ALWAYS TRIGGER "~zdm_lossy_type_running"	DROP TRIGGER "~zdm_lossy_type_running" ON public.lossy_type_running	\N	done	1	00:00:00.00002	00:00:00.001038	00:00:00.000145	\N	2026-11-26 19:21:36.482818+00
80	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running ALTER COLUMN v SET DEFAULT 7	ALTER TABLE public.lossy_type_running ALTER COLUMN v DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
80	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_running" BEFORE INSERT OR UPDATE ON public.lossy_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_running ENABLE ALWAYS TRIGGER "~zdm_lossy_type_running"	SELECT zdm.refuse_lossy('lossy_type_running', 'public.lossy_type_running', '~zdm_lossy_type_running', 'zdm_null_lossy_type_running_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_running" BEFORE INSERT OR UPDATE ON public.lossy_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_running ENABLE ALWAYS TRIGGER "~zdm_lossy_type_running"	\N	pending	0	\N	\N	\N	\N	\N
80	13	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_lossy_type_running" ON public.lossy_type_running	\N	\N	pending	0	\N	\N	\N	\N	\N
80	14	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.lossy_type_running DROP COLUMN zdm_old_v	\N	\N	pending	0	\N	\N	\N	\N	\N
81	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ADD COLUMN p integer	ALTER TABLE public.transform_contracted DROP COLUMN IF EXISTS p	\N	done	1	00:00:00.000017	00:00:00.000771	00:00:00.000089	\N	2026-11-26 19:21:36.495232+00
81	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ADD COLUMN q integer	ALTER TABLE public.transform_contracted DROP COLUMN IF EXISTS q	\N	done	1	00:00:00.000017	00:00:00.000847	00:00:00.000037	\N	2026-11-26 19:21:36.495301+00
81	3	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ADD COLUMN r integer	ALTER TABLE public.transform_contracted DROP COLUMN IF EXISTS r	\N	done	1	00:00:00.000017	00:00:00.000899	00:00:00.000025	\N	2026-11-26 19:21:36.495351+00
81	4	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_contracted" BEFORE INSERT OR UPDATE ON public.transform_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_contracted ENABLE ALWAYS TRIGGER "~zdm_transform_contracted"	DROP TRIGGER "~zdm_transform_contracted" ON public.transform_contracted	\N	done	1	00:00:00.000017	00:00:00.001033	00:00:00.00011	\N	2026-11-26 19:21:36.495488+00
81	5	backfill	backfill	worker	ROW EXCLUSIVE	p := (a / b), q := (a % b), r := b	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:40.594146+00
81	6	validate	sql	worker	\N	ANALYZE public.transform_contracted (p, q, r)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000271	\N	2026-11-26 19:21:40.594746+00
81	8	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.transform_contracted', ARRAY['a', 'b'], ARRAY['a not null', 'b not null']::text[], 'public.zdm_null_transform_contracted_a')	\N	\N	done	1	00:00:00.000017	00:00:00.000226	00:00:00.000077	\N	2026-11-26 19:21:41.361718+00
81	7	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_transform_contracted_a ON public.transform_contracted ((true)) WHERE a IS NULL OR b IS NULL	DROP INDEX IF EXISTS public.zdm_null_transform_contracted_a	\N	done	1	00:00:00	00:00:00	00:00:00.027916	\N	2026-11-26 19:21:40.6395+00
81	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted RENAME COLUMN a TO zdm_old_a	ALTER TABLE public.transform_contracted RENAME COLUMN zdm_old_a TO a	\N	done	1	00:00:00.000017	00:00:00.000338	00:00:00.000059	\N	2026-11-26 19:21:41.361822+00
81	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted RENAME COLUMN b TO zdm_old_b	ALTER TABLE public.transform_contracted RENAME COLUMN zdm_old_b TO b	\N	done	1	00:00:00.000017	00:00:00.000436	00:00:00.00007	\N	2026-11-26 19:21:41.361923+00
81	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ALTER COLUMN p DROP DEFAULT	ALTER TABLE public.transform_contracted ALTER COLUMN p DROP DEFAULT	\N	done	1	00:00:00.000017	00:00:00.000501	00:00:00.000032	\N	2026-11-26 19:21:41.361982+00
81	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ALTER COLUMN q DROP DEFAULT	ALTER TABLE public.transform_contracted ALTER COLUMN q DROP DEFAULT	\N	done	1	00:00:00.000017	00:00:00.000533	00:00:00.000008	\N	2026-11-26 19:21:41.362013+00
81	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ALTER COLUMN r DROP DEFAULT	ALTER TABLE public.transform_contracted ALTER COLUMN r DROP DEFAULT	\N	done	1	00:00:00.000017	00:00:00.000561	00:00:00.000007	\N	2026-11-26 19:21:41.362041+00
81	14	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ALTER COLUMN zdm_old_a DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_contracted', 'zdm_old_a', '', 'zdm_null_transform_contracted_a')	\N	done	1	00:00:00.000017	00:00:00.000626	00:00:00.000044	\N	2026-11-26 19:21:41.362108+00
81	17	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_transform_contracted" ON public.transform_contracted	\N	\N	pending	0	\N	\N	\N	\N	\N
81	18	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted DROP COLUMN zdm_old_a	\N	\N	pending	0	\N	\N	\N	\N	\N
81	19	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted DROP COLUMN zdm_old_b	\N	\N	pending	0	\N	\N	\N	\N	\N
82	6	validate	sql	worker	\N	ANALYZE public.transform_failed (p, q, r)	\N	\N	pending	0	\N	\N	\N	\N	\N
82	7	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_transform_failed_a ON public.transform_failed ((true)) WHERE a IS NULL OR b IS NULL	DROP INDEX IF EXISTS public.zdm_null_transform_failed_a	\N	pending	0	\N	\N	\N	\N	\N
82	8	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.transform_failed', ARRAY['a', 'b'], ARRAY['a not null', 'b not null']::text[], 'public.zdm_null_transform_failed_a')	\N	\N	pending	0	\N	\N	\N	\N	\N
82	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed RENAME COLUMN a TO zdm_old_a	ALTER TABLE public.transform_failed RENAME COLUMN zdm_old_a TO a	\N	pending	0	\N	\N	\N	\N	\N
82	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed RENAME COLUMN b TO zdm_old_b	ALTER TABLE public.transform_failed RENAME COLUMN zdm_old_b TO b	\N	pending	0	\N	\N	\N	\N	\N
82	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ALTER COLUMN p DROP DEFAULT	ALTER TABLE public.transform_failed ALTER COLUMN p DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
82	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ALTER COLUMN q DROP DEFAULT	ALTER TABLE public.transform_failed ALTER COLUMN q DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
82	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ALTER COLUMN r DROP DEFAULT	ALTER TABLE public.transform_failed ALTER COLUMN r DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
82	14	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ALTER COLUMN zdm_old_a DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_failed', 'zdm_old_a', '', 'zdm_null_transform_failed_a')	\N	pending	0	\N	\N	\N	\N	\N
82	15	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ALTER COLUMN zdm_old_b DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_failed', 'zdm_old_b', '', 'zdm_null_transform_failed_a')	\N	pending	0	\N	\N	\N	\N	\N
82	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ADD COLUMN p integer	ALTER TABLE public.transform_failed DROP COLUMN IF EXISTS p	\N	done	1	00:00:00.000015	00:00:00.000762	00:00:00.000108	\N	2026-11-26 19:21:36.51812+00
82	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ADD COLUMN q integer	ALTER TABLE public.transform_failed DROP COLUMN IF EXISTS q	\N	done	1	00:00:00.000015	00:00:00.000835	00:00:00.000033	\N	2026-11-26 19:21:36.518185+00
82	3	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed ADD COLUMN r integer	ALTER TABLE public.transform_failed DROP COLUMN IF EXISTS r	\N	done	1	00:00:00.000015	00:00:00.000886	00:00:00.000024	\N	2026-11-26 19:21:36.518235+00
82	4	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_failed" BEFORE INSERT OR UPDATE ON public.transform_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_failed ENABLE ALWAYS TRIGGER "~zdm_transform_failed"	DROP TRIGGER "~zdm_transform_failed" ON public.transform_failed	\N	done	1	00:00:00.000015	00:00:00.001013	00:00:00.000102	\N	2026-11-26 19:21:36.518363+00
81	16	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_contracted" BEFORE INSERT OR UPDATE ON public.transform_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');\nALTER TABLE public.transform_contracted ENABLE ALWAYS TRIGGER "~zdm_transform_contracted"	SELECT zdm.refuse_lossy('transform_contracted', 'public.transform_contracted', '~zdm_transform_contracted', 'zdm_null_transform_contracted_a', ARRAY['zdm_old_a', 'zdm_old_b']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_transform_contracted" BEFORE INSERT OR UPDATE ON public.transform_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_contracted ENABLE ALWAYS TRIGGER "~zdm_transform_contracted"	\N	done	1	00:00:00.000017	00:00:00.000784	00:00:00.000089	\N	2026-11-26 19:21:41.362265+00
82	5	backfill	backfill	worker	ROW EXCLUSIVE	p := (a / b), q := (a % b), r := b	\N	\N	failed	1	\N	\N	\N	division by zero (SQLSTATE 22012)\nROW: row (8,21) of public.transform_failed, key (id)=(1400)	\N
82	16	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_failed" BEFORE INSERT OR UPDATE ON public.transform_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');\nALTER TABLE public.transform_failed ENABLE ALWAYS TRIGGER "~zdm_transform_failed"	SELECT zdm.refuse_lossy('transform_failed', 'public.transform_failed', '~zdm_transform_failed', 'zdm_null_transform_failed_a', ARRAY['zdm_old_a', 'zdm_old_b']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_transform_failed" BEFORE INSERT OR UPDATE ON public.transform_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_failed ENABLE ALWAYS TRIGGER "~zdm_transform_failed"	\N	pending	0	\N	\N	\N	\N	\N
82	17	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_transform_failed" ON public.transform_failed	\N	\N	pending	0	\N	\N	\N	\N	\N
82	18	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed DROP COLUMN zdm_old_a	\N	\N	pending	0	\N	\N	\N	\N	\N
82	19	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_failed DROP COLUMN zdm_old_b	\N	\N	pending	0	\N	\N	\N	\N	\N
83	5	backfill	backfill	worker	ROW EXCLUSIVE	p := (a / b), q := (a % b), r := b	\N	\N	pending	0	\N	\N	\N	\N	\N
83	6	validate	sql	worker	\N	ANALYZE public.transform_paused (p, q, r)	\N	\N	pending	0	\N	\N	\N	\N	\N
83	7	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_transform_paused_a ON public.transform_paused ((true)) WHERE a IS NULL OR b IS NULL	DROP INDEX IF EXISTS public.zdm_null_transform_paused_a	\N	pending	0	\N	\N	\N	\N	\N
83	8	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.transform_paused', ARRAY['a', 'b'], ARRAY['a not null', 'b not null']::text[], 'public.zdm_null_transform_paused_a')	\N	\N	pending	0	\N	\N	\N	\N	\N
83	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused RENAME COLUMN a TO zdm_old_a	ALTER TABLE public.transform_paused RENAME COLUMN zdm_old_a TO a	\N	pending	0	\N	\N	\N	\N	\N
83	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused RENAME COLUMN b TO zdm_old_b	ALTER TABLE public.transform_paused RENAME COLUMN zdm_old_b TO b	\N	pending	0	\N	\N	\N	\N	\N
83	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ALTER COLUMN p DROP DEFAULT	ALTER TABLE public.transform_paused ALTER COLUMN p DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
83	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ALTER COLUMN q DROP DEFAULT	ALTER TABLE public.transform_paused ALTER COLUMN q DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
83	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ALTER COLUMN r DROP DEFAULT	ALTER TABLE public.transform_paused ALTER COLUMN r DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
83	14	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ALTER COLUMN zdm_old_a DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_paused', 'zdm_old_a', '', 'zdm_null_transform_paused_a')	\N	pending	0	\N	\N	\N	\N	\N
83	15	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ALTER COLUMN zdm_old_b DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_paused', 'zdm_old_b', '', 'zdm_null_transform_paused_a')	\N	pending	0	\N	\N	\N	\N	\N
83	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ADD COLUMN p integer	ALTER TABLE public.transform_paused DROP COLUMN IF EXISTS p	\N	done	1	00:00:00.000016	00:00:00.000832	00:00:00.000086	\N	2026-11-26 19:21:36.530399+00
83	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ADD COLUMN q integer	ALTER TABLE public.transform_paused DROP COLUMN IF EXISTS q	\N	done	1	00:00:00.000016	00:00:00.000907	00:00:00.000036	\N	2026-11-26 19:21:36.530467+00
83	3	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused ADD COLUMN r integer	ALTER TABLE public.transform_paused DROP COLUMN IF EXISTS r	\N	done	1	00:00:00.000016	00:00:00.000961	00:00:00.000027	\N	2026-11-26 19:21:36.530519+00
83	4	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_paused" BEFORE INSERT OR UPDATE ON public.transform_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_paused ENABLE ALWAYS TRIGGER "~zdm_transform_paused"	DROP TRIGGER "~zdm_transform_paused" ON public.transform_paused	\N	done	1	00:00:00.000016	00:00:00.001087	00:00:00.000102	\N	2026-11-26 19:21:36.530647+00
83	16	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_paused" BEFORE INSERT OR UPDATE ON public.transform_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');\nALTER TABLE public.transform_paused ENABLE ALWAYS TRIGGER "~zdm_transform_paused"	SELECT zdm.refuse_lossy('transform_paused', 'public.transform_paused', '~zdm_transform_paused', 'zdm_null_transform_paused_a', ARRAY['zdm_old_a', 'zdm_old_b']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_transform_paused" BEFORE INSERT OR UPDATE ON public.transform_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_paused ENABLE ALWAYS TRIGGER "~zdm_transform_paused"	\N	pending	0	\N	\N	\N	\N	\N
83	17	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_transform_paused" ON public.transform_paused	\N	\N	pending	0	\N	\N	\N	\N	\N
83	18	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused DROP COLUMN zdm_old_a	\N	\N	pending	0	\N	\N	\N	\N	\N
83	19	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_paused DROP COLUMN zdm_old_b	\N	\N	pending	0	\N	\N	\N	\N	\N
84	8	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.transform_ready', ARRAY['a', 'b'], ARRAY['a not null', 'b not null']::text[], 'public.zdm_null_transform_ready_a')	\N	\N	pending	0	\N	\N	\N	\N	\N
84	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready RENAME COLUMN a TO zdm_old_a	ALTER TABLE public.transform_ready RENAME COLUMN zdm_old_a TO a	\N	pending	0	\N	\N	\N	\N	\N
84	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready RENAME COLUMN b TO zdm_old_b	ALTER TABLE public.transform_ready RENAME COLUMN zdm_old_b TO b	\N	pending	0	\N	\N	\N	\N	\N
84	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ALTER COLUMN p DROP DEFAULT	ALTER TABLE public.transform_ready ALTER COLUMN p DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
84	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ALTER COLUMN q DROP DEFAULT	ALTER TABLE public.transform_ready ALTER COLUMN q DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
84	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ALTER COLUMN r DROP DEFAULT	ALTER TABLE public.transform_ready ALTER COLUMN r DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
84	14	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ALTER COLUMN zdm_old_a DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_ready', 'zdm_old_a', '', 'zdm_null_transform_ready_a')	\N	pending	0	\N	\N	\N	\N	\N
84	15	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ALTER COLUMN zdm_old_b DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_ready', 'zdm_old_b', '', 'zdm_null_transform_ready_a')	\N	pending	0	\N	\N	\N	\N	\N
84	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ADD COLUMN p integer	ALTER TABLE public.transform_ready DROP COLUMN IF EXISTS p	\N	done	1	00:00:00.000013	00:00:00.000728	00:00:00.000078	\N	2026-11-26 19:21:36.546612+00
84	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ADD COLUMN q integer	ALTER TABLE public.transform_ready DROP COLUMN IF EXISTS q	\N	done	1	00:00:00.000013	00:00:00.000796	00:00:00.000032	\N	2026-11-26 19:21:36.546675+00
84	3	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready ADD COLUMN r integer	ALTER TABLE public.transform_ready DROP COLUMN IF EXISTS r	\N	done	1	00:00:00.000013	00:00:00.000848	00:00:00.000026	\N	2026-11-26 19:21:36.546726+00
84	4	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_ready" BEFORE INSERT OR UPDATE ON public.transform_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_ready ENABLE ALWAYS TRIGGER "~zdm_transform_ready"	DROP TRIGGER "~zdm_transform_ready" ON public.transform_ready	\N	done	1	00:00:00.000013	00:00:00.001002	00:00:00.00013	\N	2026-11-26 19:21:36.546884+00
84	5	backfill	backfill	worker	ROW EXCLUSIVE	p := (a / b), q := (a % b), r := b	\N	\N	done	1	00:00:00	00:00:00	00:00:00	\N	2026-11-26 19:21:40.727648+00
84	6	validate	sql	worker	\N	ANALYZE public.transform_ready (p, q, r)	\N	\N	done	1	00:00:00	00:00:00	00:00:00.000273	\N	2026-11-26 19:21:40.728269+00
84	7	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_transform_ready_a ON public.transform_ready ((true)) WHERE a IS NULL OR b IS NULL	DROP INDEX IF EXISTS public.zdm_null_transform_ready_a	\N	done	1	00:00:00	00:00:00	00:00:00.029157	\N	2026-11-26 19:21:40.770573+00
84	16	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_ready" BEFORE INSERT OR UPDATE ON public.transform_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');\nALTER TABLE public.transform_ready ENABLE ALWAYS TRIGGER "~zdm_transform_ready"	SELECT zdm.refuse_lossy('transform_ready', 'public.transform_ready', '~zdm_transform_ready', 'zdm_null_transform_ready_a', ARRAY['zdm_old_a', 'zdm_old_b']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_transform_ready" BEFORE INSERT OR UPDATE ON public.transform_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_ready ENABLE ALWAYS TRIGGER "~zdm_transform_ready"	\N	pending	0	\N	\N	\N	\N	\N
84	17	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_transform_ready" ON public.transform_ready	\N	\N	pending	0	\N	\N	\N	\N	\N
84	18	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready DROP COLUMN zdm_old_a	\N	\N	pending	0	\N	\N	\N	\N	\N
84	19	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_ready DROP COLUMN zdm_old_b	\N	\N	pending	0	\N	\N	\N	\N	\N
85	5	backfill	backfill	worker	ROW EXCLUSIVE	p := (a / b), q := (a % b), r := b	\N	\N	pending	0	\N	\N	\N	\N	\N
85	6	validate	sql	worker	\N	ANALYZE public.transform_running (p, q, r)	\N	\N	pending	0	\N	\N	\N	\N	\N
85	7	validate	sql	concurrent	SHARE UPDATE EXCLUSIVE	CREATE INDEX CONCURRENTLY zdm_null_transform_running_a ON public.transform_running ((true)) WHERE a IS NULL OR b IS NULL	DROP INDEX IF EXISTS public.zdm_null_transform_running_a	\N	pending	0	\N	\N	\N	\N	\N
85	8	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.require_known('public.transform_running', ARRAY['a', 'b'], ARRAY['a not null', 'b not null']::text[], 'public.zdm_null_transform_running_a')	\N	\N	pending	0	\N	\N	\N	\N	\N
85	9	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running RENAME COLUMN a TO zdm_old_a	ALTER TABLE public.transform_running RENAME COLUMN zdm_old_a TO a	\N	pending	0	\N	\N	\N	\N	\N
85	10	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running RENAME COLUMN b TO zdm_old_b	ALTER TABLE public.transform_running RENAME COLUMN zdm_old_b TO b	\N	pending	0	\N	\N	\N	\N	\N
85	11	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ALTER COLUMN p DROP DEFAULT	ALTER TABLE public.transform_running ALTER COLUMN p DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
85	12	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ALTER COLUMN q DROP DEFAULT	ALTER TABLE public.transform_running ALTER COLUMN q DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
85	13	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ALTER COLUMN r DROP DEFAULT	ALTER TABLE public.transform_running ALTER COLUMN r DROP DEFAULT	\N	pending	0	\N	\N	\N	\N	\N
85	14	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ALTER COLUMN zdm_old_a DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_running', 'zdm_old_a', '', 'zdm_null_transform_running_a')	\N	pending	0	\N	\N	\N	\N	\N
85	15	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ALTER COLUMN zdm_old_b DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_running', 'zdm_old_b', '', 'zdm_null_transform_running_a')	\N	pending	0	\N	\N	\N	\N	\N
85	1	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ADD COLUMN p integer	ALTER TABLE public.transform_running DROP COLUMN IF EXISTS p	\N	done	1	00:00:00.000017	00:00:00.000828	00:00:00.000093	\N	2026-11-26 19:21:36.574203+00
85	2	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ADD COLUMN q integer	ALTER TABLE public.transform_running DROP COLUMN IF EXISTS q	\N	done	1	00:00:00.000017	00:00:00.0009	00:00:00.000033	\N	2026-11-26 19:21:36.574267+00
85	3	expand	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running ADD COLUMN r integer	ALTER TABLE public.transform_running DROP COLUMN IF EXISTS r	\N	done	1	00:00:00.000017	00:00:00.000951	00:00:00.000025	\N	2026-11-26 19:21:36.574317+00
85	4	expand	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_running" BEFORE INSERT OR UPDATE ON public.transform_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_running ENABLE ALWAYS TRIGGER "~zdm_transform_running"	DROP TRIGGER "~zdm_transform_running" ON public.transform_running	\N	done	1	00:00:00.000017	00:00:00.001082	00:00:00.000108	\N	2026-11-26 19:21:36.574449+00
85	16	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_transform_running" BEFORE INSERT OR UPDATE ON public.transform_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');\nALTER TABLE public.transform_running ENABLE ALWAYS TRIGGER "~zdm_transform_running"	SELECT zdm.refuse_lossy('transform_running', 'public.transform_running', '~zdm_transform_running', 'zdm_null_transform_running_a', ARRAY['zdm_old_a', 'zdm_old_b']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_transform_running" BEFORE INSERT OR UPDATE ON public.transform_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');\nALTER TABLE public.transform_running ENABLE ALWAYS TRIGGER "~zdm_transform_running"	\N	pending	0	\N	\N	\N	\N	\N
85	17	finalize	sql	caller	ACCESS EXCLUSIVE	DROP TRIGGER "~zdm_transform_running" ON public.transform_running	\N	\N	pending	0	\N	\N	\N	\N	\N
85	18	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running DROP COLUMN zdm_old_a	\N	\N	pending	0	\N	\N	\N	\N	\N
85	19	finalize	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_running DROP COLUMN zdm_old_b	\N	\N	pending	0	\N	\N	\N	\N	\N
52	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted_child DROP CONSTRAINT key_type_contracted_child_key_type_contracted_id_fkey	ALTER TABLE public.key_type_contracted_child ADD CONSTRAINT key_type_contracted_child_key_type_contracted_id_fkey FOREIGN KEY (key_type_contracted_id) REFERENCES public.key_type_contracted (zdm_old_id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_contracted_child', 'key_type_contracted_child_key_type_contracted_id_fkey')	\N	done	1	00:00:00.00002	00:00:00.000992	00:00:00.000114	\N	2026-11-26 19:21:41.226014+00
52	21	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.key_type_contracted_n RENAME TO zdm_old_key_type_contracted_n	ALTER INDEX public.zdm_old_key_type_contracted_n RENAME TO key_type_contracted_n	\N	done	1	00:00:00.00002	00:00:00.001065	00:00:00.000042	\N	2026-11-26 19:21:41.226087+00
52	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_key_type_contracted_n RENAME TO key_type_contracted_n	ALTER INDEX public.key_type_contracted_n RENAME TO zdm_new_key_type_contracted_n	\N	done	1	00:00:00.00002	00:00:00.001157	00:00:00.000064	\N	2026-11-26 19:21:41.226178+00
52	29	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.key_type_contracted_stat RENAME TO zdm_old_key_type_contracted_stat	ALTER STATISTICS public.zdm_old_key_type_contracted_stat RENAME TO key_type_contracted_stat	\N	done	1	00:00:00.00002	00:00:00.003011	00:00:00.000037	\N	2026-11-26 19:21:41.228031+00
52	30	contract	sql	caller	ACCESS EXCLUSIVE	ALTER STATISTICS public.zdm_new_key_type_contracted_stat RENAME TO key_type_contracted_stat	ALTER STATISTICS public.key_type_contracted_stat RENAME TO zdm_new_key_type_contracted_stat	\N	done	1	00:00:00.00002	00:00:00.003056	00:00:00.000016	\N	2026-11-26 19:21:41.228076+00
52	31	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ADD CONSTRAINT key_type_contracted_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_contracted (id) ON UPDATE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_contracted', 'key_type_contracted_parent_fkey')	ALTER TABLE public.key_type_contracted DROP CONSTRAINT key_type_contracted_parent_fkey	\N	done	1	00:00:00.00002	00:00:00.00332	00:00:00.000239	\N	2026-11-26 19:21:41.228344+00
52	32	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted_child ADD CONSTRAINT key_type_contracted_child_key_type_contracted_id_fkey FOREIGN KEY (key_type_contracted_id) REFERENCES public.key_type_contracted (id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;\nSELECT zdm.trust_constraint('public.key_type_contracted_child', 'key_type_contracted_child_key_type_contracted_id_fkey')	ALTER TABLE public.key_type_contracted_child DROP CONSTRAINT key_type_contracted_child_key_type_contracted_id_fkey	\N	done	1	00:00:00.00002	00:00:00.003511	00:00:00.000157	\N	2026-11-26 19:21:41.228533+00
52	33	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.key_type_contracted ALTER COLUMN zdm_old_id DROP NOT NULL	SELECT zdm.trust_not_null('public.key_type_contracted', 'zdm_old_id', '', 'zdm_null_key_type_contracted_id')	\N	done	1	00:00:00.00002	00:00:00.003569	00:00:00.000028	\N	2026-11-26 19:21:41.22859+00
52	34	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_key_type_contracted" BEFORE INSERT OR UPDATE ON public.key_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');\nALTER TABLE public.key_type_contracted ENABLE ALWAYS TRIGGER "~zdm_key_type_contracted"	SELECT zdm.refuse_lossy('key_type_contracted', 'public.key_type_contracted', '~zdm_key_type_contracted', 'zdm_null_key_type_contracted_id', ARRAY['zdm_old_id']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_key_type_contracted" BEFORE INSERT OR UPDATE ON public.key_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');\nALTER TABLE public.key_type_contracted ENABLE ALWAYS TRIGGER "~zdm_key_type_contracted"	\N	done	1	00:00:00.00002	00:00:00.003667	00:00:00.000072	\N	2026-11-26 19:21:41.228688+00
56	15	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_serial_type_contracted_pkey', false, false)	SELECT zdm.set_unique('public.zdm_old_serial_type_contracted_pkey', true, false)	\N	done	1	00:00:00.000017	00:00:00.000676	00:00:00.000038	\N	2026-11-26 19:21:41.278232+00
56	16	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_new_serial_type_contracted_pkey', true, false)	SELECT zdm.set_unique('public.zdm_new_serial_type_contracted_pkey', false, false)	\N	done	1	00:00:00.000017	00:00:00.000746	00:00:00.00004	\N	2026-11-26 19:21:41.278302+00
56	17	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_serial_type_contracted_pkey RENAME TO serial_type_contracted_pkey;\nALTER TABLE public.serial_type_contracted ADD CONSTRAINT serial_type_contracted_pkey PRIMARY KEY USING INDEX serial_type_contracted_pkey	SELECT zdm.release_constraint('public.serial_type_contracted', 'serial_type_contracted_pkey');\nALTER INDEX public.serial_type_contracted_pkey RENAME TO zdm_new_serial_type_contracted_pkey	\N	done	1	00:00:00.000017	00:00:00.000933	00:00:00.000161	\N	2026-11-26 19:21:41.278491+00
56	18	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_old_id DROP DEFAULT	ALTER TABLE public.serial_type_contracted ALTER COLUMN zdm_old_id SET DEFAULT nextval('public.serial_type_contracted_id_seq'::regclass)	\N	done	1	00:00:00.000017	00:00:00.001016	00:00:00.000052	\N	2026-11-26 19:21:41.278572+00
70	20	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.change_type_contracted_v RENAME TO zdm_old_change_type_contracted_v	ALTER INDEX public.zdm_old_change_type_contracted_v RENAME TO change_type_contracted_v	\N	done	1	00:00:00.000016	00:00:00.000739	00:00:00.000045	\N	2026-11-26 19:21:41.333975+00
70	21	contract	sql	caller	ACCESS EXCLUSIVE	SELECT zdm.set_unique('public.zdm_old_change_type_contracted_v', false, false)	SELECT zdm.set_unique('public.zdm_old_change_type_contracted_v', true, false)	\N	done	1	00:00:00.000016	00:00:00.000828	00:00:00.00006	\N	2026-11-26 19:21:41.334065+00
70	22	contract	sql	caller	ACCESS EXCLUSIVE	ALTER INDEX public.zdm_new_change_type_contracted_v RENAME TO change_type_contracted_v	ALTER INDEX public.change_type_contracted_v RENAME TO zdm_new_change_type_contracted_v	\N	done	1	00:00:00.000016	00:00:00.000897	00:00:00.00004	\N	2026-11-26 19:21:41.334132+00
70	23	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.change_type_contracted ALTER COLUMN zdm_old_v DROP NOT NULL	SELECT zdm.trust_not_null('public.change_type_contracted', 'zdm_old_v', '', 'zdm_null_change_type_contracted_v')	\N	done	1	00:00:00.000016	00:00:00.00097	00:00:00.000049	\N	2026-11-26 19:21:41.334206+00
70	24	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_change_type_contracted" BEFORE INSERT OR UPDATE ON public.change_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');\nALTER TABLE public.change_type_contracted ENABLE ALWAYS TRIGGER "~zdm_change_type_contracted"	SELECT zdm.refuse_lossy('change_type_contracted', 'public.change_type_contracted', '~zdm_change_type_contracted', 'zdm_null_change_type_contracted_v', ARRAY['zdm_old_v']::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_change_type_contracted" BEFORE INSERT OR UPDATE ON public.change_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');\nALTER TABLE public.change_type_contracted ENABLE ALWAYS TRIGGER "~zdm_change_type_contracted"	\N	done	1	00:00:00.000016	00:00:00.001081	00:00:00.000085	\N	2026-11-26 19:21:41.334316+00
75	12	contract	sql	caller	ACCESS EXCLUSIVE	CREATE OR REPLACE TRIGGER "~zdm_lossy_type_contracted" BEFORE INSERT OR UPDATE ON public.lossy_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');\nALTER TABLE public.lossy_type_contracted ENABLE ALWAYS TRIGGER "~zdm_lossy_type_contracted"	SELECT zdm.refuse_lossy('lossy_type_contracted', 'public.lossy_type_contracted', '~zdm_lossy_type_contracted', 'zdm_null_lossy_type_contracted_v', ARRAY[]::text[], true);\nCREATE OR REPLACE TRIGGER "~zdm_lossy_type_contracted" BEFORE INSERT OR UPDATE ON public.lossy_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');\nALTER TABLE public.lossy_type_contracted ENABLE ALWAYS TRIGGER "~zdm_lossy_type_contracted"	\N	done	1	00:00:00.000014	00:00:00.000748	00:00:00.000117	\N	2026-11-26 19:21:41.345955+00
81	15	contract	sql	caller	ACCESS EXCLUSIVE	ALTER TABLE public.transform_contracted ALTER COLUMN zdm_old_b DROP NOT NULL	SELECT zdm.trust_not_null('public.transform_contracted', 'zdm_old_b', '', 'zdm_null_transform_contracted_a')	\N	done	1	00:00:00.000017	00:00:00.000669	00:00:00.000018	\N	2026-11-26 19:21:41.36215+00
\.
SELECT pg_catalog.setval('public.key_type_contracted_id_seq', 20, true);
SELECT pg_catalog.setval('public.key_type_paused_id_seq', 20, true);
SELECT pg_catalog.setval('public.key_type_ready_id_seq', 20, true);
SELECT pg_catalog.setval('public.key_type_running_id_seq', 20, true);
SELECT pg_catalog.setval('public.kind_n_seq', 22, true);
SELECT pg_catalog.setval('public.serial_type_contracted_id_seq', 20, true);
SELECT pg_catalog.setval('public.serial_type_paused_id_seq', 20, true);
SELECT pg_catalog.setval('public.serial_type_ready_id_seq', 20, true);
SELECT pg_catalog.setval('public.serial_type_running_id_seq', 20, true);
SELECT pg_catalog.setval('zdm.backfill_range_id_seq', 28, true);
SELECT pg_catalog.setval('zdm.event_id_seq', 177, true);
SELECT pg_catalog.setval('zdm.migration_id_seq', 85, true);
ALTER TABLE ONLY public.add_computed_contracted
    ADD CONSTRAINT add_computed_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_computed_failed
    ADD CONSTRAINT add_computed_failed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_computed_paused
    ADD CONSTRAINT add_computed_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_computed_ready
    ADD CONSTRAINT add_computed_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_computed_running
    ADD CONSTRAINT add_computed_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_constant_contracted
    ADD CONSTRAINT add_constant_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.add_constant_ready
    ADD CONSTRAINT add_constant_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_type_contracted
    ADD CONSTRAINT catalog_type_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.catalog_type_ready
    ADD CONSTRAINT catalog_type_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_type_contracted
    ADD CONSTRAINT change_type_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_type_failed
    ADD CONSTRAINT change_type_failed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_type_paused
    ADD CONSTRAINT change_type_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_type_ready
    ADD CONSTRAINT change_type_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_type_running
    ADD CONSTRAINT change_type_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.check_it_contracted
    ADD CONSTRAINT check_it_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.check_it_paused
    ADD CONSTRAINT check_it_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.check_it_ready
    ADD CONSTRAINT check_it_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.check_it_running
    ADD CONSTRAINT check_it_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_column_contracted
    ADD CONSTRAINT drop_column_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_column_ready
    ADD CONSTRAINT drop_column_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_index_contracted
    ADD CONSTRAINT drop_index_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_index_ready
    ADD CONSTRAINT drop_index_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_reversible_contracted
    ADD CONSTRAINT drop_reversible_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drop_reversible_ready
    ADD CONSTRAINT drop_reversible_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fill_nulls_contracted
    ADD CONSTRAINT fill_nulls_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fill_nulls_failed
    ADD CONSTRAINT fill_nulls_failed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fill_nulls_paused
    ADD CONSTRAINT fill_nulls_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fill_nulls_ready
    ADD CONSTRAINT fill_nulls_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fill_nulls_running
    ADD CONSTRAINT fill_nulls_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.foreign_key_contracted
    ADD CONSTRAINT foreign_key_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.foreign_key_paused
    ADD CONSTRAINT foreign_key_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.foreign_key_ready
    ADD CONSTRAINT foreign_key_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.foreign_key_running
    ADD CONSTRAINT foreign_key_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_it_contracted
    ADD CONSTRAINT index_it_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_it_paused
    ADD CONSTRAINT index_it_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_it_ready
    ADD CONSTRAINT index_it_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_it_running
    ADD CONSTRAINT index_it_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_contracted
    ADD CONSTRAINT index_parts_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_contracted_1
    ADD CONSTRAINT index_parts_contracted_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_contracted_2
    ADD CONSTRAINT index_parts_contracted_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_paused
    ADD CONSTRAINT index_parts_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_paused_1
    ADD CONSTRAINT index_parts_paused_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_paused_2
    ADD CONSTRAINT index_parts_paused_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_ready
    ADD CONSTRAINT index_parts_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_ready_1
    ADD CONSTRAINT index_parts_ready_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_ready_2
    ADD CONSTRAINT index_parts_ready_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_running
    ADD CONSTRAINT index_parts_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_running_1
    ADD CONSTRAINT index_parts_running_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.index_parts_running_2
    ADD CONSTRAINT index_parts_running_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_contracted_child
    ADD CONSTRAINT key_type_contracted_child_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_contracted
    ADD CONSTRAINT key_type_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_paused_child
    ADD CONSTRAINT key_type_paused_child_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_paused
    ADD CONSTRAINT key_type_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_ready_child
    ADD CONSTRAINT key_type_ready_child_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_ready
    ADD CONSTRAINT key_type_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_running_child
    ADD CONSTRAINT key_type_running_child_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.key_type_running
    ADD CONSTRAINT key_type_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kind
    ADD CONSTRAINT kind_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY public.lossy_type_contracted
    ADD CONSTRAINT lossy_type_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lossy_type_failed
    ADD CONSTRAINT lossy_type_failed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lossy_type_paused
    ADD CONSTRAINT lossy_type_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lossy_type_ready
    ADD CONSTRAINT lossy_type_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lossy_type_rolled_back
    ADD CONSTRAINT lossy_type_rolled_back_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lossy_type_running
    ADD CONSTRAINT lossy_type_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.not_null_contracted
    ADD CONSTRAINT not_null_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.not_null_paused
    ADD CONSTRAINT not_null_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.not_null_ready
    ADD CONSTRAINT not_null_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.not_null_running
    ADD CONSTRAINT not_null_running_pkey PRIMARY KEY (id);
ALTER TABLE public.check_it_paused
    ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID;
ALTER TABLE public.check_it_running
    ADD CONSTRAINT positive CHECK ((public.label(v) <> 'no 0'::text)) NOT VALID;
ALTER TABLE ONLY public.primary_key_contracted
    ADD CONSTRAINT primary_key_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.primary_key_ready
    ADD CONSTRAINT primary_key_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ref
    ADD CONSTRAINT ref_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_contracted
    ADD CONSTRAINT rename_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_finalized
    ADD CONSTRAINT rename_finalized_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_odd_contracted
    ADD CONSTRAINT rename_odd_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_odd_paused
    ADD CONSTRAINT rename_odd_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_odd_ready
    ADD CONSTRAINT rename_odd_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_odd_running
    ADD CONSTRAINT rename_odd_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_contracted
    ADD CONSTRAINT rename_parts_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_contracted_1
    ADD CONSTRAINT rename_parts_contracted_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_contracted_2
    ADD CONSTRAINT rename_parts_contracted_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_paused
    ADD CONSTRAINT rename_parts_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_paused_1
    ADD CONSTRAINT rename_parts_paused_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_paused_2
    ADD CONSTRAINT rename_parts_paused_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_ready
    ADD CONSTRAINT rename_parts_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_ready_1
    ADD CONSTRAINT rename_parts_ready_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_ready_2
    ADD CONSTRAINT rename_parts_ready_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_running
    ADD CONSTRAINT rename_parts_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_running_1
    ADD CONSTRAINT rename_parts_running_1_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_parts_running_2
    ADD CONSTRAINT rename_parts_running_2_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_paused
    ADD CONSTRAINT rename_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_ready
    ADD CONSTRAINT rename_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rename_running
    ADD CONSTRAINT rename_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.serial_type_contracted
    ADD CONSTRAINT serial_type_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.serial_type_paused
    ADD CONSTRAINT serial_type_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.serial_type_ready
    ADD CONSTRAINT serial_type_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.serial_type_running
    ADD CONSTRAINT serial_type_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.step_of
    ADD CONSTRAINT step_of_pkey PRIMARY KEY (kind, state);
ALTER TABLE ONLY public.transform_contracted
    ADD CONSTRAINT transform_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transform_failed
    ADD CONSTRAINT transform_failed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transform_paused
    ADD CONSTRAINT transform_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transform_ready
    ADD CONSTRAINT transform_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transform_running
    ADD CONSTRAINT transform_running_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unique_one_contracted
    ADD CONSTRAINT unique_one_contracted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unique_one_contracted
    ADD CONSTRAINT unique_one_contracted_v_key UNIQUE (v);
ALTER TABLE ONLY public.unique_one_paused
    ADD CONSTRAINT unique_one_paused_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unique_one_ready
    ADD CONSTRAINT unique_one_ready_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unique_one_ready
    ADD CONSTRAINT unique_one_ready_v_key UNIQUE (v);
ALTER TABLE ONLY public.unique_one_running
    ADD CONSTRAINT unique_one_running_pkey PRIMARY KEY (id);
ALTER TABLE public.add_computed_failed
    ADD CONSTRAINT "~zdm_not_null_c" CHECK ((c IS NOT NULL)) NOT VALID;
ALTER TABLE public.add_computed_paused
    ADD CONSTRAINT "~zdm_not_null_c" CHECK ((c IS NOT NULL)) NOT VALID;
ALTER TABLE public.add_computed_running
    ADD CONSTRAINT "~zdm_not_null_c" CHECK ((c IS NOT NULL)) NOT VALID;
ALTER TABLE public.primary_key_paused
    ADD CONSTRAINT "~zdm_not_null_id" CHECK ((id IS NOT NULL)) NOT VALID;
ALTER TABLE public.primary_key_running
    ADD CONSTRAINT "~zdm_not_null_id" CHECK ((id IS NOT NULL)) NOT VALID;
ALTER TABLE public.fill_nulls_failed
    ADD CONSTRAINT "~zdm_not_null_v" CHECK ((v IS NOT NULL)) NOT VALID;
ALTER TABLE public.fill_nulls_paused
    ADD CONSTRAINT "~zdm_not_null_v" CHECK ((v IS NOT NULL)) NOT VALID;
ALTER TABLE public.fill_nulls_running
    ADD CONSTRAINT "~zdm_not_null_v" CHECK ((v IS NOT NULL)) NOT VALID;
ALTER TABLE public.not_null_paused
    ADD CONSTRAINT "~zdm_not_null_v" CHECK ((v IS NOT NULL)) NOT VALID;
ALTER TABLE public.not_null_running
    ADD CONSTRAINT "~zdm_not_null_v" CHECK ((v IS NOT NULL)) NOT VALID;
CREATE INDEX add_computed_contracted_c_idx ON public.add_computed_contracted USING btree (c);
CREATE INDEX add_computed_ready_c_idx ON public.add_computed_ready USING btree (c);
CREATE UNIQUE INDEX change_type_contracted_v ON public.change_type_contracted USING btree (v, id);
CREATE UNIQUE INDEX change_type_failed_v ON public.change_type_failed USING btree (v, id);
CREATE UNIQUE INDEX change_type_paused_v ON public.change_type_paused USING btree (v, id);
CREATE UNIQUE INDEX change_type_ready_v ON public.change_type_ready USING btree (v, id);
CREATE UNIQUE INDEX change_type_running_v ON public.change_type_running USING btree (v, id);
CREATE INDEX drop_column_contracted_v_idx ON public.drop_column_contracted USING btree (zdm_old_v);
CREATE INDEX drop_column_ready_v_idx ON public.drop_column_ready USING btree (v);
CREATE INDEX drop_index_ready_idx ON public.drop_index_ready USING btree (v);
CREATE INDEX index_it_contracted_idx ON public.index_it_contracted USING btree (public.label(v), v DESC) WHERE (v > 3);
CREATE INDEX index_it_ready_idx ON public.index_it_ready USING btree (public.label(v), v DESC) WHERE (v > 3);
CREATE INDEX index_parts_contracted_idx ON ONLY public.index_parts_contracted USING btree (v);
CREATE INDEX index_parts_contracted_1_v_idx ON public.index_parts_contracted_1 USING btree (v);
CREATE INDEX index_parts_contracted_2_v_idx ON public.index_parts_contracted_2 USING btree (v);
CREATE INDEX index_parts_paused_idx ON ONLY public.index_parts_paused USING btree (v);
CREATE INDEX index_parts_ready_idx ON ONLY public.index_parts_ready USING btree (v);
CREATE INDEX index_parts_ready_1_v_idx ON public.index_parts_ready_1 USING btree (v);
CREATE INDEX index_parts_ready_2_v_idx ON public.index_parts_ready_2 USING btree (v);
CREATE INDEX index_parts_running_idx ON ONLY public.index_parts_running USING btree (v);
CREATE INDEX key_type_contracted_n ON public.key_type_contracted USING btree (n, id);
CREATE INDEX key_type_paused_n ON public.key_type_paused USING btree (n, id);
CREATE INDEX key_type_ready_n ON public.key_type_ready USING btree (n, id);
CREATE INDEX key_type_running_n ON public.key_type_running USING btree (n, id);
CREATE INDEX rename_contracted_v_idx ON public.rename_contracted USING btree (w);
CREATE INDEX rename_finalized_v_idx ON public.rename_finalized USING btree (w);
CREATE INDEX rename_paused_v_idx ON public.rename_paused USING btree (v);
CREATE INDEX rename_ready_v_idx ON public.rename_ready USING btree (v);
CREATE INDEX rename_running_v_idx ON public.rename_running USING btree (v);
CREATE UNIQUE INDEX zdm_new_change_type_ready_v ON public.change_type_ready USING btree (zdm_new_v, id);
CREATE INDEX zdm_new_key_type_ready_n ON public.key_type_ready USING btree (n, zdm_new_id);
CREATE INDEX zdm_new_key_type_ready_pkey ON public.key_type_ready USING btree (zdm_new_id);
CREATE INDEX zdm_new_serial_type_ready_pkey ON public.serial_type_ready USING btree (zdm_new_id);
CREATE INDEX zdm_null_change_type_contracted_v ON public.change_type_contracted USING btree ((true)) WHERE (zdm_old_v IS NULL);
CREATE INDEX zdm_null_change_type_ready_v ON public.change_type_ready USING btree ((true)) WHERE (v IS NULL);
CREATE INDEX zdm_null_key_type_contracted_id ON public.key_type_contracted USING btree ((true)) WHERE (zdm_old_id IS NULL);
CREATE INDEX zdm_null_key_type_ready_id ON public.key_type_ready USING btree ((true)) WHERE (id IS NULL);
CREATE INDEX zdm_null_lossy_type_contracted_v ON public.lossy_type_contracted USING btree ((true)) WHERE ((zdm_old_v IS NULL) AND (v IS NOT NULL));
CREATE INDEX zdm_null_lossy_type_ready_v ON public.lossy_type_ready USING btree ((true)) WHERE ((v IS NULL) AND (zdm_new_v IS NOT NULL));
CREATE INDEX zdm_null_serial_type_contracted_id ON public.serial_type_contracted USING btree ((true)) WHERE (zdm_old_id IS NULL);
CREATE INDEX zdm_null_serial_type_ready_id ON public.serial_type_ready USING btree ((true)) WHERE (id IS NULL);
CREATE INDEX zdm_null_transform_contracted_a ON public.transform_contracted USING btree ((true)) WHERE ((zdm_old_a IS NULL) OR (zdm_old_b IS NULL));
CREATE INDEX zdm_null_transform_ready_a ON public.transform_ready USING btree ((true)) WHERE ((a IS NULL) OR (b IS NULL));
CREATE INDEX zdm_old_change_type_contracted_v ON public.change_type_contracted USING btree (zdm_old_v, id);
CREATE INDEX zdm_old_key_type_contracted_n ON public.key_type_contracted USING btree (n, zdm_old_id);
CREATE INDEX zdm_old_key_type_contracted_pkey ON public.key_type_contracted USING btree (zdm_old_id);
CREATE INDEX zdm_old_serial_type_contracted_pkey ON public.serial_type_contracted USING btree (zdm_old_id);
ALTER INDEX public.index_parts_contracted_pkey ATTACH PARTITION public.index_parts_contracted_1_pkey;
ALTER INDEX public.index_parts_contracted_idx ATTACH PARTITION public.index_parts_contracted_1_v_idx;
ALTER INDEX public.index_parts_contracted_pkey ATTACH PARTITION public.index_parts_contracted_2_pkey;
ALTER INDEX public.index_parts_contracted_idx ATTACH PARTITION public.index_parts_contracted_2_v_idx;
ALTER INDEX public.index_parts_paused_pkey ATTACH PARTITION public.index_parts_paused_1_pkey;
ALTER INDEX public.index_parts_paused_pkey ATTACH PARTITION public.index_parts_paused_2_pkey;
ALTER INDEX public.index_parts_ready_pkey ATTACH PARTITION public.index_parts_ready_1_pkey;
ALTER INDEX public.index_parts_ready_idx ATTACH PARTITION public.index_parts_ready_1_v_idx;
ALTER INDEX public.index_parts_ready_pkey ATTACH PARTITION public.index_parts_ready_2_pkey;
ALTER INDEX public.index_parts_ready_idx ATTACH PARTITION public.index_parts_ready_2_v_idx;
ALTER INDEX public.index_parts_running_pkey ATTACH PARTITION public.index_parts_running_1_pkey;
ALTER INDEX public.index_parts_running_pkey ATTACH PARTITION public.index_parts_running_2_pkey;
ALTER INDEX public.rename_parts_contracted_pkey ATTACH PARTITION public.rename_parts_contracted_1_pkey;
ALTER INDEX public.rename_parts_contracted_pkey ATTACH PARTITION public.rename_parts_contracted_2_pkey;
ALTER INDEX public.rename_parts_paused_pkey ATTACH PARTITION public.rename_parts_paused_1_pkey;
ALTER INDEX public.rename_parts_paused_pkey ATTACH PARTITION public.rename_parts_paused_2_pkey;
ALTER INDEX public.rename_parts_ready_pkey ATTACH PARTITION public.rename_parts_ready_1_pkey;
ALTER INDEX public.rename_parts_ready_pkey ATTACH PARTITION public.rename_parts_ready_2_pkey;
ALTER INDEX public.rename_parts_running_pkey ATTACH PARTITION public.rename_parts_running_1_pkey;
ALTER INDEX public.rename_parts_running_pkey ATTACH PARTITION public.rename_parts_running_2_pkey;
CREATE STATISTICS public.key_type_contracted_stat ON n, id FROM public.key_type_contracted;
ALTER STATISTICS public.key_type_contracted_stat OWNER TO postgres;
CREATE STATISTICS public.key_type_paused_stat ON id, n FROM public.key_type_paused;
ALTER STATISTICS public.key_type_paused_stat OWNER TO postgres;
CREATE STATISTICS public.key_type_ready_stat ON id, n FROM public.key_type_ready;
ALTER STATISTICS public.key_type_ready_stat OWNER TO postgres;
CREATE STATISTICS public.key_type_running_stat ON id, n FROM public.key_type_running;
ALTER STATISTICS public.key_type_running_stat OWNER TO postgres;
CREATE STATISTICS public.zdm_new_key_type_ready_stat ON n, zdm_new_id FROM public.key_type_ready;
ALTER STATISTICS public.zdm_new_key_type_ready_stat OWNER TO postgres;
CREATE STATISTICS public.zdm_old_key_type_contracted_stat ON zdm_old_id, n FROM public.key_type_contracted;
ALTER STATISTICS public.zdm_old_key_type_contracted_stat OWNER TO postgres;
CREATE TRIGGER "~zdm_add_computed_failed" BEFORE INSERT OR UPDATE ON public.add_computed_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["c"], "forward": ["public.label(((\"Odd schema\".\"Twice it''s\"(v) / v) * v))"], "not_null": true, "authority": "both"}');
ALTER TABLE public.add_computed_failed ENABLE ALWAYS TRIGGER "~zdm_add_computed_failed";
CREATE TRIGGER "~zdm_add_computed_paused" BEFORE INSERT OR UPDATE ON public.add_computed_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["c"], "forward": ["public.label(((\"Odd schema\".\"Twice it''s\"(v) / v) * v))"], "not_null": true, "authority": "both"}');
ALTER TABLE public.add_computed_paused ENABLE ALWAYS TRIGGER "~zdm_add_computed_paused";
CREATE TRIGGER "~zdm_add_computed_ready" BEFORE INSERT OR UPDATE ON public.add_computed_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["c"], "forward": ["public.label(((\"Odd schema\".\"Twice it''s\"(v) / v) * v))"], "not_null": true, "authority": "both"}');
ALTER TABLE public.add_computed_ready ENABLE ALWAYS TRIGGER "~zdm_add_computed_ready";
CREATE TRIGGER "~zdm_add_computed_running" BEFORE INSERT OR UPDATE ON public.add_computed_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["c"], "forward": ["public.label(((\"Odd schema\".\"Twice it''s\"(v) / v) * v))"], "not_null": true, "authority": "both"}');
ALTER TABLE public.add_computed_running ENABLE ALWAYS TRIGGER "~zdm_add_computed_running";
CREATE TRIGGER "~zdm_change_type_contracted" BEFORE INSERT OR UPDATE ON public.change_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["(zdm_old_v)::integer"], "reverse": ["v"], "not_null": true, "exact": true, "authority": "new"}');
ALTER TABLE public.change_type_contracted ENABLE ALWAYS TRIGGER "~zdm_change_type_contracted";
CREATE TRIGGER "~zdm_change_type_failed" BEFORE INSERT OR UPDATE ON public.change_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');
ALTER TABLE public.change_type_failed ENABLE ALWAYS TRIGGER "~zdm_change_type_failed";
CREATE TRIGGER "~zdm_change_type_paused" BEFORE INSERT OR UPDATE ON public.change_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');
ALTER TABLE public.change_type_paused ENABLE ALWAYS TRIGGER "~zdm_change_type_paused";
CREATE TRIGGER "~zdm_change_type_ready" BEFORE INSERT OR UPDATE ON public.change_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');
ALTER TABLE public.change_type_ready ENABLE ALWAYS TRIGGER "~zdm_change_type_ready";
CREATE TRIGGER "~zdm_change_type_running" BEFORE INSERT OR UPDATE ON public.change_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["(v)::integer"], "reverse": ["zdm_new_v"], "not_null": true, "authority": "both"}');
ALTER TABLE public.change_type_running ENABLE ALWAYS TRIGGER "~zdm_change_type_running";
CREATE TRIGGER "~zdm_drop_reversible_contracted" BEFORE INSERT OR UPDATE ON public.drop_reversible_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["zdm_old_v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');
ALTER TABLE public.drop_reversible_contracted ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_contracted";
CREATE TRIGGER "~zdm_drop_reversible_ready" BEFORE INSERT OR UPDATE ON public.drop_reversible_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["length(n)"], "retires": true, "authority": "both"}');
ALTER TABLE public.drop_reversible_ready ENABLE ALWAYS TRIGGER "~zdm_drop_reversible_ready";
CREATE TRIGGER "~zdm_fill_nulls_failed" BEFORE INSERT OR UPDATE ON public.fill_nulls_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');
ALTER TABLE public.fill_nulls_failed ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_failed";
CREATE TRIGGER "~zdm_fill_nulls_paused" BEFORE INSERT OR UPDATE ON public.fill_nulls_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');
ALTER TABLE public.fill_nulls_paused ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_paused";
CREATE TRIGGER "~zdm_fill_nulls_ready" BEFORE INSERT OR UPDATE ON public.fill_nulls_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');
ALTER TABLE public.fill_nulls_ready ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_ready";
CREATE TRIGGER "~zdm_fill_nulls_running" BEFORE INSERT OR UPDATE ON public.fill_nulls_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["n"], "new": ["v"], "forward": ["(100 / n)"], "not_null": true, "authority": "fill"}');
ALTER TABLE public.fill_nulls_running ENABLE ALWAYS TRIGGER "~zdm_fill_nulls_running";
CREATE TRIGGER "~zdm_key_type_contracted" BEFORE INSERT OR UPDATE ON public.key_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');
ALTER TABLE public.key_type_contracted ENABLE ALWAYS TRIGGER "~zdm_key_type_contracted";
CREATE TRIGGER "~zdm_key_type_paused" BEFORE INSERT OR UPDATE ON public.key_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.key_type_paused ENABLE ALWAYS TRIGGER "~zdm_key_type_paused";
CREATE TRIGGER "~zdm_key_type_ready" BEFORE INSERT OR UPDATE ON public.key_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.key_type_ready ENABLE ALWAYS TRIGGER "~zdm_key_type_ready";
CREATE TRIGGER "~zdm_key_type_running" BEFORE INSERT OR UPDATE ON public.key_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.key_type_running ENABLE ALWAYS TRIGGER "~zdm_key_type_running";
CREATE TRIGGER "~zdm_lossy_type_contracted" BEFORE INSERT OR UPDATE ON public.lossy_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["v"], "forward": ["zdm_old_v"], "reverse": ["v"], "authority": "new"}');
ALTER TABLE public.lossy_type_contracted ENABLE ALWAYS TRIGGER "~zdm_lossy_type_contracted";
CREATE TRIGGER "~zdm_lossy_type_failed" BEFORE INSERT OR UPDATE ON public.lossy_type_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');
ALTER TABLE public.lossy_type_failed ENABLE ALWAYS TRIGGER "~zdm_lossy_type_failed";
CREATE TRIGGER "~zdm_lossy_type_paused" BEFORE INSERT OR UPDATE ON public.lossy_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');
ALTER TABLE public.lossy_type_paused ENABLE ALWAYS TRIGGER "~zdm_lossy_type_paused";
CREATE TRIGGER "~zdm_lossy_type_ready" BEFORE INSERT OR UPDATE ON public.lossy_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');
ALTER TABLE public.lossy_type_ready ENABLE ALWAYS TRIGGER "~zdm_lossy_type_ready";
CREATE TRIGGER "~zdm_lossy_type_running" BEFORE INSERT OR UPDATE ON public.lossy_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["zdm_new_v"], "forward": ["v"], "reverse": ["zdm_new_v"], "authority": "both"}');
ALTER TABLE public.lossy_type_running ENABLE ALWAYS TRIGGER "~zdm_lossy_type_running";
CREATE TRIGGER "~zdm_rename_contracted" BEFORE INSERT OR UPDATE ON public.rename_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');
ALTER TABLE public.rename_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_contracted";
CREATE TRIGGER "~zdm_rename_odd_contracted" BEFORE INSERT OR UPDATE ON public.rename_odd_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_Odd name"], "new": ["it''s \"new\""], "forward": [null], "reverse": [null], "authority": "new"}');
ALTER TABLE public.rename_odd_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_odd_contracted";
CREATE TRIGGER "~zdm_rename_odd_paused" BEFORE INSERT OR UPDATE ON public.rename_odd_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["Odd name"], "new": ["it''s \"new\""], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_odd_paused ENABLE ALWAYS TRIGGER "~zdm_rename_odd_paused";
CREATE TRIGGER "~zdm_rename_odd_ready" BEFORE INSERT OR UPDATE ON public.rename_odd_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["Odd name"], "new": ["it''s \"new\""], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_odd_ready ENABLE ALWAYS TRIGGER "~zdm_rename_odd_ready";
CREATE TRIGGER "~zdm_rename_odd_running" BEFORE INSERT OR UPDATE ON public.rename_odd_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["Odd name"], "new": ["it''s \"new\""], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_odd_running ENABLE ALWAYS TRIGGER "~zdm_rename_odd_running";
CREATE TRIGGER "~zdm_rename_parts_contracted" BEFORE INSERT OR UPDATE ON public.rename_parts_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "new"}');
ALTER TABLE public.rename_parts_contracted ENABLE ALWAYS TRIGGER "~zdm_rename_parts_contracted";
CREATE TRIGGER "~zdm_rename_parts_paused" BEFORE INSERT OR UPDATE ON public.rename_parts_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_parts_paused ENABLE ALWAYS TRIGGER "~zdm_rename_parts_paused";
CREATE TRIGGER "~zdm_rename_parts_ready" BEFORE INSERT OR UPDATE ON public.rename_parts_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_parts_ready ENABLE ALWAYS TRIGGER "~zdm_rename_parts_ready";
CREATE TRIGGER "~zdm_rename_parts_running" BEFORE INSERT OR UPDATE ON public.rename_parts_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_parts_running ENABLE ALWAYS TRIGGER "~zdm_rename_parts_running";
CREATE TRIGGER "~zdm_rename_paused" BEFORE INSERT OR UPDATE ON public.rename_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_paused ENABLE ALWAYS TRIGGER "~zdm_rename_paused";
CREATE TRIGGER "~zdm_rename_ready" BEFORE INSERT OR UPDATE ON public.rename_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_ready ENABLE ALWAYS TRIGGER "~zdm_rename_ready";
CREATE TRIGGER "~zdm_rename_running" BEFORE INSERT OR UPDATE ON public.rename_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["v"], "new": ["w"], "forward": [null], "reverse": [null], "authority": "both"}');
ALTER TABLE public.rename_running ENABLE ALWAYS TRIGGER "~zdm_rename_running";
CREATE TRIGGER "~zdm_serial_type_contracted" BEFORE INSERT OR UPDATE ON public.serial_type_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_id"], "new": ["id"], "forward": ["zdm_old_id"], "reverse": ["id"], "not_null": true, "authority": "new"}');
ALTER TABLE public.serial_type_contracted ENABLE ALWAYS TRIGGER "~zdm_serial_type_contracted";
CREATE TRIGGER "~zdm_serial_type_paused" BEFORE INSERT OR UPDATE ON public.serial_type_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.serial_type_paused ENABLE ALWAYS TRIGGER "~zdm_serial_type_paused";
CREATE TRIGGER "~zdm_serial_type_ready" BEFORE INSERT OR UPDATE ON public.serial_type_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.serial_type_ready ENABLE ALWAYS TRIGGER "~zdm_serial_type_ready";
CREATE TRIGGER "~zdm_serial_type_running" BEFORE INSERT OR UPDATE ON public.serial_type_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["id"], "new": ["zdm_new_id"], "forward": ["id"], "reverse": ["zdm_new_id"], "not_null": true, "authority": "both"}');
ALTER TABLE public.serial_type_running ENABLE ALWAYS TRIGGER "~zdm_serial_type_running";
CREATE TRIGGER "~zdm_transform_contracted" BEFORE INSERT OR UPDATE ON public.transform_contracted FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["zdm_old_a", "zdm_old_b"], "new": ["p", "q", "r"], "forward": ["(zdm_old_a / zdm_old_b)", "(zdm_old_a % zdm_old_b)", "zdm_old_b"], "reverse": ["((p * r) + q)", "r"], "authority": "new"}');
ALTER TABLE public.transform_contracted ENABLE ALWAYS TRIGGER "~zdm_transform_contracted";
CREATE TRIGGER "~zdm_transform_failed" BEFORE INSERT OR UPDATE ON public.transform_failed FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');
ALTER TABLE public.transform_failed ENABLE ALWAYS TRIGGER "~zdm_transform_failed";
CREATE TRIGGER "~zdm_transform_paused" BEFORE INSERT OR UPDATE ON public.transform_paused FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');
ALTER TABLE public.transform_paused ENABLE ALWAYS TRIGGER "~zdm_transform_paused";
CREATE TRIGGER "~zdm_transform_ready" BEFORE INSERT OR UPDATE ON public.transform_ready FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');
ALTER TABLE public.transform_ready ENABLE ALWAYS TRIGGER "~zdm_transform_ready";
CREATE TRIGGER "~zdm_transform_running" BEFORE INSERT OR UPDATE ON public.transform_running FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{"old": ["a", "b"], "new": ["p", "q", "r"], "forward": ["(a / b)", "(a % b)", "b"], "reverse": ["((p * r) + q)", "r"], "authority": "both"}');
ALTER TABLE public.transform_running ENABLE ALWAYS TRIGGER "~zdm_transform_running";
ALTER TABLE ONLY public.foreign_key_contracted
    ADD CONSTRAINT foreign_key_contracted_r_fkey FOREIGN KEY (r) REFERENCES public.ref(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.foreign_key_paused
    ADD CONSTRAINT foreign_key_paused_r_fkey FOREIGN KEY (r) REFERENCES public.ref(id) ON DELETE CASCADE NOT VALID;
ALTER TABLE ONLY public.foreign_key_ready
    ADD CONSTRAINT foreign_key_ready_r_fkey FOREIGN KEY (r) REFERENCES public.ref(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.foreign_key_running
    ADD CONSTRAINT foreign_key_running_r_fkey FOREIGN KEY (r) REFERENCES public.ref(id) ON DELETE CASCADE NOT VALID;
ALTER TABLE ONLY public.key_type_contracted_child
    ADD CONSTRAINT key_type_contracted_child_key_type_contracted_id_fkey FOREIGN KEY (key_type_contracted_id) REFERENCES public.key_type_contracted(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.key_type_contracted
    ADD CONSTRAINT key_type_contracted_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_contracted(id) ON UPDATE CASCADE;
ALTER TABLE ONLY public.key_type_paused_child
    ADD CONSTRAINT key_type_paused_child_key_type_paused_id_fkey FOREIGN KEY (key_type_paused_id) REFERENCES public.key_type_paused(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.key_type_paused
    ADD CONSTRAINT key_type_paused_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_paused(id) ON UPDATE CASCADE;
ALTER TABLE ONLY public.key_type_ready_child
    ADD CONSTRAINT key_type_ready_child_key_type_ready_id_fkey FOREIGN KEY (key_type_ready_id) REFERENCES public.key_type_ready(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.key_type_ready
    ADD CONSTRAINT key_type_ready_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_ready(id) ON UPDATE CASCADE;
ALTER TABLE ONLY public.key_type_running_child
    ADD CONSTRAINT key_type_running_child_key_type_running_id_fkey FOREIGN KEY (key_type_running_id) REFERENCES public.key_type_running(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.key_type_running
    ADD CONSTRAINT key_type_running_parent_fkey FOREIGN KEY (parent) REFERENCES public.key_type_running(id) ON UPDATE CASCADE;
GRANT UPDATE(zdm_old_v) ON TABLE public.change_type_contracted TO upgrade_reader;
GRANT UPDATE(v) ON TABLE public.change_type_contracted TO upgrade_reader;
GRANT UPDATE(v) ON TABLE public.change_type_failed TO upgrade_reader;
GRANT UPDATE(zdm_new_v) ON TABLE public.change_type_failed TO upgrade_reader;
GRANT UPDATE(v) ON TABLE public.change_type_paused TO upgrade_reader;
GRANT UPDATE(zdm_new_v) ON TABLE public.change_type_paused TO upgrade_reader;
GRANT UPDATE(v) ON TABLE public.change_type_ready TO upgrade_reader;
GRANT UPDATE(zdm_new_v) ON TABLE public.change_type_ready TO upgrade_reader;
GRANT UPDATE(v) ON TABLE public.change_type_running TO upgrade_reader;
GRANT UPDATE(zdm_new_v) ON TABLE public.change_type_running TO upgrade_reader;
GRANT SELECT(zdm_old_id) ON TABLE public.key_type_contracted TO upgrade_reader;
GRANT SELECT(id) ON TABLE public.key_type_contracted TO upgrade_reader;
GRANT SELECT(id) ON TABLE public.key_type_paused TO upgrade_reader;
GRANT SELECT(zdm_new_id) ON TABLE public.key_type_paused TO upgrade_reader;
GRANT SELECT(id) ON TABLE public.key_type_ready TO upgrade_reader;
GRANT SELECT(zdm_new_id) ON TABLE public.key_type_ready TO upgrade_reader;
GRANT SELECT(id) ON TABLE public.key_type_running TO upgrade_reader;
GRANT SELECT(zdm_new_id) ON TABLE public.key_type_running TO upgrade_reader;
GRANT SELECT(w) ON TABLE public.rename_contracted TO upgrade_reader;
GRANT SELECT(zdm_old_v) ON TABLE public.rename_contracted TO upgrade_reader;
GRANT SELECT(w) ON TABLE public.rename_finalized TO upgrade_reader;
GRANT SELECT(v) ON TABLE public.rename_paused TO upgrade_reader;
GRANT SELECT(w) ON TABLE public.rename_paused TO upgrade_reader;
GRANT SELECT(v) ON TABLE public.rename_ready TO upgrade_reader;
GRANT SELECT(w) ON TABLE public.rename_ready TO upgrade_reader;
GRANT SELECT(v) ON TABLE public.rename_running TO upgrade_reader;
GRANT SELECT(w) ON TABLE public.rename_running TO upgrade_reader;
